//! Firefox writes what pages write to its output, and keeps what it has to say about them itself.

use anyhow::Result;
use serde::Deserialize;

use super::{Entry, MARK, read_to_mark};
use crate::{Desk, browser::firefox::privileged};

/// Reads what was written since the last call.
pub async fn read(desk: &Desk) -> Result<Vec<Entry>> {
    let mut lines = Vec::new();
    read_to_mark(desk, |mark| {
        lines.extend(desk.browser.take_output());
        Ok(lines.iter().any(|line| line.contains(mark)))
    })
    .await?;
    let mut entries = written(&lines);
    entries.extend(said(desk).await?);
    Ok(entries)
}

/// Reads `console.error: "text"`. Other lines belong to the message before them, or are no message at all.
fn written(lines: &[String]) -> Vec<Entry> {
    const LEVELS: [(&str, &str); 6] = [
        ("console.error: ", "SEVERE"),
        ("console.assert: ", "SEVERE"),
        ("console.warn: ", "WARNING"),
        ("console.log: ", "INFO"),
        ("console.info: ", "INFO"),
        ("console.debug: ", "DEBUG"),
    ];
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        let level = LEVELS
            .iter()
            .find_map(|(start, level)| Some((line.strip_prefix(start)?, level)));
        match (level, entries.last_mut()) {
            (Some((message, level)), _) => entries.push(Entry {
                level: (*level).to_owned(),
                source: "console-api".to_owned(),
                message: message.to_owned(),
            }),
            (None, Some(last)) => last.message = format!("{}\n{line}", last.message),
            (None, None) => {}
        }
    }
    entries.retain(|entry| !entry.message.contains(MARK));
    entries
}

#[derive(Deserialize)]
struct Said {
    category: String,
    warning: bool,
    message: String,
}

/// Errors of scripts and of the page's policy, among all that Firefox has to say of itself.
async fn said(desk: &Desk) -> Result<Vec<Entry>> {
    const READ: &str = "
        const all = Services.console.getMessageArray();
        Services.console.reset();
        return all.filter((entry) => entry instanceof Ci.nsIScriptError && /^https?:/.test(entry.sourceName))
            .filter(({ category }) => category === 'content javascript' || /CSP|Content Security/.test(category))
            .map((entry) => ({
                category: entry.category,
                warning: (entry.flags & Ci.nsIScriptError.warningFlag) !== 0,
                message: `${entry.sourceName}:${entry.lineNumber}: ${entry.errorMessage}`,
            }));";
    let all = privileged(&desk.driver(), READ, Vec::new()).await?;
    let all: Vec<Said> = serde_json::from_value(all)?;
    let entry = |said: Said| Entry {
        level: if said.warning { "WARNING" } else { "SEVERE" }.to_owned(),
        source: said.category,
        message: said.message,
    };
    Ok(all.into_iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_what_follows_them() {
        let lines = [
            "1780\tgeckodriver\tINFO\tListening on 127.0.0.1:1",
            "console.error: \"panicked\"",
            "  at y",
            "console.debug: \"end of what was written so far: 7\"",
        ];
        let entries = written(&lines.map(str::to_owned));
        let [panicked] = &entries[..] else {
            panic!("{entries:?}")
        };
        assert!(panicked.is_error());
        assert_eq!(panicked.message, "\"panicked\"\n  at y");
    }
}
