//! The tools that the commands need, and how they come onto a machine.
//!
//! A command says what it [needs](Need); what is missing is installed and numbered, what is there is not mentioned.

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
use crate::{flags, project::Project, say};

/// Groups of tools, by what they are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// rustfmt and clippy.
    Lints,
    /// The standard library for wasm.
    Wasm,
    /// trunk, wasm-bindgen, wasm-opt, esbuild: what builds the portal.
    Portal,
    /// wasm-pack and wasm-bindgen's test runner.
    BrowserTests,
    /// cargo-deny, which looks into the dependency graph.
    Deny,
    /// axe-core, which looks for barriers in the pages.
    Journeys,
    /// geckodriver, which drives Firefox.
    Firefox,
}

/// The tools that were asked for, installed.
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
    say::line(format_args!(
        "Every tool is there. Browser: {}",
        browser.chromium.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The version of each tool that leaves a mark on what is built, by name. The compiler's is [`rust_version`], and Cargo.lock has
/// the others.
pub fn build_versions(project: &Project) -> Result<BTreeMap<String, String>> {
    let pinned = pinned::all(project)?;
    Ok(pinned.iter().flat_map(Pinned::build_versions).collect())
}

/// Makes sure of everything but the browser, for which there is [`browser`].
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
        // Looked at again under the lock: another run may have been installing the very same.
        let lock = cache.lock()?;
        let missing: Vec<_> = pinned.iter().filter(is_missing).collect();
        let count = rust.len() + missing.len();
        for (done, part) in rust.iter().enumerate() {
            let job = say::job(format_args!(
                "[{}/{count}] {}: adding with rustup …",
                done + 1,
                part.name()
            ));
            part.add(project)?;
            job.done(format_args!("[{}/{count}] {}: done", done + 1, part.name()));
        }
        for (done, tool) in missing.iter().enumerate() {
            let place = rust.len() + done + 1;
            let job = say::job(format_args!(
                "[{place}/{count}] {}: {} …",
                tool.label(),
                tool.manner()
            ));
            tool.install(project, &cache)?;
            job.done(format_args!("[{place}/{count}] {}: done", tool.label()));
        }
        if pinned::all(project)?.iter().all(|tool| tool.is_in(&cache)) {
            cache.forget_builds();
        }
        drop(lock);
    }
    Ok(Tools {
        folders: pinned.iter().map(|tool| tool.programs(&cache)).collect(),
        files: pinned.iter().flat_map(|tool| tool.files(&cache)).collect(),
    })
}

/// Makes sure of a browser and of a driver that fits it.
pub fn browser(project: &Project) -> Result<Browser> {
    browser::ensure(project)
}

/// Makes sure of nginx.
pub fn nginx(project: &Project) -> Result<Nginx> {
    nginx::ensure(project)
}

/// Makes sure of Apache.
pub fn apache(project: &Project) -> Result<Apache> {
    apache::ensure(project)
}

/// Makes sure of LibreOffice.
pub fn office(project: &Project) -> Result<PathBuf> {
    office::ensure(project)
}

/// Makes sure of Firefox.
pub fn firefox(project: &Project) -> Result<PathBuf> {
    engines::firefox(project)
}

/// Makes sure of WebKit and what it needs.
pub fn webkit(project: &Project) -> Result<engines::WebKit> {
    engines::webkit(project)
}

impl Tools {
    /// Puts the tools on the program's PATH, before the user's own: nobody else's PATH is touched.
    pub fn lend<'a>(&self, command: &'a mut Command) -> Result<&'a mut Command> {
        Ok(command.env("PATH", self.path()?))
    }

    /// Where a file of theirs is.
    pub fn file(&self, name: &str) -> Result<&Path> {
        let found = self.files.iter().find(|file| file.ends_with(name));
        let Some(file) = found else {
            bail!("no tool that was asked for has a file {name}")
        };
        Ok(file)
    }

    /// Where a program of theirs is.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let name = format!("{name}{EXE_SUFFIX}");
        let mut places = self.folders.iter().map(|folder| folder.join(&name));
        match places.find(|file| file.is_file()) {
            Some(file) => Ok(file),
            None => bail!("no tool that was asked for has a program {name}"),
        }
    }

    fn path(&self) -> Result<OsString> {
        let old = env::var_os("PATH").unwrap_or_default();
        Ok(env::join_paths(
            self.folders.iter().cloned().chain(env::split_paths(&old)),
        )?)
    }
}
