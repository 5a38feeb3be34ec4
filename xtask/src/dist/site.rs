//! Prepares what Trunk assembles into the portal: one minified style sheet, the minified loader, the program, and the
//! links that load the program. Trunk runs this as a hook before each build (`Trunk.toml`), and `index.html` refers to
//! the result.

use std::{env, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};

use super::{minify, parts, whole};
use crate::{
    project::Project,
    tools::{self, Need},
};

/// `cargo xtask site`, which Trunk runs.
pub fn command(project: &Project) -> Result<ExitCode> {
    let tools = tools::ensure(project, &[Need::Portal])?;
    let site = folder(project);
    let program = site.join("program");
    if program.exists() {
        fs::remove_dir_all(&program)?;
    }
    fs::create_dir_all(&program).with_context(|| format!("cannot create {}", program.display()))?;
    let files = ["style/style.css", "public/loader.js"].map(|file| project.root.join(file));
    minify::bundle(project, &tools, &files, &site)?;
    let built = if is_release() {
        parts::build(project, &tools, &program)?
    } else {
        whole::build(project, &tools, &program)?
    };
    fs::write(site.join("program.html"), built.links())?;
    Ok(ExitCode::SUCCESS)
}

/// The folder that `index.html` refers to. It doesn't depend on cargo's target folder.
fn folder(project: &Project) -> PathBuf {
    project.root.join("target/site")
}

fn is_release() -> bool {
    env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release")
}
