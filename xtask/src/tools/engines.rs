//! The browsers other than Chromium that journeys run in, and their drivers.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::{
    program::Program,
    system::{self, Package},
};
use crate::{project::Project, run};

const FIREFOX: Program = Program {
    label: "Firefox",
    variable: "CREDIT_DESK_FIREFOX",
    names: &["firefox-esr", "firefox"],
    off_path: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    package: Package::Firefox,
};
const WEBKIT_DRIVER: Program = Program {
    label: "WebKit and its driver",
    variable: "CREDIT_DESK_WEBKITWEBDRIVER",
    names: &["WebKitWebDriver"],
    off_path: &[],
    package: Package::WebKit,
};
const XVFB: Program = Program {
    label: "Xvfb",
    variable: "CREDIT_DESK_XVFB",
    names: &["Xvfb"],
    off_path: &[],
    package: Package::WebKit,
};
/// The system's own Python: another python3 doesn't find the system's bindings.
const PYTHON: Program = Program {
    label: "python3",
    variable: "CREDIT_DESK_PYTHON",
    names: &[],
    off_path: &["/usr/bin/python3"],
    package: Package::WebKit,
};

/// What WebKit needs: its driver, a display, and a Python with its bindings.
#[derive(Clone, Debug)]
pub struct WebKit {
    /// WebKitWebDriver.
    pub driver: PathBuf,
    /// Xvfb.
    pub xvfb: PathBuf,
    /// python3.
    pub python: PathBuf,
}

/// Returns Firefox, installed if needed. Its driver is a pinned tool.
pub fn firefox(project: &Project) -> Result<PathBuf> {
    FIREFOX.ensure(project)
}

/// Returns WebKit, installed if needed.
pub fn webkit(project: &Project) -> Result<WebKit> {
    let driver = WEBKIT_DRIVER.ensure(project)?;
    let xvfb = XVFB.ensure(project)?;
    let python = PYTHON.ensure(project)?;
    if !has_bindings(&python) {
        system::install(
            project,
            Package::WebKit,
            "the python bindings for WebKitGTK",
        )?;
    }
    if !has_bindings(&python) {
        bail!(
            "{} has no bindings for WebKitGTK 4.1; set {} to a python3 that has them",
            python.display(),
            PYTHON.variable
        );
    }
    Ok(WebKit {
        driver,
        xvfb,
        python,
    })
}

fn has_bindings(python: &Path) -> bool {
    const IMPORT: &str =
        "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')";
    run::capture(Command::new(python).args(["-c", IMPORT])).is_some()
}
