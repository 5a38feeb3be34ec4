//! Precompressed copies next to the files, which static hosts send as they are.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use walkdir::WalkDir;

/// The extensions of files that compress well. Images and fonts are already compressed.
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

/// Rewritten after the build, per deployment or per commit. A compressed copy would go stale.
const EDITED: &[&str] = &["build.json", "config.json"];

/// The extensions of the copies.
pub const COPIES: [&str; 2] = ["gz", "br"];

/// Writes a `.gz` and a `.br` copy next to every file that both formats make smaller, and returns how many there are.
///
/// # Errors
/// If a file cannot be read or a copy cannot be written.
pub fn write_copies(dist: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() || !is_compressible(entry.path()) {
            continue;
        }
        let content = fs::read(entry.path())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        let copies = [gzip(&content)?, brotli(&content)?];
        // Both or neither: a host that found one copy can rely on the other.
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

/// Returns the path of a compressed copy.
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

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(9));
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// Uses a window size that every browser accepts.
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
    fn compressed_copies_decompress_to_the_original() {
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
    fn files_edited_after_the_build_are_not_compressed() {
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
    fn a_copy_keeps_the_original_extension() {
        assert_eq!(
            copy_of(Path::new("dist/a.wasm"), "br"),
            Path::new("dist/a.wasm.br")
        );
    }
}
