//! What the storm changes inside the browser: its clocks, and how long its journal takes to write.

use anyhow::Result;

use crate::{Desk, Engine, PageScript};

const SCRIPT: &str = include_str!("hooks.js");

/// The script in every new document of a tab, and its settings.
#[derive(Debug, Default)]
pub struct Hooks {
    /// How far the page's wall clock is ahead of this machine's, in milliseconds.
    pub clock_ms: i64,
    /// How long the journal takes to write, in milliseconds.
    pub journal_ms: u64,
    /// The script, once installed.
    installed: Option<PageScript>,
}

impl Hooks {
    fn script(&self) -> String {
        SCRIPT
            .replace("CLOCK", &self.clock_ms.to_string())
            .replace("JOURNAL", &self.journal_ms.to_string())
    }

    /// Installs the script in a new tab or browser, before a page is opened.
    pub async fn install(&mut self, desk: &Desk) -> Result<()> {
        let installed = desk.before_every_page(&self.script()).await?;
        // Two scripts would apply every change twice. In Chromium the old one is gone with its tab.
        let other = self.installed.replace(installed);
        match other.filter(|_| desk.engine() != Engine::Chromium) {
            Some(other) => desk.remove_page_script(&other).await,
            None => Ok(()),
        }
    }

    /// Applies changes to the open document and to later ones.
    pub async fn apply(&mut self, desk: &Desk) -> Result<()> {
        if let Some(installed) = self.installed.take() {
            desk.remove_page_script(&installed).await?;
        }
        self.install(desk).await?;
        let (clock, journal) = (self.clock_ms, self.journal_ms);
        let change = format!(
            "if (window.__storm) {{ __storm.clock = {clock}; __storm.journal = {journal}; }}"
        );
        desk.js(&change).await.map(drop)
    }

    /// Suspends the browser for `ms` milliseconds. To the page, the sleep is `hours_ms` milliseconds longer, and the
    /// monotonic clock stops during it.
    pub async fn sleep(&mut self, desk: &Desk, ms: u64, hours_ms: i64) -> Result<()> {
        desk.js(&format!("if (window.__storm) __storm.asleep = {hours_ms};"))
            .await?;
        desk.suspend(std::time::Duration::from_millis(ms)).await?;
        self.clock_ms += hours_ms;
        self.apply(desk).await
    }
}
