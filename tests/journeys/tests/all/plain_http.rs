//! A host on the office network without TLS, where browsers disable the clipboard, locks, hashing and persistent
//! storage.

use anyhow::Result;
use credit_desk_journeys::{Desk, Engine, Setup};
use serde_json::json;

use crate::steps::{Kind, enter_keys, open_screen, submission_key};

/// Opens the portal under a host name that browsers don't treat as local.
async fn open(desk: &Desk, path: &str) -> Result<()> {
    let address = desk.address().replace("127.0.0.1", "desk.test");
    desk.driver().goto(format!("{address}{path}")).await?;
    let missing = desk
        .js("return [isSecureContext, navigator.clipboard, navigator.locks, crypto.subtle, crypto.randomUUID].map(Boolean)")
        .await?;
    assert_eq!(missing, json!([false, false, false, false, false]));
    enter_keys(desk).await
}

/// Pastes what was copied into a new field, and returns it.
async fn paste(desk: &Desk) -> Result<String> {
    desk.js("const field = document.createElement('textarea'); field.id = 'pasted'; document.body.append(field); field.focus()")
        .await?;
    desk.press(credit_desk_journeys::Key::Control + "v").await?;
    let text = desk
        .js("const field = document.querySelector('#pasted'); field.remove(); return field.value")
        .await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

#[test]
fn everything_works_on_an_insecure_page() {
    let engines = [Engine::Chromium, Engine::Firefox];
    let reason = "WebKitGTK cannot be given an insecure name for this machine";
    let setup = Setup::default().only(engines, reason);
    setup.journey(async |desk| {
        desk.allow_console_error("Cross-Origin-Opener-Policy header has been ignored");
        open(desk, "/transfer").await?;
        let kind = Kind::Transfer;
        kind.review(desk, 20).await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "receipt").await?;
        kind.assert_completed_once(desk, &key).await?;

        // Activity is open now.
        desk.css("article.submission summary")
            .nth(0)
            .click()
            .await?;
        let copy = desk.button("Copy support details").nth(0);
        copy.click().await?;
        desk.text("Copied.").seen().await?;
        assert!(paste(desk).await?.contains(&key));

        open_screen(desk, "Credit log").await?;
        desk.css("tr.row .open").nth(0).click().await?;
        let dialog = desk.role("dialog");
        desk.css("dialog[open] button.copy").nth(0).click().await?;
        dialog.shows("Copied").await?;
        desk.button("Close").within(&dialog).click().await?;
        assert_ne!(paste(desk).await?, "");
        Ok(())
    });
}
