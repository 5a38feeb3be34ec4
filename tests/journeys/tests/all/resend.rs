//! The browser's own resend: when a kept connection closes before any answer, Chromium sends the request once more by itself, and
//! the page sees the second answer only. Connections are kept alive here, as anywhere.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup};
use serde_json::json;

use crate::steps::{
    self, Kind, ended, give_keys, give_the_key, go, key_of, listen_in, made, refusals_are_expected,
    requests_of, sent, sign_in,
};

/// A backend that keeps connections alive, and a browser that sends again what it got no answer to.
fn setup() -> Setup {
    Setup::default().only(
        [Engine::Chromium, Engine::Firefox],
        "WebKit sends nothing again by itself",
    )
}

/// The page has sent this once, and the backend has heard it twice.
async fn was_repeated_by_the_browser(desk: &Desk, key: &str) -> Result<()> {
    assert_eq!(sent(desk, key).await?.len(), 1, "sent by the page");
    assert_eq!(
        requests_of(desk, key).await?.len(),
        2,
        "heard by the backend"
    );
    Ok(())
}

#[test]
fn where_keys_are_known_a_repeated_request_is_harmless() {
    setup()
        .sandbox(["--reseller-idempotency", "replay"])
        .config(json!({ "reseller_api": { "replays_idempotency_keys": true } }))
        .journey(async |desk| {
            refusals_are_expected(desk);
            listen_in(desk).await?;
            sign_in(desk, "/").await?;
            for kind in Kind::BOTH {
                kind.fault(desk, json!({ "fault": "drop_after" })).await?;
                kind.send(desk, 20).await?;
                let key = key_of(desk, "receipt").await?;
                was_repeated_by_the_browser(desk, &key).await?;
                assert_eq!(desk.css(".receipt .excess").count().await?, 0);
                kind.is_made_once(desk, &key).await?;
            }
            Ok(())
        });
}

#[test]
fn where_keys_are_ignored_a_doubled_transfer_is_noticed_and_can_be_taken_back() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let excess = desk.css(".receipt .excess");
        excess
            .shows("stands in the log 2 times, and was asked for once")
            .await?;
        let key = key_of(desk, "receipt").await?;
        was_repeated_by_the_browser(desk, &key).await?;
        let doubled = desk.sandbox.movements_of(&key).await?;
        assert_eq!(doubled.len(), 2, "by the browser, not by the portal");
        assert_eq!(desk.role("listitem").within(&excess).count().await?, 2);
        for movement in &doubled {
            let line = format!("Line {}, ", movement["log_id"]);
            excess.shows(&line).await?;
        }
        // The journal keeps that, too.
        go(desk, "Activity").await?;
        let told = desk.css(&format!("article.submission[data-key='{key}']"));
        told.shows("stands in the log 2 times, and was asked for once")
            .await?;
        desk.reload().await?;
        give_keys(desk).await?;
        told.shows("stands in the log 2 times, and was asked for once")
            .await?;

        // It stays in sight, here and in the next life of the page, until somebody has seen to it.
        let alarm = desk.css(&format!("aside.alarms li[data-key='{key}']"));
        go(desk, "Overview").await?;
        alarm.shows("stands in the log 2 times").await?;
        desk.link("Look into it").click().await?;
        desk.button("I have seen to it").click().await?;
        alarm.gone().await?;
        desk.reload().await?;
        give_keys(desk).await?;
        go(desk, "Activity").await?;
        told.shows("stands in the log 2 times").await?;
        assert_eq!(alarm.count().await?, 0, "and not any more");

        // The way back is prepared, and asks for a review as any revert does.
        told.has("data-state", "done").await?;
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
fn where_keys_are_ignored_a_doubled_revert_is_noticed_and_can_be_made_good() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/revert?child=4002").await?;
        desk.field("Minutes").fill("5").await?;
        desk.button("Review revert").click().await?;
        let dropped = json!({ "route": steps::REVERT, "fault": "drop_after" });
        desk.sandbox.fault(dropped).await?;
        desk.button("Revert 5 minutes from Beta Co").click().await?;
        let excess = desk.css(".receipt .excess");
        excess
            .shows("stands in the log 2 times, and was asked for once")
            .await?;
        desk.link("Transfer 5 minutes to Beta Co")
            .within(&excess)
            .click()
            .await?;
        desk.heading("Transfer").seen().await?;
        desk.field("Minutes").holds("5").await?;
        desk.field("Rate charged per minute").holds("0.20").await?;
        assert_eq!(desk.css(".review").count().await?, 0, "only prepared");
        desk.button("Review transfer").click().await?;
        Kind::Transfer.confirm(desk, 5).click().await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(desk.sandbox.balance("child:4002").await?, "9");
        Ok(())
    });
}

/// The service declined the request, and a person recognizes its entry in the log. Gives the request's key.
async fn is_recognized(desk: &Desk) -> Result<String> {
    let unknown = desk.css("main .unknown");
    unknown.shows("The service declined this request").await?;
    let key = key_of(desk, "unknown").await?;
    desk.button("This is it").within(&unknown).click().await?;
    assert_eq!(key_of(desk, "receipt").await?, key);
    Ok(key)
}

#[test]
fn a_no_to_the_repetition_is_not_told_as_a_no() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        // The balance covers it once.
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 400).await?;
        let key = is_recognized(desk).await?;
        was_repeated_by_the_browser(desk, &key).await?;
        ended(desk, &key, "decided-made").await?;

        // Once more as it may be in the busiest minute of the month.
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        let limited = json!({ "fault": "status", "status": 429, "retry_after": 1 });
        kind.fault(desk, limited).await?;
        kind.send(desk, 30).await?;
        let key = is_recognized(desk).await?;
        was_repeated_by_the_browser(desk, &key).await?;
        ended(desk, &key, "decided-made").await?;
        assert_eq!(made(desk, kind).await?, 2);
        Ok(())
    });
}

#[test]
fn a_key_that_is_refused_to_the_repetition_does_not_double_it_later() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.fault(desk, json!({ "fault": "drop_after" })).await?;
            kind.fault(desk, json!({ "fault": "status", "status": 401 }))
                .await?;
            kind.send(desk, 20).await?;
            let unknown = desk.css("main .unknown");
            unknown.has("data-state", "key-needed").await?;
            let key = key_of(desk, "unknown").await?;
            was_repeated_by_the_browser(desk, &key).await?;
            assert_eq!(made(desk, kind).await?, 1, "the first one was carried out");
            give_the_key(desk).await?;
            // Where the service does not recognize keys, only a person can tell its entry from a colleague's.
            match kind {
                Kind::Transfer => {
                    go(desk, "Transfer").await?;
                    assert_eq!(is_recognized(desk).await?, key);
                    ended(desk, &key, "decided-made").await?;
                    assert_eq!(made(desk, kind).await?, 1);
                }
                Kind::Allocation => kind.is_made_once(desk, &key).await?,
            }
        }
        Ok(())
    });
}

#[test]
fn a_repetition_that_lands_after_the_first_was_found_is_noticed_too() {
    let impatient = json!({ "timeout_seconds": 3, "reseller_api": { "settles_after_seconds": 9 } });
    setup().config(impatient).journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 6000 }))
            .await?;
        kind.send(desk, 20).await?;
        // The portal gives up waiting, and finds the first one in the log.
        let key = key_of(desk, "receipt").await?;
        was_repeated_by_the_browser(desk, &key).await?;
        desk.css(".receipt")
            .shows("stands in the log 2 times, and was asked for once")
            .await?;
        assert_eq!(made(desk, kind).await?, 2);
        go(desk, "Activity").await?;
        let told = desk.css(&format!("article.submission[data-key='{key}']"));
        told.shows("stands in the log 2 times, and was asked for once")
            .await
    });
}

#[test]
fn a_reload_before_the_log_was_searched_hides_no_doubled_movement() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        listen_in(desk).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        // The confirmation looks into the log once; whoever looks after it has to wait.
        let log = "GET /api/v1/reseller/credits/logs";
        for (delay_ms, count) in [(1, json!(1)), (15_000, json!(null))] {
            let slow =
                json!({ "route": log, "fault": "delay", "delay_ms": delay_ms, "count": count });
            desk.sandbox.fault(slow).await?;
        }
        kind.confirm(desk, 20).click().await?;
        desk.css(".receipt").shows("Searching the books").await?;
        let key = key_of(desk, "receipt").await?;
        was_repeated_by_the_browser(desk, &key).await?;
        assert_eq!(made(desk, kind).await?, 2);
        desk.reload().await?;
        desk.sandbox.no_faults().await?;
        give_keys(desk).await?;
        go(desk, "Activity").await?;
        let told = desk.css(&format!("article.submission[data-key='{key}']"));
        told.shows("stands in the log 2 times, and was asked for once")
            .await
    });
}
