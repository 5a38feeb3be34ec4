//! Prepares what a program that drives the built portal in a browser needs.

use std::{
    env,
    process::{Command, ExitCode},
};

use anyhow::{Result, anyhow};
use clap::ValueEnum as _;

use crate::{
    dist,
    flags::Engine,
    project::Project,
    run, sandbox,
    tools::{self, Need},
};

/// Builds a program of tests/journeys and replaces this process with it, passing these flags.
pub fn program(project: &Project, name: &str, flags: &[String]) -> Result<ExitCode> {
    run::run(&mut run::cargo(
        project,
        "build",
        ["--package", "credit-desk-journeys", "--bin", name],
    ))?;
    let mut program = run::program(project, project.program(name));
    program.args(flags);
    // Showing the help doesn't require a built portal.
    let help = ["--help", "-h"];
    if !flags.iter().any(|flag| help.contains(&flag.as_str())) {
        prepare(project, &mut program, &[engine_from_env()?])?;
    }
    run::exec(&mut program)
}

/// Makes sure that the browsers of these engines, nginx, axe-core, portal and sandbox exist, and passes their paths to
/// `command`.
pub fn prepare(project: &Project, command: &mut Command, engines: &[Engine]) -> Result<()> {
    dist::ensure(project)?;
    sandbox::build(project)?;
    set_env(project, command, engines)
}

/// Does the same without building portal and sandbox.
pub fn set_env(project: &Project, command: &mut Command, engines: &[Engine]) -> Result<()> {
    let firefox = engines.contains(&Engine::Firefox).then_some(Need::Firefox);
    let needs: Vec<_> = [Need::Journeys].into_iter().chain(firefox).collect();
    let tools = tools::ensure(project, &needs)?;
    let nginx = tools::nginx(project)?;
    command
        .env("CREDIT_DESK_SANDBOX", project.sandbox())
        .env("CREDIT_DESK_DIST", project.dist())
        .env("CREDIT_DESK_AXE", tools.file("axe.min.js")?)
        .env("CREDIT_DESK_NGINX", nginx.program)
        .env(
            "CREDIT_DESK_NGINX_HEADERS_MORE",
            nginx.headers_more.unwrap_or_default(),
        );
    for engine in engines {
        match engine {
            Engine::Chromium => {
                let browser = tools::browser(project)?;
                // Only the Chromium run tests single sign-on.
                let apache = tools::apache(project)?;
                command
                    .env("CREDIT_DESK_APACHE", apache.program)
                    .env("CREDIT_DESK_APACHE_MODULES", apache.modules)
                    .env(
                        "CREDIT_DESK_OIDC_PROVIDER",
                        tools.file("oidc-provider/lib/index.js")?,
                    )
                    .env("CREDIT_DESK_CHROMIUM", &browser.chromium)
                    .env("CREDIT_DESK_CHROMEDRIVER", &browser.driver);
            }
            Engine::Firefox => {
                command
                    .env("CREDIT_DESK_FIREFOX", tools::firefox(project)?)
                    .env("CREDIT_DESK_GECKODRIVER", tools.program("geckodriver")?);
            }
            Engine::Webkit => {
                let webkit = tools::webkit(project)?;
                command
                    .env("CREDIT_DESK_WEBKITWEBDRIVER", webkit.driver)
                    .env("CREDIT_DESK_XVFB", webkit.xvfb)
                    .env("CREDIT_DESK_PYTHON", webkit.python);
            }
        }
    }
    // Failures say where they happened; a backtrace through the async runtime would only hide it.
    command.env("RUST_BACKTRACE", "0");
    Ok(())
}

/// Returns the engine that the journeys' programs run in, from the variable that they read too.
fn engine_from_env() -> Result<Engine> {
    const VARIABLE: &str = "CREDIT_DESK_ENGINE";
    let name = env::var(VARIABLE).unwrap_or_default();
    if name.is_empty() {
        return Ok(Engine::Chromium);
    }
    Engine::from_str(&name, false).map_err(|error| anyhow!("{VARIABLE}: {error}"))
}
