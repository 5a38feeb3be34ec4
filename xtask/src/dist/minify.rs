//! Minifies modules and style sheets with esbuild.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{project::Project, run, tools::Tools};

/// Minifies these modules in place. They must be in one folder.
pub fn in_place(project: &Project, tools: &Tools, files: &[PathBuf]) -> Result<()> {
    let folder = files.first().and_then(|file| file.parent());
    let folder = folder.context("there is no file to minify")?;
    let mut esbuild = esbuild(project, files, folder);
    esbuild.args(["--allow-overwrite", "--log-level=error"]);
    // wasm-bindgen's module defines one import once per part; the last definition wins, and all are the same.
    run::run(tools.add_to_path(&mut esbuild)?)
}

/// Writes these files to `folder`, minified and together with what they import.
pub fn bundle(project: &Project, tools: &Tools, files: &[PathBuf], folder: &Path) -> Result<()> {
    let mut esbuild = esbuild(project, files, folder);
    esbuild.args(["--bundle", "--entry-names=[name]", "--log-level=warning"]);
    run::run(tools.add_to_path(&mut esbuild)?)
}

fn esbuild(project: &Project, files: &[PathBuf], folder: &Path) -> Command {
    let mut esbuild = run::program(project, "esbuild");
    esbuild
        .args(["--minify", "--format=esm", "--charset=utf8"])
        .arg(format!("--outdir={}", folder.display()))
        .args(files)
        // Otherwise it would start the program named there instead of the pinned one.
        .env_remove("ESBUILD_BINARY_PATH");
    esbuild
}
