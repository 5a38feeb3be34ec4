//! What the storm changes inside the browser: its clocks, and how long its journal takes to write.

use anyhow::Result;

use crate::{Desk, Engine, PageScript};

const SCRIPT: &str = include_str!("hooks.js");

/// The script in every new document of a tab, and what it is set to.
#[derive(Debug, Default)]
pub struct Hooks {
    /// How far the page's wall clock is ahead of this machine's, in milliseconds.
    pub clock_ms: i64,
    /// How long the journal takes to write, in milliseconds.
    pub journal_ms: u64,
    /// The script, where it runs.
    installed: Option<PageScript>,
}

impl Hooks {
    fn script(&self) -> String {
        SCRIPT
            .replace("CLOCK", &self.clock_ms.to_string())
            .replace("JOURNAL", &self.journal_ms.to_string())
    }

    /// Puts the script into a new tab or browser, before it opens anything.
    pub async fn install(&mut self, desk: &Desk) -> Result<()> {
        let installed = desk.before_every_page(&self.script()).await?;
        // Two of them would change everything twice. In Chromium the other one is gone with its tab.
        let other = self.installed.replace(installed);
        match other.filter(|_| desk.engine() != Engine::Chromium) {
            Some(other) => desk.no_longer(&other).await,
            None => Ok(()),
        }
    }

    /// Applies a change to the open document and to those to come.
    pub async fn apply(&mut self, desk: &Desk) -> Result<()> {
        if let Some(installed) = self.installed.take() {
            desk.no_longer(&installed).await?;
        }
        self.install(desk).await?;
        let (clock, journal) = (self.clock_ms, self.journal_ms);
        let change = format!(
            "if (window.__storm) {{ __storm.clock = {clock}; __storm.journal = {journal}; }}"
        );
        desk.js(&change).await.map(drop)
    }

    /// Suspends the browser for `ms` milliseconds. The page takes it for a sleep of `hours_ms` more, and finds its steady
    /// clock where it was.
    pub async fn sleep(&mut self, desk: &Desk, ms: u64, hours_ms: i64) -> Result<()> {
        desk.js(&format!("if (window.__storm) __storm.asleep = {hours_ms};"))
            .await?;
        desk.suspend(std::time::Duration::from_millis(ms)).await?;
        self.clock_ms += hours_ms;
        self.apply(desk).await
    }
}
