//! Declined forms: what happened, whether anything moved, what to do, and at which field.

use credit_desk_journeys::journey;
use serde_json::json;

use crate::steps::{
    Kind, NORTHWIND, PARENT, REVERT, TRANSFER, allow_failed_requests, assert_nothing_moved,
    assert_outcome, fill_transfer, review_transfer, sign_in, submission_key, transfer_count,
};

#[test]
fn a_transfer_that_cannot_be_paid_is_declined_at_the_preview() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "1000").await?;
        let quote = desk.css(".quote");
        quote.shows("Insufficient balance.").await?;
        desk.button("Review transfer").click().await?;
        desk.css("#minutes-error")
            .shows("Insufficient balance.")
            .await?;
        desk.field("Client rate per minute").fill("0.05").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css("#rate-error")
            .shows("Rate can't be below your cost")
            .await?;
        desk.heading("Review and confirm").gone().await?;
        assert_nothing_moved(desk).await
    });
}

#[test]
fn a_transfer_declined_at_the_confirmation_returns_to_its_form() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
        let assert_declined = async || {
            let alert = desk.role("alert").nth(0);
            alert.shows("Insufficient balance.").await?;
            alert.shows("No credits moved.").await?;
            desk.field("Minutes").holds("20").await?;
            desk.css("#minutes-error").seen().await?;
            assert_eq!(transfer_count(desk).await?, 0);
            anyhow::Ok(())
        };
        // Someone else spends the balance between the review and the confirmation: the recheck shows it.
        review_transfer(desk, "Beta Co", "20").await?;
        let (poor, rich) = (json!({ "balance": "1" }), json!({ "balance": "61.613" }));
        desk.sandbox.set(json!({ "reseller": &poor })).await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        assert_declined().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // Then between the recheck and the request, so that only the service can decline it.
        desk.sandbox.set(json!({ "reseller": &rich })).await?;
        review_transfer(desk, "Beta Co", "20").await?;
        let slow = json!({ "fault": "delay", "delay_ms": 1500 });
        Kind::Transfer.fault(desk, slow).await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        Kind::Transfer.wait_for_requests(desk, 1).await?;
        desk.sandbox.set(json!({ "reseller": &poor })).await?;
        let key = submission_key(desk, "sending").await?;
        assert_declined().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_outcome(desk, &key, "refused").await
    });
}

#[test]
fn a_child_of_another_account_is_declined() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
        desk.field("Client").fill("4999").await?;
        desk.field("Client rate per minute").fill("0.2").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css("#child-hint")
            .shows("4999 isn't in your client list")
            .await?;
        desk.button("Review transfer").click().await?;
        desk.button("Transfer 20 minutes to 4999").click().await?;
        desk.css("#child-error")
            .shows("Client or organization not found")
            .await?;
        desk.role("alert").nth(0).shows("No credits moved.").await?;
        desk.field("Client").fill("Nobody Ltd").await?;
        desk.css("#child-error")
            .shows("No match. Pick a client")
            .await?;
        assert_nothing_moved(desk).await
    });
}

#[test]
fn a_revert_of_more_than_the_child_has_is_declined() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/revert?child=4002").await?;
        desk.field("Minutes").fill("51").await?;
        desk.css(".quote")
            .shows("doesn't have that many unused minutes")
            .await?;
        desk.field("Minutes").fill("50").await?;
        desk.css(".quote .balances").shows("$0.00").await?;
        desk.button("Review revert").click().await?;
        desk.sandbox
            .set(json!({ "child": { "id": 4002, "balance": "5" } }))
            .await?;
        desk.button("Revert 50 minutes from Beta Co")
            .click()
            .await?;
        desk.css("#minutes-error")
            .shows("doesn't have that many unused minutes")
            .await?;
        desk.role("alert").nth(0).shows("No credits moved.").await?;
        assert_eq!(desk.sandbox.movements("credit_revert").await?.len(), 0);
        assert_eq!(desk.sandbox.requests(REVERT).await?, 0);
        Ok(())
    });
}

#[test]
fn allocations_complete_and_are_declined() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/allocate").await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("5000").await?;
        desk.field("Description").fill("Q3 budget top-up").await?;
        desk.css("#description-hint").shows("16/500").await?;
        desk.button("Add field").click().await?;
        desk.field("Label 1").fill("invoice").await?;
        desk.field("Value 1").fill("inv_2026_0142").await?;
        desk.css(".quote .balances").shows("5,400").await?;
        desk.button("Review allocation").click().await?;
        let review = desk.css(".review");
        review.shows("400").await?;
        review.shows("inv_2026_0142").await?;
        desk.button("Allocate 5,000 credits to Northwind Studio")
            .click()
            .await?;
        let receipt = desk.css(".receipt");
        receipt.shows("txn_").await?;
        receipt.shows("5,000").await?;
        assert_eq!(
            desk.sandbox
                .balance(&format!("prepaid:{NORTHWIND}"))
                .await?,
            "5000"
        );
        assert_eq!(
            desk.sandbox.balance(&format!("prepaid:{PARENT}")).await?,
            "400"
        );

        // An amount above the remaining prepaid credits doesn't reach the review.
        desk.button("New allocation").click().await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("401").await?;
        desk.css(".quote").shows("Insufficient balance.").await?;
        desk.button("Review allocation").click().await?;
        desk.css("#credits-error")
            .shows("Your balance doesn't cover this.")
            .await?;
        desk.css(".review").gone().await?;

        // 402: someone else spends the credits in the meantime.
        desk.field("Credits").fill("400").await?;
        desk.button("Review allocation").click().await?;
        let confirm = desk.button("Allocate 400 credits to Northwind Studio");
        confirm.seen().await?;
        desk.sandbox
            .set(json!({ "organization": { "prepaid": "100" } }))
            .await?;
        confirm.click().await?;
        desk.css(".asks.short")
            .shows("Your balance doesn't cover this.")
            .await?;
        confirm.has("disabled", "").await?;
        desk.button("Edit").click().await?;
        // Or while the request is in flight.
        desk.sandbox
            .set(json!({ "organization": { "prepaid": "400" } }))
            .await?;
        let kind = Kind::Allocation;
        let requests = desk.sandbox.requests(kind.route()).await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 2000 }))
            .await?;
        desk.button("Review allocation").click().await?;
        confirm.click().await?;
        desk.until("the request to arrive", async || {
            Ok(desk.sandbox.requests(kind.route()).await? > requests)
        })
        .await?;
        desk.sandbox
            .set(json!({ "organization": { "prepaid": "100" } }))
            .await?;
        desk.css("#credits-error")
            .shows("Insufficient prepaid credits.")
            .await?;
        desk.role("alert").nth(0).shows("No credits moved.").await?;
        assert_eq!(
            desk.sandbox.balance(&format!("prepaid:{PARENT}")).await?,
            "100"
        );

        // 404: an organization of another account.
        desk.field("Credits").fill("1").await?;
        desk.field("Organization")
            .fill("org_99999999-8b9c-4d0e-9f2a-3b4c5d6e7f80")
            .await?;
        desk.css(".quote")
            .shows("Client or organization not found")
            .await
    });
}

#[test]
fn an_archived_organization_is_rejected_and_a_suspended_one_warns() {
    journey(async |desk| {
        sign_in(desk, "/allocate").await?;
        desk.field("Organization").fill("Old Mill Print").await?;
        desk.field("Credits").fill("1").await?;
        desk.button("Review allocation").click().await?;
        desk.css("#organization-error").shows("archived").await?;
        desk.css(".review").gone().await?;
        desk.field("Organization").fill("Cedar & Pine").await?;
        desk.css(".quote").shows("is suspended").await?;
        desk.button("Review allocation").click().await?;
        desk.css(".review").shows("is suspended").await
    });
}
