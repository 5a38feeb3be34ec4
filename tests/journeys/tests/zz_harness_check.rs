//! Temporary.
use credit_desk_journeys::{Key, Setup, journey};
use std::time::Duration;
#[test]
fn everything() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        desk.field("Reseller key").fill("wrong").await?;
        desk.field("Reseller key").fill("demo-reseller-key").await?;
        assert_eq!(
            desk.field("Reseller key").description().await?,
            "As the vendor gave it"
        );
        desk.field("Minutes").fill("20").await?;
        desk.field("Child").select("Beta Co").await?;
        desk.field("From").fill("2026-01-15").await?;
        desk.field("I have read it").tick(true).await?;
        desk.button("Later").disabled().await?;
        desk.field("Minutes").press(Key::Tab).await?;
        assert_eq!(desk.focused().await?, "combobox \"Child\"");
        desk.button("Sign in").click().await?;
        desk.role("dialog").named("Review").seen().await?;
        desk.role("status")
            .shows("key demo-reseller-key minutes 20 child 4002 from 2026-01-15 read true n 1")
            .await?;
        desk.allow_console_error("status of 402");
        let dialog = desk.role("dialog");
        desk.button("Transfer").within(&dialog).click().await?;
        dialog.gone().await?;
        desk.button("Later").enabled().await?;
        assert_eq!(
            desk.role("row").containing("Beta Co").read().await?,
            "Beta Co 20"
        );
        assert_eq!(desk.role("row").count().await?, 2);
        assert_eq!(
            desk.role("row").texts().await?,
            ["Acme Inc 10", "Beta Co 20"]
        );
        desk.text("Acme Inc").nth(0).seen().await?;
        desk.link("Log").click().await?;
        assert_eq!(desk.path().await?, "/?log");
        desk.size(320, 640).await?;
        assert_eq!(desk.js("return innerWidth").await?, 320);
        desk.dark(true).await?;
        assert_eq!(
            desk.js("return matchMedia('(prefers-color-scheme: dark)').matches")
                .await?,
            true
        );
        desk.timezone("Asia/Kolkata").await?;
        assert_eq!(
            desk.js("return new Date().getTimezoneOffset()").await?,
            -330
        );
        desk.language("de-DE").await?;
        desk.reload().await?;
        assert_eq!(
            desk.js("return new Intl.NumberFormat().format('1234.5') + navigator.language")
                .await?,
            "1.234,5de-DE"
        );
        desk.open_tab("/").await?;
        desk.tab(0).await?;
        desk.tab(1).await?;
        desk.close_tab().await?;
        desk.screenshot("page").await?;
        println!("{}", desk.sandbox.ledger().await?);
        println!(
            "{}",
            desk.sandbox
                .fault(serde_json::json!({"route": "*", "fault": "drop_after"}))
                .await?
        );
        desk.js("return new Promise((yes, no) => { const o = indexedDB.open('j', 1); o.onupgradeneeded = () => o.result.createObjectStore('s'); o.onsuccess = () => { const t = o.result.transaction('s', 'readwrite', {durability: 'strict'}); t.objectStore('s').put('kept', 'k'); t.oncomplete = () => yes(1); t.onerror = no; } })").await?;
        desk.kill_browser().await?;
        desk.goto("/").await?;
        let kept = desk.js("return new Promise((yes) => { const o = indexedDB.open('j', 1); o.onsuccess = () => { o.result.transaction('s').objectStore('s').get('k').onsuccess = (e) => yes(e.target.result); } })").await?;
        assert_eq!(kept, "kept");
        desk.slow(200, 100_000).await?;
        desk.reload().await?;
        desk.offline(true).await?;
        assert_eq!(
            desk.js("return fetch('/x').then(() => 'ok', (e) => e.name)")
                .await?,
            "TypeError"
        );
        desk.offline(false).await?;
        desk.allow_console_error("ERR_INTERNET_DISCONNECTED");
        desk.until("never mind", async || Ok(true)).await?;
        for e in desk.console().await? {
            println!("{e}");
        }
        Ok(())
    });
}
#[test]
fn fails_missing() {
    Setup::default()
        .patience(Duration::from_secs(2))
        .journey(async |desk| {
            desk.goto("/").await?;
            desk.button("Transfer 20").click().await
        });
}
#[test]
fn fails_many() {
    Setup::default()
        .patience(Duration::from_secs(1))
        .journey(async |desk| {
            desk.goto("/").await?;
            desk.text("Acme Inc").click().await
        });
}
#[test]
fn fails_panic() {
    Setup::default()
        .patience(Duration::from_secs(1))
        .journey(async |desk| {
            desk.goto("/").await?;
            assert_eq!(desk.title().await?, "Other");
            Ok(())
        });
}
#[test]
fn fails_console() {
    journey(async |desk| {
        desk.goto("/").await?;
        desk.js("console.error('a panic')").await?;
        Ok(())
    });
}
#[test]
fn fails_shows() {
    Setup::default()
        .patience(Duration::from_secs(1))
        .journey(async |desk| {
            desk.goto("/").await?;
            desk.heading("Sign in").shows("Sign out").await
        });
}
