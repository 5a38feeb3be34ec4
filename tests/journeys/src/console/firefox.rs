//! The console in Firefox: `browser/firefox.js` records what pages write, and Firefox adds messages about them.

use anyhow::Result;
use serde::Deserialize;

use super::{ConsoleEntry, MARKER, read_to_marker};
use crate::{Desk, browser::firefox::privileged};

/// Returns what was written since the last call.
pub async fn read(desk: &Desk) -> Result<Vec<ConsoleEntry>> {
    let mut entries = Vec::new();
    read_to_marker(desk, async |marker: &str| {
        let new = lines(desk).await?;
        let is_complete = new.iter().any(|line| line.message.contains(marker));
        entries.extend(new.into_iter().map(Line::entry));
        Ok(is_complete)
    })
    .await?;
    entries.retain(|entry| !entry.message.contains(MARKER));
    Ok(entries)
}

/// Returns what pages have written, and Firefox's messages about their scripts and content security policies. Firefox's
/// other messages are dropped.
async fn lines(desk: &Desk) -> Result<Vec<Line>> {
    const READ: &str = "
        const written = (window.journeysConsole ?? []).splice(0).map((line) => ({ source: 'console-api', ...line }));
        const all = Services.console.getMessageArray();
        Services.console.reset();
        const messages = all.filter((entry) => entry instanceof Ci.nsIScriptError && /^https?:/.test(entry.sourceName))
            .filter(({ category }) => category === 'content javascript' || category.startsWith('CSP_'))
            .map((entry) => ({
                source: entry.category,
                level: entry.flags & Ci.nsIScriptError.warningFlag ? 'warn' : 'error',
                message: `${entry.sourceName}:${entry.lineNumber}: ${entry.errorMessage}`,
            }));
        return [...written, ...messages];";
    let all = privileged(&desk.driver(), READ, Vec::new()).await?;
    Ok(serde_json::from_value(all)?)
}

#[derive(Deserialize)]
struct Line {
    source: String,
    level: String,
    message: String,
}

impl Line {
    fn entry(self) -> ConsoleEntry {
        let level = match &*self.level {
            "error" | "assert" => "SEVERE",
            "warn" => "WARNING",
            "debug" => "DEBUG",
            _ => "INFO",
        };
        ConsoleEntry {
            level: level.to_owned(),
            source: self.source,
            message: self.message,
        }
    }
}
