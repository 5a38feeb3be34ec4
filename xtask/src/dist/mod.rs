//! The portal's release build.
//!
//! `start`, `build` and the journeys all use the same dist/, and none of them builds it again while nothing has changed.

mod addresses;
mod build_info;
mod imports;
mod minify;
mod names;
mod parts;
mod preload;
mod report;
mod stamp;
mod tag;
mod templates;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail};
use credit_desk_hosting::compress;

use self::{build_info::BuildInfo, stamp::Stamp};
use crate::{
    budget, flags,
    project::Project,
    run, say,
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

/// Makes sure that dist/ is what the sources say, and says which it was: built now, or there already.
pub fn ensure(project: &Project) -> Result<()> {
    let inputs = stamp::inputs(project)?;
    let mut info = BuildInfo::read(project)?;
    let dist = project.dist();
    if stamp::fits(project, &inputs, &dist)? {
        write_notes(&dist, &info)?;
        say::line("Portal: dist/ is up to date.");
        return Ok(());
    }
    let job = say::job("Portal: release build (minutes the first time, then under one) …");
    release(project)?;
    addresses::open(&dist)?;
    let files = compress::beside(&dist)?;
    if stamp::inputs(project)? == inputs {
        let dist = stamp::folder(&dist)?;
        Stamp { inputs, dist }.write(project)?;
    } else {
        // Nobody knows whether what changed was built. The next run builds again.
        info.mark_dirty();
        stamp::forget(project)?;
    }
    write_notes(&dist, &info)?;
    job.done(format_args!(
        "Portal: dist/ is ready, {files} files with compressed copies beside"
    ));
    Ok(())
}

/// Writes the notes again even if dist/ is up to date: they have sources of their own, and take no time.
fn write_notes(dist: &Path, info: &BuildInfo) -> Result<()> {
    credit_desk_hosting::write(dist, None)?;
    info.write(dist)
}

/// Whether this file in dist/ is a note for hosts or about the build. No page fetches it, so it has no budget, and it is not part of the
/// stamp, because it can change without a build.
fn is_note(name: &Path) -> bool {
    credit_desk_hosting::is_written(name) || name == Path::new(build_info::NAME)
}

/// Compares dist/ with what it may weigh.
pub fn budget(project: &Project) -> Result<()> {
    let dist = project.dist();
    let files = report::files(&dist)?;
    budget::check(project, &files, &budget::first(&dist, &files)?)
}

fn release(project: &Project) -> Result<()> {
    let tools = tools::ensure(project, &[Need::Portal])?;
    let mut trunk = trunk(project, "build")?;
    // What takes the program apart must know which places of it refer to which.
    let flags = format!("{} -Clink-arg=--emit-relocs", anonymous(project)?);
    trunk
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        .args(["--release", "--features", "split", "--dist"])
        .arg(project.dist());
    run::through(&mut trunk)?;
    let index = project.dist().join("index.html");
    if !index.is_file() {
        bail!("trunk succeeded, but there is no {}", project.short(&index));
    }
    minify::page(project, &tools, &project.dist())?;
    parts::replace(project, &tools, &project.dist())?;
    preload::mark(&index)
}

/// Compiler flags that keep the builder's folders out of what is deployed; a panic names its place by them.
fn anonymous(project: &Project) -> Result<String> {
    let home = home::cargo_home()?;
    let map = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [
        map(&home.join("registry/src"), "crates"),
        map(&project.root, "credit-desk"),
    ];
    if flags.iter().any(|flag| flag.contains(' ')) {
        // Flags are separated by spaces; then the folders stay in.
        return Ok(String::new());
    }
    Ok(flags.join(" "))
}

/// A build for `start --dev`: quick to make, large, in a folder of its own so that dist/ stays what can be deployed.
pub fn dev(project: &Project) -> Result<PathBuf> {
    let folder = dev_folder(project)?;
    let job = say::job("Portal: development build (minutes the first time, then seconds) …");
    run::through(dev_flags(&mut trunk(project, "build")?, &folder))?;
    job.done("Portal: built for development");
    Ok(folder)
}

/// The command that keeps the development build up to date.
pub fn dev_watch(project: &Project) -> Result<Command> {
    let mut trunk = trunk(project, "watch")?;
    dev_flags(&mut trunk, &dev_folder(project)?);
    // Not the whole checkout: the sandbox's ledger lies there too, and changes all the time.
    for input in ["src", "style", "public", "index.html"] {
        trunk.arg("--watch").arg(input);
    }
    Ok(trunk)
}

fn dev_folder(project: &Project) -> Result<PathBuf> {
    let folder = project.notes()?.join("dev-dist");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn dev_flags<'a>(trunk: &'a mut Command, folder: &Path) -> &'a mut Command {
    trunk.arg("--dist").arg(folder)
}

fn trunk(project: &Project, command: &str) -> Result<Command> {
    let tools = tools::ensure(project, &[Need::Portal])?;
    let mut trunk = run::program(project, "trunk");
    // trunk takes the usual NO_COLOR=1 for a mistake in its own flags.
    trunk
        .args([command, "--locked"])
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    tools.lend(&mut trunk)?;
    Ok(trunk)
}
