//! Resends by the browser: when a kept-alive connection closes before a response, Chromium sends the request once more,
//! and the page sees only the second response. Connections are kept alive here, as in production.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup};
use serde_json::json;

use crate::steps::{
    self, Kind, LOG, add_missing_key, allow_failed_requests, assert_outcome, completed_count,
    enter_keys, open_screen, record_sent_bodies, requests_with_key, sent_bodies, sign_in,
    submission_key,
};

/// A service that keeps connections alive, and a browser that resends requests without a response.
fn setup() -> Setup {
    Setup::default().only(
        [Engine::Chromium, Engine::Firefox],
        "WebKit never resends a request",
    )
}

/// Asserts that the page sent this once and the service received it twice.
async fn assert_resent_by_browser(desk: &Desk, key: &str) -> Result<()> {
    assert_eq!(sent_bodies(desk, key).await?.len(), 1, "sent by the page");
    assert_eq!(
        requests_with_key(desk, key).await?.len(),
        2,
        "received by the service"
    );
    Ok(())
}

#[test]
fn a_resend_is_harmless_where_keys_are_recognized() {
    setup()
        .sandbox(["--reseller-idempotency", "replay"])
        .config(json!({ "reseller_api": { "replays_idempotency_keys": true } }))
        .journey(async |desk| {
            allow_failed_requests(desk);
            record_sent_bodies(desk).await?;
            sign_in(desk, "/").await?;
            for kind in Kind::BOTH {
                kind.fault(desk, json!({ "fault": "drop_after" })).await?;
                kind.send(desk, 20).await?;
                let key = submission_key(desk, "receipt").await?;
                assert_resent_by_browser(desk, &key).await?;
                assert_eq!(desk.css(".receipt .excess").count().await?, 0);
                kind.assert_completed_once(desk, &key).await?;
            }
            Ok(())
        });
}

#[test]
fn a_duplicated_transfer_is_detected_and_can_be_reverted_where_keys_are_ignored() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let extra_entries = desk.css(".receipt .excess");
        extra_entries
            .shows("appears in the log 2 times but was sent once")
            .await?;
        let key = submission_key(desk, "receipt").await?;
        assert_resent_by_browser(desk, &key).await?;
        let duplicates = desk.sandbox.movements_of(&key).await?;
        assert_eq!(duplicates.len(), 2, "by the browser, not by the portal");
        assert_eq!(
            desk.role("listitem").within(&extra_entries).count().await?,
            2
        );
        for movement in &duplicates {
            let line = format!("Entry {}, ", movement["log_id"]);
            extra_entries.shows(&line).await?;
        }
        // The journal records it, too.
        open_screen(desk, "Activity").await?;
        let article = desk.css(&format!("article.submission[data-key='{key}']"));
        article
            .shows("appears in the log 2 times but was sent once")
            .await?;
        desk.reload().await?;
        enter_keys(desk).await?;
        article
            .shows("appears in the log 2 times but was sent once")
            .await?;

        // The alert stays visible, also after a reload, until the user acknowledges it.
        let alert = desk.css(&format!("aside.alarms li[data-key='{key}']"));
        open_screen(desk, "Overview").await?;
        alert.shows("appears in the log 2 times").await?;
        desk.link("Review").click().await?;
        desk.button("Mark as resolved").click().await?;
        alert.gone().await?;
        desk.reload().await?;
        enter_keys(desk).await?;
        open_screen(desk, "Activity").await?;
        article.shows("appears in the log 2 times").await?;
        assert_eq!(alert.count().await?, 0, "the alert does not return");

        // The revert is prefilled and needs a review like any other.
        article.has("data-state", "done").await?;
        desk.link("Revert 20 minutes from Beta Co").click().await?;
        desk.heading("Revert").seen().await?;
        desk.field("Minutes").holds("20").await?;
        desk.button("Review revert").click().await?;
        desk.button("Revert 20 minutes from Beta Co")
            .click()
            .await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(desk.sandbox.balance("child:4002").await?, "14");
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "59.813");
        Ok(())
    });
}

#[test]
fn a_duplicated_revert_is_detected_and_can_be_undone_where_keys_are_ignored() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/revert?child=4002").await?;
        desk.field("Minutes").fill("5").await?;
        desk.button("Review revert").click().await?;
        let dropped = json!({ "route": steps::REVERT, "fault": "drop_after" });
        desk.sandbox.fault(dropped).await?;
        desk.button("Revert 5 minutes from Beta Co").click().await?;
        let extra_entries = desk.css(".receipt .excess");
        extra_entries
            .shows("appears in the log 2 times but was sent once")
            .await?;
        desk.link("Transfer 5 minutes to Beta Co")
            .within(&extra_entries)
            .click()
            .await?;
        desk.heading("Transfer").seen().await?;
        desk.field("Minutes").holds("5").await?;
        desk.field("Client rate per minute").holds("0.20").await?;
        assert_eq!(
            desk.css(".review").count().await?,
            0,
            "the form is only prefilled"
        );
        desk.button("Review transfer").click().await?;
        Kind::Transfer.confirm_button(desk, 5).click().await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(desk.sandbox.balance("child:4002").await?, "9");
        Ok(())
    });
}

/// After the service declined a request, marks its entry in the log as the user's own. Returns the request's key.
async fn pick_log_entry(desk: &Desk) -> Result<String> {
    let unknown = desk.css("main .unknown");
    unknown.shows("The service declined this request").await?;
    let key = submission_key(desk, "unknown").await?;
    desk.button("This one").within(&unknown).click().await?;
    assert_eq!(submission_key(desk, "receipt").await?, key);
    Ok(key)
}

#[test]
fn a_declined_resend_is_not_reported_as_declined() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        // The balance covers it only once.
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 400).await?;
        let key = pick_log_entry(desk).await?;
        assert_resent_by_browser(desk, &key).await?;
        assert_outcome(desk, &key, "decided-made").await?;

        // The same when the resent request hits a rate limit.
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        let limited = json!({ "fault": "status", "status": 429, "retry_after": 1 });
        kind.fault(desk, limited).await?;
        kind.send(desk, 30).await?;
        let key = pick_log_entry(desk).await?;
        assert_resent_by_browser(desk, &key).await?;
        assert_outcome(desk, &key, "decided-made").await?;
        assert_eq!(completed_count(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn a_resend_with_a_rejected_api_key_is_not_duplicated_later() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.fault(desk, json!({ "fault": "drop_after" })).await?;
            kind.fault(desk, json!({ "fault": "status", "status": 401 }))
                .await?;
            kind.send(desk, 20).await?;
            let unknown = desk.css("main .unknown");
            unknown.has("data-state", "key-needed").await?;
            let key = submission_key(desk, "unknown").await?;
            assert_resent_by_browser(desk, &key).await?;
            assert_eq!(
                completed_count(desk, kind).await?,
                1,
                "the first request completed"
            );
            add_missing_key(desk).await?;
            // Where the service does not recognize keys, only the user can tell its entry from a colleague's.
            match kind {
                Kind::Transfer => {
                    open_screen(desk, "Transfer").await?;
                    assert_eq!(pick_log_entry(desk).await?, key);
                    assert_outcome(desk, &key, "decided-made").await?;
                    assert_eq!(completed_count(desk, kind).await?, 1);
                }
                Kind::Allocation => kind.assert_completed_once(desk, &key).await?,
            }
        }
        Ok(())
    });
}

#[test]
fn a_resend_that_completes_after_the_first_was_found_is_detected() {
    let short_timeout =
        json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 9 } });
    setup().config(short_timeout).journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 6000 }))
            .await?;
        kind.send(desk, 20).await?;
        // The portal times out and finds the first one in the log.
        let key = submission_key(desk, "receipt").await?;
        assert_resent_by_browser(desk, &key).await?;
        desk.css(".receipt")
            .shows("appears in the log 2 times but was sent once")
            .await?;
        assert_eq!(completed_count(desk, kind).await?, 2);
        open_screen(desk, "Activity").await?;
        let article = desk.css(&format!("article.submission[data-key='{key}']"));
        article
            .shows("appears in the log 2 times but was sent once")
            .await
    });
}

#[test]
fn a_reload_before_the_log_is_searched_hides_no_duplicate() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        record_sent_bodies(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        // The confirmation reads the log once; all later reads are delayed.
        for (delay_ms, count) in [(1, json!(1)), (15_000, json!(null))] {
            let slow =
                json!({ "route": LOG, "fault": "delay", "delay_ms": delay_ms, "count": count });
            desk.sandbox.fault(slow).await?;
        }
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".receipt").shows("Checking the log").await?;
        let key = submission_key(desk, "receipt").await?;
        assert_resent_by_browser(desk, &key).await?;
        assert_eq!(completed_count(desk, kind).await?, 2);
        desk.reload().await?;
        desk.sandbox.clear_faults().await?;
        enter_keys(desk).await?;
        open_screen(desk, "Activity").await?;
        let article = desk.css(&format!("article.submission[data-key='{key}']"));
        article
            .shows("appears in the log 2 times but was sent once")
            .await
    });
}
