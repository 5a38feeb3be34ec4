//! Whether dist/ is still up to date. A stamp records hashes of the sources and of dist/ at the time of the build.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::is_metadata;
use crate::{project::Project, tools};

/// Everything in the checkout that a release build depends on.
pub const INPUTS: &[&str] = &[
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "public",
    "rust-toolchain",
    "rust-toolchain.toml",
    "src",
    "style",
    // The code that splits the program and names its parts.
    "xtask/src/dist",
    // The compressed copies, and the screens, each of which has a folder.
    "xtask/hosting/src/compress.rs",
    "xtask/hosting/src/rules.rs",
    // The hashes of the tools from npm.
    "xtask/npm/package-lock.json",
];

/// The environment variables that affect the compiler.
const VARIABLES: &[&str] = &[
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
];

/// The state of a build: a hash of its inputs and one of its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Hash of the sources, the tools and their settings.
    pub inputs: String,
    /// Hash of the files in dist/.
    pub dist: String,
}

impl Stamp {
    /// Saves the stamp.
    pub fn write(&self, project: &Project) -> Result<()> {
        let file = file(project)?;
        fs::write(&file, self.to_text()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn to_text(&self) -> String {
        format!("inputs {}\ndist {}\n", self.inputs, self.dist)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut part = |name: &str| {
            lines
                .next()?
                .strip_prefix(name)?
                .strip_prefix(' ')
                .map(str::to_owned)
        };
        Some(Self {
            inputs: part("inputs")?,
            dist: part("dist")?,
        })
    }
}

/// Returns whether dist/ was built from these inputs and has not been changed since.
pub fn is_current(project: &Project, inputs: &str, dist: &Path) -> Result<bool> {
    let Ok(text) = fs::read_to_string(file(project)?) else {
        return Ok(false);
    };
    let Some(stamp) = Stamp::from_text(&text) else {
        return Ok(false);
    };
    Ok(stamp.inputs == inputs && dist.is_dir() && stamp.dist == folder(dist)?)
}

/// Makes the next build run.
pub fn forget(project: &Project) -> Result<()> {
    match fs::remove_file(file(project)?) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns the hash of everything that a build depends on.
pub fn inputs(project: &Project) -> Result<String> {
    let mut hash = Sha256::new();
    for (tool, version) in tools::build_versions(project)? {
        field(&mut hash, tool.as_bytes());
        field(&mut hash, version.as_bytes());
    }
    let rust = tools::rust_version(project).unwrap_or_default();
    field(&mut hash, rust.as_bytes());
    for name in VARIABLES {
        field(
            &mut hash,
            env::var_os(name).unwrap_or_default().as_encoded_bytes(),
        );
    }
    for input in INPUTS {
        let path = project.root.join(input);
        if path.exists() {
            add(&mut hash, &project.root, &path)?;
        }
    }
    Ok(text(hash))
}

/// Returns the hash of a folder: names and contents.
pub fn folder(folder: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    add(&mut hash, folder, folder)?;
    Ok(text(hash))
}

fn add(hash: &mut Sha256, base: &Path, path: &Path) -> Result<()> {
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let name = entry.path().strip_prefix(base)?;
        if is_metadata(name) {
            continue;
        }
        let content = fs::read(entry.path())
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        field(hash, name.as_os_str().as_encoded_bytes());
        field(hash, &content);
    }
    Ok(())
}

/// Adds a field preceded by its length, so that different lists of fields never hash alike.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn text(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn file(project: &Project) -> Result<PathBuf> {
    Ok(project.state_dir()?.join("dist.stamp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_round_trips_through_its_text() {
        let stamp = Stamp {
            inputs: "1a".to_owned(),
            dist: "2b".to_owned(),
        };
        assert_eq!(Stamp::from_text(&stamp.to_text()), Some(stamp));
        assert_eq!(Stamp::from_text("inputs 1a\n"), None);
    }

    #[test]
    fn a_folders_hash_covers_names_and_contents() {
        let root = env::temp_dir().join(format!("credit-desk-xtask-{}-stamp", std::process::id()));
        _ = fs::remove_dir_all(&root);
        let write = |name: &str, content: &str| {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
            folder(&root).unwrap()
        };
        let first = write("a/first", "text");
        assert_eq!(
            write("a/first", "text"),
            first,
            "the modification time does not matter"
        );
        let changed = write("a/first", "texts");
        assert_ne!(changed, first);
        assert_ne!(write("a/second", ""), changed);
        fs::remove_dir_all(root).unwrap();
    }
}
