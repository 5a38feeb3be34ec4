//! What a program that drives the built portal in a browser needs.

use std::process::Command;

use anyhow::Result;

use crate::{dist, project::Project, sandbox, tools};

/// Makes sure that browser, portal and sandbox are there, and tells `command` where.
pub fn equip(project: &Project, command: &mut Command) -> Result<()> {
    let browser = tools::browser(project)?;
    dist::ensure(project)?;
    let sandbox = sandbox::built(project)?;
    command
        .env("CREDIT_DESK_SANDBOX", sandbox.get_program())
        .env("CREDIT_DESK_DIST", project.dist())
        .env("CREDIT_DESK_CHROMIUM", &browser.chromium)
        .env("CREDIT_DESK_CHROMEDRIVER", &browser.driver);
    // Failures say where they happened; a backtrace through the async runtime only hides it.
    command.env("RUST_BACKTRACE", "0");
    Ok(())
}
