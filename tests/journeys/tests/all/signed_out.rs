//! Behind a gateway on the portal's own host: it signs people in and adds the vendors' keys; the portal has none.

use anyhow::Result;
use credit_desk_journeys::{
    Desk, journey,
    place::{Host, Out},
};
use serde_json::{Value, json};

use crate::steps::{
    Kind, PENDING, before_every_page, behind_gateway, fill_transfer, go, made,
    refusals_are_expected,
};

async fn gateway(desk: &Desk) -> Result<Host> {
    gateway_with(desk, json!({})).await
}

/// A gateway for a portal with more in its configuration.
async fn gateway_with(desk: &Desk, more: Value) -> Result<Host> {
    refusals_are_expected(desk);
    let mut config = json!({
        "credentials": "gateway", "sign_in_url": "/sign-in?back={return}",
        "timeout_seconds": 3,
        "reseller_api": { "settles_after_seconds": 3 },
    });
    if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
        config.extend(more.clone());
    }
    behind_gateway(desk, config).await
}

/// The overview shows the account's balance.
async fn shows_balance(desk: &Desk) -> Result<()> {
    desk.css(".card")
        .containing("Your balance")
        .shows("$61.613")
        .await
}

/// Nothing on this screen is for somebody who isn't signed in.
async fn nothing_is_shown(desk: &Desk) -> Result<()> {
    let page = desk.js("return document.body.innerHTML").await?.to_string();
    for figure in ["61.613", "Beta Co", "4002", "5678", "$"] {
        assert!(!page.contains(figure), "{figure} is in {page}");
    }
    Ok(())
}

/// Signs in at the gateway's own page, from the screen that says that one is signed out.
async fn sign_in_again(desk: &Desk) -> Result<()> {
    desk.heading("Signed out").seen().await?;
    desk.button("Sign in").click().await?;
    desk.heading("Who are you?").seen().await?;
    desk.link("Staff").click().await
}

#[test]
fn the_gateway_adds_the_keys_and_the_portal_sends_none() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        host.goto(desk, "/desk/").await?;
        shows_balance(desk).await?;
        go(desk, "Transfer").await?;
        Kind::Transfer.review(desk, 20).await?;
        Kind::Transfer.confirm(desk, 20).click().await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(made(desk, Kind::Transfer).await?, 1);
        let came = host.came();
        assert!(came.len() > 5);
        for came in came {
            assert!(
                !came.headers.to_lowercase().contains("authorization"),
                "{came:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn who_is_signed_out_comes_back_to_the_same_screen_and_draft() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        for out in [Out::Status, Out::Redirect] {
            host.goto(desk, "/desk/transfer?from=mail#form").await?;
            fill_transfer(desk, "Beta Co", "23").await?;
            // The quote of all that was typed: no other is asked for any more.
            desk.css(".quote:not(.stale) .balances").seen().await?;
            host.sign_out(out);
            desk.field("Minutes").fill("24").await?;
            desk.heading("Signed out").seen().await?;
            for (width, dark) in [(1280, false), (320, true)] {
                desk.size(width, 720).await?;
                desk.dark(dark).await?;
                desk.screenshot(&format!("signed-out-{width}-{dark}"))
                    .await?;
            }
            desk.size(1280, 900).await?;
            let page = desk.js("return document.body.outerHTML").await?.to_string();
            assert!(
                !page.contains("61.613") && !page.contains("Beta Co"),
                "{page}"
            );
            sign_in_again(desk).await?;
            host.is_at(desk, "/desk/transfer?from=mail#form").await?;
            desk.field("Minutes").holds("24").await?;
            desk.field("Child organization").holds("Beta Co").await?;
            let kept = desk.js("return sessionStorage.length").await?;
            assert_eq!(kept, 0, "what was kept is taken once");
        }
        // Somebody has signed in in another tab meanwhile.
        desk.css(".quote:not(.stale) .balances").seen().await?;
        host.sign_out(Out::Status);
        desk.field("Minutes").fill("25").await?;
        desk.heading("Signed out").seen().await?;
        desk.driver().new_tab().await?;
        desk.tab(1).await?;
        host.goto(desk, "/sign-in/done?back=%2Fdesk%2F").await?;
        desk.close_tab().await?;
        desk.button("I've signed in").click().await?;
        desk.field("Minutes").holds("25").await
    });
}

/// A movement that met a gateway which lets nobody through is kept with its key and bytes, and goes on afterwards.
async fn goes_on(desk: &Desk, kind: Kind, out: Out) -> Result<()> {
    let host = gateway(desk).await?;
    host.goto(desk, "/desk/").await?;
    kind.open(desk).await?;
    kind.review(desk, 20).await?;
    host.sign_out_at_movement(out);
    kind.confirm(desk, 20).click().await?;
    desk.heading("Signed out").seen().await?;
    desk.text(PENDING).seen().await?;
    assert_eq!(made(desk, kind).await?, 0);
    sign_in_again(desk).await?;
    desk.css(".receipt").seen().await?;
    let sent = host.movements();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    let key = sent[0].key.clone().unwrap_or_default();
    kind.is_made_once(desk, &key).await
}

#[test]
fn a_transfer_that_met_a_signed_out_gateway_goes_on_with_the_same_key() {
    journey(async |desk| goes_on(desk, Kind::Transfer, Out::Status).await);
}

#[test]
fn a_transfer_that_was_led_to_the_sign_in_page_goes_on_with_the_same_key() {
    journey(async |desk| goes_on(desk, Kind::Transfer, Out::Redirect).await);
}

#[test]
fn an_allocation_that_met_a_signed_out_gateway_goes_on_with_the_same_key() {
    journey(async |desk| goes_on(desk, Kind::Allocation, Out::Redirect).await);
}

#[test]
fn who_locks_or_signs_out_is_signed_out_at_the_gateway_and_in_every_tab() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        for (button, draft) in [("Lock", "23"), ("Sign out", "")] {
            host.goto(desk, "/desk/transfer").await?;
            fill_transfer(desk, "Beta Co", "23").await?;
            desk.css(".quote:not(.stale) .balances").seen().await?;
            desk.driver().new_tab().await?;
            desk.tab(1).await?;
            host.goto(desk, "/desk/").await?;
            desk.css(".card")
                .containing("Your balance")
                .shows("$61.613")
                .await?;
            desk.button(button).click().await?;
            for tab in [1, 0] {
                desk.tab(tab).await?;
                desk.heading("Signed out").seen().await?;
                nothing_is_shown(desk).await?;
            }
            desk.until("the gateway to know", async || Ok(!host.is_signed_in()))
                .await?;
            // Nobody gets in by saying so.
            desk.button("I've signed in").click().await?;
            desk.text("We couldn't confirm that you're signed in.")
                .seen()
                .await?;
            nothing_is_shown(desk).await?;
            sign_in_again(desk).await?;
            desk.field("Minutes").holds(draft).await?;
            desk.tab(1).await?;
            desk.close_tab().await?;
        }
        Ok(())
    });
}

#[test]
fn a_gateway_that_cannot_be_reached_is_signed_out_of_as_soon_as_it_can() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        host.goto(desk, "/desk/").await?;
        shows_balance(desk).await?;
        desk.offline(true).await?;
        desk.button("Sign out").click().await?;
        desk.heading("Signed out").seen().await?;
        desk.text("You may still be signed in at the gateway.")
            .seen()
            .await?;
        assert!(host.is_signed_in());
        // Opening the portal now shows nothing and ends the session that was left open.
        desk.offline(false).await?;
        desk.reload().await?;
        desk.heading("Signed out").seen().await?;
        desk.until("the gateway to know", async || Ok(!host.is_signed_in()))
            .await?;
        nothing_is_shown(desk).await
    });
}

/// A clock that runs eight times as fast.
const FAST: &str = "
    const [begun, time] = [Date.now(), Date.now.bind(Date)];
    Date.now = () => begun + (time() - begun) * 8;";

#[test]
fn a_page_behind_a_gateway_that_nobody_touches_locks() {
    journey(async |desk| {
        let host = gateway_with(desk, json!({ "lock_after_minutes": 2 })).await?;
        before_every_page(desk, FAST).await?;
        host.goto(desk, "/desk/").await?;
        shows_balance(desk).await?;
        desk.css(".idle").shows("It locks within a minute").await?;
        desk.heading("Signed out").seen().await?;
        nothing_is_shown(desk).await?;
        desk.until("the gateway to know", async || Ok(!host.is_signed_in()))
            .await
    });
}

#[test]
fn a_page_that_was_left_is_asked_for_again_when_somebody_goes_back() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        // This document has no icon.
        desk.allow_console_error("favicon.ico");
        host.goto(desk, "/desk/").await?;
        shows_balance(desk).await?;
        host.goto(desk, "/desk/config.json").await?;
        // Somebody signs out elsewhere meanwhile.
        host.sign_out(Out::Status);
        desk.back().await?;
        desk.heading("Signed out").seen().await?;
        nothing_is_shown(desk).await
    });
}
