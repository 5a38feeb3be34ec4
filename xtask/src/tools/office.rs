//! LibreOffice Calc, in which a journey opens the exported files.

use std::path::PathBuf;

use anyhow::Result;

use super::{program::Program, system::Package};
use crate::project::Project;

const OFFICE: Program = Program {
    label: "LibreOffice Calc",
    variable: "CREDIT_DESK_SOFFICE",
    names: &["soffice", "libreoffice"],
    // Where it is installed if it is not on PATH.
    off_path: &[
        "/usr/lib/libreoffice/program/soffice",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    ],
    package: Package::Office,
};

/// Finds LibreOffice, and installs it if it is missing.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    OFFICE.ensure(project)
}
