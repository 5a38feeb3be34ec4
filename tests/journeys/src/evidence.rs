//! What a failed journey leaves behind for the person who asks why.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use thirtyfour::WebDriver;

use crate::{Desk, engine::Engine, process};

/// The folder of one journey: `target/journeys/<engine>/<test>`.
#[derive(Debug)]
pub struct Evidence {
    folder: PathBuf,
}

impl Evidence {
    /// Begins with an empty folder, made when there is something to put into it.
    pub fn of(engine: Engine, test: &str) -> Result<Self> {
        let target = process::programs()?;
        let folder = target
            .parent()
            .unwrap_or(&target)
            .join("journeys")
            .join(engine.name())
            .join(test);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        Ok(Self { folder })
    }

    /// A part of it, in a folder inside.
    pub fn part(&self, name: &str) -> Self {
        Self {
            folder: self.folder.join(name),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a picture of the page.
    pub async fn screenshot(&self, driver: &WebDriver, name: &str) -> Result<()> {
        let png = driver.screenshot_as_png().await?;
        self.keep(&format!("{name}.png"), &png)
    }

    /// Keeps a file in it.
    pub fn keep(&self, name: &str, content: &[u8]) -> Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make {}", self.folder.display()))?;
        let file = self.folder.join(name);
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Keeps all that there is. One part that cannot be had must not cost the others.
    pub async fn gather(&self, desk: &Desk) {
        let driver = desk.driver();
        _ = self.screenshot(&driver, "failure").await;
        if let Ok(html) = driver.source().await {
            _ = self.keep("page.html", html.as_bytes());
        }
        _ = self.keep("page.txt", desk.page().await.as_bytes());
        if let Ok(entries) = desk.console().await {
            let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
            _ = self.keep("console.txt", lines.as_bytes());
        }
        if let Ok(ledger) = desk.sandbox.ledger().await {
            _ = self.keep("ledger.json", format!("{ledger:#}\n").as_bytes());
        }
        _ = self.keep("sandbox.txt", desk.sandbox.errors().as_bytes());
    }
}
