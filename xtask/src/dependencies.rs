//! Cargo's build artifacts of the dependencies, kept for the next clone.
//!
//! Compiling them is most of the work of a first test run, and gives the same result in every clone. A copy is used
//! only if all of its inputs are the same; otherwise the artifacts wouldn't fit together. Artifacts of the workspace's
//! own packages are not kept: cargo compares file times for those, and they differ between clones.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::{
    output,
    project::Project,
    tools::{self, Cache},
};

/// The copy's folder in the cache.
const FOLDER: &str = "dependencies";
/// The file in it that identifies what the copy was compiled from.
const STAMP: &str = "stamp";
/// Where cargo keeps artifacts, below its target folder.
const PROFILES: [&str; 4] = [
    "debug",
    "release",
    "wasm32-unknown-unknown/debug",
    "wasm32-unknown-unknown/release",
];
/// Cargo's fingerprints of what it has compiled: one folder per artifact, `<package>-<hash>`.
const FINGERPRINTS: &str = ".fingerprint";

/// The dependencies of a clone whose tests run for the first time.
#[derive(Debug)]
pub struct Dependencies {
    target: PathBuf,
    kept: PathBuf,
    stamp: String,
    members: HashSet<String>,
}

impl Dependencies {
    /// Copies what another clone has compiled. Returns `None` if this clone has already compiled the portal.
    pub fn for_new_clone(project: &Project) -> Result<Option<Self>> {
        let cache = Cache::find()?;
        let new = Self {
            target: project.target(),
            kept: cache.root().join(FOLDER),
            stamp: stamp(project)?,
            members: members(&project.root)?,
        };
        let compiled = names(&new.target.join(PROFILES[0]).join(FINGERPRINTS))?;
        if compiled
            .iter()
            .any(|name| package(name) == Some("credit-desk"))
        {
            return Ok(None);
        }
        let _lock = cache.lock()?;
        if new.is_kept() {
            let job = output::job("Dependencies: copying another clone's build artifacts …");
            for profile in PROFILES {
                copy_profile(
                    &new.kept.join(profile),
                    &new.target.join(profile),
                    &HashSet::new(),
                )?;
            }
            // The workspace's packages were compiled against this clone's own artifacts, which have just been replaced.
            new.forget_members()?;
            job.done("Dependencies: copied");
        }
        Ok(Some(new))
    }

    /// Keeps what this clone has compiled, unless an identical copy is kept already.
    pub fn keep(&self) -> Result<()> {
        let cache = Cache::find()?;
        let _lock = cache.lock()?;
        if self.is_kept() {
            return Ok(());
        }
        let job = output::job("Dependencies: keeping the build artifacts for other clones …");
        if self.kept.exists() {
            fs::remove_dir_all(&self.kept)?;
        }
        for profile in PROFILES {
            copy_profile(
                &self.target.join(profile),
                &self.kept.join(profile),
                &self.members,
            )?;
        }
        fs::write(self.kept.join(STAMP), &self.stamp)?;
        job.done("Dependencies: kept");
        Ok(())
    }

    fn is_kept(&self) -> bool {
        fs::read_to_string(self.kept.join(STAMP)).is_ok_and(|stamp| stamp == self.stamp)
    }

    /// Makes cargo recompile the workspace's packages.
    fn forget_members(&self) -> Result<()> {
        for profile in PROFILES {
            let folder = self.target.join(profile).join(FINGERPRINTS);
            for name in names(&folder)? {
                if package(&name).is_some_and(|package| self.members.contains(package)) {
                    fs::remove_dir_all(folder.join(name))?;
                }
            }
        }
        Ok(())
    }
}

/// Returns a hash of what determines how the dependencies are compiled: the compiler, and their versions, features and
/// profiles.
fn stamp(project: &Project) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(tools::rust_version(project).unwrap_or_default());
    let mut files = vec![
        project.root.join("Cargo.lock"),
        project.root.join(".cargo/config.toml"),
    ];
    files.extend(manifests(&project.root));
    for file in files {
        hash.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(BASE64_STANDARD.encode(hash.finalize()))
}

/// Returns the workspace's manifests, in a fixed order.
fn manifests(root: &Path) -> Vec<PathBuf> {
    let skipped = ["target", "dist", ".git"];
    let walk = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| {
            !skipped
                .iter()
                .any(|name| entry.file_name().to_str() == Some(name))
        });
    walk.filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.ends_with("Cargo.toml"))
        .collect()
}

/// Returns the names of the workspace's own packages.
fn members(root: &Path) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    for manifest in manifests(root) {
        let text = fs::read_to_string(&manifest)?;
        let name = text.lines().find_map(|line| line.strip_prefix("name = \""));
        names.extend(
            name.and_then(|name| name.strip_suffix('"'))
                .map(str::to_owned),
        );
    }
    Ok(names)
}

/// Copies the artifacts of a profile, except those of the packages in `without`.
fn copy_profile(from: &Path, to: &Path, without: &HashSet<String>) -> Result<()> {
    let mut hashes = HashSet::new();
    for name in names(&from.join(FINGERPRINTS))? {
        let is_kept = package(&name).is_some_and(|package| !without.contains(package));
        hashes.extend(hash_of(&name).filter(|_| is_kept).map(str::to_owned));
    }
    // Fingerprints come last, because cargo reads them first: an interrupted copy is recompiled.
    for folder in ["deps", "build", FINGERPRINTS] {
        for name in names(&from.join(folder))? {
            if hash_of(&name).is_some_and(|hash| hashes.contains(hash)) {
                copy(&from.join(folder).join(&name), &to.join(folder).join(&name))?;
            }
        }
    }
    Ok(())
}

/// Returns the package in a name such as `serde-d1ff57989e158959`.
fn package(name: &str) -> Option<&str> {
    name.rsplit_once('-').map(|(package, _)| package)
}

/// Returns the hash in a name such as `libserde-d1ff57989e158959.rmeta`.
fn hash_of(name: &str) -> Option<&str> {
    let (_, rest) = name.rsplit_once('-')?;
    rest.split('.').next()
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let items = match fs::read_dir(folder) {
        Ok(items) => items,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", folder.display()));
        }
    };
    let names = items.map(|item| Ok(item?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

/// Copies a file or a folder, replacing existing files and preserving the modification times that cargo compares.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let copy = match entry.path().strip_prefix(from)? {
            below if below.as_os_str().is_empty() => to.to_path_buf(),
            below => to.join(below),
        };
        if entry.file_type().is_dir() {
            fs::create_dir_all(&copy)?;
        } else if entry.file_type().is_file() {
            if let Some(folder) = copy.parent() {
                fs::create_dir_all(folder)?;
            }
            // Removed instead of overwritten: another program may be using it.
            if copy.exists() {
                fs::remove_file(&copy)?;
            }
            fs::copy(entry.path(), &copy)
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
            let time = entry.metadata()?.modified()?;
            fs::File::options()
                .append(true)
                .open(&copy)?
                .set_modified(time)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_workspaces_packages_are_found() {
        let members = members(&Project::find().unwrap().root).unwrap();
        for name in ["credit-desk", "credit-desk-sandbox", "xtask"] {
            assert!(members.contains(name), "{name}: {members:?}");
        }
        assert!(!members.contains("serde"));
    }

    #[test]
    fn artifacts_of_dependencies_are_copied_with_their_times() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let files = [
            ".fingerprint/serde-0123456789abcdef/lib-serde",
            "deps/libserde-0123456789abcdef.rlib",
            ".fingerprint/credit-desk-00000000000000aa/lib-credit_desk",
            "deps/libcredit_desk-00000000000000aa.rlib",
            "build/serde-0123456789abcdef/out/generated.rs",
        ];
        for file in files {
            let file = from.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            let file = fs::File::options().append(true).open(&file).unwrap();
            file.set_modified(time).unwrap();
        }
        copy_profile(&from, &to, &HashSet::from(["credit-desk".to_owned()])).unwrap();
        for file in files {
            let copied = to.join(file);
            assert_eq!(copied.exists(), !file.contains("credit"), "{file}");
            if copied.exists() {
                assert_eq!(copied.metadata().unwrap().modified().unwrap(), time);
            }
        }
    }
}
