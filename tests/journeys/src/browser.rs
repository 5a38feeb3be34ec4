//! Chromium, driven over WebDriver.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use crate::{
    process::{self, Server},
    tree,
};

/// The driver: one for all tests of a test program that run at the same time.
#[derive(Debug)]
struct Driver {
    address: String,
    // In the order in which they must go.
    _server: Server,
    _folder: TempDir,
}

/// Weak, so that it ends with the last journey that uses it: nothing else runs at the end of a test program.
static DRIVER: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

impl Driver {
    fn shared() -> Result<Arc<Self>> {
        let mut shared = DRIVER.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(driver) = shared.upgrade() {
            return Ok(driver);
        }
        let driver = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&driver);
        Ok(driver)
    }

    fn start() -> Result<Self> {
        let program = process::path("CREDIT_DESK_CHROMEDRIVER", || {
            process::on_path(&["chromedriver", "chromium.chromedriver"])
                .context("there is no chromedriver on PATH; name one in CREDIT_DESK_CHROMEDRIVER")
        })?;
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-driver-")
            .tempdir()?;
        let mut command = process::leashed(&program);
        command.arg("--port=0");
        // What a killed browser leaves in the folder for temporary files goes with the driver's own.
        command.env("TMPDIR", folder.path());
        let (server, port) =
            Server::start(&mut command, &folder.path().join("errors.log"), |line| {
                port(line)
            })?;
        Ok(Self {
            address: format!("http://127.0.0.1:{port}"),
            _server: server,
            _folder: folder,
        })
    }
}

/// Reads `ChromeDriver was started successfully on port 45825.`
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

/// A browser with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    driver: Arc<Driver>,
    session: Mutex<WebDriver>,
    profile: TempDir,
}

impl Browser {
    /// Starts one.
    pub async fn start() -> Result<Self> {
        let driver = Driver::shared()?;
        let profile = tempfile::Builder::new()
            .prefix("credit-desk-profile-")
            .tempdir()?;
        let session = Mutex::new(session(&driver, profile.path()).await?);
        Ok(Self {
            driver,
            session,
            profile,
        })
    }

    /// The session.
    pub fn session(&self) -> WebDriver {
        self.session
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .clone()
    }

    /// Kills the browser and every process it has started, as a power cut would, and starts it again on the same profile.
    pub async fn kill_and_restart(&self) -> Result<()> {
        let old = self.session();
        tree::kill(self.process()?, self.profile.path()).await?;
        // There is nothing left to quit: the driver only has to forget it.
        _ = old.quit().await;
        let new = session(&self.driver, self.profile.path()).await?;
        *self
            .session
            .lock()
            .unwrap_or_else(|broken| broken.into_inner()) = new;
        Ok(())
    }

    /// Stops every process of the browser for a while, as a sleeping computer would.
    pub async fn suspend(&self, time: Duration) -> Result<()> {
        let suspended = tree::Suspended::of(self.process()?, self.profile.path())?;
        tokio::time::sleep(time).await;
        drop(suspended);
        Ok(())
    }

    fn process(&self) -> Result<u64> {
        let session = self.session();
        let process = session.capabilities().get("goog:processID");
        process
            .and_then(Value::as_u64)
            .context("the driver does not say which process the browser is")
    }

    /// Closes it.
    pub async fn quit(self) -> Result<()> {
        Ok(self.session().quit().await?)
    }
}

async fn session(driver: &Driver, profile: &Path) -> Result<WebDriver> {
    let chromium = process::path("CREDIT_DESK_CHROMIUM", chromium)?;
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "chrome")?;
    capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
    capabilities.set(
        "goog:chromeOptions",
        json!({ "binary": chromium, "args": arguments(profile) }),
    )?;
    // A page that hangs should fail the journey, not outlast it.
    capabilities.set("timeouts", json!({ "pageLoad": 30_000, "script": 20_000 }))?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let session = WebDriver::builder(&*driver.address, capabilities)
        .client(client)
        .request_timeout(Duration::from_secs(60))
        .connect()
        .await;
    session.with_context(|| format!("cannot start {}", chromium.display()))
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

/// Headless, quiet on the network, in one language, and gone when its driver goes (it watches the pipe between them).
fn arguments(profile: &Path) -> Vec<String> {
    let mut arguments = vec![
        format!("--user-data-dir={}", profile.display()),
        "--headless".to_owned(),
        "--remote-debugging-pipe".to_owned(),
        "--window-size=1280,900".to_owned(),
        // A name of this machine that no browser takes for a secure one.
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
    // Chromium refuses to run as root with its own sandbox on; anybody else keeps it.
    if process::is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_the_last_line_of_the_greeting() {
        assert_eq!(
            port("ChromeDriver was started successfully on port 45825."),
            Some(45825)
        );
        assert_eq!(port("Starting ChromeDriver 156.0.8078.79 on port 0"), None);
    }
}
