//! Fuzzing with hostile input: tests/fuzz.

use std::process::ExitCode;

use anyhow::Result;

use crate::{flags, project::Project, run};

/// `cargo xtask fuzz`: optimized, because a million inputs for each parser would otherwise take an hour.
pub fn command(project: &Project, flags: &flags::Program) -> Result<ExitCode> {
    let package = ["--profile", "fuzz", "--package", "credit-desk-fuzz", "--"];
    run::exec(run::cargo(project, "run", package).args(&flags.args))
}
