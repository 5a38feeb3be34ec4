//! Interruptions while a movement is in progress: the page is reloaded or left, its tab closed, the network or the
//! service goes away, the user signs out. In every case the movement resumes and never completes twice.

use anyhow::Result;
use credit_desk_journeys::{Desk, journey};
use serde_json::json;

use crate::steps::{
    Kind, LOG, PENDING, allow_failed_requests, asks_before_leaving, assert_outcome,
    completed_count, enter_keys, open_screen, requests_with_key, sign_in, sign_in_as_other_account,
    submission_key, unknown::setup_with_short_timeouts,
};

/// Signs in again after the API keys were discarded. Until then the banner announces the pending movement without any
/// details.
async fn sign_in_again(desk: &Desk, key: &str) -> Result<()> {
    desk.heading("Sign in").seen().await?;
    let banner = desk.css("aside.unresolved");
    banner.shows(PENDING).await?;
    assert!(!banner.read().await?.contains(key));
    enter_keys(desk).await
}

#[test]
fn a_reload_while_sending_resumes_the_movement() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            // Some browsers abort the request before the page is gone, which may then still find the entry in the log.
            desk.sandbox
                .fault(json!({ "route": LOG, "fault": "status", "status": 503, "count": null }))
                .await?;
            desk.reload().await?;
            desk.heading("Sign in").seen().await?;
            desk.sandbox.clear_faults().await?;
            sign_in_again(desk, &key).await?;
            assert_outcome(desk, &key, "done").await?;
            // A service that recognizes keys got the request again with the same key; otherwise its log was searched.
            let sent = match kind {
                Kind::Transfer => 1,
                Kind::Allocation => 2,
            };
            assert_eq!(requests_with_key(desk, &key).await?.len(), sent);
            kind.wait_for_requests(desk, sent as u64).await?;
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_tab_closed_while_sending_resumes_in_a_new_tab() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        // The browser quits with its last tab.
        desk.open_tab("/config.json").await?;
        for kind in Kind::BOTH {
            desk.open_tab("/").await?;
            enter_keys(desk).await?;
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.close_tab().await?;
            desk.open_tab(kind.path()).await?;
            sign_in_again(desk, &key).await?;
            kind.assert_completed_once(desk, &key).await?;
            // Otherwise this tab would take over the next movement.
            desk.close_tab().await?;
        }
        Ok(())
    });
}

/// Leaves the portal's document and goes back to it.
async fn leave_and_go_back(desk: &Desk) -> Result<()> {
    desk.goto("/config.json").await?;
    desk.back().await
}

#[test]
fn going_back_to_the_page_shows_nothing_before_sign_in() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        // config.json has no icon.
        desk.allow_console_error("favicon.ico");
        // Catches account data that is painted after the page is restored and before it restarts.
        const WATCH: &str = "
            addEventListener('pageshow', () => {
                const text = document.body.innerText;
                const isShown = getComputedStyle(document.body).display !== 'none';
                if (isShown && (text.includes('61.613') || text.includes('Beta Co'))) sessionStorage.setItem('seen', text);
            });";
        desk.before_every_page(WATCH).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        leave_and_go_back(desk).await?;
        desk.heading("Sign in").seen().await?;
        let page = desk.js("return document.body.innerHTML").await?.to_string();
        for detail in ["61.613", "Beta Co", "4002"] {
            assert!(!page.contains(detail), "{detail} is in {page}");
        }
        assert_eq!(desk.js("return sessionStorage.getItem('seen')").await?, json!(null));
        // The draft is kept for this account; nothing was confirmed.
        enter_keys(desk).await?;
        desk.field("Minutes").holds("20").await?;
        desk.button("Review transfer").click().await?;
        kind.confirm_button(desk, 20).double_click().await?;
        let key = submission_key(desk, "receipt").await?;
        leave_and_go_back(desk).await?;
        desk.heading("Sign in").seen().await?;
        enter_keys(desk).await?;
        assert_outcome(desk, &key, "done").await?;
        kind.wait_for_requests(desk, 1).await?;
        assert_eq!(completed_count(desk, kind).await?, 1);
        Ok(())
    });
}

#[test]
fn leaving_the_page_while_sending_resumes_the_movement() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        // The back/forward cache may or may not keep the page: both must work.
        for kind in Kind::BOTH {
            let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
            kind.fault(desk, slow).await?;
            kind.send(desk, 21).await?;
            let key = submission_key(desk, "sending").await?;
            desk.until("the request", async || {
                Ok(!requests_with_key(desk, &key).await?.is_empty())
            })
            .await?;
            leave_and_go_back(desk).await?;
            sign_in_again(desk, &key).await?;
            assert_outcome(desk, &key, "done").await?;
        }
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 1);
        assert_eq!(completed_count(desk, Kind::Allocation).await?, 1);
        Ok(())
    });
}

#[test]
fn losing_the_network_while_sending_resumes_the_movement() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            // The network fails after the request was sent, and the response is lost with it.
            let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
            kind.fault(desk, lost).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.offline(true).await?;
            desk.css(".unknown").shows("an unknown status").await?;
            desk.css(&format!("main section[data-key='{key}']"))
                .seen()
                .await?;
            desk.offline(false).await?;
            assert_eq!(submission_key(desk, "receipt").await?, key);
            kind.assert_completed_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn confirming_offline_warns_first_and_resolves_once_online() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for (kind, end) in [(Kind::Transfer, "absent"), (Kind::Allocation, "done")] {
            kind.open(desk).await?;
            kind.review(desk, 20).await?;
            desk.offline(true).await?;
            kind.confirm_button(desk, 20).click().await?;
            desk.css(".review .asks.not-read")
                .shows("Nothing was sent")
                .await?;
            // Confirming again makes an attempt that may have moved something, as far as the portal can know.
            kind.confirm_button(desk, 20).click().await?;
            desk.css(".unknown").shows("an unknown status").await?;
            let key = submission_key(desk, "unknown").await?;
            assert_eq!(desk.sandbox.requests(kind.route()).await?, 0);
            desk.offline(false).await?;
            assert_outcome(desk, &key, end).await?;
            assert_eq!(
                completed_count(desk, kind).await?,
                usize::from(end == "done")
            );
        }
        Ok(())
    });
}

#[test]
fn a_service_restart_after_the_commit_is_resolved() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.until("the movement", async || {
                Ok(completed_count(desk, kind).await? == 1)
            })
            .await?;
            desk.sandbox.stop()?;
            desk.css(".unknown").seen().await?;
            desk.css(&format!("main section[data-key='{key}']"))
                .seen()
                .await?;
            desk.sandbox.start_again().await?;
            kind.assert_completed_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn a_service_restart_before_the_commit_is_resolved() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for (kind, end) in [(Kind::Transfer, "absent"), (Kind::Allocation, "done")] {
            let stuck = json!({ "fault": "delay", "delay_ms": 15_000 });
            kind.fault(desk, stuck).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.sandbox.restart().await?;
            assert_outcome(desk, &key, end).await?;
            assert_eq!(
                completed_count(desk, kind).await?,
                usize::from(end == "done")
            );
        }
        Ok(())
    });
}

#[test]
fn signing_out_while_sending_loses_no_response() {
    setup_with_short_timeouts().journey(async |desk| {
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
            kind.fault(desk, slow).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.button("Sign out").click().await?;
            desk.heading("Sign in").seen().await?;
            desk.css("aside.unresolved").shows(PENDING).await?;
            // The response arrives while no one is signed in.
            desk.css("aside.unresolved").gone().await?;
            enter_keys(desk).await?;
            assert_outcome(desk, &key, "done").await?;
            kind.wait_for_requests(desk, 1).await?;
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_movement_pending_at_sign_out_waits_for_the_same_account() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for (kind, account) in [
            (Kind::Transfer, "5678"),
            (Kind::Allocation, "org_00000000-0000-4000-8000-000000000001"),
        ] {
            let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
            kind.fault(desk, lost).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.button("Sign out").click().await?;
            let banner = desk.css("aside.unresolved");
            banner.shows(PENDING).await?;
            assert_eq!(desk.css("aside.unresolved a").count().await?, 0);
            let page = desk.js("return document.body.innerText").await?.to_string();
            assert!(!page.contains(account), "{page}");

            // Another account has its own form and sees nothing of this movement.
            sign_in_as_other_account(desk).await?;
            kind.open(desk).await?;
            desk.css("form.movement").seen().await?;
            assert_eq!(desk.css("main .unknown").count().await?, 0);
            banner.shows(PENDING).await?;
            open_screen(desk, "Activity").await?;
            desk.heading("Activity").seen().await?;
            let shown = format!("article.submission[data-key='{key}']");
            assert_eq!(desk.css(&shown).count().await?, 0);
            kind.wait_for_requests(desk, 1).await?;
            desk.button("Sign out").click().await?;

            // With the same account it resumes automatically.
            enter_keys(desk).await?;
            kind.assert_completed_once(desk, &key).await?;
            for request in requests_with_key(desk, &key).await? {
                assert_eq!(request["method"], "POST", "{request}");
            }
        }
        Ok(())
    });
}

#[test]
fn the_page_asks_before_it_is_left_while_a_response_is_due() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        assert!(!asks_before_leaving(desk).await?, "nothing is in progress");
        let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
        Kind::Transfer.fault(desk, slow).await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".sending").seen().await?;
        assert!(asks_before_leaving(desk).await?, "a response is due");
        desk.css(".receipt").seen().await?;
        assert!(
            !asks_before_leaving(desk).await?,
            "the response has arrived"
        );
        Ok(())
    });
}
