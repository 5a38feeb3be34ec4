//! The sandbox, which simulates both vendors' APIs: tests/sandbox.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{flags, project::Project, run};

/// `cargo xtask sandbox`.
pub fn command(project: &Project, flags: &flags::Sandbox) -> Result<ExitCode> {
    let mut server = build(project)?;
    if let Some(dist) = &flags.dist {
        server.arg("--dist").arg(std::path::absolute(dist)?);
    }
    run::exec(server.args(&flags.args))
}

/// Builds the server and returns the command that runs it.
pub fn build(project: &Project) -> Result<Command> {
    run::run(&mut run::cargo(
        project,
        "build",
        ["--package", "credit-desk-sandbox"],
    ))?;
    Ok(run::program(project, project.sandbox()))
}
