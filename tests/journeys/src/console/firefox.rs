//! Firefox keeps what pages write with the help of `browser/firefox.js`, and has more to say about them itself.

use anyhow::Result;
use serde::Deserialize;

use super::{Entry, MARK, read_to_mark};
use crate::{Desk, browser::firefox::privileged};

/// Reads what was written since the last call.
pub async fn read(desk: &Desk) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    read_to_mark(desk, async |mark: &str| {
        let new = lines(desk).await?;
        let is_marked = new.iter().any(|line| line.message.contains(mark));
        entries.extend(new.into_iter().map(Line::entry));
        Ok(is_marked)
    })
    .await?;
    entries.retain(|entry| !entry.message.contains(MARK));
    Ok(entries)
}

/// What pages have written, and what Firefox has to say about their scripts and their policies, among all it says of itself.
async fn lines(desk: &Desk) -> Result<Vec<Line>> {
    const READ: &str = "
        const written = (window.journeysConsole ?? []).splice(0).map((line) => ({ source: 'console-api', ...line }));
        const all = Services.console.getMessageArray();
        Services.console.reset();
        const said = all.filter((entry) => entry instanceof Ci.nsIScriptError && /^https?:/.test(entry.sourceName))
            .filter(({ category }) => category === 'content javascript' || category.startsWith('CSP_'))
            .map((entry) => ({
                source: entry.category,
                level: entry.flags & Ci.nsIScriptError.warningFlag ? 'warn' : 'error',
                message: `${entry.sourceName}:${entry.lineNumber}: ${entry.errorMessage}`,
            }));
        return [...written, ...said];";
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
    fn entry(self) -> Entry {
        let level = match &*self.level {
            "error" | "assert" => "SEVERE",
            "warn" => "WARNING",
            "debug" => "DEBUG",
            _ => "INFO",
        };
        Entry {
            level: level.to_owned(),
            source: self.source,
            message: self.message,
        }
    }
}
