//! What the browser wrote to its console.

mod firefox;
mod webkit;

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{Desk, desk::GLANCE, engine::Engine};

/// One line of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO`, `DEBUG`.
    pub level: String,
    /// What wrote it: `console-api`, `javascript`, `network`, `security`, …
    pub source: String,
    /// Address, line and text.
    pub message: String,
}

impl Entry {
    /// An error, a panic, a blocked resource: nothing that a good journey leaves behind.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl Entry {
    fn is_unasked(&self) -> bool {
        UNASKED.iter().any(|text| self.message.contains(text))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.message)
    }
}

/// What no page has to do with: browsers ask for an icon, and WebKit styles plain text in documents that are no pages.
const UNASKED: [&str; 2] = [
    "/favicon.ico",
    "config.json:1:1: Refused to apply a stylesheet",
];

/// What the program says on such a page when it is called again.
const STOPPED: &str = "closure invoked recursively or after being dropped";

/// What the harness itself writes there begins with this.
const MARK: &str = "end of what was written so far:";

/// All that was written since the journey began: the driver hands each line out once only.
#[derive(Debug, Default)]
pub struct Console {
    entries: Mutex<Vec<Entry>>,
    allowed: Mutex<Vec<String>>,
}

impl Console {
    /// Reads what is new, and gives everything.
    pub async fn read(&self, desk: &Desk) -> Result<Vec<Entry>> {
        let new = match desk.engine() {
            Engine::Chromium => chromium(desk).await?,
            Engine::Firefox => firefox::read(desk).await?,
            Engine::WebKit => webkit::read(desk).await?,
        };
        let mut entries = self
            .entries
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        entries.extend(new.into_iter().filter(|entry| !entry.is_unasked()));
        Ok(entries.clone())
    }

    /// Errors with this text are part of the journey.
    pub fn allow(&self, text: &str) {
        self.allowed
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .push(text.to_owned());
    }

    /// Fails if there is an error that was not allowed.
    pub async fn check(&self, desk: &Desk) -> Result<()> {
        let entries = self.read(desk).await?;
        let allowed = self
            .allowed
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .clone();
        // Firefox may stop the script of a page that is being left, in the middle of the program.
        let was_stopped = entries
            .iter()
            .any(|entry| entry.message.contains("Script terminated by timeout"));
        let is_allowed = |entry: &Entry| {
            let is = |text: &str| entry.message.contains(text);
            allowed.iter().any(|text| is(text)) || was_stopped && is(STOPPED)
        };
        let errors: Vec<_> = entries
            .iter()
            .filter(|entry| entry.is_error() && !is_allowed(entry))
            .map(Entry::to_string)
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

async fn chromium(desk: &Desk) -> Result<Vec<Entry>> {
    let log = desk.driver().browser_log().await?;
    let entries = log.into_iter().map(|line| Entry {
        level: line.level,
        source: line.source.unwrap_or_default(),
        message: line.message,
    });
    Ok(entries.collect())
}

/// Has the page write a line of its own and calls `look` until that has been read: then everything before it has been, too.
/// A page that runs no script any more writes none.
async fn read_to_mark(desk: &Desk, mut look: impl AsyncFnMut(&str) -> Result<bool>) -> Result<()> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let mark = format!("{MARK} {}", fastrand::u64(..));
    let written = desk.js(&format!("console.debug('{mark}')")).await.is_ok();
    let begun = Instant::now();
    while !look(&mark).await? && written && begun.elapsed() < PATIENCE {
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}
