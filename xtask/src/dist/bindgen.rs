//! Runs wasm-bindgen.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{project::Project, run, tools::Tools};

/// The name of the program in cargo and wasm-bindgen.
pub const NAME: &str = "credit-desk";

/// Writes the module and the wasm file for `program` into `folder`.
pub fn run(project: &Project, tools: &Tools, program: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = run::program(project, "wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--keep-lld-exports"])
        .args(["--out-name", NAME, "--out-dir"])
        .arg(folder)
        .arg(program);
    run::run(tools.add_to_path(&mut bindgen)?)?;
    if folder.join("snippets").exists() {
        bail!("wasm-bindgen has written snippets, which this build does not handle");
    }
    Ok(())
}
