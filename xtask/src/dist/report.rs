//! What each file weighs.

use std::{fs, path::Path};

use anyhow::Result;
use credit_desk_hosting::compress::{COPIES, copy_of};
use walkdir::WalkDir;

use super::is_note;
use crate::{
    budget::{self, File},
    say::{self, Bytes},
};

/// What the portal is made of: these kinds, but for what is not part of the page.
const KINDS: &[&str] = &["css", "html", "js", "json", "mjs", "svg", "wasm"];

/// Prints a line for each file, one for what the first screen needs of them, and one for all that is ever fetched.
pub fn print(dist: &Path) -> Result<()> {
    let mut files = files(dist)?;
    let names = budget::first(dist, &files)?;
    let sum = |name: &str, sizes| File {
        name: name.to_owned(),
        sizes,
    };
    let first = files.iter().filter(|file| names.contains(&file.name));
    let sums = [
        sum("first load", budget::sum(first)),
        sum("all", all(&files)),
    ];
    files.extend(sums);
    let widths = files.iter().map(|file| file.name.len());
    let width = widths.max().unwrap_or_default();
    say::line(format_args!(
        "\n{:width$}  {:>11}  {:>11}  {:>11}",
        "bytes", "raw", "gzip", "brotli"
    ));
    for File { name, sizes } in &files {
        let [raw, gzip, brotli] = sizes.map(Bytes);
        say::line(format_args!(
            "{name:width$}  {raw:>11}  {gzip:>11}  {brotli:>11}"
        ));
    }
    Ok(())
}

/// Every file, raw and as compressed.
pub fn files(dist: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        if is_note(entry.path().strip_prefix(dist)?) {
            continue;
        }
        let is_copy = entry
            .path()
            .extension()
            .is_some_and(|ending| COPIES.iter().any(|copy| ending == *copy));
        if !entry.file_type().is_file() || is_copy {
            continue;
        }
        let raw = entry.metadata()?.len();
        // Without a copy it travels as it is.
        let [gzip, brotli] = COPIES.map(|ending| {
            fs::metadata(copy_of(entry.path(), ending)).map_or(raw, |copy| copy.len())
        });
        files.push(File {
            name: entry.path().strip_prefix(dist)?.display().to_string(),
            sizes: [raw, gzip, brotli],
        });
    }
    Ok(files)
}

/// What a browser has fetched that has seen every screen.
fn all(files: &[File]) -> [u64; 3] {
    // A copy of the page in another place is that page.
    let is_copy = |name: &str| name == "404.html" || name.ends_with("/index.html");
    let counts = |file: &&File| {
        let kind = file.name.rsplit_once('.');
        !is_copy(&file.name) && kind.is_some_and(|(_, kind)| KINDS.contains(&kind))
    };
    budget::sum(files.iter().filter(counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_the_page_alone() {
        let file = |name: &str, raw| File {
            name: name.to_owned(),
            sizes: [raw, raw / 2, raw / 4],
        };
        let files = [
            file("index.html", 400),
            file("app_bg.wasm", 8000),
            file("_headers", 100),
            file("icon-512.png", 9000),
            file("404.html", 400),
            file("log/index.html", 400),
        ];
        assert_eq!(all(&files), [8400, 4200, 2100]);
    }
}
