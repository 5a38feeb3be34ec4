//! A WebDriver server that starts browsers.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use super::display::Display;
use crate::process::Server;

/// A running driver.
#[derive(Debug)]
pub struct Driver {
    address: String,
    /// The browser's screen, if it needs one.
    _display: Option<Arc<Display>>,
    // Dropped in this order, because the server still writes to the folder.
    _server: Server,
    _folder: TempDir,
}

impl Driver {
    /// Creates a driver that listens on this port of 127.0.0.1.
    pub fn new(server: Server, port: u16, folder: TempDir) -> Self {
        Self {
            address: format!("http://127.0.0.1:{port}"),
            _display: None,
            _server: server,
            _folder: folder,
        }
    }

    /// Keeps `display` open as long as the driver.
    pub fn with_display(self, display: Arc<Display>) -> Self {
        Self {
            _display: Some(display),
            ..self
        }
    }

    /// Starts a browser.
    pub async fn connect(&self, mut capabilities: Capabilities) -> Result<WebDriver> {
        // A page that hangs must fail the journey, not outlast it.
        capabilities.set("timeouts", json!({ "pageLoad": 30_000, "script": 20_000 }))?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let session = WebDriver::builder(&*self.address, capabilities)
            .client(client)
            .request_timeout(Duration::from_secs(60))
            .connect()
            .await;
        session.context("the driver cannot start a browser")
    }
}

/// Creates a folder for a driver's logs and temporary files.
pub fn folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new()
        .prefix("credit-desk-driver-")
        .tempdir()?)
}
