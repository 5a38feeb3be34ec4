//! The files for hosts: written with every build, and anew when a deployment's backends are elsewhere.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{flags, project::Project, say};

/// `cargo xtask hosting`.
pub fn command(project: &Project, flags: &flags::Hosting) -> Result<ExitCode> {
    let dist = flags.dist.clone().unwrap_or_else(|| project.dist());
    if !dist.join("index.html").is_file() {
        bail!(
            "there is no built portal in {}: cargo xtask build",
            project.short(&dist)
        );
    }
    credit_desk_hosting::write(&dist, flags.config.as_deref())?;
    say::line(format_args!(
        "Written: _headers, _redirects and _hosting/ in {}",
        project.short(&dist)
    ));
    Ok(ExitCode::SUCCESS)
}
