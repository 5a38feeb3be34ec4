//! Signing in, staying signed in, and signing out.

use credit_desk_journeys::journey;

use crate::steps::{allow_failed_requests, sign_in, submit_keys};

#[test]
fn invalid_keys_are_reported_at_their_fields() {
    journey(async |desk| {
        allow_failed_requests(desk);
        desk.goto("/").await?;
        submit_keys(desk, "not-the-key", "lp_test_demo").await?;
        desk.css("#reseller-key-error")
            .shows("Invalid API key.")
            .await?;
        desk.role("navigation").named("Main").gone().await?;

        // An account that isn't a reseller (403).
        desk.field("Reseller API key")
            .fill("demo-not-a-reseller")
            .await?;
        desk.button("Sign in").click().await?;
        desk.css("#reseller-key-error")
            .shows("isn't for a reseller account")
            .await?;

        // A suspended organization (503 KILL_SWITCH).
        submit_keys(desk, "demo-reseller-key", "lp_test_suspended").await?;
        desk.css("#organizations-key-error")
            .shows("suspended")
            .await?;

        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.heading("Overview").seen().await
    });
}

#[test]
fn either_key_alone_is_enough_for_its_screens() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.field("Organizations API key")
            .fill("lp_test_demo")
            .await?;
        desk.button("Sign in").click().await?;
        desk.link("Allocate").seen().await?;
        desk.link("Transfer").gone().await?;
        desk.css(".card")
            .containing("Your wallet")
            .shows("5,880")
            .await?;
        desk.link("API keys").click().await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        desk.link("Transfer").seen().await?;
        desk.link("Allocate").seen().await
    });
}

#[test]
fn a_link_opens_its_screen_after_sign_in() {
    journey(async |desk| {
        sign_in(desk, "/log?page_size=10").await?;
        desk.heading("Credit log").seen().await?;
        assert_eq!(desk.path().await?, "/log?page_size=10");
        Ok(())
    });
}

#[test]
fn keys_are_discarded_and_never_stored() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        desk.css(".card")
            .containing("Your balance")
            .shows("$61.613")
            .await?;
        let stored = desk
            .js(
                "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href, \
                 history.state, document.documentElement.outerHTML])",
            )
            .await?
            .to_string();
        assert!(
            !stored.contains("demo-reseller-key") && !stored.contains("lp_test_demo"),
            "{stored}"
        );
        desk.reload().await?;
        desk.heading("Sign in").seen().await?;
        sign_in(desk, "/").await?;
        desk.button("Sign out").click().await?;
        desk.heading("Sign in").seen().await?;
        desk.text("$61.613").gone().await?;
        desk.back().await?;
        desk.text("$61.613").gone().await
    });
}

#[test]
fn a_failing_service_is_reported() {
    journey(async |desk| {
        allow_failed_requests(desk);
        desk.sandbox
            .fault(serde_json::json!({ "route": "GET /api/v1/reseller/organizations", "fault": "status", "status": 500 }))
            .await?;
        desk.goto("/").await?;
        desk.field("Reseller API key")
            .fill("demo-reseller-key")
            .await?;
        desk.button("Sign in").click().await?;
        desk.css("#reseller-key-error")
            .shows("Service error.")
            .await
    });
}
