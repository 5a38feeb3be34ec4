//! What a program that drives the built portal in a browser needs.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    dist,
    project::Project,
    run, sandbox,
    tools::{self, Need},
};

/// Builds a program of tests/journeys and becomes it, with these flags.
pub fn program(project: &Project, name: &str, flags: &[String]) -> Result<ExitCode> {
    run::through(&mut run::cargo(
        project,
        ["build", "--package", "credit-desk-journeys", "--bin", name],
    ))?;
    let mut program = run::program(project, project.program(name));
    program.args(flags);
    // Who only asks what there is to choose need not wait for a portal.
    let asks = ["--help", "-h"];
    if !flags.iter().any(|flag| asks.contains(&flag.as_str())) {
        equip(project, &mut program)?;
    }
    run::instead(&mut program)
}

/// Makes sure that browser, nginx, axe-core, portal and sandbox are there, and tells `command` where.
pub fn equip(project: &Project, command: &mut Command) -> Result<()> {
    let tools = tools::ensure(project, &[Need::Journeys])?;
    let browser = tools::browser(project)?;
    let nginx = tools::nginx(project)?;
    dist::ensure(project)?;
    let sandbox = sandbox::built(project)?;
    command
        .env("CREDIT_DESK_SANDBOX", sandbox.get_program())
        .env("CREDIT_DESK_DIST", project.dist())
        .env("CREDIT_DESK_AXE", tools.file("axe.min.js")?)
        .env("CREDIT_DESK_NGINX", nginx)
        .env("CREDIT_DESK_CHROMIUM", &browser.chromium)
        .env("CREDIT_DESK_CHROMEDRIVER", &browser.driver);
    // Failures say where they happened; a backtrace through the async runtime only hides it.
    command.env("RUST_BACKTRACE", "0");
    Ok(())
}
