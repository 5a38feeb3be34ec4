//! Tools pinned to one exact version each, kept in the [`Cache`].

use std::{
    collections::BTreeMap,
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{Need, cache::Cache, npm::NpmLock, system};
use crate::{lockfile, project::Project, run};

/// The extension that npm gives to programs on this system.
const NPM_SUFFIX: &str = if cfg!(windows) { ".cmd" } else { "" };
/// The npm packages that affect the shipped files. The others only inspect them.
const NPM_BUILDERS: [&str; 2] = ["binaryen", "esbuild"];

/// A tool pinned to one version.
#[derive(Debug)]
pub struct Pinned {
    name: &'static str,
    version: String,
    source: Source,
    /// The programs that a complete installation has.
    programs: &'static [&'static str],
    /// The other files that a complete installation has, relative to its folder.
    files: &'static [&'static str],
    /// What the tool is needed for.
    pub serves: &'static [Need],
}

#[derive(Debug)]
enum Source {
    /// crates.io, compiled locally.
    Cargo {
        flags: &'static [&'static str],
        minutes: u8,
    },
    /// npm, pinned by the hashes in this lock file.
    Npm(NpmLock),
}

/// Returns every pinned tool. The version of wasm-bindgen's program must match the crate's, so it comes from
/// Cargo.lock.
pub fn all(project: &Project) -> Result<Vec<Pinned>> {
    let bindgen = lockfile::version(&project.root, "wasm-bindgen")?;
    let npm = NpmLock::read(project)?;
    Ok(vec![
        Pinned {
            // binaryen provides wasm-opt: without it, trunk would download one, and Debian's is too old for rustc's
            // output.
            // esbuild: trunk's own minifier doesn't support `export async function`, and never sees the modules of the
            // parts.
            // axe-core is a script that a journey injects into the pages. oidc-provider signs users in for a journey.
            name: "npm-tools",
            version: npm.hash(),
            source: Source::Npm(npm),
            programs: &["esbuild", "wasm-opt"],
            files: &[
                "node_modules/axe-core/axe.min.js",
                "node_modules/oidc-provider/lib/index.js",
            ],
            serves: &[Need::Portal, Need::Journeys],
        },
        Pinned {
            // It only forwards commands, so a debug build is fast enough.
            name: "geckodriver",
            version: "0.37.0".to_owned(),
            source: Source::Cargo {
                flags: &["--debug"],
                minutes: 2,
            },
            programs: &["geckodriver"],
            files: &[],
            serves: &[Need::Firefox],
        },
        Pinned {
            name: "wasm-bindgen-cli",
            version: bindgen,
            source: Source::Cargo {
                flags: &[],
                minutes: 3,
            },
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            files: &[],
            serves: &[Need::Portal, Need::BrowserTests],
        },
        Pinned {
            // 0.22 needs a newer rustc than the workspace's minimum.
            name: "trunk",
            version: "0.21.14".to_owned(),
            source: Source::Cargo {
                flags: &["--no-default-features", "--features", "rustls"],
                minutes: 5,
            },
            programs: &["trunk"],
            files: &[],
            serves: &[Need::Portal],
        },
        Pinned {
            name: "cargo-deny",
            version: "0.20.2".to_owned(),
            source: Source::Cargo {
                flags: &[],
                minutes: 3,
            },
            programs: &["cargo-deny"],
            files: &[],
            serves: &[Need::Deny],
        },
        Pinned {
            name: "wasm-pack",
            version: "0.15.1".to_owned(),
            source: Source::Cargo {
                flags: &[],
                minutes: 3,
            },
            programs: &["wasm-pack"],
            files: &[],
            serves: &[Need::BrowserTests],
        },
    ])
}

impl Pinned {
    /// Returns name and version, for output.
    pub fn label(&self) -> String {
        match &self.source {
            Source::Cargo { .. } => format!("{} {}", self.name, self.version),
            Source::Npm(lock) => {
                let tools = lock.tools().iter();
                let tools: Vec<_> = tools
                    .map(|(name, version)| format!("{name} {version}"))
                    .collect();
                tools.join(", ")
            }
        }
    }

    /// Returns the version of each of its programs that affects the build output, by name.
    pub fn build_versions(&self) -> BTreeMap<String, String> {
        if !self.serves.contains(&Need::Portal) {
            return BTreeMap::new();
        }
        match &self.source {
            Source::Cargo { .. } => [(self.name.to_owned(), self.version.clone())].into(),
            Source::Npm(lock) => {
                let mut tools = lock.tools().clone();
                tools.retain(|name, _| NPM_BUILDERS.contains(&&**name));
                tools
            }
        }
    }

    /// Returns how the tool is installed, for output.
    pub fn method(&self) -> String {
        match self.source {
            Source::Cargo { minutes, .. } => {
                format!("installing from source (about {minutes} min, once)")
            }
            Source::Npm(_) => "installing from npm".to_owned(),
        }
    }

    /// Returns the folder with its programs.
    pub fn programs(&self, cache: &Cache) -> PathBuf {
        self.programs_in(&cache.tool(&self.folder()))
    }

    /// Returns whether the tool is completely installed.
    pub fn is_in(&self, cache: &Cache) -> bool {
        let folder = cache.tool(&self.folder());
        self.program_files(&folder).all(|file| file.is_file())
            && self.files(cache).all(|file| file.is_file())
    }

    /// Returns the paths of its files.
    pub fn files(&self, cache: &Cache) -> impl Iterator<Item = PathBuf> {
        let folder = cache.tool(&self.folder());
        self.files.iter().map(move |file| folder.join(file))
    }

    /// Installs the tool. The caller holds the cache's lock.
    pub fn install(&self, project: &Project, cache: &Cache) -> Result<()> {
        let log = cache.log(&self.folder());
        cache
            .install(&self.folder(), |folder| match &self.source {
                Source::Cargo { flags, .. } => {
                    let mut cargo = run::cargo(project, "install", ["--root"]);
                    cargo
                        .arg(folder)
                        .args(*flags)
                        .arg(format!("{}@{}", self.name, self.version));
                    // A tool that runs for seconds isn't worth minutes of optimization.
                    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off");
                    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
                    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
                    cargo.env("CARGO_TARGET_DIR", cache.builds());
                    // The checkout's settings are for the portal, not for its tools.
                    cargo
                        .current_dir(folder)
                        .env_remove("RUSTFLAGS")
                        .env_remove("CARGO_ENCODED_RUSTFLAGS")
                        .env_remove("CARGO_BUILD_TARGET");
                    run::logged(&mut cargo, &log)
                }
                Source::Npm(lock) => {
                    lock.copy_to(folder)?;
                    let mut npm = run::program(project, system::npm(project)?);
                    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                        .current_dir(folder);
                    run::logged(&mut npm, &log)?;
                    // Detects a package for another system, or one that was left out, which an install script would
                    // have noticed.
                    self.program_files(folder).try_for_each(|program| {
                        run::logged(run::program(project, program).arg("--version"), &log)
                    })
                }
            })
            .with_context(|| format!("{} could not be installed", self.label()))
    }

    fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn programs_in(&self, folder: &Path) -> PathBuf {
        match self.source {
            Source::Cargo { .. } => folder.join("bin"),
            Source::Npm(_) => folder.join("node_modules").join(".bin"),
        }
    }

    fn program_files(&self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        let folder = self.programs_in(folder);
        let suffix = match self.source {
            Source::Cargo { .. } => EXE_SUFFIX,
            Source::Npm(_) => NPM_SUFFIX,
        };
        let names = self.programs.iter();
        names.map(move |name| folder.join(format!("{name}{suffix}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_versions_lists_the_tools_that_affect_the_shipped_files() {
        let all = all(&Project::find().unwrap()).unwrap();
        let versions: BTreeMap<_, _> = all.iter().flat_map(Pinned::build_versions).collect();
        let names: Vec<_> = versions.keys().map(String::as_str).collect();
        assert_eq!(names, ["binaryen", "esbuild", "trunk", "wasm-bindgen-cli"]);
        for (name, version) in versions {
            assert!(
                version.starts_with(|first: char| first.is_ascii_digit()) && version.contains('.'),
                "{name} {version}"
            );
        }
    }
}
