//! Reports the size of each file.

use std::{fs, path::Path};

use anyhow::Result;
use credit_desk_hosting::compress::{COPIES, copy_of};
use walkdir::WalkDir;

use super::is_metadata;
use crate::{
    budget::{self, File},
    output::{self, Bytes},
};

/// The extensions of the files that make up the page.
const KINDS: &[&str] = &["css", "html", "js", "json", "mjs", "svg", "wasm"];

/// Prints a line for each file, one for the first load, and one for everything that is ever fetched.
pub fn print(dist: &Path) -> Result<()> {
    let mut files = files(dist)?;
    let names = budget::first_load(dist, &files)?;
    let row = |name: &str, sizes| File {
        name: name.to_owned(),
        sizes,
    };
    let first = files.iter().filter(|file| names.contains(&file.name));
    let sums = [
        row("first load", budget::sum(first)),
        row("all", all(&files)),
    ];
    files.extend(sums);
    let widths = files.iter().map(|file| file.name.len());
    let width = widths.max().unwrap_or_default();
    output::line(format_args!(
        "\n{:width$}  {:>11}  {:>11}  {:>11}",
        "bytes", "raw", "gzip", "brotli"
    ));
    for File { name, sizes } in &files {
        let [raw, gzip, brotli] = sizes.map(Bytes);
        output::line(format_args!(
            "{name:width$}  {raw:>11}  {gzip:>11}  {brotli:>11}"
        ));
    }
    Ok(())
}

/// Returns every file with its raw and compressed sizes.
pub fn files(dist: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        if is_metadata(entry.path().strip_prefix(dist)?) {
            continue;
        }
        let is_copy = entry
            .path()
            .extension()
            .is_some_and(|extension| COPIES.iter().any(|copy| extension == *copy));
        if !entry.file_type().is_file() || is_copy {
            continue;
        }
        let raw = entry.metadata()?.len();
        // Without a copy, the file is sent as it is.
        let [gzip, brotli] = COPIES.map(|extension| {
            fs::metadata(copy_of(entry.path(), extension)).map_or(raw, |copy| copy.len())
        });
        files.push(File {
            name: entry.path().strip_prefix(dist)?.display().to_string(),
            sizes: [raw, gzip, brotli],
        });
    }
    Ok(files)
}

/// Returns the sizes of what a browser has fetched after visiting every screen.
fn all(files: &[File]) -> [u64; 3] {
    // A copy of the page in another folder is the same page.
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
    fn all_counts_only_the_page() {
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
