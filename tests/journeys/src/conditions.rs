//! The conditions that a person works under: screen, colours, network, place.

use anyhow::Result;
use serde_json::{Value, json};

use crate::Desk;

impl Desk {
    /// A command of the DevTools protocol, for what has no helper.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.driver().cdp().send_raw(command, parameters).await?)
    }

    /// The size of the page on screen. 320 wide is a phone, or a desktop zoomed to 400 %.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        // Not the window's: Chromium makes none narrower than 500.
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size)
            .await
            .map(drop)
    }

    /// Dark colours preferred, or light ones.
    pub async fn dark(&self, dark: bool) -> Result<()> {
        self.media(&[("prefers-color-scheme", if dark { "dark" } else { "light" })])
            .await
    }

    /// Media features, such as `("forced-colors", "active")` or `("prefers-reduced-motion", "reduce")`. Each call replaces the last.
    pub async fn media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<_> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await
        .map(drop)
    }

    /// No network at all, or the network again.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        self.network(offline, 0, None).await
    }

    /// A slow network: every exchange waits this long, and no more than so many bytes a second come in or go out.
    pub async fn slow(&self, latency_ms: u32, bytes_per_second: u32) -> Result<()> {
        self.network(false, latency_ms, Some(bytes_per_second))
            .await
    }

    async fn network(
        &self,
        offline: bool,
        latency_ms: u32,
        bytes_per_second: Option<u32>,
    ) -> Result<()> {
        let speed = bytes_per_second.map_or(-1, i64::from);
        self.cdp("Network.enable", json!({})).await?;
        let conditions = json!({ "offline": offline, "latency": latency_ms, "downloadThroughput": speed, "uploadThroughput": speed });
        self.cdp("Network.emulateNetworkConditions", conditions)
            .await
            .map(drop)
    }

    /// The time zone, such as `Asia/Kolkata`.
    pub async fn timezone(&self, zone: &str) -> Result<()> {
        self.cdp(
            "Emulation.setTimezoneOverride",
            json!({ "timezoneId": zone }),
        )
        .await
        .map(drop)
    }

    /// The language of numbers and dates, such as `de-DE`; the page must be loaded anew to notice.
    pub async fn language(&self, language: &str) -> Result<()> {
        self.cdp("Emulation.setLocaleOverride", json!({ "locale": language }))
            .await?;
        let agent = self.js("return navigator.userAgent").await?;
        self.cdp(
            "Emulation.setUserAgentOverride",
            json!({ "userAgent": agent, "acceptLanguage": language }),
        )
        .await
        .map(drop)
    }
}
