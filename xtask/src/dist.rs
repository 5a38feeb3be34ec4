//! The portal's release build.
//!
//! Trunk assembles it from what [`site`] prepares. `start`, `build` and the journeys all use the same dist/, and rebuild
//! it only after a change.

mod addresses;
mod bindgen;
mod build_info;
mod imports;
mod links;
mod minify;
mod names;
mod parts;
mod report;
pub mod site;
mod stamp;
mod templates;
mod whole;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result};
use credit_desk_hosting::compress;

use self::{build_info::BuildInfo, stamp::Stamp};
use crate::{
    budget, flags, output,
    project::Project,
    run,
    tools::{self, Need},
};

/// `cargo xtask build`.
pub fn command(project: &Project, flags: &flags::Build) -> Result<ExitCode> {
    if flags.force {
        stamp::forget(project)?;
    }
    ensure(project)?;
    report::print(&project.dist())?;
    budget(project)?;
    Ok(ExitCode::SUCCESS)
}

/// Makes sure that dist/ is up to date, and prints whether it had to be built.
pub fn ensure(project: &Project) -> Result<()> {
    let inputs = stamp::inputs(project)?;
    let mut info = BuildInfo::read(project)?;
    let dist = project.dist();
    if stamp::is_current(project, &inputs, &dist)? {
        write_metadata(&dist, &info)?;
        output::line("Portal: dist/ is up to date.");
        return Ok(());
    }
    let job =
        output::job("Portal: release build (several minutes the first time, then under one) …");
    release(project)?;
    addresses::write(&dist)?;
    let files = compress::write_copies(&dist)?;
    if stamp::inputs(project)? == inputs {
        let dist = stamp::folder(&dist)?;
        Stamp { inputs, dist }.write(project)?;
    } else {
        // Whether the build includes the change is unknown, so the next run builds again.
        info.mark_dirty();
        stamp::forget(project)?;
    }
    write_metadata(&dist, &info)?;
    job.done(format_args!(
        "Portal: dist/ is ready, {files} files have compressed copies"
    ));
    Ok(())
}

/// Always rewrites these files, even if dist/ is up to date: they depend on more than the build, and take no time.
fn write_metadata(dist: &Path, info: &BuildInfo) -> Result<()> {
    credit_desk_hosting::write(dist, None)?;
    info.write(dist)
}

/// Returns whether this file in dist/ is for hosts or describes the build. No page fetches these files, so they have no
/// budget. They can change without a build, so they are not part of the stamp.
fn is_metadata(name: &Path) -> bool {
    credit_desk_hosting::is_written(name) || name == Path::new(build_info::NAME)
}

/// Checks dist/ against the size budgets.
pub fn budget(project: &Project) -> Result<()> {
    let dist = project.dist();
    let files = report::files(&dist)?;
    budget::check(project, &files, &budget::first_load(&dist, &files)?)
}

fn release(project: &Project) -> Result<()> {
    let mut trunk = trunk(project, "build")?;
    run::run(trunk.args(["--release", "--dist"]).arg(project.dist()))
}

/// Returns the command that compiles the portal.
fn cargo(project: &Project) -> Command {
    let args = ["--target", "wasm32-unknown-unknown", "--bin", bindgen::NAME];
    run::cargo(project, "build", args)
}

/// Builds for `start --dev`: fast and large, in a separate folder so that dist/ stays deployable.
pub fn dev(project: &Project) -> Result<PathBuf> {
    let folder = dev_folder(project)?;
    let job =
        output::job("Portal: development build (several minutes the first time, then seconds) …");
    run::run(dev_flags(&mut trunk(project, "build")?, &folder))?;
    job.done("Portal: built for development");
    Ok(folder)
}

/// Returns the command that keeps the development build up to date.
pub fn dev_watch(project: &Project) -> Result<Command> {
    let mut trunk = trunk(project, "watch")?;
    dev_flags(&mut trunk, &dev_folder(project)?);
    // Not the whole checkout: the sandbox's ledger is in there too, and changes all the time.
    for input in ["src", "style", "public", "index.html"] {
        trunk.arg("--watch").arg(input);
    }
    Ok(trunk)
}

fn dev_folder(project: &Project) -> Result<PathBuf> {
    let folder = project.state_dir()?.join("dev-dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

fn dev_flags<'a>(trunk: &'a mut Command, folder: &Path) -> &'a mut Command {
    trunk.arg("--dist").arg(folder)
}

fn trunk(project: &Project, command: &str) -> Result<Command> {
    let tools = tools::ensure(project, &[Need::Portal])?;
    let mut trunk = run::program(project, "trunk");
    // trunk reads the usual NO_COLOR=1 as an invalid value of its own flag.
    trunk
        .args([command, "--locked"])
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    tools.add_to_path(&mut trunk)?;
    Ok(trunk)
}
