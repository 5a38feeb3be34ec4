//! Builds the whole program as one file, for development: fast to build, and large.

use std::path::Path;

use anyhow::Result;

use super::{
    bindgen,
    links::{Program, Served},
};
use crate::{project::Project, run, tools::Tools};

/// Builds the program into `folder`.
pub fn build(project: &Project, tools: &Tools, folder: &Path) -> Result<Program> {
    run::run(&mut super::cargo(project))?;
    bindgen::run(project, tools, &project.wasm("debug"), folder)?;
    Ok(Program {
        module: Served::rename(folder, &format!("{}.js", bindgen::NAME))?,
        parts: None,
        wasm: Served::rename(folder, &format!("{}_bg.wasm", bindgen::NAME))?,
    })
}
