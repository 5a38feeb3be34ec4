//! What is built on: licences, sources, duplicates, and faults that are known of it. `.deny.toml` says what may be.

use std::process::Output;

use anyhow::{Context as _, Result};

use super::{count::Count, rings::check};
use crate::{
    project::Project,
    run, say,
    tools::{self, Need},
};

/// What cargo-deny says where the network is in the way.
const UNREACHED: [&str; 2] = [
    "failed to fetch advisory database",
    "failed to acquire advisory database lock",
];

/// Runs what needs no network, then what does.
pub fn run(project: &Project, count: &mut Count) -> Result<()> {
    let tools = tools::ensure(project, &[Need::Deny])?;
    let mut known = run::program(project, "cargo-deny");
    known.args(["check", "licenses", "bans", "sources"]);
    check(tools.lend(&mut known)?, count)?;

    let mut faults = run::program(project, "cargo-deny");
    faults.args(["check", "advisories"]);
    say::line(format_args!("$ {}", run::typed(&faults)));
    let output = tools.lend(&mut faults)?.output();
    let output = output.context("cannot run cargo-deny")?;
    match Faults::of(&output) {
        Faults::None => count.passed += 1,
        Faults::Unchecked => {
            say::line(
                "Known faults of dependencies: NOT CHECKED. Their list (github.com/RustSec/advisory-db) cannot be reached from here.",
            );
            count.skipped += 1;
        }
        Faults::Some => {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            count.failed += 1;
        }
    }
    Ok(())
}

/// What is known against the dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Faults {
    None,
    Some,
    Unchecked,
}

impl Faults {
    fn of(output: &Output) -> Self {
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.success() {
            true => Self::None,
            false if UNREACHED.iter().any(|words| said.contains(words)) => Self::Unchecked,
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
    fn what_could_not_be_fetched_was_not_checked() {
        let said = |code: i32, text: &str| {
            Faults::of(&Output {
                status: ExitStatus::from_raw(code << 8),
                stdout: Vec::new(),
                stderr: text.as_bytes().to_vec(),
            })
        };
        assert_eq!(said(0, "advisories ok"), Faults::None);
        assert_eq!(said(1, "error[vulnerability]: …"), Faults::Some);
        let unreached =
            "[ERROR] failed to fetch advisory database https://github.com/RustSec/advisory-db";
        assert_eq!(said(1, unreached), Faults::Unchecked);
        // Whatever else goes wrong is a failure: silence must not look like success.
        assert_eq!(said(101, ""), Faults::Some);
    }
}
