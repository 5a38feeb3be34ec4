//! The tags of the built page, as trunk writes them.

use anyhow::{Context as _, Result};

use super::names::integrity;

/// A tag of the page.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The text as written, from `<` to `>`.
    pub text: String,
}

impl Tag {
    /// Returns every tag with this name, in order.
    pub fn all(page: &str, name: &str) -> Result<Vec<Self>> {
        let starts = page.match_indices('<').map(|(start, _)| &page[start..]);
        let named = starts.filter(|text| {
            let rest = text[1..].strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with([' ', '\n']))
        });
        let whole = named.map(|text| {
            let end = text.find('>').context("a tag does not end")?;
            Ok(Self {
                text: text[..=end].to_owned(),
            })
        });
        whole.collect()
    }

    /// Returns the page's link with this `rel`, such as `preload`.
    pub fn link(page: &str, rel: &str) -> Result<Self> {
        let found = Self::all(page, "link")?
            .into_iter()
            .find(|tag| tag.is("rel", rel));
        found.with_context(|| format!("the page has no {rel}"))
    }

    /// Returns the value of an attribute.
    pub fn attribute(&self, name: &str) -> Result<&str> {
        let start = format!(" {name}=\"");
        let rest = self.text.split_once(&start).map(|(_, rest)| rest);
        let value = rest.and_then(|rest| rest.split_once('"'));
        let (value, _) = value.with_context(|| format!("{} has no {name}", self.text))?;
        Ok(value)
    }

    /// Returns whether an attribute has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name).is_ok_and(|found| found == value)
    }

    /// Returns the tag for another file, given its name and content.
    pub fn for_file(&self, name: &str, content: &[u8]) -> Result<String> {
        let renamed = self.text.replace(self.file()?, name);
        Ok(renamed.replace(self.attribute("integrity")?, &integrity(content)))
    }

    /// Returns the name of the file that the tag refers to.
    pub fn file(&self) -> Result<&str> {
        let address = self.attribute("href").or_else(|_| self.attribute("src"))?;
        Ok(address.rsplit('/').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tags_attributes_are_read() {
        let page = "<head><link rel=\"preload\" href=\"/a.wasm\" integrity=\"sha384-x\"></head>";
        let tag = Tag::link(page, "preload").unwrap();
        assert_eq!(tag.attribute("href").unwrap(), "/a.wasm");
        assert_eq!(tag.attribute("integrity").unwrap(), "sha384-x");
        assert!(tag.attribute("as").is_err() && Tag::link(page, "modulepreload").is_err());
        assert_eq!(tag.file().unwrap(), "a.wasm");
        let updated = tag.for_file("b.wasm", b"b").unwrap();
        let hash = integrity(b"b");
        assert_eq!(
            updated,
            format!("<link rel=\"preload\" href=\"/b.wasm\" integrity=\"{hash}\">")
        );
    }

    #[test]
    fn only_tags_with_the_name_are_found() {
        let page = "<header><link rel=\"icon\" href=\"./a.svg\"/><links><link\n href=\"b.css\">";
        let found = Tag::all(page, "link").unwrap();
        let files: Vec<_> = found.iter().map(|tag| tag.file().unwrap()).collect();
        assert_eq!(files, ["a.svg", "b.css"]);
        Tag::all("<link rel", "link").unwrap_err();
    }
}
