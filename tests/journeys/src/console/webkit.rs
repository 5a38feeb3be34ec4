//! WebKit writes its console to its output, which goes to a file in the profile.

use std::{fs, io::ErrorKind};

use anyhow::Result;

use super::{Entry, MARK, read_to_mark};
use crate::Desk;

/// What WebKit writes of every request without an answer, such as one that leaving the page has ended.
const INTERRUPTED: &str = "due to access control checks";

/// Reads what was written since the last call, and empties the file.
pub async fn read(desk: &Desk) -> Result<Vec<Entry>> {
    let file = desk.browser.profile().join("output.log");
    let mut text = String::new();
    read_to_mark(desk, async |mark: &str| {
        match fs::read_to_string(&file) {
            Ok(new) => text = new,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(text.contains(mark))
    })
    .await?;
    // Appended to by every process of the browser: it goes on at the new end.
    if !text.is_empty() {
        fs::write(&file, "")?;
    }
    Ok(entries(&text))
}

/// Reads `http://127.0.0.1:8123/:1:320: CONSOLE JS ERROR Error: boom`. Other lines belong to the message before them.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
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
    entries.retain(|entry| !entry.message.contains(MARK) && !entry.message.contains(INTERRUPTED));
    entries
}

fn entry(line: &str) -> Option<Entry> {
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
    Some(Entry {
        level: (*level).to_owned(),
        source: source.to_lowercase(),
        message: format!("{place}{message}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_what_follows_them() {
        let text = "http://x/:1:254: CONSOLE LOG hello\nhttp://x/:1:320: CONSOLE JS ERROR Error: boom\n  at y\n";
        let [hello, boom] = &entries(text)[..] else {
            panic!("{:?}", entries(text))
        };
        assert_eq!((&*hello.level, &*hello.source), ("INFO", "console-api"));
        assert_eq!((&*boom.level, &*boom.source), ("SEVERE", "js"));
        assert_eq!(boom.message, "http://x/:1:320: Error: boom\n  at y");
    }

    #[test]
    fn what_the_harness_wrote_and_what_was_interrupted_is_left_out() {
        assert_eq!(entries(&format!("http://x/: CONSOLE DEBUG {MARK} 7")), []);
        let line =
            "CONSOLE NETWORK ERROR Fetch API cannot load http://x/y due to access control checks.";
        assert_eq!(entries(line), []);
    }
}
