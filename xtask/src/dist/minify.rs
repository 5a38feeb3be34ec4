//! Minifies modules and styles.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{names::hashed, tag::Tag};
use crate::{project::Project, run, tools::Tools};

/// Minifies these files in place.
pub fn files(project: &Project, tools: &Tools, files: &[PathBuf]) -> Result<()> {
    let [first, ..] = files else {
        return Ok(());
    };
    let folder = first.parent().context("a file is in no folder")?;
    let mut esbuild = run::program(project, "esbuild");
    // wasm-bindgen's module defines one import once per part; the last definition wins, and all are the same.
    esbuild
        .args(["--minify", "--format=esm", "--log-level=error"])
        .args(["--allow-overwrite", "--charset=utf8"])
        .arg(format!("--outdir={}", folder.display()))
        .args(files)
        // Otherwise it would start the program named there instead of the pinned one.
        .env_remove("ESBUILD_BINARY_PATH");
    run::run(tools.add_to_path(&mut esbuild)?)
}

/// Minifies the scripts and styles that the page refers to, except the program, and renames them.
pub fn page(project: &Project, tools: &Tools, dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let page =
        fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let mut page = one_style(page, dist)?;
    let mut tags = vec![Tag::link(&page, "stylesheet")?];
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
        page = page.replace(&tag.text, &tag.for_file(&name, &content)?);
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))
}

/// Merges the page's styles into one file: browsers fetch six files at a time from a host, and on a slow connection the
/// program would wait behind the styles.
fn one_style(mut page: String, dist: &Path) -> Result<String> {
    let mut tags = Tag::all(&page, "link")?;
    tags.retain(|tag| tag.is("rel", "stylesheet"));
    let [first, others @ ..] = &tags[..] else {
        bail!("the page has no styles");
    };
    let mut all = String::new();
    for tag in &tags {
        let file = dist.join(tag.file()?);
        all.push_str(&fs::read_to_string(&file)?);
        fs::remove_file(file)?;
    }
    let name = hashed("style.css", all.as_bytes());
    fs::write(dist.join(&name), &all)?;
    for tag in others {
        page = page.replace(&tag.text, "");
    }
    Ok(page.replace(&first.text, &first.for_file(&name, all.as_bytes())?))
}

/// Returns the name of one of trunk's files after its content has changed.
fn renamed(name: &str, content: &[u8]) -> Result<String> {
    let parts = name.rsplit_once('-').zip(name.rsplit_once('.'));
    let ((stem, _), (_, extension)) = parts.with_context(|| format!("{name} has no hash"))?;
    Ok(hashed(&format!("{stem}.{extension}"), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content() {
        let name = renamed("loader-c98ccf893800941f.js", b"a").unwrap();
        assert_eq!(name, hashed("loader.js", b"a"));
        renamed("loader.js", b"a").unwrap_err();
    }

    #[test]
    fn styles_are_merged_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let tag = |name: &str| {
            format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha384-{name}\"/>")
        };
        for name in ["b.css", "a.css"] {
            fs::write(folder.path().join(name), format!("{name} ")).unwrap();
        }
        let page = format!(
            "<link rel=\"icon\" href=\"i\">{}{}<p>",
            tag("b.css"),
            tag("a.css")
        );
        let page = one_style(page, folder.path()).unwrap();
        let links = Tag::all(&page, "link").unwrap();
        let [_, style] = &links[..] else {
            panic!("{page}")
        };
        let name = style.file().unwrap();
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            (text.as_str(), name),
            ("b.css a.css ", &*hashed("style.css", b"b.css a.css "))
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        one_style("<p>".to_owned(), folder.path()).unwrap_err();
    }
}
