//! Several tabs of one browser: one handles a movement, the others watch, and none sends what another has sent.

use anyhow::Result;
use credit_desk_journeys::Desk;
use serde_json::json;

use crate::steps::{
    Kind, PENDING, allow_failed_requests, assert_outcome, completed_count, enter_keys, open_screen,
    requests_with_key, sign_in, submission_key, unknown::setup_with_short_timeouts,
};

/// Delays the next response by this many milliseconds, after the commit.
async fn delay_response_by(desk: &Desk, kind: Kind, ms: u32) -> Result<()> {
    let slow = json!({ "fault": "delay", "delay_ms": ms, "after_commit": true });
    kind.fault(desk, slow).await
}

/// Asserts that this tab only watches the submission: it says so and offers no action.
async fn assert_only_watches(desk: &Desk, key: &str) -> Result<()> {
    let unknown = desk.css(&format!("main .unknown[data-key='{key}']"));
    unknown.shows("Another tab is handling this").await?;
    let offered = desk.role("button").within(&unknown);
    assert_eq!(offered.texts().await?, Vec::<String>::new());
    unknown.shows("is being handled in another tab").await
}

#[test]
fn locking_or_signing_out_in_one_tab_applies_to_all() {
    setup_with_short_timeouts().journey(async |desk| {
        for (button, shown) in [("Lock", "Locked"), ("Sign out", "Sign in")] {
            sign_in(desk, "/transfer").await?;
            Kind::Transfer.review(desk, 20).await?;
            desk.open_tab("/log").await?;
            enter_keys(desk).await?;
            desk.button(button).click().await?;
            desk.heading(shown).seen().await?;
            desk.tab(0).await?;
            desk.heading(shown).seen().await?;
            let page = desk.js("return document.body.innerHTML").await?.to_string();
            assert!(!page.contains("61.613"), "a balance is left in {page}");
            desk.tab(1).await?;
            desk.close_tab().await?;
        }
        Ok(())
    });
}

/// Opens this tab's page in another tab, with a copy of its session storage. Browsers allow that only on a click.
async fn duplicate_tab(desk: &Desk) -> Result<()> {
    const ADD: &str = "
        const button = document.createElement('button');
        button.id = 'duplicate';
        button.textContent = 'Duplicate this tab';
        button.addEventListener('click', () => {
            button.remove();
            window.open(location.href);
        });
        document.body.append(button);";
    desk.js(ADD).await?;
    desk.css("#duplicate").click().await
}

#[test]
fn a_duplicated_tab_has_nothing_to_send() {
    setup_with_short_timeouts().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        duplicate_tab(desk).await?;
        desk.tab(1).await?;
        enter_keys(desk).await?;
        desk.field("Minutes").holds("").await?;
        assert_eq!(
            desk.css(".review").count().await?,
            0,
            "the review is not duplicated"
        );

        desk.tab(0).await?;
        delay_response_by(desk, kind, 6000).await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "sending").await?;
        // Another duplicate, of a tab that is sending: it asks for the keys, then watches.
        duplicate_tab(desk).await?;
        desk.tab(1).await?;
        assert_only_watches(desk, &key).await?;
        let text = desk.css(".unknown").read().await?;
        assert!(
            !text.contains("The page closed"),
            "it is still open elsewhere: {text}"
        );
        desk.tab(2).await?;
        enter_keys(desk).await?;
        assert_only_watches(desk, &key).await?;
        assert_outcome(desk, &key, "done").await?;
        for tab in [1, 0] {
            desk.tab(tab).await?;
            assert_outcome(desk, &key, "done").await?;
        }
        kind.wait_for_requests(desk, 1).await?;
        assert_eq!(completed_count(desk, kind).await?, 1);
        Ok(())
    });
}

#[test]
fn the_same_movement_reviewed_in_two_tabs_is_sent_once() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        desk.open_tab("/").await?;
        enter_keys(desk).await?;
        for kind in Kind::BOTH {
            for tab in [1, 0] {
                desk.tab(tab).await?;
                kind.open(desk).await?;
                kind.review(desk, 20).await?;
            }
            delay_response_by(desk, kind, 3000).await?;
            kind.confirm_button(desk, 20).click().await?;
            let key = submission_key(desk, "sending").await?;
            desk.tab(1).await?;
            assert_only_watches(desk, &key).await?;
            // It is resolved there, so this tab shows its own review again, which now looks like a duplicate.
            desk.css("aside.unresolved").gone().await?;
            kind.confirm_button(desk, 20).click().await?;
            let duplicate = desk.css(".review .asks.alike");
            duplicate.shows("Nothing was sent").await?;
            duplicate.shows("by you").await?;
            kind.wait_for_requests(desk, 1).await?;
            desk.button("Edit").click().await?;
            kind.assert_completed_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn the_same_movement_confirmed_in_two_tabs_at_once_is_sent_once() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        desk.open_tab("/").await?;
        enter_keys(desk).await?;
        for (round, kind) in [Kind::Transfer, Kind::Allocation, Kind::Transfer]
            .into_iter()
            .enumerate()
        {
            let size = 20 + u32::try_from(round)?;
            let before = desk.sandbox.requests(kind.route()).await?;
            for tab in [1, 0] {
                desk.tab(tab).await?;
                kind.open(desk).await?;
                kind.review(desk, size).await?;
            }
            delay_response_by(desk, kind, 3000).await?;
            // At the same time: one tab signals the other. Timers of a background tab may be a second late.
            const LISTEN: &str = "
                const confirm = document.querySelector('.review button.primary');
                window.race?.close();
                window.race = new BroadcastChannel('race');
                race.onmessage = () => confirm.click();";
            const START: &str = "
                race.postMessage('go');
                race.onmessage();
                race.close();";
            for tab in [1, 0] {
                desk.tab(tab).await?;
                desk.js(LISTEN).await?;
            }
            desk.js(START).await?;
            kind.wait_for_requests(desk, before + 1).await?;
            let won = desk.css("main .sending").count().await? == 1;
            let (winner, loser) = if won { (0, 1) } else { (1, 0) };
            desk.tab(winner).await?;
            let key = submission_key(desk, "sending").await?;
            desk.tab(loser).await?;
            assert_only_watches(desk, &key).await?;
            desk.css("aside.unresolved").gone().await?;
            desk.css(".review .asks.taken")
                .shows("Nothing was sent")
                .await?;
            // Confirming again asks once more: the movement has completed by now. If it had completed before this tab's
            // check, both questions were asked at once.
            let duplicate = desk.css(".review .asks.alike");
            if duplicate.count().await? == 0 {
                kind.confirm_button(desk, size).click().await?;
            }
            duplicate.shows("Nothing was sent").await?;
            desk.button("Edit").click().await?;
            for tab in [1, 0] {
                desk.tab(tab).await?;
                assert_outcome(desk, &key, "done").await?;
            }
            kind.wait_for_requests(desk, before + 1).await?;
        }
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 2);
        assert_eq!(completed_count(desk, Kind::Allocation).await?, 1);
        Ok(())
    });
}

#[test]
fn another_tab_takes_over_when_the_sending_one_is_closed() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        for kind in Kind::BOTH {
            // The first tab stays open; a new one sends the movement and is closed.
            sign_in(desk, kind.path()).await?;
            desk.open_tab("/").await?;
            enter_keys(desk).await?;
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            desk.tab(0).await?;
            assert_only_watches(desk, &key).await?;
            desk.tab(1).await?;
            desk.close_tab().await?;
            assert_eq!(submission_key(desk, "receipt").await?, key);
            assert_outcome(desk, &key, "done").await?;
            let sent = match kind {
                Kind::Transfer => 1,
                Kind::Allocation => 2,
            };
            assert_eq!(requests_with_key(desk, &key).await?.len(), sent);
            assert_eq!(completed_count(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_tab_without_a_key_blocks_no_other_tab() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            desk.tab(0).await?;
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            // This tab discards its API keys. It is the first to see the unresolved movement, and can do nothing about
            // it.
            desk.reload().await?;
            desk.heading("Sign in").seen().await?;
            let banner = desk.css("aside.unresolved");
            banner.shows(PENDING).await?;
            desk.open_tab(kind.path()).await?;
            enter_keys(desk).await?;
            kind.assert_completed_once(desk, &key).await?;
            desk.close_tab().await?;
            banner.gone().await?;
            enter_keys(desk).await?;
        }
        Ok(())
    });
}

#[test]
fn a_page_restored_from_the_cache_learns_what_another_tab_has_sent() {
    setup_with_short_timeouts().journey(async |desk| {
        // config.json has no icon.
        desk.allow_console_error("favicon.ico");
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        desk.goto("/config.json").await?;
        desk.open_tab("/").await?;
        enter_keys(desk).await?;
        kind.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        desk.tab(0).await?;
        desk.back().await?;
        enter_keys(desk).await?;
        // The draft is kept, and nothing was confirmed.
        desk.field("Minutes").holds("20").await?;
        desk.button("Review transfer").click().await?;
        kind.confirm_button(desk, 20).click().await?;
        desk.css(".review .asks.alike")
            .shows("Nothing was sent")
            .await?;
        kind.wait_for_requests(desk, 1).await?;
        open_screen(desk, "Overview").await?;
        assert_eq!(completed_count(desk, kind).await?, 1);
        desk.tab(1).await?;
        assert_outcome(desk, &key, "done").await
    });
}

#[test]
fn a_page_in_the_cache_blocks_no_other_tab() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.delay_response(desk).await?;
            let key = kind.send_and_wait(desk, 20).await?;
            // The browser may freeze or discard the page; either way it no longer handles the movement.
            desk.goto("/config.json").await?;
            desk.open_tab("/").await?;
            enter_keys(desk).await?;
            desk.css("aside.unresolved").gone().await?;
            kind.assert_completed_once(desk, &key).await?;
            desk.close_tab().await?;
            sign_in(desk, "/").await?;
        }
        Ok(())
    });
}
