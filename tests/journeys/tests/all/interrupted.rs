//! A movement is under way, and something comes between: the page is reloaded or left, its tab closed, the network or the backend
//! goes away, the person signs out. Whatever it was, the movement is taken up again, and made once.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::json;

use crate::steps::{
    Kind, PENDING, before_every_page, ended, give_keys, go, key_of, made, refusals_are_expected,
    requests_of, sign_in, sign_in_as_somebody_else,
};

/// A backend that closes its connections, so that nobody but the portal repeats a request.
fn setup() -> Setup {
    Setup::default()
        .sandbox(["--connections", "close"])
        .config(json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } }))
}

/// Signs in again after the keys were forgotten. Until then the banner announces the movement that is under way, and no more.
async fn come_back(desk: &Desk, key: &str) -> Result<()> {
    desk.heading("Sign in").seen().await?;
    let banner = desk.css("aside.unresolved");
    banner.shows(PENDING).await?;
    assert!(!banner.read().await?.contains(key));
    give_keys(desk).await
}

#[test]
fn a_reload_while_sending() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.reload().await?;
            come_back(desk, &key).await?;
            ended(desk, &key, "done").await?;
            // Where the backend knows the key it was asked again, with that key; elsewhere its log was read.
            let sent = match kind {
                Kind::Transfer => 1,
                Kind::Allocation => 2,
            };
            assert_eq!(requests_of(desk, &key).await?.len(), sent);
            kind.has_asked(desk, sent as u64).await?;
            assert_eq!(made(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_tab_closed_while_sending_and_opened_again() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        // A browser ends with its last tab.
        desk.open_tab("/config.json").await?;
        for kind in Kind::BOTH {
            desk.open_tab("/").await?;
            give_keys(desk).await?;
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.close_tab().await?;
            desk.open_tab(kind.path()).await?;
            come_back(desk, &key).await?;
            kind.is_made_once(desk, &key).await?;
            // Or it would go on with the next one.
            desk.close_tab().await?;
        }
        Ok(())
    });
}

/// Leaves the portal's document and comes back to it.
async fn leave_and_come_back(desk: &Desk) -> Result<()> {
    desk.goto("/config.json").await?;
    desk.back().await
}

#[test]
fn a_page_that_was_left_shows_nothing_to_whoever_goes_back() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        // This document has no icon.
        desk.allow_console_error("favicon.ico");
        // Whatever is painted after the page comes back, until it has started again.
        const WATCH: &str = "
            addEventListener('pageshow', () => {
                const text = document.body.innerText;
                const isShown = getComputedStyle(document.body).display !== 'none';
                if (isShown && (text.includes('61.613') || text.includes('Beta Co'))) sessionStorage.setItem('seen', text);
            });";
        before_every_page(desk, WATCH).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        leave_and_come_back(desk).await?;
        desk.heading("Sign in").seen().await?;
        let page = desk.js("return document.body.innerHTML").await?.to_string();
        for figure in ["61.613", "Beta Co", "4002"] {
            assert!(!page.contains(figure), "{figure} is in {page}");
        }
        assert_eq!(desk.js("return sessionStorage.getItem('seen')").await?, json!(null));
        // The draft is kept for this account; nothing was confirmed.
        give_keys(desk).await?;
        desk.field("Minutes").holds("20").await?;
        desk.button("Review transfer").click().await?;
        kind.confirm(desk, 20).double_click().await?;
        let key = key_of(desk, "receipt").await?;
        leave_and_come_back(desk).await?;
        desk.heading("Sign in").seen().await?;
        give_keys(desk).await?;
        ended(desk, &key, "done").await?;
        kind.has_asked(desk, 1).await?;
        assert_eq!(made(desk, kind).await?, 1);
        Ok(())
    });
}

#[test]
fn a_page_that_is_left_for_another_document_while_sending() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        // The back/forward cache may keep the page or not: both must end well.
        for kind in Kind::BOTH {
            let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
            kind.fault(desk, slow).await?;
            kind.send(desk, 21).await?;
            let key = key_of(desk, "sending").await?;
            desk.until("the request", async || {
                Ok(!requests_of(desk, &key).await?.is_empty())
            })
            .await?;
            leave_and_come_back(desk).await?;
            come_back(desk, &key).await?;
            ended(desk, &key, "done").await?;
        }
        assert_eq!(made(desk, Kind::Transfer).await?, 1);
        assert_eq!(made(desk, Kind::Allocation).await?, 1);
        Ok(())
    });
}

#[test]
fn a_network_that_goes_and_comes_back() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            // It goes after the request has left, and the answer with it.
            let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
            kind.fault(desk, lost).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.offline(true).await?;
            desk.css(".unknown")
                .shows("may or may not have been made")
                .await?;
            desk.css(&format!("main section[data-key='{key}']"))
                .seen()
                .await?;
            desk.offline(false).await?;
            assert_eq!(key_of(desk, "receipt").await?, key);
            kind.is_made_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn no_network_at_the_confirmation() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for (kind, end) in [(Kind::Transfer, "absent"), (Kind::Allocation, "done")] {
            kind.open(desk).await?;
            kind.review(desk, 20).await?;
            desk.offline(true).await?;
            kind.confirm(desk, 20).click().await?;
            desk.css(".review .asks.not-read")
                .shows("Nothing was sent")
                .await?;
            // Who insists has an attempt that may have moved something, for all that the portal can know.
            kind.confirm(desk, 20).click().await?;
            desk.css(".unknown")
                .shows("may or may not have been made")
                .await?;
            let key = key_of(desk, "unknown").await?;
            assert_eq!(desk.sandbox.requests(kind.route()).await?, 0);
            desk.offline(false).await?;
            ended(desk, &key, end).await?;
            assert_eq!(made(desk, kind).await?, usize::from(end == "done"));
        }
        Ok(())
    });
}

#[test]
fn a_backend_that_is_restarted_behind_the_commit() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.until("the movement", async || Ok(made(desk, kind).await? == 1))
                .await?;
            desk.sandbox.stop()?;
            desk.css(".unknown").seen().await?;
            desk.css(&format!("main section[data-key='{key}']"))
                .seen()
                .await?;
            desk.sandbox.start_again().await?;
            kind.is_made_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn a_backend_that_is_restarted_before_the_commit() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for (kind, end) in [(Kind::Transfer, "absent"), (Kind::Allocation, "done")] {
            let stuck = json!({ "fault": "delay", "delay_ms": 15_000 });
            kind.fault(desk, stuck).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.sandbox.restart().await?;
            ended(desk, &key, end).await?;
            assert_eq!(made(desk, kind).await?, usize::from(end == "done"));
        }
        Ok(())
    });
}

#[test]
fn a_sign_out_while_sending_loses_no_answer() {
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
            kind.fault(desk, slow).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.button("Sign out").click().await?;
            desk.heading("Sign in").seen().await?;
            desk.css("aside.unresolved").shows(PENDING).await?;
            // The answer comes while nobody is signed in.
            desk.css("aside.unresolved").gone().await?;
            give_keys(desk).await?;
            ended(desk, &key, "done").await?;
            kind.has_asked(desk, 1).await?;
            assert_eq!(made(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_sign_out_in_the_middle_waits_for_the_same_account() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for (kind, account) in [
            (Kind::Transfer, "5678"),
            (Kind::Allocation, "org_00000000-0000-4000-8000-000000000001"),
        ] {
            let lost = json!({ "fault": "drop_after", "delay_ms": 2500 });
            kind.fault(desk, lost).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.button("Sign out").click().await?;
            let banner = desk.css("aside.unresolved");
            banner.shows(PENDING).await?;
            assert_eq!(desk.css("aside.unresolved a").count().await?, 0);
            let page = desk.js("return document.body.innerText").await?.to_string();
            assert!(!page.contains(account), "{page}");

            // Another account has its own form, and sees nothing of this movement.
            sign_in_as_somebody_else(desk).await?;
            kind.open(desk).await?;
            desk.css("form.movement").seen().await?;
            assert_eq!(desk.css("main .unknown").count().await?, 0);
            banner.shows(PENDING).await?;
            go(desk, "Activity").await?;
            desk.heading("Activity").seen().await?;
            let shown = format!("article.submission[data-key='{key}']");
            assert_eq!(desk.css(&shown).count().await?, 0);
            kind.has_asked(desk, 1).await?;
            desk.button("Sign out").click().await?;

            // The same account: it goes on by itself.
            give_keys(desk).await?;
            kind.is_made_once(desk, &key).await?;
            for request in requests_of(desk, &key).await? {
                assert_eq!(request["method"], "POST", "{request}");
            }
        }
        Ok(())
    });
}

#[test]
fn the_page_asks_before_it_is_left_while_an_answer_is_due() {
    journey(async |desk| {
        let asks = async || {
            desk.js("return !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
                .await
        };
        sign_in(desk, "/").await?;
        assert_eq!(asks().await?, false, "nothing is under way");
        let slow = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
        Kind::Transfer.fault(desk, slow).await?;
        Kind::Transfer.send(desk, 20).await?;
        desk.css(".sending").seen().await?;
        assert_eq!(asks().await?, true, "an answer is due");
        desk.css(".receipt").seen().await?;
        assert_eq!(asks().await?, false, "it has come");
        Ok(())
    });
}
