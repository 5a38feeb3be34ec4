//! Unknown outcomes: they are resolved automatically wherever the service can be read, and never lead to a second
//! movement.

use credit_desk_journeys::{Engine, Setup};
use serde_json::{Value, json};

use crate::steps::{
    Kind, TRANSFER, allow_failed_requests, assert_activity_matches_ledger, assert_outcome,
    completed_count, record_page_text, record_sent_bodies, requests_with_key, sent_bodies, sign_in,
    submission_key,
    unknown::{UNKNOWN_MESSAGE, after_commit, setup, status_fault, without_key_replay},
    was_shown,
};

/// A short timeout, so that tests don't wait longer for a response than necessary.
fn short_timeout() -> Setup {
    setup().config(json!({ "timeout_seconds": 3 }))
}

/// The reseller API, too, returns the first response again for a repeated key.
fn replaying() -> Setup {
    setup()
        .sandbox(["--reseller-idempotency", "replay"])
        .config(json!({ "reseller_api": { "replays_idempotency_keys": true } }))
}

/// Faults that leave the outcome unknown, each with its message. There is one more: see [`a_response_that_times_out`].
fn inconclusive_faults(engine: Engine) -> [(Value, &'static str); 5] {
    let broke = "Can't reach the service.";
    let garbled = "Unreadable response.";
    // WebKit returns what has arrived of an interrupted response.
    let cut_short = match engine {
        Engine::WebKit => garbled,
        Engine::Chromium | Engine::Firefox => broke,
    };
    [
        (status_fault(502), "Service error."),
        (json!({ "fault": "truncate" }), cut_short),
        (json!({ "fault": "garble" }), garbled),
        (json!({ "fault": "drop_before" }), broke),
        (json!({ "fault": "drop_after" }), broke),
    ]
}

#[test]
fn a_retry_has_the_same_key_and_bytes_where_keys_are_recognized() {
    replaying().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        record_page_text(desk).await?;
        for (size, (fault, words)) in (20..).zip(inconclusive_faults(desk.engine())) {
            let kind = Kind::Transfer;
            // Alternates whether the request took effect.
            let fault = if size % 2 == 0 {
                fault
            } else {
                after_commit(fault)
            };
            kind.fault(desk, fault).await?;
            kind.send(desk, size).await?;
            let key = submission_key(desk, "receipt").await?;
            was_shown(desk, words).await?;
            was_shown(desk, UNKNOWN_MESSAGE).await?;
            was_shown(desk, "retrying at").await?;
            assert_outcome(desk, &key, "done").await?;
            assert_eq!(requests_with_key(desk, &key).await?.len(), 2, "{words}");
            let bodies = sent_bodies(desk, &key).await?;
            assert!(
                bodies.len() == 2 && bodies[0] == bodies[1],
                "byte for byte the same: {bodies:?}"
            );
        }
        assert_eq!(
            completed_count(desk, Kind::Transfer).await?,
            inconclusive_faults(desk.engine()).len()
        );
        assert_activity_matches_ledger(desk).await.map(drop)
    });
}

#[test]
fn an_unknown_outcome_is_found_in_the_log_where_keys_are_ignored() {
    without_key_replay().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        record_page_text(desk).await?;
        let cases = inconclusive_faults(desk.engine())
            .into_iter()
            .filter(|(fault, _)| fault["fault"] != "drop_before");
        for (size, (fault, words)) in (20..).zip(cases) {
            let kind = Kind::Transfer;
            kind.fault(desk, after_commit(fault)).await?;
            kind.send(desk, size).await?;
            let key = submission_key(desk, "receipt").await?;
            was_shown(desk, words).await?;
            was_shown(desk, UNKNOWN_MESSAGE).await?;
            let receipt = desk.css(".receipt");
            receipt.shows("it's in the log").await?;
            let row = desk.sandbox.movements_of(&key).await?[0]["log_id"].clone();
            receipt.shows(&format!("Entry {row}, ")).await?;
            assert_outcome(desk, &key, "done").await?;
            let article = desk.css(&format!("article.submission[data-key='{key}']"));
            article.shows(&format!("Entry {row}, ")).await?;
            // It is never sent twice.
            assert_eq!(requests_with_key(desk, &key).await?.len(), 1);
        }
        Kind::Allocation
            .fault(desk, json!({ "fault": "drop_after" }))
            .await?;
        Kind::Allocation.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        desk.css(".receipt")
            .shows("it's in the wallet's history")
            .await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(requests_with_key(desk, &key).await?.len(), 1);
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 4);
        assert_activity_matches_ledger(desk).await.map(drop)
    });
}

#[test]
fn a_response_that_times_out() {
    short_timeout().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        record_page_text(desk).await?;
        for kind in Kind::BOTH {
            // Where keys are recognized, the second attempt overtakes the first, which then gets the same result.
            let after_commit = kind == Kind::Transfer;
            let late = json!({ "fault": "delay", "delay_ms": 6000, "after_commit": after_commit });
            kind.fault(desk, late).await?;
            kind.send(desk, 20).await?;
            let key = submission_key(desk, "receipt").await?;
            was_shown(desk, "The service timed out.").await?;
            was_shown(desk, UNKNOWN_MESSAGE).await?;
            desk.until("the first attempt to end", async || {
                let requests = requests_with_key(desk, &key).await?;
                Ok(requests.iter().all(|request| request["status"] == 200))
            })
            .await?;
            kind.assert_completed_once(desk, &key).await?;
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn absence_is_reported_only_once_proven_and_then_allows_a_new_submission() {
    without_key_replay().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.fault(desk, json!({ "fault": "drop_before" })).await?;
            kind.send(desk, 20).await?;
            let unknown = desk.css(".unknown");
            unknown.shows("We'll confirm after that").await?;
            let key = submission_key(desk, "unknown").await?;
            let offered = desk.role("button").within(&unknown).texts().await?;
            assert_eq!(offered, ["Check again"], "no new submission is offered yet");
            let absent = desk.css(".absent");
            absent.shows("as of").await?;
            assert_eq!(submission_key(desk, "absent").await?, key);
            desk.css("aside.unresolved").gone().await?;
            desk.button("Try again").click().await?;
            let (field, review) = match kind {
                Kind::Transfer => ("Minutes", "Review transfer"),
                Kind::Allocation => ("Credits", "Review allocation"),
            };
            desk.field(field).holds("20").await?;
            desk.button(review).click().await?;
            kind.confirm_button(desk, 20).click().await?;
            let other = submission_key(desk, "receipt").await?;
            assert_ne!(other, key, "safe to try again");
            assert_outcome(desk, &other, "done").await?;
            assert_outcome(desk, &key, "absent").await?;
            kind.wait_for_requests(desk, 2).await?;
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        assert_activity_matches_ledger(desk).await.map(drop)
    });
}

#[test]
fn a_request_that_takes_effect_late_is_waited_for() {
    let slow = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 9 } });
    short_timeout().config(slow).journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        record_page_text(desk).await?;
        let late = json!({ "fault": "delay", "delay_ms": 5500 });
        Kind::Transfer.fault(desk, late).await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".unknown").shows("The service timed out").await?;
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 0, "not yet");
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}
