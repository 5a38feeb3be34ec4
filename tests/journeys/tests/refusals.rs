//! Every form refused: what happened, whether anything moved, what to do, and where.

mod steps;

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::{Value, json};
use steps::{
    ALLOCATE, Kind, NORTHWIND, PARENT, REVERT, TRANSFER, ended, fill_transfer, key_of,
    refusals_are_expected, review_transfer, sign_in, transfers,
};

async fn nothing_moved(desk: &Desk) -> Result<()> {
    assert_eq!(transfers(desk).await?, 0);
    assert_eq!(desk.sandbox.balance("reseller:5678").await?, "61.613");
    assert_eq!(desk.sandbox.balance("child:4002").await?, "10");
    Ok(())
}

#[test]
fn what_cannot_be_paid_is_refused_at_the_preview() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "1000").await?;
        let quote = desk.css(".quote");
        quote
            .shows("Your balance does not cover these minutes.")
            .await?;
        quote.shows("Nothing was moved.").await?;
        desk.button("Review transfer").click().await?;
        desk.css("#minutes-error")
            .shows("Your balance does not cover these minutes.")
            .await?;
        desk.field("Rate charged per minute").fill("0.05").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css("#rate-error")
            .shows("below what you pay per minute")
            .await?;
        desk.heading("Check and confirm").gone().await?;
        nothing_moved(desk).await
    });
}

#[test]
fn a_transfer_refused_at_the_end_returns_to_its_form() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        let refused = async || {
            let alert = desk.role("alert").nth(0);
            alert
                .shows("Your balance does not cover these minutes.")
                .await?;
            alert.shows("Nothing was moved.").await?;
            desk.field("Minutes").holds("20").await?;
            desk.css("#minutes-error").seen().await?;
            assert_eq!(transfers(desk).await?, 0);
            anyhow::Ok(())
        };
        // Somebody else spends the balance between the review and the confirmation: the last look at the figures shows it.
        review_transfer(desk, "Beta Co", "20").await?;
        let (poor, rich) = (json!({ "balance": "1" }), json!({ "balance": "61.613" }));
        desk.sandbox.set(json!({ "reseller": &poor })).await?;
        Kind::Transfer.confirm(desk, 20).click().await?;
        refused().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // Then between that look and the request itself, so that only the backend can say no.
        desk.sandbox.set(json!({ "reseller": &rich })).await?;
        review_transfer(desk, "Beta Co", "20").await?;
        let slow = json!({ "fault": "delay", "delay_ms": 1500 });
        Kind::Transfer.fault(desk, slow).await?;
        Kind::Transfer.confirm(desk, 20).click().await?;
        Kind::Transfer.has_asked(desk, 1).await?;
        desk.sandbox.set(json!({ "reseller": &poor })).await?;
        let key = key_of(desk, "sending").await?;
        refused().await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        ended(desk, &key, "refused").await
    });
}

#[test]
fn a_child_that_is_not_ours_is_refused() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        desk.field("Child organization").fill("4999").await?;
        desk.field("Rate charged per minute").fill("0.2").await?;
        desk.field("Minutes").fill("20").await?;
        desk.css("#child-hint")
            .shows("4999 is not in your list")
            .await?;
        desk.button("Review transfer").click().await?;
        desk.button("Transfer 20 minutes to 4999").click().await?;
        desk.css("#child-error")
            .shows("not one of your children")
            .await?;
        desk.role("alert")
            .nth(0)
            .shows("Nothing was moved.")
            .await?;
        desk.field("Child organization").fill("Nobody Ltd").await?;
        desk.css("#child-error")
            .shows("No child organization has this name")
            .await?;
        nothing_moved(desk).await
    });
}

#[test]
fn more_than_the_child_has_is_refused() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/revert?child=4002").await?;
        desk.field("Minutes").fill("51").await?;
        desk.css(".quote").shows("fewer unused minutes").await?;
        desk.css(".quote").shows("Nothing was moved.").await?;
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
            .shows("fewer unused minutes")
            .await?;
        desk.role("alert")
            .nth(0)
            .shows("Nothing was moved.")
            .await?;
        assert_eq!(desk.sandbox.movements("credit_revert").await?.len(), 0);
        assert_eq!(desk.sandbox.requests(REVERT).await?, 0);
        Ok(())
    });
}

#[test]
fn allocations_are_made_and_refused() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/allocate").await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("5000").await?;
        desk.field("Description").fill("Q3 budget top-up").await?;
        desk.css("#description-hint")
            .shows("16 of 500 characters")
            .await?;
        desk.button("Add a row").click().await?;
        desk.field("Name 1").fill("invoice").await?;
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

        // 402: more than the prepaid credits that are left.
        desk.button("New allocation").click().await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("401").await?;
        desk.css(".quote")
            .shows("Your balance would fall below zero.")
            .await?;
        desk.button("Review allocation").click().await?;
        desk.button("Allocate 401 credits to Northwind Studio")
            .click()
            .await?;
        desk.css("#credits-error")
            .shows("Your prepaid credits do not cover this.")
            .await?;
        desk.role("alert")
            .nth(0)
            .shows("Nothing was moved.")
            .await?;
        assert_eq!(
            desk.sandbox.balance(&format!("prepaid:{PARENT}")).await?,
            "400"
        );

        // 404: not one of ours.
        desk.field("Credits").fill("1").await?;
        desk.field("Organization")
            .fill("org_99999999-8b9c-4d0e-9f2a-3b4c5d6e7f80")
            .await?;
        desk.css(".quote").shows("not one of your children").await
    });
}

/// What the sandbox answers to a transfer, and what the person reads.
async fn told(desk: &Desk, fault: Value, words: &[&str]) -> Result<()> {
    review_transfer(desk, "Beta Co", "20").await?;
    desk.sandbox.fault(fault).await?;
    desk.button("Transfer 20 minutes to Beta Co")
        .click()
        .await?;
    for words in words {
        desk.role("alert").nth(0).shows(words).await?;
    }
    Ok(())
}

#[test]
fn every_definite_answer_is_a_sentence_and_nothing_moved() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        let status = |status: u16, body: Value| json!({ "route": TRANSFER, "fault": "status", "status": status, "body": body });
        let nothing = "Nothing was moved.";
        told(
            desk,
            status(401, json!({ "error": "unauthorized" })),
            &["did not accept the key", nothing, "Sign in again"],
        )
        .await?;
        // Another key could still carry it out; who does not want that has the form back.
        let waiting = desk.css(".unknown");
        waiting.has("data-state", "key-needed").await?;
        waiting.shows("Waiting for a key").await?;
        desk.link("Give the key").seen().await?;
        desk.button("Back to the form").click().await?;
        desk.field("Minutes").holds("20").await?;
        let alert = desk.role("alert").nth(0);
        alert.shows("did not accept the key").await?;
        alert.shows(nothing).await?;
        told(
            desk,
            status(403, json!({ "error": "forbidden" })),
            &["does not belong to a reseller", nothing],
        )
        .await?;
        told(
            desk,
            status(405, json!({})),
            &["does not offer this", nothing],
        )
        .await?;
        told(
            desk,
            status(
                422,
                json!({ "error": "invalid_request", "error_description": "minutes: too many" }),
            ),
            &[
                "did not accept what the form says",
                nothing,
                "minutes: too many",
            ],
        )
        .await?;
        let limited = json!({ "route": TRANSFER, "fault": "status", "status": 429, "body": {}, "retry_after": 7 });
        told(
            desk,
            limited,
            &["too many requests", nothing, "in 7 seconds"],
        )
        .await?;
        let declined =
            json!({ "success": false, "plan_expire": true, "error": "Insufficient balance" });
        told(
            desk,
            json!({ "route": TRANSFER, "fault": "body", "status": 200, "body": declined }),
            &[
                "The balance does not cover this.",
                nothing,
                "Insufficient balance",
            ],
        )
        .await?;
        nothing_moved(desk).await
    });
}

#[test]
fn an_answer_that_proves_nothing_is_never_told_as_failed() {
    let quick = json!({ "reseller_api": { "settles_after_seconds": 1 } });
    Setup::default().config(quick).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        let unknown = "It is not known whether the movement was made.";
        let cases = [
            (
                json!({ "fault": "status", "status": 500, "body": { "error": "server_error" } }),
                "The backend failed.",
            ),
            (json!({ "fault": "garble" }), "could not be read"),
            (json!({ "fault": "truncate" }), "connection broke"),
        ];
        for (mut fault, words) in cases {
            fault["route"] = json!(TRANSFER);
            told(desk, fault, &[words, unknown, "Until that is known"]).await?;
            desk.css("aside.unresolved").seen().await?;
            desk.css(".absent").seen().await?;
            desk.css("aside.unresolved").gone().await?;
            desk.button("Put it aside").click().await?;
        }
        nothing_moved(desk).await
    });
}

#[test]
fn a_dropped_allocation_is_asked_again_and_made_once() {
    journey(async |desk| {
        refusals_are_expected(desk);
        desk.sandbox
            .settings(json!({ "connections": "close" }))
            .await?;
        sign_in(desk, "/allocate").await?;
        Kind::Allocation.review(desk, 500).await?;
        let dropped = json!({ "fault": "drop_after" });
        Kind::Allocation.fault(desk, dropped).await?;
        Kind::Allocation.confirm(desk, 500).click().await?;
        let unknown = desk.css(".unknown");
        unknown
            .shows("It is not known whether the movement was made.")
            .await?;
        desk.button("Ask again now").seen().await?;
        desk.css(".receipt").shows("it was made once").await?;
        assert_eq!(
            desk.sandbox
                .balance(&format!("prepaid:{NORTHWIND}"))
                .await?,
            "500"
        );
        assert_eq!(desk.sandbox.requests(ALLOCATE).await?, 2);
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await
    });
}
