//! A deployment under a running page: it is noticed and offered, and takes nothing away from anybody.

use std::fs;

use anyhow::Result;
use credit_desk_journeys::{Desk, Kind, Setup};
use serde_json::json;

use crate::steps::{TRANSFER, fill_transfer, give_keys, go, review_transfer, sign_in, transfers};

fn setup() -> Setup {
    // Minutes pass here at once, and must not lock the page.
    let settings = json!({ "lock_after_minutes": 0 });
    Setup::default().host(Kind::Plain).config(settings)
}

/// The same program under another name, as a build of other sources would have it: its module and the one that fetches its
/// parts, which name each other.
fn deploy(desk: &Desk) -> Result<String> {
    const MARK: &str = "00112233445566aa";
    let (host, dist) = (desk.host(), desk.host().dist());
    let mut page = fs::read_to_string(dist.join("index.html"))?;
    let links = page.split("rel=\"modulepreload\" href=\"./").skip(1);
    let olds: Vec<_> = links
        .map(|link| link.split('"').next().unwrap_or_default().to_owned())
        .collect();
    let new = |old: &str| {
        let stem = old.rsplit_once('-').map_or(old, |(stem, _)| stem);
        format!("{stem}-{MARK}.js")
    };
    for name in &olds {
        let mut text = fs::read_to_string(dist.join(name))?;
        for old in &olds {
            text = text.replace(old.as_str(), &new(old));
        }
        host.remove(&dist.join(name))?;
        host.put(&dist.join(new(name)), text.as_bytes())?;
        page = page.replace(name.as_str(), &new(name));
    }
    // Their hashes are others now, and nothing here depends on them.
    page = page.replace(" integrity=\"", " data-was=\"");
    host.put(&dist.join("index.html"), page.as_bytes())?;
    Ok(olds.first().map(|old| new(old)).unwrap_or_default())
}

/// Somebody comes back to the tab after so many minutes.
async fn come_back(desk: &Desk, minutes: u32) -> Result<()> {
    desk.js(&format!(
        "const {{ Date }} = window; const now = Date.now; Date.now = () => now() + {minutes} * 60000; document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }}))"
    ))
    .await
    .map(drop)
}

/// How often the page on the host was read again.
async fn looks(desk: &Desk) -> Result<i64> {
    let count = "return performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname === '/').length";
    Ok(desk.js(count).await?.as_i64().unwrap_or(-1))
}

async fn runs(desk: &Desk, module: &str) -> Result<()> {
    let href = "return document.querySelector('link[rel=modulepreload]').getAttribute('href')";
    assert_eq!(desk.js(href).await?, format!("./{module}"));
    Ok(())
}

#[test]
fn it_is_offered_on_every_screen_and_a_filled_form_asks() {
    setup().journey(async |desk| {
        sign_in(desk, "/").await?;
        come_back(desk, 11).await?;
        desk.until("a look", async || Ok(looks(desk).await? == 1))
            .await?;
        assert_eq!(
            desk.css("aside.newer").count().await?,
            0,
            "nothing is newer"
        );
        let new = deploy(desk)?;
        come_back(desk, 9).await?;
        assert_eq!(looks(desk).await?, 1, "not so soon");
        come_back(desk, 2).await?;
        let notice = desk.css("aside.newer");
        notice
            .shows("A newer version of this portal is there")
            .await?;
        notice
            .shows("You will be asked for your keys again")
            .await?;
        for screen in ["Transfer", "Log", "Activity"] {
            go(desk, screen).await?;
            notice.seen().await?;
        }
        go(desk, "Transfer").await?;
        fill_transfer(desk, "Beta Co", "20").await?;
        desk.button("Reload").click().await?;
        notice
            .shows("A form is filled in; a reload may empty it")
            .await?;
        desk.field("Minutes").holds("20").await?;
        desk.screenshot("asks").await?;
        desk.size(320, 700).await?;
        desk.dark(true).await?;
        desk.screenshot("asks-narrow-dark").await?;
        desk.size(1280, 800).await?;
        desk.button("Reload all the same").click().await?;
        desk.heading("Sign in").seen().await?;
        runs(desk, &new).await?;
        assert_eq!(desk.css("aside.newer").count().await?, 0);
        give_keys(desk).await
    });
}

#[test]
fn an_unresolved_movement_is_never_left() {
    setup().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        deploy(desk)?;
        come_back(desk, 11).await?;
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
        notice.shows("A movement is not resolved yet").await?;
        desk.css("main .receipt").seen().await?;
        desk.css("aside.unresolved").gone().await?;
        assert_eq!(transfers(desk).await?, 1);
        desk.button("Reload").click().await?;
        desk.heading("Sign in").seen().await
    });
}
