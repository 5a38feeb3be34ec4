//! Modules and styles without what only their readers need.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{names::hashed, tag::Tag};
use crate::{project::Project, run, tools::Tools};

/// Minifies these files where they are.
pub fn files(project: &Project, tools: &Tools, files: &[PathBuf]) -> Result<()> {
    let [first, ..] = files else {
        return Ok(());
    };
    let folder = first.parent().context("a file is in no folder")?;
    let mut esbuild = run::program(project, "esbuild");
    // wasm-bindgen's module names one import once a part; the last holds, and they are the same.
    esbuild
        .args(["--minify", "--format=esm", "--log-level=error"])
        .args(["--allow-overwrite", "--charset=utf8"])
        .arg(format!("--outdir={}", folder.display()))
        .args(files);
    run::through(tools.lend(&mut esbuild)?)
}

/// Minifies what the page refers to, but for the program, and gives it new names.
pub fn page(project: &Project, tools: &Tools, dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let mut page =
        fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let mut tags = Tag::all(&page, "link")?;
    tags.retain(|tag| tag.is("rel", "stylesheet"));
    tags.extend(Tag::all(&page, "script")?);
    let all: Vec<_> = tags
        .iter()
        .map(|tag| Ok(dist.join(tag.file()?)))
        .collect::<Result<_>>()?;
    files(project, tools, &all)?;
    for (tag, file) in tags.iter().zip(all) {
        let content = fs::read(&file)?;
        let old = tag.file()?;
        let name = renamed(old, &content)?;
        fs::rename(&file, dist.join(&name))?;
        page = page.replace(&tag.text, &tag.renewed(&name, &content)?);
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))
}

/// The name of a file of trunk's with another content.
fn renamed(name: &str, content: &[u8]) -> Result<String> {
    let parts = name.rsplit_once('-').zip(name.rsplit_once('.'));
    let ((stem, _), (_, ending)) = parts.with_context(|| format!("{name} has no hash"))?;
    Ok(hashed(&format!("{stem}.{ending}"), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_has_another_name() {
        let name = renamed("loader-c98ccf893800941f.js", b"a").unwrap();
        assert_eq!(name, hashed("loader.js", b"a"));
        renamed("loader.js", b"a").unwrap_err();
    }
}
