//! A locked page shows nothing, forgets the keys, and keeps what was begun.

use credit_desk_journeys::{Setup, journey};
use serde_json::json;

use crate::steps::{
    Kind, before_every_page, fill_transfer, follow, give_keys, go, made, refusals_are_expected,
    sign_in,
};

#[test]
fn a_locked_page_shows_no_figure_and_keeps_the_draft() {
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
        for figure in ["61.613", "Beta Co", "\"23\"", "$"] {
            assert!(!page.contains(figure), "{figure} is in {page}");
        }
        desk.role("navigation").named("Main").gone().await?;
        let before = desk.sandbox.recent_requests().await?.len();
        follow(desk, "/log").await?;
        desk.heading("Locked").seen().await?;
        assert_eq!(
            desk.sandbox.recent_requests().await?.len(),
            before,
            "nothing is asked for"
        );
        follow(desk, "/transfer").await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("23").await?;
        desk.field("Child organization").holds("Beta Co").await?;

        // Signing out forgets it, also from a locked page.
        desk.button("Lock").click().await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn what_nobody_can_prove_to_be_the_same_account_starts_afresh() {
    journey(async |desk| {
        desk.goto("/transfer").await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.button("Lock").click().await?;
        // A key of the other backend says nothing about who locked the page.
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.link("Give the key").click().await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        go(desk, "Transfer").await?;
        desk.field("Minutes").holds("").await
    });
}

#[test]
fn a_movement_under_way_goes_on_to_its_end_when_the_page_locks() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        let late = json!({ "fault": "delay", "delay_ms": 3000, "after_commit": true });
        kind.fault(desk, late).await?;
        kind.send(desk, 20).await?;
        kind.has_asked(desk, 1).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.text("One movement waits to be looked at.")
            .seen()
            .await?;
        desk.text("Beta Co").gone().await?;
        desk.css("aside.unresolved").gone().await?;
        give_keys(desk).await?;
        desk.css(".receipt").seen().await?;
        assert_eq!(made(desk, kind).await?, 1);
        assert_eq!(desk.sandbox.requests(kind.route()).await?, 1);
        Ok(())
    });
}

#[test]
fn a_refusal_is_looked_into_although_the_page_locks() {
    journey(async |desk| {
        refusals_are_expected(desk);
        let kind = Kind::Transfer;
        sign_in(desk, "/").await?;
        kind.fault(desk, json!({ "fault": "delay", "delay_ms": 3000 }))
            .await?;
        kind.send(desk, 20).await?;
        kind.has_asked(desk, 1).await?;
        let poor = json!({ "reseller": { "balance": "1" } });
        desk.sandbox.set(poor).await?;
        let log = "GET /api/v1/reseller/credits/logs";
        let before = desk.sandbox.requests(log).await?;
        desk.button("Lock").click().await?;
        desk.heading("Locked").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert!(
            desk.sandbox.requests(log).await? > before,
            "the books were read"
        );
        give_keys(desk).await?;
        go(desk, "Transfer").await?;
        desk.text("Nothing was moved.").seen().await?;
        assert_eq!(made(desk, kind).await?, 0);
        Ok(())
    });
}

/// A clock that runs twenty times as fast.
const FAST: &str = "
    const [begun, time] = [Date.now(), Date.now.bind(Date)];
    Date.now = () => begun + (time() - begun) * 20;";

#[test]
fn a_page_that_nobody_touches_says_so_and_locks() {
    let soon = json!({ "lock_after_minutes": 3 });
    Setup::default().config(soon).journey(async |desk| {
        before_every_page(desk, FAST).await?;
        sign_in(desk, "/transfer").await?;
        fill_transfer(desk, "Beta Co", "23").await?;
        desk.css(".idle").shows("It locks within a minute").await?;
        for (width, dark) in [(1280, false), (320, true)] {
            desk.size(width, 720).await?;
            desk.dark(dark).await?;
            desk.screenshot(&format!("idle-{width}-{dark}")).await?;
        }
        desk.button("Keep it open").click().await?;
        desk.button("Keep it open").gone().await?;
        desk.heading("Transfer").seen().await?;
        desk.heading("Locked").seen().await?;
        desk.text("61.613").gone().await?;
        give_keys(desk).await?;
        desk.field("Minutes").holds("23").await
    });
}
