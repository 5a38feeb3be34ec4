//! Adapts the wasm preload in the page's head to the loader.
//!
//! Browsers warn about a preload with `integrity` whose hash they don't enforce. The loader enforces it, so the hash
//! moves to a separate attribute. Without `crossorigin`, the preload has the same request mode as the loader's request;
//! otherwise Safari would send two requests. The size turns the received bytes into a percentage.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::tag::Tag;

/// Rewrites the page in place.
pub fn mark(index: &Path) -> Result<()> {
    let page =
        fs::read_to_string(index).with_context(|| format!("cannot read {}", index.display()))?;
    let folder = index.parent().context("the page is in no folder")?;
    let size = |name: &str| Ok(fs::metadata(folder.join(name))?.len());
    fs::write(index, marked(&page, size)?)
        .with_context(|| format!("cannot write {}", index.display()))
}

fn marked(page: &str, size: impl Fn(&str) -> Result<u64>) -> Result<String> {
    let mut tags = Tag::all(page, "link")?;
    tags.retain(|tag| tag.is("rel", "preload") && tag.is("as", "fetch"));
    if tags.is_empty() {
        bail!("the page preloads no wasm");
    }
    let mut new = page.to_owned();
    for tag in tags {
        let name = tag.file()?;
        let bytes = size(name).with_context(|| format!("{name} is preloaded, but missing"))?;
        let marked = tag.text.replace(" integrity=\"", " data-integrity=\"");
        let marked = marked.replace(" crossorigin=\"anonymous\"", "");
        let marked = marked.replace('>', &format!(" data-bytes=\"{bytes}\">"));
        new = new.replace(&tag.text, &marked);
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wasm_preload_is_changed() {
        let page = r#"<head><link rel="modulepreload" href="/a.js" integrity="sha384-A"><link rel="preload" href="/a_bg.wasm"
            crossorigin="anonymous" integrity="sha384-B" as="fetch"></head>"#
            .replace("\n            ", " ");
        let new = marked(&page, |name| {
            assert_eq!(name, "a_bg.wasm");
            Ok(7)
        });
        let expected = page.replace(
            r#"crossorigin="anonymous" integrity="sha384-B" as="fetch""#,
            r#"data-integrity="sha384-B" as="fetch" data-bytes="7""#,
        );
        assert_eq!(new.unwrap(), expected);
        marked("<link rel=\"icon\">", |_| Ok(0)).unwrap_err();
    }
}
