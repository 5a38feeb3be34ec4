//! What journeys rely on: killing really kills, a restart keeps the ledger, and the browser always navigates.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::json;

use crate::steps::sign_in;

/// Writes to IndexedDB with strict durability, for data that must not be lost.
const WRITE: &str = "
    const opened = indexedDB.open('harness', 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore('store');
    return new Promise((resolve, reject) => {
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
            const write = opened.result.transaction('store', 'readwrite', { durability: 'strict' });
            write.objectStore('store').put('kept', 'key');
            write.oncomplete = () => resolve('written');
            write.onerror = () => reject(write.error);
        };
    });";

const READ: &str = "
    const opened = indexedDB.open('harness', 1);
    return new Promise((resolve, reject) => {
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
            const read = opened.result.transaction('store').objectStore('store').get('key');
            read.onsuccess = () => resolve(read.result);
            read.onerror = () => reject(read.error);
        };
    });";

#[test]
fn a_killed_browser_keeps_only_what_was_stored() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        assert_eq!(desk.js(WRITE).await?, "written");
        desk.js("window.remembered = true").await?;
        desk.kill_browser().await?;
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        assert_eq!(desk.js(READ).await?, "kept");
        assert_eq!(
            desk.js("return window.remembered ?? null").await?,
            json!(null)
        );
        Ok(())
    });
}

/// Every journey but the first gets such a browser.
#[test]
fn a_browser_can_be_reset_for_the_next_journey() {
    const STORE: &str = "localStorage.setItem('harness', 'kept')";
    const STORED: &str = "return localStorage.getItem('harness')";
    journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        desk.js(STORE).await?;
        assert_eq!(desk.js(STORED).await?, "kept");
        desk.reset_browser().await?;
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        assert_eq!(desk.js(STORED).await?, json!(null));
        // Keys reach the new tab.
        desk.field("Reseller API key").click().await?;
        desk.press("abc").await?;
        desk.field("Reseller API key").holds("abc").await
    });
}

#[test]
fn a_killed_sandbox_restarts_with_its_ledger_and_settings() {
    journey(async |desk| {
        desk.allow_console_error("Failed to load resource");
        // Parts of the program are still loading in the background.
        desk.allow_console_error("Fetch API cannot load");
        sign_in(desk, "/").await?;
        desk.sandbox
            .set(json!({ "reseller": { "balance": "12.5" } }))
            .await?;
        desk.sandbox
            .settings(json!({ "reseller_idempotency": "replay" }))
            .await?;
        desk.sandbox.stop()?;
        assert!(
            desk.sandbox.ledger().await.is_err(),
            "the sandbox still answers"
        );
        desk.sandbox.start_again().await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "12.5");
        let settings = desk.sandbox.settings(json!({})).await?;
        assert_eq!(settings["reseller_idempotency"], "replay");
        // The page has not been reloaded and is still signed in.
        desk.link("Credit log").click().await?;
        desk.css("table.log").seen().await?;
        desk.sandbox.restart().await?;
        assert_eq!(desk.sandbox.balance("reseller:5678").await?, "12.5");
        Ok(())
    });
}

#[test]
fn a_journey_can_have_its_own_configuration() {
    let changes =
        json!({ "title": "Another desk", "reseller_api": { "replays_idempotency_keys": true } });
    Setup::default().config(changes).journey(async |desk| {
        desk.goto("/").await?;
        desk.css(".brand").shows("Another desk").await?;
        let served = desk
            .js("return fetch('/config.json').then((response) => response.json())")
            .await?;
        assert_eq!(served["reseller_api"]["replays_idempotency_keys"], true);
        assert_eq!(served["reseller_api"]["base_url"], "/api/v1", "as shipped");
        Ok(())
    });
}

/// Makes the page ask before it is left. Chromium honors that only after a user interaction.
async fn ask_before_leaving(desk: &Desk) -> Result<()> {
    desk.heading("Sign in").click().await?;
    desk.js(
        "window.here = true; addEventListener('beforeunload', (event) => event.preventDefault())",
    )
    .await
    .map(drop)
}

#[test]
fn a_page_that_asks_before_it_is_left_blocks_no_navigation() {
    journey(async |desk| {
        let was_left = async || desk.js("return window.here === undefined").await;
        desk.goto("/").await?;
        ask_before_leaving(desk).await?;
        desk.reload().await?;
        assert_eq!(was_left().await?, true, "reload");
        ask_before_leaving(desk).await?;
        desk.goto("/log").await?;
        assert_eq!(was_left().await?, true, "goto");
        ask_before_leaving(desk).await?;
        desk.open_tab("/").await?;
        ask_before_leaving(desk).await?;
        desk.close_tab().await?;
        assert_eq!(desk.path().await?, "/log", "the tab is closed");
        desk.js("location.assign('/keys')").await?;
        desk.until("the page to be left", async || {
            Ok(desk.path().await? == "/keys")
        })
        .await
    });
}

#[test]
fn going_back_from_another_document_restores_the_page_from_the_cache() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        // The portal restarts then, so the result goes to storage.
        desk.js("addEventListener('pageshow', (event) => { sessionStorage.restored = event.persisted })")
            .await?;
        desk.goto("/config.json").await?;
        desk.back().await?;
        desk.until("the page to come out of the cache", async || {
            Ok(desk.js("return sessionStorage.restored ?? null").await? == "true")
        })
        .await
    });
}
