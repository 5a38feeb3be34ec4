//! The lock file of the tools that come from npm: `xtask/npm/package-lock.json`.
//!
//! These tools write code that browsers run, so every package is pinned by its hash and no install script runs. To
//! change a version, edit `package.json` next to the lock file and run this in that folder:
//! ```sh
//! npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=false
//! ```

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::project::Project;

const FOLDER: &str = "xtask/npm";
const MANIFEST: &str = "package.json";
const LOCK: &str = "package-lock.json";
/// The only host that packages may come from.
const REGISTRY: &str = "https://registry.npmjs.org";

/// The lock file.
#[derive(Debug)]
pub struct NpmLock {
    folder: PathBuf,
    text: String,
    packages: BTreeMap<String, Package>,
    tools: BTreeMap<String, String>,
}

/// A package in the lock file.
#[derive(Debug)]
struct Package {
    version: String,
    resolved: String,
    integrity: String,
}

impl NpmLock {
    /// Reads the lock file of the checkout.
    pub fn read(project: &Project) -> Result<Self> {
        let folder = project.root.join(FOLDER);
        let file = folder.join(LOCK);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", project.short(&file)))?;
        Self::parse(folder, text).with_context(|| format!("cannot use {}", project.short(&file)))
    }

    fn parse(folder: PathBuf, text: String) -> Result<Self> {
        let json: Value = serde_json::from_str(&text)?;
        if json["lockfileVersion"] != 3 {
            bail!("its version is {}, not 3", json["lockfileVersion"]);
        }
        let listed = json["packages"].as_object().context("no packages")?;
        let field = |package: &Value, name: &str| package[name].as_str().unwrap_or("").to_owned();
        let packages: BTreeMap<_, _> = listed
            .iter()
            // The entry without a path is package.json itself.
            .filter(|(path, _)| !path.is_empty())
            .map(|(path, package)| {
                let package = Package {
                    version: field(package, "version"),
                    resolved: field(package, "resolved"),
                    integrity: field(package, "integrity"),
                };
                (path.clone(), package)
            })
            .collect();
        let tools = json["packages"][""]["dependencies"].as_object();
        let tools = tools.context("no dependencies")?.keys().map(|name| {
            let package = packages.get(&format!("node_modules/{name}"));
            let package = package.with_context(|| format!("no package {name}"))?;
            Ok((name.clone(), package.version.clone()))
        });
        let tools = tools.collect::<Result<_>>()?;
        Ok(Self {
            folder,
            text,
            packages,
            tools,
        })
    }

    /// Returns a short hash of the file. A tool's folder is named after it, so a changed lock file leads to a new
    /// installation.
    pub fn hash(&self) -> String {
        let hash = Sha256::digest(&self.text);
        hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the version of each package that `package.json` requires, by name.
    pub fn tools(&self) -> &BTreeMap<String, String> {
        &self.tools
    }

    /// Copies the files that `npm ci` reads into `folder`.
    ///
    /// # Errors
    /// If npm could install a package without checking its hash, or from another host.
    pub fn copy_to(&self, folder: &Path) -> Result<()> {
        let unpinned = self.unpinned();
        if !unpinned.is_empty() {
            bail!("{FOLDER}/{LOCK}:\n  {}", unpinned.join("\n  "));
        }
        fs::write(folder.join(LOCK), &self.text)?;
        fs::copy(self.folder.join(MANIFEST), folder.join(MANIFEST))
            .with_context(|| format!("cannot copy {FOLDER}/{MANIFEST}"))?;
        Ok(())
    }

    /// Returns the packages that are not pinned by a hash or come from elsewhere, one line each.
    fn unpinned(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, package) in &self.packages {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            let file = name.rsplit('/').next().unwrap_or(name);
            let address = format!("{REGISTRY}/{name}/-/{file}-{}.tgz", package.version);
            if package.resolved != address {
                let found = &package.resolved;
                lines.push(format!("{path} comes from {found:?}, not {address}"));
            }
            let hash = package.integrity.strip_prefix("sha512-");
            let hash = hash.and_then(|hash| BASE64_STANDARD.decode(hash).ok());
            if hash.is_none_or(|hash| hash.len() != 64) {
                lines.push(format!("{path} has no SHA-512 hash"));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../npm/package-lock.json");

    fn lock(text: &str) -> NpmLock {
        NpmLock::parse(PathBuf::new(), text.to_owned()).unwrap()
    }

    /// Returns the lock file with a changed value in one field of esbuild, or without that field.
    fn changed(field: &str, value: Option<&str>) -> NpmLock {
        let mut json: Value = serde_json::from_str(TEXT).unwrap();
        let esbuild = &mut json["packages"]["node_modules/esbuild"];
        let fields = esbuild.as_object_mut().unwrap();
        match value {
            Some(value) => fields.insert(field.to_owned(), value.into()),
            None => fields.remove(field),
        }
        .unwrap();
        lock(&json.to_string())
    }

    #[test]
    fn every_package_is_pinned_by_its_hash() {
        let lock = lock(TEXT);
        assert!(lock.packages.len() > 3);
        assert_eq!(lock.unpinned(), [""; 0]);
    }

    #[test]
    fn a_package_without_a_strong_hash_is_rejected() {
        let hashes = [
            None,
            Some(""),
            Some("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
            Some("sha512-"),
            Some("sha512-2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        ];
        for hash in hashes {
            let unpinned = changed("integrity", hash).unpinned();
            assert_eq!(
                unpinned,
                ["node_modules/esbuild has no SHA-512 hash"],
                "{hash:?}"
            );
        }
    }

    #[test]
    fn a_package_from_elsewhere_is_rejected() {
        let addresses = [
            None,
            Some("https://registry.npmjs.org.example/esbuild/-/esbuild-0.28.2.tgz"),
            Some("http://registry.npmjs.org/esbuild/-/esbuild-0.28.2.tgz"),
            Some("git+ssh://git@github.com/evanw/esbuild.git#0123456"),
            Some("https://registry.npmjs.org/other/-/other-0.28.2.tgz"),
            Some("https://registry.npmjs.org/esbuild/-/esbuild-0.28.1.tgz"),
        ];
        for address in addresses {
            let lock = changed("resolved", address);
            let [line] = &lock.unpinned()[..] else {
                panic!("{address:?}: {:?}", lock.unpinned())
            };
            assert!(line.starts_with("node_modules/esbuild comes from "));
            let folder = tempfile::tempdir().unwrap();
            lock.copy_to(folder.path()).unwrap_err();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    /// npm omits some of them from a lock file that it writes next to an installed package.
    #[test]
    fn packages_for_every_system_are_locked() {
        let json: Value = serde_json::from_str(TEXT).unwrap();
        let packages = json["packages"].as_object().unwrap();
        let optional = |package: &Value| package["optionalDependencies"].as_object().cloned();
        let names: Vec<_> = packages.values().filter_map(optional).flatten().collect();
        assert!(names.len() > 10);
        for (name, version) in names {
            let package = &packages[&format!("node_modules/{name}")];
            assert_eq!(package["version"], version, "{name}");
        }
    }

    #[test]
    fn the_manifest_requires_the_exact_locked_versions() {
        let manifest: Value = serde_json::from_str(include_str!("../../npm/package.json")).unwrap();
        let required = manifest["dependencies"].as_object().unwrap();
        let lock = lock(TEXT);
        assert_eq!(required.len(), lock.tools().len());
        for (name, version) in lock.tools() {
            assert_eq!(required[name], **version, "{name}");
        }
    }

    #[test]
    fn a_changed_lock_file_has_another_hash() {
        let first = lock(TEXT).hash();
        assert_eq!(first.len(), 12);
        assert_ne!(first, changed("license", Some("none")).hash());
    }
}
