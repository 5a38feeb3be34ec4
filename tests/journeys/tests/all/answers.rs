//! Every response becomes a message that says whether anything moved.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::{Value, json};

use crate::steps::{
    ALLOCATE, Kind, NORTHWIND, TRANSFER, allow_failed_requests, assert_nothing_moved,
    assert_outcome, record_page_text, review_transfer, sign_in, submission_key,
    unknown::UNKNOWN_MESSAGE, was_shown,
};

/// Confirms a transfer that the sandbox answers with this fault, and asserts that the user sees these texts.
async fn assert_messages(desk: &Desk, fault: Value, words: &[&str]) -> Result<()> {
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
fn every_definite_error_has_a_message_and_moves_nothing() {
    journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
        let status = |status: u16, body: Value| json!({ "route": TRANSFER, "fault": "status", "status": status, "body": body });
        let nothing = "No credits moved.";
        assert_messages(
            desk,
            status(401, json!({ "error": "unauthorized" })),
            &["Invalid API key", nothing, "Enter a valid key"],
        )
        .await?;
        // Another API key could still complete it. A user who doesn't want that can go back to the form.
        let waiting = desk.css(".unknown");
        waiting.has("data-state", "key-needed").await?;
        waiting.shows("Waiting for API key").await?;
        desk.link("Add API key").seen().await?;
        desk.button("Back to the form").click().await?;
        desk.field("Minutes").holds("20").await?;
        let alert = desk.role("alert").nth(0);
        alert.shows("Invalid API key").await?;
        alert.shows(nothing).await?;
        assert_messages(
            desk,
            status(403, json!({ "error": "forbidden" })),
            &["isn't for a reseller", nothing],
        )
        .await?;
        assert_messages(
            desk,
            status(405, json!({})),
            &["Not supported by this service", nothing],
        )
        .await?;
        assert_messages(
            desk,
            status(
                422,
                json!({ "error": "invalid_request", "error_description": "minutes: too many" }),
            ),
            &["Some details aren't valid", nothing, "minutes: too many"],
        )
        .await?;
        let limited = json!({ "route": TRANSFER, "fault": "status", "status": 429, "body": {}, "retry_after": 7 });
        assert_messages(
            desk,
            limited,
            &["Too many requests", nothing, "in 7 seconds"],
        )
        .await?;
        let declined =
            json!({ "success": false, "plan_expire": true, "error": "Insufficient balance" });
        assert_messages(
            desk,
            json!({ "route": TRANSFER, "fault": "body", "status": 200, "body": declined }),
            &["Insufficient balance.", nothing, "Insufficient balance"],
        )
        .await?;
        assert_nothing_moved(desk).await
    });
}

#[test]
fn an_inconclusive_response_is_never_reported_as_failed() {
    let quick = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 3 } });
    Setup::default().config(quick).journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/transfer").await?;
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
            record_page_text(desk).await?;
            Kind::Transfer.confirm_button(desk, 20).click().await?;
            for words in [words, UNKNOWN_MESSAGE, "until we do"] {
                was_shown(desk, words).await?;
            }
            desk.css(".absent").seen().await?;
            desk.css("aside.unresolved").gone().await?;
            desk.button("Dismiss").click().await?;
        }
        assert_nothing_moved(desk).await
    });
}

#[test]
fn a_dropped_allocation_is_retried_and_completes_once() {
    journey(async |desk| {
        allow_failed_requests(desk);
        desk.sandbox
            .settings(json!({ "connections": "close" }))
            .await?;
        sign_in(desk, "/allocate").await?;
        Kind::Allocation.review(desk, 500).await?;
        let dropped = json!({ "fault": "drop_after" });
        Kind::Allocation.fault(desk, dropped).await?;
        Kind::Allocation.confirm_button(desk, 500).click().await?;
        let unknown = desk.css(".unknown");
        unknown.shows(UNKNOWN_MESSAGE).await?;
        desk.button("Retry now").seen().await?;
        desk.css(".receipt").shows("applied once").await?;
        assert_eq!(
            desk.sandbox
                .balance(&format!("prepaid:{NORTHWIND}"))
                .await?,
            "500"
        );
        assert_eq!(desk.sandbox.requests(ALLOCATE).await?, 2);
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await
    });
}
