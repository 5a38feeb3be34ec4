//! LibreOffice Calc, which a journey opens the exported files in.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use super::system::{self, Package};
use crate::{project::Project, run};

const NAMES: &[&str] = &["soffice", "libreoffice"];
/// Where it is when it is not on PATH.
const OFF_PATH: &[&str] = &[
    "/usr/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
];

/// Finds it, and installs it if it is missing.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    if find()?.is_none() {
        system::install(project, Package::Office, "LibreOffice Calc")?;
    }
    match find()? {
        Some(office) => Ok(office),
        None => bail!(
            "LibreOffice was installed and cannot be found; name its `soffice` in CREDIT_DESK_SOFFICE"
        ),
    }
}

fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os("CREDIT_DESK_SOFFICE").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!(
                "CREDIT_DESK_SOFFICE is {}, which is no file",
                named.display()
            );
        }
        return Ok(Some(named));
    }
    let off_path = OFF_PATH.iter().map(PathBuf::from);
    let found = NAMES.iter().find_map(|name| run::on_path(name));
    Ok(found.or_else(|| off_path.into_iter().find(|file| file.is_file())))
}
