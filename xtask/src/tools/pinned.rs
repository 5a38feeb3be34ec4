//! The tools of one exact version each, kept in the [`Cache`].

use std::{
    collections::BTreeMap,
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{Need, cache::Cache, npm::NpmLock, system};
use crate::{lockfile, project::Project, run};

/// What npm appends to the name of a program in the form that this system starts.
const NPM_SUFFIX: &str = if cfg!(windows) { ".cmd" } else { "" };
/// The npm packages that write what is shipped. The others only look at it.
const NPM_BUILDERS: [&str; 2] = ["binaryen", "esbuild"];

/// A tool of one version.
#[derive(Debug)]
pub struct Pinned {
    name: &'static str,
    version: String,
    source: Source,
    /// The programs without which it is not complete.
    programs: &'static [&'static str],
    /// The same of files that are read rather than run, below its folder.
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
    /// npm, by the hashes in this lock file.
    Npm(NpmLock),
}

/// Every pinned tool. wasm-bindgen's program must be the very version of its crate, so Cargo.lock is asked.
pub fn all(project: &Project) -> Result<Vec<Pinned>> {
    let bindgen = lockfile::version(&project.root, "wasm-bindgen")?;
    let npm = NpmLock::read(project)?;
    Ok(vec![
        Pinned {
            // binaryen, for wasm-opt: trunk downloads one where none is on PATH; Debian's is too old for what rustc writes today.
            // esbuild: trunk's own knows no `export async function`, and never sees the modules of the parts.
            // axe-core is no program: a journey takes its script along into the pages. oidc-provider signs people in for a journey.
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

    /// The version of each program in it that leaves a mark on what is built, by name.
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

    /// How it comes, for people.
    pub fn manner(&self) -> String {
        match self.source {
            Source::Cargo { minutes, .. } => {
                format!("installing from source (about {minutes} min, once)")
            }
            Source::Npm(_) => "installing from npm".to_owned(),
        }
    }

    /// The folder of its programs.
    pub fn programs(&self, cache: &Cache) -> PathBuf {
        self.programs_in(&cache.tool(&self.folder()))
    }

    /// Is it complete?
    pub fn is_in(&self, cache: &Cache) -> bool {
        let folder = cache.tool(&self.folder());
        self.program_files(&folder).all(|file| file.is_file())
            && self.files(cache).all(|file| file.is_file())
    }

    /// Its files, wherever they lie.
    pub fn files(&self, cache: &Cache) -> impl Iterator<Item = PathBuf> {
        let folder = cache.tool(&self.folder());
        self.files.iter().map(move |file| folder.join(file))
    }

    /// Installs it. The caller holds the cache's lock.
    pub fn install(&self, project: &Project, cache: &Cache) -> Result<()> {
        let log = cache.log(&self.folder());
        cache
            .place(&self.folder(), |folder| match &self.source {
                Source::Cargo { flags, .. } => {
                    let mut cargo = run::cargo(project, "install", ["--root"]);
                    cargo
                        .arg(folder)
                        .args(*flags)
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
                    run::logged(&mut cargo, &log)
                }
                Source::Npm(lock) => {
                    lock.copy_to(folder)?;
                    let mut npm = run::program(project, system::npm(project)?);
                    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                        .current_dir(folder);
                    run::logged(&mut npm, &log)?;
                    // An install script would have noticed a package that is for another system, or left out.
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
    fn the_tools_that_write_what_is_shipped_are_named_with_their_versions() {
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
