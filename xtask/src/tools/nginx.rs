//! nginx, which journeys put before the portal.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use super::{program::Program, system::Package};
use crate::project::Project;

const NGINX: Program = Program {
    label: "nginx",
    variable: "CREDIT_DESK_NGINX",
    names: &["nginx"],
    // Where it is when it is not on an ordinary person's PATH.
    off_path: &[
        "/usr/sbin/nginx",
        "/usr/local/sbin/nginx",
        "/opt/homebrew/bin/nginx",
    ],
    package: Package::Nginx,
};
/// The part that not every build has, and that the gateway's rules need.
const MODULE: &str = "http_auth_request_module";

/// Finds one that can do what the gateway's rules ask, and installs one if there is none.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    let nginx = NGINX.ensure(project)?;
    // It tells what it was built with on its standard error.
    let told = Command::new(&nginx).arg("-V").output()?.stderr;
    if !String::from_utf8_lossy(&told).contains(MODULE) {
        bail!(
            "{} was built without {MODULE}; name another in CREDIT_DESK_NGINX",
            nginx.display()
        );
    }
    Ok(nginx)
}
