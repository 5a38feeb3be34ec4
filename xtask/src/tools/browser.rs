//! Chromium and a matching driver.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::system::{self, Package};
use crate::{project::Project, run};

const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const BROWSERS_OFF_PATH: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DRIVERS: &[&str] = &["chromedriver", "chromium.chromedriver"];
const DRIVERS_OFF_PATH: &[&str] = &[
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
    "/opt/homebrew/bin/chromedriver",
];

/// A browser and its driver, of the same major version.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// The driver.
    pub driver: PathBuf,
}

impl Browser {
    /// Returns the arguments that the tests start the browser with: headless, and no background requests.
    pub fn arguments() -> Vec<&'static str> {
        let mut arguments = vec![
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ];
        // Chromium refuses to run as root with its own sandbox on; other users keep it.
        if system::is_root() {
            arguments.push("--no-sandbox");
        }
        arguments
    }
}

/// A program and its version.
#[derive(Clone, Debug)]
struct Found {
    path: PathBuf,
    version: String,
}

/// Finds a matching pair, and installs one if there is none.
pub fn ensure(project: &Project) -> Result<Browser> {
    for installed in [false, true] {
        let browsers = candidates("CREDIT_DESK_CHROMIUM", BROWSERS, BROWSERS_OFF_PATH)?;
        let drivers = candidates("CREDIT_DESK_CHROMEDRIVER", DRIVERS, DRIVERS_OFF_PATH)?;
        if let Some((browser, driver)) = pair(&browsers, &drivers) {
            return Ok(Browser {
                chromium: browser.path.clone(),
                driver: driver.path.clone(),
            });
        }
        if !browsers.is_empty() && !drivers.is_empty() || installed {
            bail!(
                "no browser and driver of the same major version were found.\n  browsers: {}\n  drivers: {}\nInstall a matching pair, or set \
                 CREDIT_DESK_CHROMIUM and CREDIT_DESK_CHROMEDRIVER.",
                list(&browsers),
                list(&drivers)
            );
        }
        system::install(project, Package::Browser, "Chromium and its driver")?;
    }
    unreachable!("the second iteration returns")
}

fn candidates(variable: &str, names: &[&str], off_path: &[&str]) -> Result<Vec<Found>> {
    if let Some(path) = env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
    {
        let Some(version) = version(&path) else {
            bail!(
                "{variable} is {}, which does not answer to --version",
                path.display()
            )
        };
        return Ok(vec![Found { path, version }]);
    }
    let off_path = off_path
        .iter()
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    let paths = names
        .iter()
        .filter_map(|name| run::on_path(name))
        .chain(off_path);
    Ok(paths
        .filter_map(|path| version(&path).map(|version| Found { path, version }))
        .collect())
}

fn pair<'a>(browsers: &'a [Found], drivers: &'a [Found]) -> Option<(&'a Found, &'a Found)> {
    browsers.iter().find_map(|browser| {
        drivers
            .iter()
            .find(|driver| major(&driver.version) == major(&browser.version))
            .map(|driver| (browser, driver))
    })
}

fn version(path: &Path) -> Option<String> {
    number(&run::capture(Command::new(path).arg("--version"))?).map(str::to_owned)
}

/// Returns the first word that starts with a digit, as in `Chromium 156.0.8078.79 built on …` and `ChromeDriver
/// 156.0.8078.79 (…)`.
fn number(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

fn list(found: &[Found]) -> String {
    if found.is_empty() {
        return "none".to_owned();
    }
    found
        .iter()
        .map(|found| format!("{} ({})", found.path.display(), found.version))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, version: &str) -> Found {
        Found {
            path: path.into(),
            version: version.to_owned(),
        }
    }

    #[test]
    fn versions_are_parsed_from_the_programs_output() {
        assert_eq!(
            number("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
            Some("156.0.8078.79")
        );
        assert_eq!(
            number("ChromeDriver 156.0.8078.79 (a21ce95c24ce)"),
            Some("156.0.8078.79")
        );
        assert_eq!(number("Segmentation fault"), None);
    }

    #[test]
    fn a_browser_is_paired_with_the_driver_of_its_major_version() {
        let browsers = [
            found("chromium", "155.0.1.2"),
            found("google-chrome", "156.0.8078.79"),
        ];
        let drivers = [found("chromedriver", "156.0.8079.1")];
        let (browser, driver) = pair(&browsers, &drivers).unwrap();
        assert_eq!(
            (browser.path.to_str(), driver.path.to_str()),
            (Some("google-chrome"), Some("chromedriver"))
        );
        assert!(pair(&browsers[..1], &drivers).is_none());
    }
}
