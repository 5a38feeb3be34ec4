//! The project's commands: `cargo xtask --help` lists them.
//!
//! Each command makes sure that the tools it needs (and only those) are installed, and then does one job:
//!
//! | module | job |
//! |---|---|
//! | [`flags`] | the command-line flags |
//! | [`tools`] | the pinned tools, the browsers, and how they are installed |
//! | [`dist`] | the portal's release build, ready to be served |
//! | [`hosting`] | the files for hosts |
//! | [`budget`] | the size budgets of that build |
//! | [`start`] | the portal on the sandbox, to try out |
//! | [`sandbox`] | the sandbox server alone |
//! | [`test`] | every test, suite by suite |
//! | [`dependencies`] | cargo's build artifacts of dependencies, shared between clones |
//! | [`journeys`] | what a program that drives the built portal needs |
//! | [`storm`] | many movements while everything fails |
//! | [`bench`] | how long things take |
//! | [`fuzz`] | hostile input for every parser |
//! | [`output`] | messages on the terminal |
//! | [`project`] | paths in the checkout |
//! | [`lockfile`] | versions from Cargo.lock |
//! | [`run`] | running other programs |

mod bench;
mod budget;
mod dependencies;
mod dist;
mod flags;
mod fuzz;
mod hosting;
mod journeys;
mod lockfile;
mod output;
mod project;
mod run;
mod sandbox;
mod start;
mod storm;
mod test;
mod tools;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    flags::{Command, Flags},
    project::Project,
};

fn main() -> ExitCode {
    match dispatch(Flags::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(flags: Flags) -> anyhow::Result<ExitCode> {
    let project = Project::find()?;
    match flags.command {
        Command::Start(flags) => start::start(&project, &flags),
        Command::Build(flags) => dist::command(&project, &flags),
        Command::Hosting(flags) => hosting::command(&project, &flags),
        Command::Site => dist::site::command(&project),
        Command::Sandbox(flags) => sandbox::command(&project, &flags),
        Command::Test(flags) => test::test(&project, &flags),
        Command::Storm(flags) => storm::command(&project, &flags),
        Command::Bench(flags) => bench::command(&project, &flags),
        Command::Fuzz(flags) => fuzz::command(&project, &flags),
        Command::Tools(flags) => tools::command(&project, &flags),
    }
}
