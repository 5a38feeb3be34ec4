//! Where things are.

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
    /// Where cargo leaves debug programs: the folder that this very program runs from, whatever the target folder is.
    programs: PathBuf,
}

impl Project {
    /// Finds the checkout from where cargo says this crate is.
    pub fn find() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here
            .parent()
            .context("xtask has no parent folder")?
            .to_path_buf();
        let programs = env::current_exe()?
            .parent()
            .context("xtask runs from no folder")?
            .to_path_buf();
        Ok(Self { root, programs })
    }

    /// The built portal.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The sandbox server, once it has been built.
    pub fn sandbox(&self) -> PathBuf {
        self.program("credit-desk-sandbox")
    }

    /// A program of the workspace, once it has been built.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// cargo's folder for whatever it compiles.
    pub fn target(&self) -> PathBuf {
        self.programs
            .parent()
            .unwrap_or(&self.programs)
            .to_path_buf()
    }

    /// A program of the portal, once its release has been built.
    pub fn wasm(&self, name: &str) -> PathBuf {
        self.target()
            .join(format!("wasm32-unknown-unknown/release/{name}.wasm"))
    }

    /// Notes between two runs: stamps, logs, generated settings. Made when asked for.
    pub fn notes(&self) -> Result<PathBuf> {
        let notes = self.target().join("xtask");
        fs::create_dir_all(&notes).with_context(|| format!("cannot make {}", notes.display()))?;
        Ok(notes)
    }

    /// A path as a person in the checkout would type it.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
