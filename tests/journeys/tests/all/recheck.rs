//! Confirming rechecks the amounts that were reviewed and looks for duplicates. It may ask for another confirmation,
//! but never declines anything.

use anyhow::Result;
use credit_desk_journeys::{Desk, journey};
use serde_json::json;

use crate::steps::{
    Kind, LOG, NORTHWIND, REVERT, TRANSFER, allow_failed_requests, assert_outcome, completed_count,
    open_screen, sign_in, submission_key, transfer_outside_portal,
};

#[test]
fn a_possible_duplicate_asks_first_and_is_never_declined() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let duplicate = desk.css(".review .asks.alike");
            for round in 0..3 {
                kind.open(desk).await?;
                kind.review(desk, 20).await?;
                kind.confirm_button(desk, 20).click().await?;
                if round > 0 {
                    duplicate.shows("Nothing was sent").await?;
                    duplicate.shows("by you").await?;
                    assert_eq!(
                        desk.role("listitem").within(&duplicate).count().await?,
                        round
                    );
                    kind.wait_for_requests(desk, round as u64).await?;
                    kind.confirm_button(desk, 20).click().await?;
                }
                let key = submission_key(desk, "receipt").await?;
                assert_outcome(desk, &key, "done").await?;
            }
            // Another amount is not a duplicate.
            kind.open(desk).await?;
            kind.review(desk, 21).await?;
            kind.confirm_button(desk, 21).click().await?;
            desk.css(".receipt").seen().await?;
            assert_eq!(completed_count(desk, kind).await?, 4);
        }
        Ok(())
    });
}

#[test]
fn a_duplicate_made_outside_the_portal_is_found_in_the_log() {
    journey(async |desk| {
        transfer_outside_portal(desk, 20).await?;
        let movements = desk.sandbox.movements("credit_transfer").await?;
        let row = movements.last().expect("the transfer is in the ledger")["log_id"].clone();
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        kind.confirm_button(desk, 20).click().await?;
        let duplicate = desk.css(".review .asks.alike");
        duplicate.shows("by someone else").await?;
        duplicate.shows(&format!("entry {row} in the log")).await?;
        kind.wait_for_requests(desk, 1).await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(completed_count(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn changed_amounts_are_shown_old_and_new_before_anything_is_sent() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let (review, changed) = (desk.css(".review"), desk.css(".review .asks.changed"));
        // In the meantime, the child and the reseller have both spent something.
        desk.sandbox
            .set(
                json!({ "child": { "id": 4002, "balance": "8" }, "reseller": { "balance": "60" } }),
            )
            .await?;
        kind.confirm_button(desk, 20).click().await?;
        changed.shows("Nothing was sent").await?;
        for amount in ["$61.613", "$59.813", "$10.00", "$14.00"] {
            changed.shows(amount).await?;
        }
        for amount in ["$60.00", "$58.20", "$8.00", "$12.00"] {
            review.shows(amount).await?;
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // A changed price asks every time, unlike a changed balance.
        desk.sandbox
            .set(json!({ "reseller": { "rate": "0.1" } }))
            .await?;
        kind.confirm_button(desk, 20).click().await?;
        changed.shows("$58.20").await?;
        review.shows("$58.00").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // Changed balances ask only once, since they may change all the time.
        desk.sandbox
            .set(json!({ "reseller": { "balance": "59" } }))
            .await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "receipt").await?;
        kind.assert_completed_once(desk, &key).await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "57");
        Ok(())
    });
}

#[test]
fn the_receipt_is_compared_with_the_amounts_the_user_saw() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let set_balance = async |balance: &str| {
            let child = json!({ "child": { "id": 4002, "balance": balance } });
            desk.sandbox.set(child).await
        };
        set_balance("8").await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".review .asks.changed").seen().await?;
        desk.css(".review").shows("$12.00").await?;
        // Balances ask only once, so this is sent although the user has not seen these amounts.
        set_balance("7").await?;
        kind.confirm_button(desk, 20).click().await?;
        let mismatch = desk.css(".receipt .notice.warning");
        mismatch.shows("differ from the preview").await?;
        mismatch.shows("$11.00").await?;
        mismatch.shows("$12.00 was expected").await
    });
}

#[test]
fn a_changed_child_rate_asks_before_a_revert() {
    journey(async |desk| {
        sign_in(desk, "/revert?child=4002").await?;
        desk.field("Minutes").fill("5").await?;
        desk.button("Review revert").click().await?;
        desk.css(".review").shows("$9.00").await?;
        desk.sandbox
            .set(json!({ "child": { "id": 4002, "rate": "0.25" } }))
            .await?;
        let confirm = desk.button("Revert 5 minutes from Beta Co");
        confirm.click().await?;
        desk.css(".review .asks.changed").shows("$9.00").await?;
        desk.css(".review").shows("$8.75").await?;
        assert_eq!(desk.sandbox.requests(REVERT).await?, 0);
        confirm.click().await?;
        desk.css(".receipt").shows("$8.75").await?;
        assert_eq!(desk.sandbox.balance("child:4002").await?, "8.75");
        assert_eq!(desk.sandbox.requests(REVERT).await?, 1);
        Ok(())
    });
}

#[test]
fn amounts_that_cannot_be_refreshed_ask_once() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let failing = json!({ "route": LOG, "fault": "status", "status": 500, "count": null });
        desk.sandbox.fault(failing).await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".review .asks.not-read")
            .shows("Nothing was sent")
            .await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await
    });
}

/// Confirms, and changes the ledger while the request is delayed before its commit.
async fn confirm_while(desk: &Desk, kind: Kind, change: serde_json::Value) -> Result<()> {
    let slow = json!({ "fault": "delay", "delay_ms": 1500 });
    kind.fault(desk, slow).await?;
    kind.confirm_button(desk, 20).click().await?;
    kind.wait_for_requests(desk, 1).await?;
    desk.sandbox.set(change).await.map(drop)
}

#[test]
fn the_receipt_warns_when_the_outcome_differs_from_the_quote() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let mismatch = desk.css(".receipt .notice.warning");
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let spent = json!({ "child": { "id": 4002, "balance": "7" } });
        confirm_while(desk, kind, spent).await?;
        mismatch.shows("differ from the preview").await?;
        mismatch.shows("$11.00").await?;
        mismatch.shows("$14.00 was expected").await?;
        mismatch.shows("Found once in the log").await?;
        assert_eq!(desk.css(".receipt .excess").count().await?, 0);
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;

        let kind = Kind::Allocation;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let bought = json!({ "organization": { "id": NORTHWIND, "prepaid": 100 } });
        confirm_while(desk, kind, bought).await?;
        mismatch.shows("120").await?;
        mismatch.shows("20 was expected").await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        open_screen(desk, "Overview").await
    });
}
