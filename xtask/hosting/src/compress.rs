//! Compressed copies beside the files, for static hosts that send them as they are.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use walkdir::WalkDir;

/// What gets smaller. Images and fonts are compressed already.
const KINDS: &[&str] = &[
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Written again after the build, at each deployment or for each commit. A compressed copy would be out of date.
const EDITED: &[&str] = &["build.json", "config.json"];

/// The endings of the copies.
pub const COPIES: [&str; 2] = ["gz", "br"];

/// Writes `.gz` and `.br` beside every file that they make smaller. Says how many files that is.
///
/// # Errors
/// When a file cannot be read, or a copy not be written.
pub fn beside(dist: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() || !is_compressible(entry.path()) {
            continue;
        }
        let content = fs::read(entry.path())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        let copies = [gzip(&content)?, brotli(&content)?];
        // Both or none, so that a host need not look for one where it has found the other.
        if copies.iter().any(|copy| copy.len() >= content.len()) {
            continue;
        }
        for (ending, copy) in COPIES.iter().zip(copies) {
            let file = copy_of(entry.path(), ending);
            fs::write(&file, copy).with_context(|| format!("cannot write {}", file.display()))?;
        }
        count += 1;
    }
    Ok(count)
}

/// The name of a compressed copy.
pub fn copy_of(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn is_compressible(file: &Path) -> bool {
    let kind = file
        .extension()
        .and_then(|kind| kind.to_str())
        .unwrap_or_default();
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    KINDS.contains(&kind) && !EDITED.contains(&name)
}

/// At its best level.
fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(9));
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// At its best level, with a window that every browser accepts.
fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut copy = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut copy, &settings)?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn copies_open_again() {
        let text = "no movement is ever applied twice; ".repeat(100);
        let mut gz = String::new();
        flate2::read::GzDecoder::new(&gzip(text.as_bytes()).unwrap()[..])
            .read_to_string(&mut gz)
            .unwrap();
        let mut br = String::new();
        brotli::Decompressor::new(&brotli(text.as_bytes()).unwrap()[..], 4096)
            .read_to_string(&mut br)
            .unwrap();
        assert_eq!([&gz, &br], [&text, &text]);
    }

    #[test]
    fn what_is_edited_later_has_no_copy() {
        let is = |name| is_compressible(Path::new(name));
        assert!(is("dist/credit-desk-1a_bg.wasm") && is("dist/index.html") && is("dist/icon.svg"));
        assert!(
            !is("dist/config.json")
                && !is("dist/build.json")
                && !is("dist/icon.png")
                && !is("dist/index.html.br")
                && !is("dist/_headers")
        );
    }

    #[test]
    fn a_copy_keeps_the_whole_name() {
        assert_eq!(
            copy_of(Path::new("dist/a.wasm"), "br"),
            Path::new("dist/a.wasm.br")
        );
    }
}
