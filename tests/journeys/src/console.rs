//! What the browser wrote to its console.

mod firefox;
mod webkit;

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{Desk, desk::POLL_INTERVAL, engine::Engine, sync::lock};

/// A console entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// `SEVERE`, `WARNING`, `INFO`, `DEBUG`.
    pub level: String,
    /// What wrote it: `console-api`, `javascript`, `network`, `security`, …
    pub source: String,
    /// URL, line and text.
    pub message: String,
}

impl ConsoleEntry {
    /// Whether it is an error, a panic or a blocked resource, none of which a successful journey leaves behind.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl ConsoleEntry {
    fn is_ignored(&self) -> bool {
        IGNORED.iter().any(|text| self.message.contains(text))
    }
}

impl fmt::Display for ConsoleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.message)
    }
}

/// Messages that pages don't cause: browsers request an icon, and WebKit tries to style plain text that isn't a page.
const IGNORED: [&str; 2] = [
    "/favicon.ico",
    "config.json:1:1: Refused to apply a stylesheet",
];

/// What the portal's program logs when it is called again on a page whose script was stopped.
const STOPPED: &str = "closure invoked recursively or after being dropped";

/// Prefix of the harness's own entries.
const MARKER: &str = "end of what was written so far:";

/// Everything written since the journey began. The driver returns each entry only once.
#[derive(Debug, Default)]
pub struct Console {
    entries: Mutex<Vec<ConsoleEntry>>,
    allowed: Mutex<Vec<String>>,
}

impl Console {
    /// Reads new entries, and returns all.
    pub async fn read(&self, desk: &Desk) -> Result<Vec<ConsoleEntry>> {
        let new = match desk.engine() {
            Engine::Chromium => chromium(desk).await?,
            Engine::Firefox => firefox::read(desk).await?,
            Engine::WebKit => webkit::read(desk).await?,
        };
        let mut entries = lock(&self.entries);
        entries.extend(new.into_iter().filter(|entry| !entry.is_ignored()));
        Ok(entries.clone())
    }

    /// Allows errors that contain this text.
    pub fn allow(&self, text: &str) {
        lock(&self.allowed).push(text.to_owned());
    }

    /// Fails if there is an error that wasn't allowed.
    pub async fn check(&self, desk: &Desk) -> Result<()> {
        let entries = self.read(desk).await?;
        let allowed = lock(&self.allowed).clone();
        // Firefox may stop the script of a page that is being left, in the middle of the program.
        let was_stopped = entries
            .iter()
            .any(|entry| entry.message.contains("Script terminated by timeout"));
        let is_allowed = |entry: &ConsoleEntry| {
            let is = |text: &str| entry.message.contains(text);
            allowed.iter().any(|text| is(text)) || was_stopped && is(STOPPED)
        };
        let errors: Vec<_> = entries
            .iter()
            .filter(|entry| entry.is_error() && !is_allowed(entry))
            .map(ConsoleEntry::to_string)
            .collect();
        if !errors.is_empty() {
            bail!(
                "the console has errors that the journey did not allow:\n  {}",
                errors.join("\n  ")
            );
        }
        Ok(())
    }
}

async fn chromium(desk: &Desk) -> Result<Vec<ConsoleEntry>> {
    let log = desk.driver().browser_log().await?;
    let entries = log.into_iter().map(|line| ConsoleEntry {
        level: line.level,
        source: line.source.unwrap_or_default(),
        message: line.message,
    });
    Ok(entries.collect())
}

/// Makes the page log a marker and calls `look` until it has read that marker, and therefore everything before it. A
/// page that runs no scripts logs no marker.
async fn read_to_marker(
    desk: &Desk,
    mut look: impl AsyncFnMut(&str) -> Result<bool>,
) -> Result<()> {
    const TIMEOUT: Duration = Duration::from_secs(5);
    let marker = format!("{MARKER} {}", fastrand::u64(..));
    let written = desk.js(&format!("console.debug('{marker}')")).await.is_ok();
    let start = Instant::now();
    while !look(&marker).await? && written && start.elapsed() < TIMEOUT {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Ok(())
}
