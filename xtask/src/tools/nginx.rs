//! nginx, which journeys put in front of the portal.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use super::{
    program::Program,
    system::{self, Package},
};
use crate::project::Project;

const NGINX: Program = Program {
    label: "nginx",
    variable: "CREDIT_DESK_NGINX",
    names: &["nginx"],
    // For users whose PATH doesn't include these folders.
    off_path: &[
        "/usr/sbin/nginx",
        "/usr/local/sbin/nginx",
        "/opt/homebrew/bin/nginx",
    ],
    package: Package::Nginx,
};
/// Modules that not every build has, and that the gateway needs.
const MODULES: [&str; 2] = ["http_auth_request_module", "http_dav_module"];
/// The module that is a separate file unless it is built in.
const HEADERS_MORE: &str = "headers-more";
const HEADERS_MORE_FILE: &str = "ngx_http_headers_more_filter_module.so";
/// Overrides the path of that file.
const VARIABLE: &str = "CREDIT_DESK_NGINX_HEADERS_MORE";

/// An nginx that supports the gateway's configuration.
#[derive(Debug)]
pub struct Nginx {
    /// The program.
    pub program: PathBuf,
    /// The file of the headers-more module, if it isn't built in.
    pub headers_more: Option<PathBuf>,
}

/// Finds nginx and its modules, and installs what is missing.
pub fn ensure(project: &Project) -> Result<Nginx> {
    let program = NGINX.ensure(project)?;
    // nginx prints its build options on standard error.
    let output = Command::new(&program).arg("-V").output()?.stderr;
    let built_with = String::from_utf8_lossy(&output);
    for module in MODULES {
        if !built_with.contains(module) {
            bail!(
                "{} was built without {module}; set CREDIT_DESK_NGINX to another one",
                program.display()
            );
        }
    }
    let is_built_in = built_with
        .split_whitespace()
        .any(|flag| flag.starts_with("--add-module=") && flag.contains(HEADERS_MORE));
    let headers_more = if is_built_in {
        None
    } else {
        Some(headers_more(project, &built_with)?)
    };
    Ok(Nginx {
        program,
        headers_more,
    })
}

fn headers_more(project: &Project, built_with: &str) -> Result<PathBuf> {
    if let Some(file) = env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
        return Ok(file.into());
    }
    let folders = built_with
        .split_whitespace()
        .filter_map(|flag| flag.strip_prefix("--modules-path="))
        .chain(["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]);
    let files: Vec<_> = folders
        .map(|folder| PathBuf::from(folder).join(HEADERS_MORE_FILE))
        .collect();
    let find = || files.iter().find(|file| file.is_file()).cloned();
    if let Some(file) = find() {
        return Ok(file);
    }
    let what = "nginx's headers-more module";
    system::install(project, Package::NginxHeadersMore, what)?;
    find().with_context(|| {
        format!(
            "{what} was installed, but isn't in {}; set {VARIABLE} to its path",
            files[0].display()
        )
    })
}
