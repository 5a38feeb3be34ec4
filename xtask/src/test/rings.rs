//! What each ring runs.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use super::{count::Count, deny};
use crate::{
    dist,
    flags::Ring,
    project::Project,
    run, say,
    tools::{self, Browser, Need},
};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs a ring and counts. An error is about the ring as a whole: a test program that crashed, a build that failed.
pub fn run(project: &Project, ring: Ring, count: &mut Count) -> Result<()> {
    match ring {
        Ring::Fmt => fmt(project, count),
        Ring::Clippy => clippy(project, count),
        Ring::Deny => deny::run(project, count),
        Ring::Native => native(project, count),
        Ring::Browser => browser(project, count),
        Ring::Build => build(project, count),
        // Not one count but one for each engine: see `super::journeys`.
        Ring::Journeys => Ok(()),
    }
}

fn fmt(project: &Project, count: &mut Count) -> Result<()> {
    tools::ensure(project, &[Need::Lints])?;
    check(&mut run::cargo(project, "fmt", ["--all", "--check"]), count)
}

fn clippy(project: &Project, count: &mut Count) -> Result<()> {
    tools::ensure(project, &[Need::Lints, Need::Wasm])?;
    let strict = ["--", "-D", "warnings"];
    check(
        run::cargo(project, "clippy", ["--workspace", "--all-targets"]).args(strict),
        count,
    )?;
    // Most of the portal exists only where there is a browser.
    check(
        run::cargo(
            project,
            "clippy",
            [
                "--package",
                "credit-desk",
                "--target",
                WASM,
                "--all-targets",
            ],
        )
        .args(strict),
        count,
    )
}

/// One package at a time: together they would share each other's features, and be built otherwise than they run.
fn native(project: &Project, count: &mut Count) -> Result<()> {
    let all = [
        &["credit-desk", "--lib"][..],
        &["credit-desk-hosting"],
        &["credit-desk-fuzz"],
        &["credit-desk-sandbox"],
        &["credit-desk-journeys", "--lib"],
        &["xtask"],
    ];
    let mut failures = Vec::new();
    for package in all {
        let mut cargo = run::cargo(project, "test", ["--no-fail-fast", "--package"]);
        if let Err(error) = tests(cargo.args(package), count) {
            failures.push(error.to_string());
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        bail!("{}", failures.join("; "))
    }
}

fn browser(project: &Project, count: &mut Count) -> Result<()> {
    let tools = tools::ensure(project, &[Need::BrowserTests])?;
    let browser = tools::browser(project)?;
    let mut pack = run::program(project, "wasm-pack");
    pack.args([
        "test",
        "--headless",
        "--chrome",
        "--mode",
        "no-install",
        "--chromedriver",
    ])
    .arg(&browser.driver)
    .args(["--", "--locked"]);
    pack.env(
        "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
        webdriver_settings(project, &browser)?,
    );
    // Its own 20 seconds are for all tests of a program, on whatever machine this is.
    pack.env("WASM_BINDGEN_TEST_TIMEOUT", "1200")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "20");
    // A driver that is killed at a file's end leaves 37 MB in it.
    let temporary = run::temporary_folder()?;
    pack.env("TMPDIR", temporary.path());
    tests(tools.lend(&mut pack)?, count)
}

/// Which browser the driver starts, and with which arguments.
fn webdriver_settings(project: &Project, browser: &Browser) -> Result<PathBuf> {
    let options = serde_json::json!({
        "goog:chromeOptions": { "binary": browser.chromium, "args": Browser::arguments() }
    });
    let file = project.notes()?.join("webdriver.json");
    fs::write(&file, options.to_string())
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn build(project: &Project, count: &mut Count) -> Result<()> {
    dist::ensure(project)?;
    count.passed += 1;
    dist::budget(project)?;
    count.passed += 1;
    Ok(())
}

/// A command that is one test in itself: it succeeds or not.
pub fn check(command: &mut Command, count: &mut Count) -> Result<()> {
    say::line(format_args!("$ {}", run::typed(command)));
    if command
        .status()
        .with_context(|| format!("cannot run `{}`", run::typed(command)))?
        .success()
    {
        count.passed += 1;
    } else {
        count.failed += 1;
    }
    Ok(())
}

/// A command that runs test programs and prints their summaries.
fn tests(command: &mut Command, count: &mut Count) -> Result<()> {
    say::line(format_args!("$ {}", run::typed(command)));
    let before = count.failed;
    let status = run::watched(command, |line| count.add_line(line))?;
    // Failures that were counted speak for themselves; a program that did not even get to its summary does not.
    if !status.success() && count.failed == before {
        bail!(
            "`{}` failed ({status}) without saying which test",
            run::typed(command)
        );
    }
    Ok(())
}
