//! The tools of one exact version each, kept in the [`Cache`].

use std::{env::consts::EXE_SUFFIX, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Need, cache::Cache, system};
use crate::{lockfile, project::Project, run};

/// A tool of one version.
#[derive(Debug)]
pub struct Pinned {
    name: &'static str,
    version: String,
    source: Source,
    /// The programs without which it is not complete.
    programs: &'static [&'static str],
    /// The same of files that are read rather than run: those of an npm package, in its own folder.
    files: &'static [&'static str],
    /// What it is there for.
    pub serves: &'static [Need],
}

#[derive(Debug)]
enum Source {
    /// crates.io, compiled here.
    Cargo {
        flags: &'static [&'static str],
        minutes: u8,
    },
    /// npm.
    Npm,
}

/// Every pinned tool. wasm-bindgen's program must be the very version of its crate, so Cargo.lock is asked.
pub fn all(project: &Project) -> Result<Vec<Pinned>> {
    let bindgen = lockfile::version(&project.root, "wasm-bindgen")?;
    Ok(vec![
        Pinned {
            // trunk downloads one where none is on PATH; Debian's is too old for what rustc writes today.
            name: "binaryen",
            version: "132.0.0".to_owned(),
            source: Source::Npm,
            programs: &["wasm-opt"],
            files: &[],
            serves: &[Need::Portal],
        },
        Pinned {
            // trunk's own knows no `export async function`, and never sees the modules of the parts.
            name: "esbuild",
            version: "0.28.2".to_owned(),
            source: Source::Npm,
            programs: &["esbuild"],
            files: &[],
            serves: &[Need::Portal],
        },
        Pinned {
            // No program: a journey takes its script along into the pages.
            name: "axe-core",
            version: "4.14.1".to_owned(),
            source: Source::Npm,
            programs: &[],
            files: &["axe.min.js"],
            serves: &[Need::Journeys],
        },
        Pinned {
            // It only passes commands on: a build that is not optimized does.
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
            // 0.22 needs a newer rustc than the workspace asks for.
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
    /// Name and version, for people.
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// How it comes, for people.
    pub fn manner(&self) -> String {
        match self.source {
            Source::Cargo { minutes, .. } => {
                format!("installing from source (about {minutes} min, once)")
            }
            Source::Npm => "installing from npm".to_owned(),
        }
    }

    /// The folder of its programs.
    pub fn programs(&self, cache: &Cache) -> PathBuf {
        let folder = cache.tool(&self.folder());
        match self.source {
            Source::Cargo { .. } => folder.join("bin"),
            Source::Npm => folder.join("node_modules").join(".bin"),
        }
    }

    /// Is it complete?
    pub fn is_in(&self, cache: &Cache) -> bool {
        let folder = self.programs(cache);
        let suffix = match self.source {
            Source::Cargo { .. } => EXE_SUFFIX,
            Source::Npm => "",
        };
        self.programs
            .iter()
            .all(|program| folder.join(format!("{program}{suffix}")).is_file())
            && self.files(cache).all(|file| file.is_file())
    }

    /// Its files, wherever they lie.
    pub fn files(&self, cache: &Cache) -> impl Iterator<Item = PathBuf> {
        let folder = cache
            .tool(&self.folder())
            .join("node_modules")
            .join(self.name);
        self.files.iter().map(move |file| folder.join(file))
    }

    /// Installs it. The caller holds the cache's lock.
    pub fn install(&self, project: &Project, cache: &Cache) -> Result<()> {
        let log = cache.log(&self.folder());
        cache
            .place(&self.folder(), |folder| {
                let mut command = match self.source {
                    Source::Cargo { flags, .. } => {
                        let mut cargo = run::cargo(project, ["install", "--locked", "--root"]);
                        cargo
                            .arg(folder)
                            .args(flags)
                            .arg(format!("{}@{}", self.name, self.version));
                        // A tool that runs for seconds need not be optimised for minutes.
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
                        cargo
                    }
                    Source::Npm => {
                        let mut npm = run::program(project, system::npm(project)?);
                        npm.args(["install", "--no-fund", "--no-audit", "--prefix"])
                            .arg(folder);
                        npm.arg(format!("{}@{}", self.name, self.version))
                            .current_dir(folder);
                        npm
                    }
                };
                run::logged(&mut command, &log)
            })
            .with_context(|| format!("{} could not be installed", self.label()))
    }

    fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}
