//! Diagnostics that a failed journey leaves behind.

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
    /// Removes what an earlier run left. The folder is created when the first file is saved.
    pub fn of(engine: Engine, test: &str) -> Result<Self> {
        let target = process::build_folder()?;
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

    /// Returns the evidence of one part, kept in a subfolder.
    pub fn part(&self, name: &str) -> Self {
        Self {
            folder: self.folder.join(name),
        }
    }

    /// Returns the path of the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Saves a screenshot of the page.
    pub async fn screenshot(&self, driver: &WebDriver, name: &str) -> Result<()> {
        let png = driver.screenshot_as_png().await?;
        self.keep(&format!("{name}.png"), &png)
    }

    /// Saves a file in the folder.
    pub fn keep(&self, name: &str, content: &[u8]) -> Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make {}", self.folder.display()))?;
        let file = self.folder.join(name);
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Saves everything available. A missing part does not prevent the others.
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
