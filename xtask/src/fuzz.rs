//! Hostile texts: tests/fuzz.

use std::process::ExitCode;

use anyhow::Result;

use crate::{flags, project::Project, run};

/// `cargo xtask fuzz`: with optimisation, or a million inputs for each reader would take an hour.
pub fn command(project: &Project, flags: &flags::Program) -> Result<ExitCode> {
    let package = ["--profile", "fuzz", "--package", "credit-desk-fuzz", "--"];
    run::instead(run::cargo(project, "run", package).args(&flags.args))
}
