//! Apache with mod_auth_openidc, which a journey puts in front of the gateway for single sign-on.

use std::{env, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{
    program::Program,
    system::{self, Package},
};
use crate::project::Project;

const APACHE: Program = Program {
    label: "Apache",
    variable: "CREDIT_DESK_APACHE",
    names: &["apache2", "httpd"],
    off_path: &["/usr/sbin/apache2", "/usr/sbin/httpd"],
    package: Package::Apache,
};
const MODULE: &str = "mod_auth_openidc.so";
/// Overrides the folder of Apache's modules.
const VARIABLE: &str = "CREDIT_DESK_APACHE_MODULES";
/// Where distributions install the modules.
const FOLDERS: [&str; 4] = [
    "/usr/lib/apache2/modules",
    "/usr/lib64/apache2",
    "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules",
];

/// An Apache with mod_auth_openidc.
#[derive(Debug)]
pub struct Apache {
    /// The program.
    pub program: PathBuf,
    /// The folder of its modules.
    pub modules: PathBuf,
}

/// Finds Apache and its module, and installs what is missing.
pub fn ensure(project: &Project) -> Result<Apache> {
    let program = APACHE.ensure(project)?;
    let find = || {
        let named = env::var_os(VARIABLE).map(PathBuf::from);
        named
            .into_iter()
            .chain(FOLDERS.map(PathBuf::from))
            .find(|folder| folder.join(MODULE).is_file())
    };
    if find().is_none() {
        system::install(project, Package::Apache, "Apache's mod_auth_openidc")?;
    }
    let modules =
        find().with_context(|| format!("{MODULE} was not found; set {VARIABLE} to its folder"))?;
    Ok(Apache { program, modules })
}
