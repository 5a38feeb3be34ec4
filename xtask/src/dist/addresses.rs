//! Makes a screen's address work on every host: even without rewrite rules, and with a trailing slash.
//!
//! Each screen gets a folder with a copy of index.html that finds the program's files one folder up. A host that
//! rewrites unknown paths to index.html works as well: the page's references are relative, and a screen's path is one
//! segment deep. Hosts without rules show `404.html` for everything else.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use credit_desk_hosting::rules;

/// Writes the copies of index.html.
pub fn write(dist: &Path) -> Result<()> {
    let index = fs::read_to_string(dist.join("index.html"))?;
    let inner = one_folder_down(&index);
    if inner == index || index.contains("=\"/") {
        bail!("index.html does not refer to its files relatively");
    }
    for screen in screens() {
        let folder = dist.join(screen);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("index.html"), &inner)?;
    }
    fs::write(dist.join("404.html"), index).context("cannot write 404.html")
}

/// Returns the page for a subfolder: its files are one folder up.
fn one_folder_down(index: &str) -> String {
    index
        .replace("href=\"./", "href=\"../")
        .replace("src=\"./", "src=\"../")
}

/// Returns the folder names of the portal's paths.
fn screens() -> impl Iterator<Item = &'static str> {
    rules::screens().map(|path| path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_is_listed() {
        let screens: Vec<_> = screens().collect();
        for screen in ["transfer", "log", "activity", "keys"] {
            assert!(screens.contains(&screen), "{screens:?}");
        }
        assert!(
            screens.iter().all(|name| !name.contains('/')),
            "{screens:?}"
        );
    }

    #[test]
    fn only_relative_references_are_moved_one_folder_up() {
        let page = r#"<link href="./a.css"><script src="./b.js"></script><a href="https://x/">"#;
        assert_eq!(
            one_folder_down(page),
            r#"<link href="../a.css"><script src="../b.js"></script><a href="https://x/">"#
        );
    }
}
