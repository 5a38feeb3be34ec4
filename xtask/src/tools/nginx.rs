//! nginx, which journeys put before the portal.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Result, bail};

use super::system::{self, Package};
use crate::{project::Project, run};

/// Where it is when it is not on an ordinary person's PATH.
const OFF_PATH: &[&str] = &[
    "/usr/sbin/nginx",
    "/usr/local/sbin/nginx",
    "/opt/homebrew/bin/nginx",
];
/// The part that not every build has, and that the gateway's rules need.
const MODULE: &str = "http_auth_request_module";

/// Finds one that can do what the gateway's rules ask, and installs one if there is none.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    if find()?.is_none() {
        system::install(project, Package::Nginx, "nginx")?;
    }
    let Some(nginx) = find()? else {
        bail!("nginx was installed and cannot be found; name it in CREDIT_DESK_NGINX");
    };
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

fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("CREDIT_DESK_NGINX").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!("CREDIT_DESK_NGINX is {}, which is no file", named.display());
        }
        return Ok(Some(named));
    }
    let off_path = OFF_PATH.iter().map(PathBuf::from);
    Ok(run::on_path("nginx").or_else(|| off_path.into_iter().find(|file| file.is_file())))
}
