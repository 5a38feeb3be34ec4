//! The parts of the Rust toolchain that rustup adds.

use std::{collections::BTreeSet, path::Path};

use anyhow::{Result, bail};

use super::Need;
use crate::{project::Project, run};

const TARGET: &str = "wasm32-unknown-unknown";

/// A part of the toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rust {
    /// The standard library for a target.
    Target(&'static str),
    /// A component: its name and the cargo command that it provides.
    Component(&'static str, &'static str),
}

impl Rust {
    /// Returns the parts that are needed but not installed.
    pub fn missing(project: &Project, needs: &BTreeSet<Need>) -> Vec<Self> {
        let mut parts = Vec::new();
        if needs.contains(&Need::Lints) {
            parts.extend([
                Self::Component("rustfmt", "fmt"),
                Self::Component("clippy", "clippy"),
            ]);
        }
        if [Need::Wasm, Need::Portal, Need::BrowserTests]
            .iter()
            .any(|need| needs.contains(need))
        {
            parts.push(Self::Target(TARGET));
        }
        parts.retain(|part| !part.is_installed(project));
        parts
    }

    /// Returns the name, for output.
    pub fn name(self) -> &'static str {
        let (Self::Target(name) | Self::Component(name, _)) = self;
        name
    }

    /// Adds the part with rustup.
    pub fn add(self, project: &Project) -> Result<()> {
        let args = match self {
            Self::Target(name) => ["target", "add", name],
            Self::Component(name, _) => ["component", "add", name],
        };
        if run::on_path("rustup").is_none() {
            bail!(
                "this Rust toolchain has no {}, and there is no rustup to add it: install rustup from https://rustup.rs, then `rustup {}`",
                self.name(),
                args.join(" ")
            );
        }
        run::run(run::program(project, "rustup").args(args))
    }

    fn is_installed(self, project: &Project) -> bool {
        match self {
            Self::Target(name) => {
                let mut rustc = run::program(project, "rustc");
                rustc.args(["--print", "target-libdir", "--target", name]);
                run::capture(&mut rustc).is_some_and(|folder| Path::new(&folder).is_dir())
            }
            Self::Component(_, command) => {
                run::capture(&mut run::cargo(project, command, ["--version"])).is_some()
            }
        }
    }
}

/// Returns the compiler's version.
pub fn version(project: &Project) -> Option<String> {
    run::capture(run::program(project, "rustc").arg("--version"))
}
