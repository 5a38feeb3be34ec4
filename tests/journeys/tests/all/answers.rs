//! Whatever the backend answers becomes a sentence, which says whether anything moved.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::{Value, json};

use crate::steps::{
    ALLOCATE, Kind, NORTHWIND, TRANSFER, ended, key_of, nothing_moved, refusals_are_expected,
    review_transfer, sign_in, take_notes, was_shown,
};

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
        let nothing = "No credits moved.";
        told(
            desk,
            status(401, json!({ "error": "unauthorized" })),
            &["Invalid API key", nothing, "Enter a valid key"],
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
        alert.shows("Invalid API key").await?;
        alert.shows(nothing).await?;
        told(
            desk,
            status(403, json!({ "error": "forbidden" })),
            &["isn't for a reseller", nothing],
        )
        .await?;
        told(
            desk,
            status(405, json!({})),
            &["Not supported by this service", nothing],
        )
        .await?;
        told(
            desk,
            status(
                422,
                json!({ "error": "invalid_request", "error_description": "minutes: too many" }),
            ),
            &["Some details aren't valid", nothing, "minutes: too many"],
        )
        .await?;
        let limited = json!({ "route": TRANSFER, "fault": "status", "status": 429, "body": {}, "retry_after": 7 });
        told(
            desk,
            limited,
            &["Too many requests", nothing, "in 7 seconds"],
        )
        .await?;
        let declined =
            json!({ "success": false, "plan_expire": true, "error": "Insufficient balance" });
        told(
            desk,
            json!({ "route": TRANSFER, "fault": "body", "status": 200, "body": declined }),
            &["Insufficient balance.", nothing, "Insufficient balance"],
        )
        .await?;
        nothing_moved(desk).await
    });
}

#[test]
fn an_answer_that_proves_nothing_is_never_told_as_failed() {
    let quick = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 3 } });
    Setup::default().config(quick).journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/transfer").await?;
        let unknown = "We don't know yet whether this went through.";
        let cases = [
            (
                json!({ "fault": "status", "status": 500, "body": { "error": "server_error" } }),
                "Service error.",
            ),
            (json!({ "fault": "garble" }), "Unreadable response"),
            (json!({ "fault": "truncate" }), "Can't reach the service"),
        ];
        for (mut fault, words) in cases {
            fault["route"] = json!(TRANSFER);
            review_transfer(desk, "Beta Co", "20").await?;
            desk.sandbox.fault(fault).await?;
            take_notes(desk).await?;
            Kind::Transfer.confirm(desk, 20).click().await?;
            for words in [words, unknown, "until we do"] {
                was_shown(desk, words).await?;
            }
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
            .shows("We don't know yet whether this went through.")
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
