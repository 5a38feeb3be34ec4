//! The confirming step looks once more: at figures that have aged since the review, and at what looks just the same. It asks; it
//! refuses nothing.

use anyhow::Result;
use credit_desk_journeys::{Desk, journey};
use serde_json::json;

use crate::steps::{
    Kind, NORTHWIND, REVERT, TRANSFER, ended, go, key_of, made, refusals_are_expected, sign_in,
    somebody_transfers,
};

#[test]
fn what_looks_like_the_last_one_is_asked_about_and_never_refused() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let alike = desk.css(".review .asks.alike");
            for round in 0..3 {
                kind.open(desk).await?;
                kind.review(desk, 20).await?;
                kind.confirm(desk, 20).click().await?;
                if round > 0 {
                    alike.shows("Nothing was sent").await?;
                    alike.shows("from this browser").await?;
                    assert_eq!(desk.role("listitem").within(&alike).count().await?, round);
                    kind.has_asked(desk, round as u64).await?;
                    kind.confirm(desk, 20).click().await?;
                }
                let key = key_of(desk, "receipt").await?;
                ended(desk, &key, "done").await?;
            }
            // Another size is no look-alike.
            kind.open(desk).await?;
            kind.review(desk, 21).await?;
            kind.confirm(desk, 21).click().await?;
            desk.css(".receipt").seen().await?;
            assert_eq!(made(desk, kind).await?, 4);
        }
        Ok(())
    });
}

#[test]
fn what_somebody_else_has_just_made_is_found_in_the_log() {
    journey(async |desk| {
        somebody_transfers(desk, 20).await?;
        let movements = desk.sandbox.movements("credit_transfer").await?;
        let row = movements.last().expect("it was made")["log_id"].clone();
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        kind.confirm(desk, 20).click().await?;
        let alike = desk.css(".review .asks.alike");
        alike.shows("by somebody else, or elsewhere").await?;
        alike.shows(&format!("line {row} of the log")).await?;
        kind.has_asked(desk, 1).await?;
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(made(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn figures_that_have_changed_are_shown_old_and_new_before_anything_is_sent() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let (review, before) = (desk.css(".review"), desk.css(".review .asks.changed"));
        // The child has spent something meanwhile, and the reseller too.
        desk.sandbox
            .set(
                json!({ "child": { "id": 4002, "balance": "8" }, "reseller": { "balance": "60" } }),
            )
            .await?;
        kind.confirm(desk, 20).click().await?;
        before.shows("Nothing was sent").await?;
        for figure in ["$61.613", "$59.813", "$10.00", "$14.00"] {
            before.shows(figure).await?;
        }
        for figure in ["$60.00", "$58.20", "$8.00", "$12.00"] {
            review.shows(figure).await?;
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // The price is another matter than a balance: it is asked about every time.
        desk.sandbox
            .set(json!({ "reseller": { "rate": "0.1" } }))
            .await?;
        kind.confirm(desk, 20).click().await?;
        before.shows("$58.20").await?;
        review.shows("$58.00").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        // Balances that move all the time are asked about once, not for ever.
        desk.sandbox
            .set(json!({ "reseller": { "balance": "59" } }))
            .await?;
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "receipt").await?;
        kind.is_made_once(desk, &key).await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "57");
        Ok(())
    });
}

#[test]
fn the_receipt_is_held_against_the_figures_that_were_seen() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let has = async |balance: &str| {
            let child = json!({ "child": { "id": 4002, "balance": balance } });
            desk.sandbox.set(child).await
        };
        has("8").await?;
        kind.confirm(desk, 20).click().await?;
        desk.css(".review .asks.changed").seen().await?;
        desk.css(".review").shows("$12.00").await?;
        // Nobody is asked about balances for ever; nobody has seen these figures either.
        has("7").await?;
        kind.confirm(desk, 20).click().await?;
        let different = desk.css(".receipt .notice.warning");
        different.shows("not what was quoted").await?;
        different.shows("$11.00").await?;
        different.shows("$12.00 was quoted").await
    });
}

#[test]
fn a_rate_of_the_child_that_has_changed_is_a_changed_revert() {
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
fn figures_that_cannot_be_read_again_are_asked_about_once() {
    journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let log = "GET /api/v1/reseller/credits/logs";
        let failing = json!({ "route": log, "fault": "status", "status": 500, "count": null });
        desk.sandbox.fault(failing).await?;
        kind.confirm(desk, 20).click().await?;
        desk.css(".review .asks.not-read")
            .shows("Nothing was sent")
            .await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await
    });
}

/// Confirms, and changes something in the ledger while the request waits before its commit.
async fn confirm_while(desk: &Desk, kind: Kind, change: serde_json::Value) -> Result<()> {
    let slow = json!({ "fault": "delay", "delay_ms": 1500 });
    kind.fault(desk, slow).await?;
    kind.confirm(desk, 20).click().await?;
    kind.has_asked(desk, 1).await?;
    desk.sandbox.set(change).await.map(drop)
}

#[test]
fn the_receipt_tells_where_the_outcome_is_not_what_was_quoted() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let different = desk.css(".receipt .notice.warning");
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let spent = json!({ "child": { "id": 4002, "balance": "7" } });
        confirm_while(desk, kind, spent).await?;
        different.shows("not what was quoted").await?;
        different.shows("$11.00").await?;
        different.shows("$14.00 was quoted").await?;
        different.shows("stands in the log once").await?;
        assert_eq!(desk.css(".receipt .excess").count().await?, 0);
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;

        let kind = Kind::Allocation;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        let bought = json!({ "organization": { "id": NORTHWIND, "prepaid": 100 } });
        confirm_while(desk, kind, bought).await?;
        different.shows("120").await?;
        different.shows("20 was quoted").await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        go(desk, "Overview").await
    });
}
