//! Modules and styles without what only their readers need.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

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
        .args(files)
        // Otherwise it starts the program named there, and not the pinned one.
        .env_remove("ESBUILD_BINARY_PATH");
    run::through(tools.lend(&mut esbuild)?)
}

/// Minifies what the page refers to, but for the program, and gives it new names.
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
        page = page.replace(&tag.text, &tag.renewed(&name, &content)?);
    }
    fs::write(&index, page).with_context(|| format!("cannot write {}", index.display()))
}

/// Puts the page's styles into one file: browsers ask a host for six files at once, and on a slow line the program would
/// wait for its turn behind them.
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
    Ok(page.replace(&first.text, &first.renewed(&name, all.as_bytes())?))
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

    #[test]
    fn styles_become_one_in_their_order() {
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
