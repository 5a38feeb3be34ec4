//! What each suite runs.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use super::{count::Count, deny};
use crate::{
    dist,
    flags::Suite,
    output,
    project::Project,
    run,
    tools::{self, Browser, Need},
};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs a suite and counts its tests. An error concerns the suite as a whole: a test program that crashed, or a build
/// that failed.
pub fn run(project: &Project, suite: Suite, count: &mut Count) -> Result<()> {
    match suite {
        Suite::Fmt => fmt(project, count),
        Suite::Clippy => clippy(project, count),
        Suite::Deny => deny::run(project, count),
        Suite::Native => native(project, count),
        Suite::Browser => browser(project, count),
        Suite::Build => build(project, count),
        // Counted per engine; see `super::journeys`.
        Suite::Journeys => Ok(()),
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
    // Most of the portal is compiled only for the browser.
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

/// Tests one package at a time: cargo would unify the features of several, and so build them differently from how they
/// run.
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
    // The runner's default limit of 20 seconds applies to all tests of a program together, which can take longer.
    pack.env("WASM_BINDGEN_TEST_TIMEOUT", "1200")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "20");
    // Removed afterwards, because a killed driver leaves 37 MB of temporary files behind.
    let temporary = run::temporary_folder()?;
    pack.env("TMPDIR", temporary.path());
    tests(tools.add_to_path(&mut pack)?, count)
}

/// Writes the settings for the driver: which browser it starts, and with which arguments.
fn webdriver_settings(project: &Project, browser: &Browser) -> Result<PathBuf> {
    let options = serde_json::json!({
        "goog:chromeOptions": { "binary": browser.chromium, "args": Browser::arguments() }
    });
    let file = project.state_dir()?.join("webdriver.json");
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

/// Runs a command that counts as one test: it passes if the command succeeds.
pub fn check(command: &mut Command, count: &mut Count) -> Result<()> {
    output::line(format_args!("$ {}", run::display(command)));
    if command
        .status()
        .with_context(|| format!("cannot run `{}`", run::display(command)))?
        .success()
    {
        count.passed += 1;
    } else {
        count.failed += 1;
    }
    Ok(())
}

/// Runs a command that runs test programs and prints their summaries.
fn tests(command: &mut Command, count: &mut Count) -> Result<()> {
    output::line(format_args!("$ {}", run::display(command)));
    let before = count.failed;
    let status = run::run_tee(command, |line| count.add_line(line))?;
    // A failed test was counted above; a program that failed before its summary is an error.
    if !status.success() && count.failed == before {
        bail!(
            "`{}` failed ({status}) without reporting a failed test",
            run::display(command)
        );
    }
    Ok(())
}
