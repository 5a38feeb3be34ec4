//! Behind a gateway on the portal's own host, which signs users in and adds the vendors' API keys; the portal has none.

use anyhow::Result;
use credit_desk_journeys::{
    Desk,
    fake_host::{FakeHost, SignedOut},
    journey,
};
use serde_json::{Value, json};

use crate::steps::{
    FAST_CLOCK, Kind, PENDING, allow_failed_requests, completed_count, fill_transfer, open_screen,
    start_gateway,
};

async fn gateway(desk: &Desk) -> Result<FakeHost> {
    gateway_with(desk, json!({})).await
}

/// Starts a gateway for a portal with these additions to its configuration.
async fn gateway_with(desk: &Desk, more: Value) -> Result<FakeHost> {
    allow_failed_requests(desk);
    let mut config = json!({
        "credentials": "gateway", "sign_in_url": "/sign-in?back={return}",
        "timeout_seconds": 3,
        "reseller_api": { "settles_after_seconds": 3 },
    });
    if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
        config.extend(more.clone());
    }
    start_gateway(desk, config).await
}

/// Waits until the overview shows the account's balance.
async fn wait_for_balance(desk: &Desk) -> Result<()> {
    desk.css(".card")
        .containing("Your balance")
        .shows("$61.613")
        .await
}

/// Asserts that the screen shows no account data.
async fn assert_nothing_shown(desk: &Desk) -> Result<()> {
    let page = desk.js("return document.body.innerHTML").await?.to_string();
    for detail in ["61.613", "Beta Co", "4002", "5678", "$"] {
        assert!(!page.contains(detail), "{detail} is in {page}");
    }
    Ok(())
}

/// Signs in on the gateway's own page, from the screen that says that the user is signed out.
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
        wait_for_balance(desk).await?;
        open_screen(desk, "Transfer").await?;
        Kind::Transfer.review(desk, 20).await?;
        Kind::Transfer.confirm_button(desk, 20).click().await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(completed_count(desk, Kind::Transfer).await?, 1);
        let requests = host.requests();
        assert!(requests.len() > 5);
        for request in requests {
            assert!(
                !request.headers.to_lowercase().contains("authorization"),
                "{request:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn signing_in_again_restores_the_screen_and_the_draft() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        for out in [SignedOut::Status, SignedOut::Redirect] {
            host.goto(desk, "/desk/transfer?from=mail#form").await?;
            fill_transfer(desk, "Beta Co", "23").await?;
            // Wait for the quote of the complete input, so that no other one will be requested.
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
            desk.field("Client").holds("Beta Co").await?;
            let stored = desk.js("return sessionStorage.length").await?;
            assert_eq!(stored, 0, "the saved draft is taken only once");
        }
        // The user signs in again in another tab.
        desk.css(".quote:not(.stale) .balances").seen().await?;
        host.sign_out(SignedOut::Status);
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

/// Asserts that a movement that a signed-out gateway rejects is kept with its key and bytes, and resumes after sign-in.
async fn assert_resumes(desk: &Desk, kind: Kind, out: SignedOut) -> Result<()> {
    let host = gateway(desk).await?;
    host.goto(desk, "/desk/").await?;
    kind.open(desk).await?;
    kind.review(desk, 20).await?;
    host.sign_out_at_movement(out);
    kind.confirm_button(desk, 20).click().await?;
    desk.heading("Signed out").seen().await?;
    desk.text(PENDING).seen().await?;
    assert_eq!(completed_count(desk, kind).await?, 0);
    sign_in_again(desk).await?;
    desk.css(".receipt").seen().await?;
    let sent = host.movements();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(sent[0].idempotency_key, sent[1].idempotency_key);
    assert_eq!(sent[0].body, sent[1].body);
    let key = sent[0].idempotency_key.clone().unwrap_or_default();
    kind.assert_completed_once(desk, &key).await
}

#[test]
fn a_transfer_rejected_by_the_gateway_resumes_with_the_same_key() {
    journey(async |desk| assert_resumes(desk, Kind::Transfer, SignedOut::Status).await);
}

#[test]
fn a_transfer_redirected_to_the_sign_in_page_resumes_with_the_same_key() {
    journey(async |desk| assert_resumes(desk, Kind::Transfer, SignedOut::Redirect).await);
}

#[test]
fn an_allocation_redirected_to_the_sign_in_page_resumes_with_the_same_key() {
    journey(async |desk| assert_resumes(desk, Kind::Allocation, SignedOut::Redirect).await);
}

#[test]
fn locking_or_signing_out_signs_out_of_the_gateway_and_every_tab() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        for (button, draft) in [("Lock", "23"), ("Sign out", "")] {
            host.goto(desk, "/desk/transfer").await?;
            fill_transfer(desk, "Beta Co", "23").await?;
            desk.css(".quote:not(.stale) .balances").seen().await?;
            desk.driver().new_tab().await?;
            desk.tab(1).await?;
            host.goto(desk, "/desk/").await?;
            wait_for_balance(desk).await?;
            desk.button(button).click().await?;
            for tab in [1, 0] {
                desk.tab(tab).await?;
                desk.heading("Signed out").seen().await?;
                assert_nothing_shown(desk).await?;
            }
            desk.until("the gateway to sign out", async || Ok(!host.is_signed_in()))
                .await?;
            // Claiming to be signed in reveals nothing.
            desk.button("I've signed in").click().await?;
            desk.text("We couldn't confirm that you're signed in.")
                .seen()
                .await?;
            assert_nothing_shown(desk).await?;
            sign_in_again(desk).await?;
            desk.field("Minutes").holds(draft).await?;
            desk.tab(1).await?;
            desk.close_tab().await?;
        }
        Ok(())
    });
}

#[test]
fn signing_out_offline_ends_the_gateway_session_once_online() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        host.goto(desk, "/desk/").await?;
        wait_for_balance(desk).await?;
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
        desk.until("the gateway to sign out", async || Ok(!host.is_signed_in()))
            .await?;
        assert_nothing_shown(desk).await
    });
}

#[test]
fn an_idle_page_behind_a_gateway_locks() {
    journey(async |desk| {
        let host = gateway_with(desk, json!({ "lock_after_minutes": 2 })).await?;
        desk.before_every_page(FAST_CLOCK).await?;
        host.goto(desk, "/desk/").await?;
        wait_for_balance(desk).await?;
        desk.css(".idle").shows("will lock within a minute").await?;
        desk.heading("Signed out").seen().await?;
        assert_nothing_shown(desk).await?;
        desk.until("the gateway to sign out", async || Ok(!host.is_signed_in()))
            .await
    });
}

#[test]
fn going_back_to_the_page_checks_the_session_again() {
    journey(async |desk| {
        let host = gateway(desk).await?;
        // config.json has no icon.
        desk.allow_console_error("favicon.ico");
        host.goto(desk, "/desk/").await?;
        wait_for_balance(desk).await?;
        host.goto(desk, "/desk/config.json").await?;
        // In the meantime the user signs out elsewhere.
        host.sign_out(SignedOut::Status);
        desk.back().await?;
        desk.heading("Signed out").seen().await?;
        assert_nothing_shown(desk).await
    });
}
