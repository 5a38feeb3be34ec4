//! Conditions in Chromium, set over the DevTools protocol.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::Desk;

pub async fn size(desk: &Desk, width: u32, height: u32) -> Result<()> {
    // Not the window's size, because Chromium windows can't be narrower than 500.
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    send(desk, "Emulation.setDeviceMetricsOverride", size).await
}

pub async fn media(desk: &Desk, features: &[(&str, &str)]) -> Result<()> {
    let features: Vec<_> = features
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let features = json!({ "features": features });
    send(desk, "Emulation.setEmulatedMedia", features).await
}

pub async fn paper(desk: &Desk, paper: bool) -> Result<()> {
    let media = json!({ "media": if paper { "print" } else { "" } });
    send(desk, "Emulation.setEmulatedMedia", media).await
}

pub async fn network(
    desk: &Desk,
    offline: bool,
    latency_ms: u32,
    bytes_per_second: Option<u32>,
) -> Result<()> {
    let speed = bytes_per_second.map_or(-1, i64::from);
    send(desk, "Network.enable", json!({})).await?;
    let conditions = json!({ "offline": offline, "latency": latency_ms, "downloadThroughput": speed, "uploadThroughput": speed });
    send(desk, "Network.emulateNetworkConditions", conditions).await
}

pub async fn timezone(desk: &Desk, zone: &str) -> Result<()> {
    let zone = json!({ "timezoneId": zone });
    send(desk, "Emulation.setTimezoneOverride", zone).await
}

pub async fn language(desk: &Desk, language: &str) -> Result<()> {
    let locale = json!({ "locale": language });
    send(desk, "Emulation.setLocaleOverride", locale).await?;
    let agent = desk.js("return navigator.userAgent").await?;
    let agent = json!({ "userAgent": agent, "acceptLanguage": language });
    send(desk, "Emulation.setUserAgentOverride", agent).await
}

pub async fn save_downloads(desk: &Desk, folder: &Path) -> Result<()> {
    let allowed = json!({ "behavior": "allow", "downloadPath": folder });
    send(desk, "Browser.setDownloadBehavior", allowed).await
}

pub async fn clear_cache(desk: &Desk) -> Result<()> {
    send(desk, "Network.clearBrowserCache", json!({})).await
}

pub async fn add_script(desk: &Desk, script: &str) -> Result<String> {
    let script = json!({ "source": script });
    let added = desk
        .send_cdp("Page.addScriptToEvaluateOnNewDocument", script)
        .await?;
    let identifier = added["identifier"].as_str();
    Ok(identifier
        .context("the script has no identifier")?
        .to_owned())
}

pub async fn remove_script(desk: &Desk, identifier: &str) -> Result<()> {
    let script = json!({ "identifier": identifier });
    send(desk, "Page.removeScriptToEvaluateOnNewDocument", script).await
}

async fn send(desk: &Desk, command: &str, parameters: Value) -> Result<()> {
    desk.send_cdp(command, parameters).await.map(drop)
}
