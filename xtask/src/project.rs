//! Paths in the checkout.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The checkout that the commands work on.
#[derive(Debug)]
pub struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Where cargo puts debug programs: the folder of this program, so that any target folder works.
    programs: PathBuf,
}

impl Project {
    /// Finds the checkout from this crate's manifest folder.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask has no parent folder")?
            .to_path_buf();
        let programs = env::current_exe()?
            .parent()
            .context("xtask's program has no parent folder")?
            .to_path_buf();
        Ok(Self { root, programs })
    }

    /// Returns the folder of the built portal.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Returns the path of the sandbox server, which may not have been built yet.
    pub fn sandbox(&self) -> PathBuf {
        self.program("credit-desk-sandbox")
    }

    /// Returns the path of a program of the workspace, which may not have been built yet.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Returns cargo's target folder.
    pub fn target(&self) -> PathBuf {
        self.programs
            .parent()
            .unwrap_or(&self.programs)
            .to_path_buf()
    }

    /// Returns the path of the portal's program as cargo builds it with a profile (`debug`, `release`).
    pub fn wasm(&self, profile: &str) -> PathBuf {
        self.target()
            .join("wasm32-unknown-unknown")
            .join(profile)
            .join("credit-desk.wasm")
    }

    /// Returns the folder for state between runs: stamps, logs, generated settings. Creates it if needed.
    pub fn state_dir(&self) -> Result<PathBuf> {
        let folder = self.target().join("xtask");
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder)
    }

    /// Formats a path relative to the checkout.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
