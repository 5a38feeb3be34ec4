//! What each file weighs.

use std::{fs, path::Path};

use anyhow::Result;
use walkdir::WalkDir;

use super::compress::{COPIES, copy_of};
use crate::{
    budget::File,
    say::{self, Bytes},
};

/// What a browser fetches before a person sees the first page: these kinds, but for what is not part of the page.
const FIRST_LOAD: &[&str] = &["css", "html", "js", "json", "mjs", "svg", "wasm"];

/// One file, raw and as compressed.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    sizes: [u64; 3],
}

/// Prints a line for each file and one for the first load.
pub fn print(dist: &Path) -> Result<()> {
    let rows = rows(dist)?;
    let width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or_default()
        .max("first load".len());
    say::line(format_args!(
        "\n{:width$}  {:>11}  {:>11}  {:>11}",
        "bytes", "raw", "gzip", "brotli"
    ));
    let total = Row {
        name: "first load".to_owned(),
        sizes: first_load(&rows),
    };
    for Row {
        name,
        sizes: [raw, gzip, brotli],
    } in rows.iter().chain([&total])
    {
        say::line(format_args!(
            "{name:width$}  {:>11}  {:>11}  {:>11}",
            Bytes(*raw),
            Bytes(*gzip),
            Bytes(*brotli)
        ));
    }
    Ok(())
}

/// Every file, for its budget.
pub fn files(dist: &Path) -> Result<Vec<File>> {
    let file = |row: Row| File {
        name: row.name,
        sizes: row.sizes,
    };
    Ok(rows(dist)?.into_iter().map(file).collect())
}

fn rows(dist: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        if credit_desk_hosting::is_written(entry.path().strip_prefix(dist)?) {
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
        rows.push(Row {
            name: entry.path().strip_prefix(dist)?.display().to_string(),
            sizes: [raw, gzip, brotli],
        });
    }
    Ok(rows)
}

fn first_load(rows: &[Row]) -> [u64; 3] {
    // A copy of the page in another place is that page.
    let is_copy = |name: &str| name == "404.html" || name.ends_with("/index.html");
    let counts = |row: &&Row| {
        !is_copy(&row.name)
            && row
                .name
                .rsplit_once('.')
                .is_some_and(|(_, kind)| FIRST_LOAD.contains(&kind))
    };
    rows.iter().filter(counts).fold([0; 3], |sum, row| {
        [0, 1, 2].map(|column| sum[column] + row.sizes[column])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_the_page_alone() {
        let row = |name: &str, raw| Row {
            name: name.to_owned(),
            sizes: [raw, raw / 2, raw / 4],
        };
        let rows = [
            row("index.html", 400),
            row("app_bg.wasm", 8000),
            row("_headers", 100),
            row("icon-512.png", 9000),
            row("404.html", 400),
            row("log/index.html", 400),
        ];
        assert_eq!(first_load(&rows), [8400, 4200, 2100]);
    }
}
