//! A deployment while a page is open: the new version is detected and offered, and no work is lost.

use std::fs;

use anyhow::Result;
use credit_desk_journeys::{Desk, HostKind, Setup};
use serde_json::json;

use crate::steps::{
    TRANSFER, enter_keys, fill_transfer, open_screen, review_transfer, sign_in, transfer_count,
};

fn setup() -> Setup {
    // These tests skip minutes, which must not lock the page.
    let settings = json!({ "lock_after_minutes": 0 });
    Setup::default().host(HostKind::Plain).config(settings)
}

/// Deploys the same program under another name, as a build of other sources would: its module and the one that loads
/// its parts, which refer to each other. Returns the module's new name.
fn deploy(desk: &Desk) -> Result<String> {
    const MARK: &str = "00112233445566aa";
    let (host, dist) = (desk.host(), desk.host().dist());
    let mut page = fs::read_to_string(dist.join("index.html"))?;
    let links = page.split("rel=\"modulepreload\" href=\"./").skip(1);
    let old_names: Vec<_> = links
        .map(|link| link.split('"').next().unwrap_or_default().to_owned())
        .collect();
    let new = |old: &str| {
        let stem = old.rsplit_once('-').map_or(old, |(stem, _)| stem);
        format!("{stem}-{MARK}.js")
    };
    for name in &old_names {
        let mut text = fs::read_to_string(dist.join(name))?;
        for old in &old_names {
            text = text.replace(old.as_str(), &new(old));
        }
        host.remove(&dist.join(name))?;
        host.put(&dist.join(new(name)), text.as_bytes())?;
        page = page.replace(name.as_str(), &new(name));
    }
    // Their hashes have changed, and nothing here depends on them.
    page = page.replace(" integrity=\"", " data-was=\"");
    host.put(&dist.join("index.html"), page.as_bytes())?;
    Ok(old_names.first().map(|old| new(old)).unwrap_or_default())
}

/// Simulates a user who returns to the tab after this many minutes.
async fn return_after(desk: &Desk, minutes: u32) -> Result<()> {
    desk.js(&format!(
        "const {{ Date }} = window; const now = Date.now; Date.now = () => now() + {minutes} * 60000; document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }}))"
    ))
    .await
    .map(drop)
}

/// Returns how often the page on the host was fetched again.
async fn version_checks(desk: &Desk) -> Result<i64> {
    let count = "return performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname === '/').length";
    Ok(desk.js(count).await?.as_i64().unwrap_or(-1))
}

async fn assert_runs(desk: &Desk, module: &str) -> Result<()> {
    let href = "return document.querySelector('link[rel=modulepreload]').getAttribute('href')";
    assert_eq!(desk.js(href).await?, format!("./{module}"));
    Ok(())
}

#[test]
fn a_new_version_is_offered_on_every_screen_and_asks_before_clearing_a_form() {
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        return_after(desk, 11).await?;
        desk.until("a version check", async || {
            Ok(version_checks(desk).await? == 1)
        })
        .await?;
        assert_eq!(
            desk.css("aside.newer").count().await?,
            0,
            "there is no new version"
        );
        let new = deploy(desk)?;
        return_after(desk, 9).await?;
        assert_eq!(version_checks(desk).await?, 1, "too soon to check again");
        return_after(desk, 2).await?;
        let notice = desk.css("aside.newer");
        notice.shows("A new version is available").await?;
        notice
            .shows("You'll need to enter your API keys again")
            .await?;
        for screen in ["Transfer", "Credit log", "Activity"] {
            open_screen(desk, screen).await?;
            notice.seen().await?;
        }
        open_screen(desk, "Transfer").await?;
        fill_transfer(desk, "Beta Co", "20").await?;
        desk.button("Reload").click().await?;
        notice.shows("Reloading may clear your draft").await?;
        desk.field("Minutes").holds("20").await?;
        desk.screenshot("asks").await?;
        desk.size(320, 700).await?;
        desk.dark(true).await?;
        desk.screenshot("asks-narrow-dark").await?;
        desk.size(1280, 800).await?;
        desk.button("Reload anyway").click().await?;
        desk.heading("Sign in").seen().await?;
        assert_runs(desk, &new).await?;
        assert_eq!(desk.css("aside.newer").count().await?, 0);
        enter_keys(desk).await
    });
}

#[test]
fn an_unresolved_movement_blocks_the_reload() {
    setup().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        deploy(desk)?;
        return_after(desk, 11).await?;
        let notice = desk.css("aside.newer");
        notice.seen().await?;
        desk.sandbox
            .fault(json!({ "route": TRANSFER, "fault": "delay", "delay_ms": 3000 }))
            .await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.css("main .sending").seen().await?;
        desk.button("Reload").click().await?;
        notice.shows("A transaction is still pending").await?;
        desk.css("main .receipt").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert_eq!(transfer_count(desk).await?, 1);
        desk.button("Reload").click().await?;
        desk.heading("Sign in").seen().await
    });
}
