//! A screen that nobody sees, for a browser that has no headless mode.

use std::sync::{Arc, Mutex, Weak};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::process::{self, Server};

/// A running Xvfb: one for all tests of a test program that run at the same time.
#[derive(Debug)]
pub struct Display {
    name: String,
    // Dropped in this order: the server still writes into the folder.
    _server: Server,
    _folder: TempDir,
}

static DISPLAY: Mutex<Weak<Display>> = Mutex::new(Weak::new());

impl Display {
    /// The one that runs, or a new one.
    pub fn shared() -> Result<Arc<Self>> {
        let mut shared = DISPLAY.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(display) = shared.upgrade() {
            return Ok(display);
        }
        let display = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&display);
        Ok(display)
    }

    /// What X clients know it by, such as `:99`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn start() -> Result<Self> {
        let program = process::path("CREDIT_DESK_XVFB", || {
            process::on_path(&["Xvfb"])
                .context("there is no Xvfb on PATH; name one in CREDIT_DESK_XVFB")
        })?;
        let folder = tempfile::Builder::new()
            .prefix("credit-desk-display-")
            .tempdir()?;
        let mut command = process::leashed_group(&program);
        // It picks a number that is free and prints it. The pointer rests in the middle of the screen: beside every window, so that
        // none receives its events when another window opens or closes.
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "2600x1840x24",
            "-nolisten",
            "tcp",
        ]);
        let number = |line: &str| line.trim().parse::<u32>().ok();
        let (server, number) =
            Server::start(&mut command, &folder.path().join("errors.log"), number)?;
        Ok(Self {
            name: format!(":{number}"),
            _server: server,
            _folder: folder,
        })
    }
}
