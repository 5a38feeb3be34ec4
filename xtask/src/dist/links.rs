//! The links in the page's head that load the program.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::names::{hashed, integrity};

/// A file, and the name it is served by.
#[derive(Clone, Debug)]
pub struct Served {
    /// The name, which contains a hash of the content.
    pub name: String,
    /// The content.
    pub content: Vec<u8>,
}

impl Served {
    /// Writes a file to `folder`.
    pub fn write(folder: &Path, name: String, content: Vec<u8>) -> Result<Self> {
        let file = folder.join(&name);
        fs::write(&file, &content).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self { name, content })
    }

    /// Gives a file in `folder` a name that changes with its content.
    pub fn rename(folder: &Path, old: &str) -> Result<Self> {
        let file = folder.join(old);
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        fs::remove_file(file)?;
        Self::write(folder, hashed(old, &content), content)
    }
}

/// The program's files that the page loads first.
#[derive(Clone, Debug)]
pub struct Program {
    /// The module that runs the program.
    pub module: Served,
    /// The module that fetches the other parts, if the program is split.
    pub parts: Option<Served>,
    /// The program, or its main part.
    pub wasm: Served,
}

impl Program {
    /// Returns the links as HTML.
    pub fn links(&self) -> String {
        // The module that fetches parts is needed as early as the module that imports it.
        let parts = self
            .parts
            .as_ref()
            .map(|parts| preload_module(parts, "data-parts "));
        [
            preload_module(&self.module, ""),
            parts.unwrap_or_default(),
            preload_wasm(&self.wasm),
        ]
        .concat()
    }
}

fn preload_module(file: &Served, mark: &str) -> String {
    format!(
        "<link {mark}rel=\"modulepreload\" href=\"./{}\" crossorigin=\"anonymous\" integrity=\"{}\">",
        file.name,
        integrity(&file.content)
    )
}

/// Browsers warn about a preload with `integrity` whose hash they don't enforce. The loader enforces it, so the hash has
/// a separate attribute. Without `crossorigin`, the preload has the same request mode as the loader's request;
/// otherwise Safari would send two requests. The size turns the received bytes into a percentage.
fn preload_wasm(file: &Served) -> String {
    format!(
        "<link rel=\"preload\" href=\"./{}\" data-integrity=\"{}\" as=\"fetch\" type=\"application/wasm\" data-bytes=\"{}\">",
        file.name,
        integrity(&file.content),
        file.content.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(name: &str) -> Served {
        Served {
            name: name.to_owned(),
            content: name.as_bytes().to_vec(),
        }
    }

    #[test]
    fn every_link_has_the_hash_of_its_file() {
        let mut program = Program {
            module: served("a.js"),
            parts: None,
            wasm: served("a_bg.wasm"),
        };
        let [module, wasm] = ["a.js", "a_bg.wasm"].map(|name| integrity(name.as_bytes()));
        let expected_module = format!(
            "<link rel=\"modulepreload\" href=\"./a.js\" crossorigin=\"anonymous\" integrity=\"{module}\">"
        );
        let expected_wasm = format!(
            "<link rel=\"preload\" href=\"./a_bg.wasm\" data-integrity=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" data-bytes=\"9\">"
        );
        assert_eq!(program.links(), format!("{expected_module}{expected_wasm}"));

        program.parts = Some(served("parts.js"));
        let links = program.links();
        assert!(
            links.contains("<link data-parts rel=\"modulepreload\" href=\"./parts.js\""),
            "{links}"
        );
        assert!(links.starts_with(&expected_module) && links.ends_with(&expected_wasm));
    }
}
