//! Chromium and chromedriver.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, Weak},
};

use anyhow::{Context as _, Result};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use super::driver::{self, Driver};
use crate::{
    process::{self, Server},
    sync::lock,
};

/// One driver shared by all tests of a test program that run at the same time. Weak, so that it ends with the last
/// journey that uses it: no code runs at the end of a test program.
static DRIVER: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

/// Starts Chromium on this profile.
pub async fn start(profile: &Path) -> Result<(Arc<Driver>, WebDriver)> {
    let driver = shared()?;
    let chromium = process::path("CREDIT_DESK_CHROMIUM", chromium)?;
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "chrome")?;
    // Journeys over TLS use self-signed certificates.
    capabilities.set("acceptInsecureCerts", true)?;
    capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
    capabilities.set(
        "goog:chromeOptions",
        json!({ "binary": chromium, "args": arguments(profile) }),
    )?;
    let session = driver.connect(capabilities).await;
    let session = session.with_context(|| format!("cannot start {}", chromium.display()))?;
    Ok((driver, session))
}

/// Deletes what pages have stored and written to the console, and focuses the new tab.
pub async fn reset(session: &WebDriver) -> Result<()> {
    session.browser_log().await?;
    let cdp = session.cdp();
    let everywhere = json!({ "storageKey": "*", "origin": "*", "storageTypes": "all" });
    cdp.send_raw("Storage.clearDataForOrigin", everywhere)
        .await?;
    cdp.send_raw("Network.clearBrowserCookies", json!({}))
        .await?;
    // A tab that a driver opens has no focus.
    cdp.send_raw("Page.bringToFront", json!({})).await?;
    super::await_focus(session).await
}

fn shared() -> Result<Arc<Driver>> {
    let mut shared = lock(&DRIVER);
    if let Some(driver) = shared.upgrade() {
        return Ok(driver);
    }
    let driver = Arc::new(start_driver()?);
    *shared = Arc::downgrade(&driver);
    Ok(driver)
}

fn start_driver() -> Result<Driver> {
    let program = process::path("CREDIT_DESK_CHROMEDRIVER", || {
        process::on_path(&["chromedriver", "chromium.chromedriver"])
            .context("there is no chromedriver on PATH; name one in CREDIT_DESK_CHROMEDRIVER")
    })?;
    let folder = driver::folder()?;
    let mut command = process::supervised(&program);
    command.arg("--port=0");
    // Temporary files of killed browsers are deleted with the driver's own.
    command.env("TMPDIR", folder.path());
    let (server, port) = Server::start(&mut command, &folder.path().join("errors.log"), port)?;
    Ok(Driver::new(server, port, folder))
}

/// Parses `ChromeDriver was started successfully on port 45825.`
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

fn chromium() -> Result<PathBuf> {
    let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    process::on_path(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
    ])
    .or_else(|| mac.is_file().then(|| mac.to_path_buf()))
    .context("there is no Chromium on PATH; name one in CREDIT_DESK_CHROMIUM")
}

/// Returns the arguments for Chromium: headless, no background network traffic, a fixed language. Chromium exits with
/// its driver, because it watches the pipe between them.
fn arguments(profile: &Path) -> Vec<String> {
    let mut arguments = vec![
        format!("--user-data-dir={}", profile.display()),
        "--headless".to_owned(),
        "--remote-debugging-pipe".to_owned(),
        "--window-size=1280,900".to_owned(),
        // A name for this machine that browsers don't treat as a secure context.
        "--host-resolver-rules=MAP desk.test 127.0.0.1".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--no-proxy-server".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--lang=en-US".to_owned(),
        "--accept-lang=en-US".to_owned(),
    ];
    // Chromium refuses to run as root with its own sandbox on. Other users keep the sandbox.
    if process::is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_is_parsed_from_the_startup_message() {
        assert_eq!(
            port("ChromeDriver was started successfully on port 45825."),
            Some(45825)
        );
        assert_eq!(port("Starting ChromeDriver 156.0.8078.79 on port 0"), None);
    }
}
