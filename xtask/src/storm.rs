//! The storm: tests/journeys/src/storm.

use std::process::ExitCode;

use anyhow::Result;

use crate::{flags, journeys, project::Project};

/// `cargo xtask storm`.
pub fn command(project: &Project, flags: &flags::Program) -> Result<ExitCode> {
    journeys::program(project, "credit-desk-storm", &flags.args)
}
