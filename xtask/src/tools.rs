//! The tools that the commands need, and how they are installed.
//!
//! A command states what it [needs](Need). Missing tools are installed and listed with a number; installed ones are not
//! mentioned.

mod apache;
mod browser;
mod cache;
mod engines;
mod nginx;
mod npm;
mod office;
mod pinned;
mod program;
mod rust;
mod system;

use std::{
    collections::{BTreeMap, BTreeSet},
    env::{self, consts::EXE_SUFFIX},
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Result, bail};

use self::{apache::Apache, nginx::Nginx, pinned::Pinned, rust::Rust};
pub use self::{browser::Browser, cache::Cache, rust::version as rust_version};
use crate::{flags, output, project::Project};

/// Groups of tools, by purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// rustfmt and clippy.
    Lints,
    /// The standard library for wasm.
    Wasm,
    /// trunk, wasm-bindgen, wasm-opt and esbuild, which build the portal.
    Portal,
    /// wasm-pack and wasm-bindgen's test runner.
    BrowserTests,
    /// cargo-deny, which checks the dependency graph.
    Deny,
    /// axe-core, which checks the pages for accessibility problems, and oidc-provider, which signs users in.
    Journeys,
    /// geckodriver, which drives Firefox.
    Firefox,
}

/// The requested tools, installed.
#[derive(Debug)]
pub struct Tools {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

/// `cargo xtask tools`.
pub fn command(project: &Project, _: &flags::Tools) -> Result<ExitCode> {
    ensure(
        project,
        &[
            Need::Lints,
            Need::Deny,
            Need::Wasm,
            Need::Portal,
            Need::BrowserTests,
            Need::Journeys,
            Need::Firefox,
        ],
    )?;
    let browser = browser(project)?;
    nginx(project)?;
    apache(project)?;
    office(project)?;
    firefox(project)?;
    webkit(project)?;
    output::line(format_args!(
        "All tools are installed. Browser: {}",
        browser.chromium.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Returns the version of each tool that affects the build output, by name. The compiler's is [`rust_version`], and the
/// others are in Cargo.lock.
pub fn build_versions(project: &Project) -> Result<BTreeMap<String, String>> {
    let pinned = pinned::all(project)?;
    Ok(pinned.iter().flat_map(Pinned::build_versions).collect())
}

/// Installs the missing pinned tools and parts of the Rust toolchain. Programs from the system's package manager are
/// installed by [`browser`], [`nginx`] and the functions after them.
pub fn ensure(project: &Project, needs: &[Need]) -> Result<Tools> {
    let needs: BTreeSet<_> = needs.iter().copied().collect();
    let cache = Cache::find()?;
    let pinned: Vec<_> = pinned::all(project)?
        .into_iter()
        .filter(|tool| tool.serves.iter().any(|need| needs.contains(need)))
        .collect();
    let rust = Rust::missing(project, &needs);

    let is_missing = |tool: &&Pinned| !tool.is_in(&cache);
    if !rust.is_empty() || pinned.iter().any(|tool| is_missing(&tool)) {
        // Checked again under the lock: another run may have just installed the same tools.
        let lock = cache.lock()?;
        let missing: Vec<_> = pinned.iter().filter(is_missing).collect();
        let count = rust.len() + missing.len();
        for (index, part) in rust.iter().enumerate() {
            let job = output::job(format_args!(
                "[{}/{count}] {}: adding with rustup …",
                index + 1,
                part.name()
            ));
            part.add(project)?;
            job.done(format_args!(
                "[{}/{count}] {}: done",
                index + 1,
                part.name()
            ));
        }
        for (index, tool) in missing.iter().enumerate() {
            let number = rust.len() + index + 1;
            let job = output::job(format_args!(
                "[{number}/{count}] {}: {} …",
                tool.label(),
                tool.method()
            ));
            tool.install(project, &cache)?;
            job.done(format_args!("[{number}/{count}] {}: done", tool.label()));
        }
        if pinned::all(project)?.iter().all(|tool| tool.is_in(&cache)) {
            cache.remove_builds();
        }
        drop(lock);
    }
    Ok(Tools {
        folders: pinned.iter().map(|tool| tool.programs(&cache)).collect(),
        files: pinned.iter().flat_map(|tool| tool.files(&cache)).collect(),
    })
}

/// Returns a browser and a matching driver, installed if needed.
pub fn browser(project: &Project) -> Result<Browser> {
    browser::ensure(project)
}

/// Returns nginx, installed if needed.
pub fn nginx(project: &Project) -> Result<Nginx> {
    nginx::ensure(project)
}

/// Returns Apache, installed if needed.
pub fn apache(project: &Project) -> Result<Apache> {
    apache::ensure(project)
}

/// Returns LibreOffice, installed if needed.
pub fn office(project: &Project) -> Result<PathBuf> {
    office::ensure(project)
}

/// Returns Firefox, installed if needed.
pub fn firefox(project: &Project) -> Result<PathBuf> {
    engines::firefox(project)
}

/// Returns WebKit and what it needs, installed if needed.
pub fn webkit(project: &Project) -> Result<engines::WebKit> {
    engines::webkit(project)
}

impl Tools {
    /// Puts the tools on the command's PATH, before the user's own. No other process's PATH changes.
    pub fn add_to_path<'a>(&self, command: &'a mut Command) -> Result<&'a mut Command> {
        Ok(command.env("PATH", self.path()?))
    }

    /// Returns the path of one of the tools' files.
    pub fn file(&self, name: &str) -> Result<&Path> {
        let found = self.files.iter().find(|file| file.ends_with(name));
        let Some(file) = found else {
            bail!("no requested tool has a file {name}")
        };
        Ok(file)
    }

    /// Returns the path of one of the tools' programs.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let name = format!("{name}{EXE_SUFFIX}");
        let mut files = self.folders.iter().map(|folder| folder.join(&name));
        match files.find(|file| file.is_file()) {
            Some(file) => Ok(file),
            None => bail!("no requested tool has a program {name}"),
        }
    }

    fn path(&self) -> Result<OsString> {
        let old = env::var_os("PATH").unwrap_or_default();
        Ok(env::join_paths(
            self.folders.iter().cloned().chain(env::split_paths(&old)),
        )?)
    }
}
