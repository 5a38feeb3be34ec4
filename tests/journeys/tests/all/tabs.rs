//! Several tabs of one browser: one drives a movement, the others watch, and none sends what another has sent.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup};
use serde_json::json;

use crate::steps::{
    Kind, PENDING, ended, give_keys, go, key_of, made, refusals_are_expected, requests_of, sign_in,
};

/// A backend that closes its connections, so that nobody but the portal repeats a request.
fn setup() -> Setup {
    Setup::default()
        .sandbox(["--connections", "close"])
        .config(json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } }))
}

/// The next answer takes so long to come.
async fn answers_after(desk: &Desk, kind: Kind, ms: u32) -> Result<()> {
    let slow = json!({ "fault": "delay", "delay_ms": ms, "after_commit": true });
    kind.fault(desk, slow).await
}

/// This tab only watches the submission: it says so, and offers nothing to do about it.
async fn only_watches(desk: &Desk, key: &str) -> Result<()> {
    let unknown = desk.css(&format!("main .unknown[data-key='{key}']"));
    unknown
        .shows("Another tab of this browser is at it")
        .await?;
    let offered = desk.role("button").within(&unknown);
    assert_eq!(offered.texts().await?, Vec::<String>::new());
    unknown.shows("is in the hands of another tab").await
}

#[test]
fn who_leaves_one_tab_leaves_all() {
    setup().journey(async |desk| {
        for (button, shown) in [("Lock", "Locked"), ("Sign out", "Sign in")] {
            sign_in(desk, "/transfer").await?;
            Kind::Transfer.review(desk, 20).await?;
            desk.open_tab("/log").await?;
            give_keys(desk).await?;
            desk.button(button).click().await?;
            desk.heading(shown).seen().await?;
            desk.tab(0).await?;
            desk.heading(shown).seen().await?;
            let page = desk.js("return document.body.innerHTML").await?.to_string();
            assert!(!page.contains("61.613"), "a figure is left in {page}");
            desk.tab(1).await?;
            desk.close_tab().await?;
        }
        Ok(())
    });
}

/// Opens what this tab shows in another one, with a copy of its session storage. Browsers allow that to a click.
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
    setup().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        duplicate_tab(desk).await?;
        desk.tab(1).await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("").await?;
        assert_eq!(
            desk.css(".review").count().await?,
            0,
            "it was not duplicated"
        );

        desk.tab(0).await?;
        answers_after(desk, kind, 6000).await?;
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "sending").await?;
        // Another duplicate, of a tab that is sending: it asks for the keys, and then it watches.
        duplicate_tab(desk).await?;
        desk.tab(1).await?;
        only_watches(desk, &key).await?;
        let told = desk.css(".unknown").read().await?;
        assert!(
            !told.contains("The page was closed"),
            "it is open, elsewhere: {told}"
        );
        desk.tab(2).await?;
        give_keys(desk).await?;
        only_watches(desk, &key).await?;
        ended(desk, &key, "done").await?;
        for tab in [1, 0] {
            desk.tab(tab).await?;
            ended(desk, &key, "done").await?;
        }
        kind.has_asked(desk, 1).await?;
        assert_eq!(made(desk, kind).await?, 1);
        Ok(())
    });
}

#[test]
fn the_same_movement_reviewed_in_two_tabs() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        desk.open_tab("/").await?;
        give_keys(desk).await?;
        for kind in Kind::BOTH {
            for tab in [1, 0] {
                desk.tab(tab).await?;
                kind.open(desk).await?;
                kind.review(desk, 20).await?;
            }
            answers_after(desk, kind, 3000).await?;
            kind.confirm(desk, 20).click().await?;
            let key = key_of(desk, "sending").await?;
            desk.tab(1).await?;
            only_watches(desk, &key).await?;
            // It is over there, so what was reviewed here stands here again; and it looks like what was made.
            desk.css("aside.unresolved").gone().await?;
            kind.confirm(desk, 20).click().await?;
            let alike = desk.css(".review .asks.alike");
            alike.shows("Nothing was sent").await?;
            alike.shows("from this browser").await?;
            kind.has_asked(desk, 1).await?;
            desk.button("Change it").click().await?;
            kind.is_made_once(desk, &key).await?;
        }
        Ok(())
    });
}

#[test]
fn the_same_movement_confirmed_in_two_tabs_at_once() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        desk.open_tab("/").await?;
        give_keys(desk).await?;
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
            answers_after(desk, kind, 3000).await?;
            // In the same instant: one tab tells the other. Timers of a tab in the background may be a second late.
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
            kind.has_asked(desk, before + 1).await?;
            let won = desk.css("main .sending").count().await? == 1;
            let (winner, loser) = if won { (0, 1) } else { (1, 0) };
            desk.tab(winner).await?;
            let key = key_of(desk, "sending").await?;
            desk.tab(loser).await?;
            only_watches(desk, &key).await?;
            desk.css("aside.unresolved").gone().await?;
            desk.css(".review .asks.taken")
                .shows("Nothing was sent")
                .await?;
            // Whoever insists is asked once more: by now it was made.
            kind.confirm(desk, size).click().await?;
            desk.css(".review .asks.alike")
                .shows("Nothing was sent")
                .await?;
            desk.button("Change it").click().await?;
            for tab in [1, 0] {
                desk.tab(tab).await?;
                ended(desk, &key, "done").await?;
            }
            kind.has_asked(desk, before + 1).await?;
        }
        assert_eq!(made(desk, Kind::Transfer).await?, 2);
        assert_eq!(made(desk, Kind::Allocation).await?, 1);
        Ok(())
    });
}

#[test]
fn another_tab_takes_over_when_the_driving_one_is_closed() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        for kind in Kind::BOTH {
            // The first tab stays; a new one drives, and is closed.
            sign_in(desk, kind.path()).await?;
            desk.open_tab("/").await?;
            give_keys(desk).await?;
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            desk.tab(0).await?;
            only_watches(desk, &key).await?;
            desk.tab(1).await?;
            desk.close_tab().await?;
            assert_eq!(key_of(desk, "receipt").await?, key);
            ended(desk, &key, "done").await?;
            let sent = match kind {
                Kind::Transfer => 1,
                Kind::Allocation => 2,
            };
            assert_eq!(requests_of(desk, &key).await?.len(), sent);
            assert_eq!(made(desk, kind).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn a_tab_without_a_key_holds_nobody_up() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            desk.tab(0).await?;
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            // This tab forgets the keys; it is the first to see what is unresolved, and can do nothing about it.
            desk.reload().await?;
            desk.heading("Sign in").seen().await?;
            let banner = desk.css("aside.unresolved");
            banner.shows(PENDING).await?;
            desk.open_tab(kind.path()).await?;
            give_keys(desk).await?;
            kind.is_made_once(desk, &key).await?;
            desk.close_tab().await?;
            banner.gone().await?;
            give_keys(desk).await?;
        }
        Ok(())
    });
}

#[test]
fn a_page_out_of_the_cache_learns_what_another_tab_has_made() {
    setup().journey(async |desk| {
        // A document without an icon of its own.
        desk.allow_console_error("favicon.ico");
        sign_in(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        desk.goto("/config.json").await?;
        desk.open_tab("/").await?;
        give_keys(desk).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        desk.tab(0).await?;
        desk.back().await?;
        give_keys(desk).await?;
        // The draft is kept, and nothing was confirmed.
        desk.field("Minutes").holds("20").await?;
        desk.button("Review transfer").click().await?;
        kind.confirm(desk, 20).click().await?;
        desk.css(".review .asks.alike")
            .shows("Nothing was sent")
            .await?;
        kind.has_asked(desk, 1).await?;
        go(desk, "Overview").await?;
        assert_eq!(made(desk, kind).await?, 1);
        desk.tab(1).await?;
        ended(desk, &key, "done").await
    });
}

#[test]
fn a_page_in_the_cache_holds_nobody_up() {
    setup().journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        for kind in Kind::BOTH {
            kind.answers_late(desk).await?;
            let key = kind.is_sending(desk, 20).await?;
            // Frozen or gone, as the browser pleases: nobody drives it there any more.
            desk.goto("/config.json").await?;
            desk.open_tab("/").await?;
            give_keys(desk).await?;
            desk.css("aside.unresolved").gone().await?;
            kind.is_made_once(desk, &key).await?;
            desk.close_tab().await?;
            sign_in(desk, "/").await?;
        }
        Ok(())
    });
}
