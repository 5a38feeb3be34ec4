//! A locked page shows nothing, discards the API keys, and keeps drafts and pending movements.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::json;

use crate::steps::{
    FAST_CLOCK, Kind, LOG, PENDING, allow_failed_requests, assert_outcome, completed_count,
    enter_keys, fill_transfer, navigate, open_screen, sign_in,
};

#[test]
fn a_locked_page_shows_no_account_data_and_keeps_the_draft() {
    journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.css(".quote .balances").seen().await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        for (width, dark) in [(1280, false), (320, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("locked-{width}-{dark}")).await?;
        }
        desk.size(1280, 900).await?;
        let page = desk
            .js("return document.documentElement.outerHTML")
            .await?
            .to_string();
        for detail in ["61.613", "Beta Co", "\"23\"", "$"] {
            assert!(!page.contains(detail), "{detail} is in {page}");
        }
        desk.role("navigation").named("Main").gone().await?;
        let before = desk.sandbox.recent_requests().await?.len();
        navigate(desk, "/log").await?;
        desk.heading("Locked").seen().await?;
        assert_eq!(
            desk.sandbox.recent_requests().await?.len(),
            before,
            "a locked page sends no requests"
        );
        navigate(desk, "/transfer").await?;
        enter_keys(desk).await?;
        desk.field("Minutes").holds("23").await?;
        desk.field("Client").holds("Beta Co").await?;

        // Signing out discards the draft, also from a locked page.
        desk.button("Lock").click().await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        enter_keys(desk).await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_draft_is_discarded_unless_the_same_account_is_proven() {
    journey(async |desk| {
        desk.goto("/transfer").await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.button("Lock").click().await?;
        // A key for the other service doesn't prove who locked the page.
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.link("Add API key").click().await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        open_screen(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_movement_in_progress_completes_while_the_page_is_locked() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        let late = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
        kind.fault(desk, late).await?;
        kind.send(desk, 20).await?;
        kind.wait_for_requests(desk, 1).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.text(PENDING).seen().await?;
        desk.text("Beta Co").gone().await?;
        desk.css("aside.unresolved").gone().await?;
        enter_keys(desk).await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(completed_count(desk, kind).await?, 1);
        assert_eq!(desk.sandbox.requests(kind.route()).await?, 1);
        Ok(())
    });
}

#[test]
fn a_declined_movement_is_checked_in_the_log_while_the_page_is_locked() {
    journey(async |desk| {
        allow_failed_requests(desk);
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 3000 }))
            .await?;
        kind.send(desk, 20).await?;
        kind.wait_for_requests(desk, 1).await?;
        let poor = json!({ "reseller": { "balance": "1" } });
        desk.sandbox.set(poor).await?;
        let before = desk.sandbox.requests(LOG).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert!(
            desk.sandbox.requests(LOG).await? > before,
            "the log was searched"
        );
        enter_keys(desk).await?;
        open_screen(desk, "Transfer").await?;
        desk.text("No credits moved.").seen().await?;
        assert_eq!(completed_count(desk, kind).await?, 0);
        Ok(())
    });
}

#[test]
fn an_idle_page_warns_and_locks() {
    let soon = json!({ "lock_after_minutes": 2 });
    Setup::default().config(soon).journey(async |desk| {
        desk.before_every_page(FAST_CLOCK).await?;
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.css(".idle").shows("will lock within a minute").await?;
        for (width, dark) in [(1280, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("idle-{width}-{dark}")).await?;
        }
        desk.button("Stay signed in").click().await?;
        desk.button("Stay signed in").gone().await?;
        desk.heading("Transfer").seen().await?;
        desk.heading("Locked").seen().await?;
        desk.text("61.613").gone().await?;
        enter_keys(desk).await?;
        desk.field("Minutes").holds("23").await
    });
}

#[test]
fn a_key_for_the_other_service_reveals_nothing() {
    journey(async |desk| {
        allow_failed_requests(desk);
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        kind.delay_response(desk).await?;
        let key = kind.send_and_wait(desk, 20).await?;
        desk.reload().await?;
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        for screen in ["Overview", "Activity"] {
            open_screen(desk, screen).await?;
            desk.heading(screen).seen().await?;
            desk.css("aside.unresolved").shows(PENDING).await?;
            let page = desk.js("return document.body.innerHTML").await?.to_string();
            for detail in ["Beta Co", "4002", "5678", &key] {
                assert!(!page.contains(detail), "{detail} is in {page}");
            }
        }
        desk.link("API keys").click().await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        kind.assert_completed_once(desk, &key).await
    });
}

/// Completes a transfer, starts an allocation, and signs out before it is resolved. Returns the allocation's key.
async fn leave_one_settled_and_one_pending(desk: &Desk) -> Result<String> {
    allow_failed_requests(desk);
    sign_in(desk, "/").await?;
    Kind::Transfer.send(desk, 20).await?;
    desk.css(".receipt").seen().await?;
    Kind::Allocation.delay_response(desk).await?;
    let pending = Kind::Allocation.send_and_wait(desk, 20).await?;
    desk.button("Sign out").click().await?;
    desk.heading("Sign in").seen().await?;
    Ok(pending)
}

/// Returns the keys in the journal.
const JOURNAL_KEYS: &str = "return new Promise((done) => {
    const opening = indexedDB.open('credit-desk');
    opening.onsuccess = () => {
        const store = opening.result.transaction('submissions').objectStore('submissions');
        store.getAllKeys().onsuccess = (event) => {
            opening.result.close();
            done(event.target.result);
        };
    };
});";

#[test]
fn settled_transactions_can_be_deleted_and_pending_ones_never_are() {
    journey(async |desk| {
        let pending = leave_one_settled_and_one_pending(desk).await?;
        let settled = desk.css(".settled");
        settled
            .shows("This browser keeps a record of 1 settled transaction.")
            .await?;
        desk.button("Delete from this computer").click().await?;
        settled.shows("Deleted from this browser.").await?;
        assert_eq!(desk.js(JOURNAL_KEYS).await?, json!([pending]));
        enter_keys(desk).await?;
        assert_outcome(desk, &pending, "done").await
    });
}

#[test]
fn a_deployment_can_delete_settled_transactions_at_every_sign_out() {
    let config = json!({ "forget_settled_at_sign_out": true });
    Setup::default().config(config).journey(async |desk| {
        let pending = leave_one_settled_and_one_pending(desk).await?;
        desk.until("the settled one to be deleted", async || {
            Ok(desk.js(JOURNAL_KEYS).await? == json!([pending]))
        })
        .await
    });
}
