//! What the browser wrote to its console.

use std::{fmt, sync::Mutex};

use anyhow::{Result, bail};
use thirtyfour::WebDriver;

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

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.message)
    }
}

/// The browser asks for this by itself, whenever a document that is no page names no icon.
const UNASKED: &str = "/favicon.ico";

/// All that was written since the journey began: the driver hands each line out once only.
#[derive(Debug, Default)]
pub struct Console {
    entries: Mutex<Vec<Entry>>,
    allowed: Mutex<Vec<String>>,
}

impl Console {
    /// Reads what is new, and gives everything.
    pub async fn read(&self, driver: &WebDriver) -> Result<Vec<Entry>> {
        let new = driver.browser_log().await?.into_iter().map(|line| Entry {
            level: line.level,
            source: line.source.unwrap_or_default(),
            message: line.message,
        });
        let mut entries = self
            .entries
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        entries.extend(new);
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
    pub async fn check(&self, driver: &WebDriver) -> Result<()> {
        let entries = self.read(driver).await?;
        let allowed = self
            .allowed
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .clone();
        let is_allowed = |entry: &Entry| {
            let is = |text: &str| entry.message.contains(text);
            is(UNASKED) || allowed.iter().any(|text| is(text))
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
