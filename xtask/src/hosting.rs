//! The files for hosts: written with every build, and again for a deployment that uses other services.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{flags, output, project::Project};

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
    output::line(format_args!(
        "Written: _headers, _redirects and _hosting/ in {}",
        project.short(&dist)
    ));
    Ok(ExitCode::SUCCESS)
}
