//! Versions from Cargo.lock.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

/// Returns the locked version of a crate. Cargo's output is regular enough to be parsed line by line.
pub fn version(root: &Path, name: &str) -> Result<String> {
    let file = root.join("Cargo.lock");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    find(&text, name).with_context(|| format!("Cargo.lock has no package {name}"))
}

fn find(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines();
    let heading = format!("name = \"{name}\"");
    lines.find(|line| *line == heading)?;
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "\
[[package]]
name = \"wasm-bindgen-macro\"
version = \"0.2.129\"

[[package]]
name = \"wasm-bindgen\"
version = \"0.2.128\"
source = \"registry+https://github.com/rust-lang/crates.io-index\"
";

    #[test]
    fn the_version_belongs_to_the_exact_crate() {
        assert_eq!(find(LOCK, "wasm-bindgen").as_deref(), Some("0.2.128"));
    }

    #[test]
    fn a_missing_crate_has_no_version() {
        assert_eq!(find(LOCK, "wasm"), None);
    }
}
