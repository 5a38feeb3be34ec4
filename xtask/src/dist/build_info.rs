//! `dist/build.json`: the commit that dist/ was built from, and the compiler and tools that built it.
//!
//! It contains no date and no path, so anyone can build that commit again and compare the files.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::stamp::INPUTS;
use crate::{project::Project, run, tools};

/// The file's name in dist/.
pub const NAME: &str = "build.json";

/// Variables that git sets for its hooks. They would point away from the checkout.
const GIT_VARIABLES: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/// The content of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    commit: Option<Commit>,
    rustc: Option<String>,
    tools: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Commit {
    /// 40 hexadecimal digits.
    hash: String,
    /// Whether any file that dist/ is made from differs from the commit.
    dirty: bool,
}

impl BuildInfo {
    /// Describes the checkout as it is now.
    pub fn read(project: &Project) -> Result<Self> {
        Ok(Self {
            commit: commit(&project.root),
            rustc: tools::rust_version(project),
            tools: tools::build_versions(project)?,
        })
    }

    /// Records that the build contains changes on top of the commit.
    pub fn mark_dirty(&mut self) {
        if let Some(commit) = &mut self.commit {
            commit.dirty = true;
        }
    }

    /// Writes the file.
    pub fn write(&self, dist: &Path) -> Result<()> {
        let file = dist.join(NAME);
        fs::write(&file, format!("{:#}\n", self.to_json()))
            .with_context(|| format!("cannot write {}", file.display()))
    }

    fn to_json(&self) -> Value {
        let commit = self.commit.as_ref();
        json!({
            "commit": commit.map(|commit| &commit.hash),
            "dirty": commit.map(|commit| commit.dirty),
            "rustc": self.rustc,
            "tools": self.tools,
        })
    }
}

/// Returns the commit that is checked out at `root`, if that is a git checkout of this project.
fn commit(root: &Path) -> Option<Commit> {
    // Fails if the commit doesn't contain the project: sources without git, unpacked somewhere in another checkout.
    let hashes = git(root, &["rev-parse", "HEAD", "HEAD:./Cargo.lock"])?;
    let status = ["status", "--porcelain", "--untracked-files=all", "--"];
    // xtask runs the build and writes the files for hosts.
    let paths = INPUTS.iter().chain(&["xtask"]);
    let status: Vec<_> = status.iter().chain(paths).copied().collect();
    Some(Commit {
        hash: hashes.lines().next()?.to_owned(),
        dirty: !git(root, &status)?.is_empty(),
    })
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.current_dir(root).arg("--no-optional-locks").args(args);
    for variable in GIT_VARIABLES {
        git.env_remove(variable);
    }
    run::capture(&mut git)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A checkout with one commit.
    fn checkout() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("src")).unwrap();
        for file in ["Cargo.lock", "README.md", "src/main.rs"] {
            fs::write(root.join(file), "").unwrap();
        }
        git(root, &["init", "--quiet"]).unwrap();
        git(root, &["add", "."]).unwrap();
        let author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        let plain = [
            "-c",
            "commit.gpgSign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ];
        let commit = ["commit", "--quiet", "--message", "Add files"];
        git(root, &[&author[..], &plain, &commit].concat()).unwrap();
        folder
    }

    #[test]
    fn the_commit_is_stated_with_changes_to_what_is_built() {
        let folder = checkout();
        let root = folder.path();
        let clean = commit(root).unwrap();
        assert_eq!(clean.hash.len(), 40);
        assert!(clean.hash.bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert!(!clean.dirty);

        fs::write(root.join("README.md"), "Nothing is built from this.").unwrap();
        assert_eq!(commit(root).unwrap(), clean);
        fs::write(root.join("src/new.rs"), "").unwrap();
        assert!(commit(root).unwrap().dirty);
        fs::remove_file(root.join("src/new.rs")).unwrap();
        fs::write(root.join("src/main.rs"), "fn main() {}").unwrap();
        assert!(commit(root).unwrap().dirty);
    }

    #[test]
    fn no_commit_is_stated_for_sources_without_git() {
        let folder = checkout();
        let unpacked = folder.path().join("unpacked");
        fs::create_dir(&unpacked).unwrap();
        fs::write(unpacked.join("Cargo.lock"), "").unwrap();
        assert_eq!(commit(&unpacked), None);
        assert_eq!(commit(tempfile::tempdir().unwrap().path()), None);
    }

    #[test]
    fn the_file_states_commit_compiler_and_tools_and_nothing_else() {
        let mut info = BuildInfo {
            commit: Some(Commit {
                hash: "0123456789abcdef0123456789abcdef01234567".to_owned(),
                dirty: false,
            }),
            rustc: Some("rustc 1.95.0 (59807616e 2026-04-14)".to_owned()),
            tools: [("trunk".to_owned(), "0.21.14".to_owned())].into(),
        };
        let folder = tempfile::tempdir().unwrap();
        info.write(folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join(NAME)).unwrap();
        let expected = r#"{
  "commit": "0123456789abcdef0123456789abcdef01234567",
  "dirty": false,
  "rustc": "rustc 1.95.0 (59807616e 2026-04-14)",
  "tools": {
    "trunk": "0.21.14"
  }
}
"#;
        assert_eq!(text, expected);

        info.mark_dirty();
        assert_eq!(info.to_json()["dirty"], true);
        info.commit = None;
        info.mark_dirty();
        let json = info.to_json();
        assert!(json["commit"].is_null() && json["dirty"].is_null());
    }
}
