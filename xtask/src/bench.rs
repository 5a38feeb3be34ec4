//! The benchmarks: tests/journeys/src/bench.

use std::process::ExitCode;

use anyhow::Result;

use crate::{flags, journeys, project::Project};

/// `cargo xtask bench`.
pub fn command(project: &Project, flags: &flags::Program) -> Result<ExitCode> {
    journeys::program(project, "credit-desk-bench", &flags.args)
}
