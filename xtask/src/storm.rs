//! The storm: tests/journeys/src/storm.

use std::process::ExitCode;

use anyhow::Result;

use crate::{flags, journeys, project::Project, run};

/// `cargo xtask storm`.
pub fn command(project: &Project, flags: &flags::Storm) -> Result<ExitCode> {
    run::through(&mut run::cargo(
        project,
        [
            "build",
            "--package",
            "credit-desk-journeys",
            "--bin",
            "credit-desk-storm",
        ],
    ))?;
    let mut storm = run::program(project, project.storm());
    storm.args(&flags.args);
    // Who only asks what there is to choose need not wait for a portal.
    let asks = ["--help", "-h"];
    if !flags.args.iter().any(|arg| asks.contains(&arg.as_str())) {
        journeys::equip(project, &mut storm)?;
    }
    run::instead(&mut storm)
}
