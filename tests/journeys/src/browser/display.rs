//! A virtual screen for browsers without a headless mode.

use std::sync::{Arc, Mutex, Weak};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{
    process::{self, Server},
    sync::lock,
};

/// A running Xvfb, shared by all tests of a test program that run at the same time.
#[derive(Debug)]
pub struct Display {
    name: String,
    // Dropped in this order, because the server still writes to the folder.
    _server: Server,
    _folder: TempDir,
}

static DISPLAY: Mutex<Weak<Display>> = Mutex::new(Weak::new());

impl Display {
    /// Returns the running display, or starts one.
    pub fn shared() -> Result<Arc<Self>> {
        let mut shared = lock(&DISPLAY);
        if let Some(display) = shared.upgrade() {
            return Ok(display);
        }
        let display = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&display);
        Ok(display)
    }

    /// Returns the name for X clients, such as `:99`.
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
        let mut command = process::supervised_group(&program);
        // Xvfb picks a free number and prints it. The pointer rests in the middle of this large screen, outside every
        // window, so that no window receives pointer events when another one opens or closes.
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
