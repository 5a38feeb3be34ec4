//! The console in WebKit, which WebKit writes to its output. The output goes to a file in the profile.

use std::{fs, io::ErrorKind};

use anyhow::Result;

use super::{ConsoleEntry, MARKER, read_to_marker};
use crate::Desk;

/// WebKit logs this for every request without a response, such as one aborted by leaving the page.
const ABORTED: &str = "due to access control checks";

/// Returns what was written since the last call, and truncates the file.
pub async fn read(desk: &Desk) -> Result<Vec<ConsoleEntry>> {
    let file = desk.browser.profile().join("output.log");
    let mut text = String::new();
    read_to_marker(desk, async |marker: &str| {
        match fs::read_to_string(&file) {
            Ok(new) => text = new,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(text.contains(marker))
    })
    .await?;
    // All processes of the browser append to the file, so they continue at the new end.
    if !text.is_empty() {
        fs::write(&file, "")?;
    }
    Ok(entries(&text))
}

/// Parses `http://127.0.0.1:8123/:1:320: CONSOLE JS ERROR Error: boom`. Other lines continue the previous message.
fn entries(text: &str) -> Vec<ConsoleEntry> {
    let mut entries: Vec<ConsoleEntry> = Vec::new();
    for line in text.lines() {
        match entry(line) {
            Some(entry) => entries.push(entry),
            None => {
                if let Some(last) = entries.last_mut() {
                    last.message = format!("{}\n{line}", last.message);
                }
            }
        }
    }
    entries.retain(|entry| !entry.message.contains(MARKER) && !entry.message.contains(ABORTED));
    entries
}

fn entry(line: &str) -> Option<ConsoleEntry> {
    const LEVELS: [(&str, &str); 5] = [
        ("ERROR", "SEVERE"),
        ("WARN", "WARNING"),
        ("LOG", "INFO"),
        ("INFO", "INFO"),
        ("DEBUG", "DEBUG"),
    ];
    let (place, rest) = line.split_once("CONSOLE ")?;
    let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let level = |word: &str| LEVELS.iter().find(|(name, _)| *name == word);
    let (source, level, message) = match level(first) {
        Some((_, level)) => ("console-api", level, after),
        None => {
            let (second, after) = after.split_once(' ').unwrap_or((after, ""));
            (first, &level(second)?.1, after)
        }
    };
    Some(ConsoleEntry {
        level: (*level).to_owned(),
        source: source.to_lowercase(),
        message: format!("{place}{message}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuation_lines_are_appended() {
        let text = "http://x/:1:254: CONSOLE LOG hello\nhttp://x/:1:320: CONSOLE JS ERROR Error: boom\n  at y\n";
        let [hello, boom] = &entries(text)[..] else {
            panic!("{:?}", entries(text))
        };
        assert_eq!((&*hello.level, &*hello.source), ("INFO", "console-api"));
        assert_eq!((&*boom.level, &*boom.source), ("SEVERE", "js"));
        assert_eq!(boom.message, "http://x/:1:320: Error: boom\n  at y");
    }

    #[test]
    fn harness_markers_and_aborted_requests_are_dropped() {
        assert_eq!(entries(&format!("http://x/: CONSOLE DEBUG {MARKER} 7")), []);
        let line =
            "CONSOLE NETWORK ERROR Fetch API cannot load http://x/y due to access control checks.";
        assert_eq!(entries(line), []);
    }
}
