//! Checks the dependencies: licenses, sources, duplicates, and known vulnerabilities. `.deny.toml` says what is
//! allowed.

use std::process::Output;

use anyhow::{Context as _, Result};

use super::{count::Count, suites::check};
use crate::{
    output,
    project::Project,
    run,
    tools::{self, Need},
};

/// cargo-deny's messages when the network is unavailable.
const UNREACHABLE: [&str; 2] = [
    "failed to fetch advisory database",
    "failed to acquire advisory database lock",
];

/// Runs the offline checks first, then the one that needs the network.
pub fn run(project: &Project, count: &mut Count) -> Result<()> {
    let tools = tools::ensure(project, &[Need::Deny])?;
    let mut offline = run::program(project, "cargo-deny");
    offline.args(["check", "licenses", "bans", "sources"]);
    check(tools.add_to_path(&mut offline)?, count)?;

    let mut advisories = run::program(project, "cargo-deny");
    advisories.args(["check", "advisories"]);
    output::line(format_args!("$ {}", run::display(&advisories)));
    let output = tools.add_to_path(&mut advisories)?.output();
    let output = output.context("cannot run cargo-deny")?;
    match Advisories::of(&output) {
        Advisories::None => count.passed += 1,
        Advisories::Unchecked => {
            output::line(
                "Known vulnerabilities of dependencies: NOT CHECKED. The advisory database (github.com/RustSec/advisory-db) cannot be reached.",
            );
            count.skipped += 1;
        }
        Advisories::Some => {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            count.failed += 1;
        }
    }
    Ok(())
}

/// The advisories against the dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advisories {
    None,
    Some,
    Unchecked,
}

impl Advisories {
    fn of(output: &Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr);
        match output.status.success() {
            true => Self::None,
            false if UNREACHABLE.iter().any(|text| stderr.contains(text)) => Self::Unchecked,
            false => Self::Some,
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

    use super::*;

    #[test]
    fn an_unreachable_database_is_reported_as_not_checked() {
        let result = |code: i32, text: &str| {
            Advisories::of(&Output {
                status: ExitStatus::from_raw(code << 8),
                stdout: Vec::new(),
                stderr: text.as_bytes().to_vec(),
            })
        };
        assert_eq!(result(0, "advisories ok"), Advisories::None);
        assert_eq!(result(1, "error[vulnerability]: …"), Advisories::Some);
        let unreachable =
            "[ERROR] failed to fetch advisory database https://github.com/RustSec/advisory-db";
        assert_eq!(result(1, unreachable), Advisories::Unchecked);
        // Any other error is a failure: silence must not look like success.
        assert_eq!(result(101, ""), Advisories::Some);
    }
}
