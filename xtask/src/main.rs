//! The project's commands: `cargo xtask --help` lists them.
//!
//! Each command makes sure that the tools it needs are there (and only those) and then does one job:
//!
//! | room | job |
//! |---|---|
//! | [`flags`] | what can be typed |
//! | [`tools`] | the pinned tools, the browser, and how they come onto a machine |
//! | [`dist`] | the portal's release build, ready to be served |
//! | [`hosting`] | the files for hosts |
//! | [`budget`] | what that build may weigh |
//! | [`start`] | the portal on the sandbox, for a person |
//! | [`sandbox`] | the sandbox server alone |
//! | [`test`] | every test, ring by ring |
//! | [`dependencies`] | what cargo has compiled of them, kept for other clones |
//! | [`journeys`] | what a program that drives the built portal needs |
//! | [`storm`] | many movements while everything fails |
//! | [`bench`] | how long things take |
//! | [`fuzz`] | hostile texts for whatever reads one |

mod bench;
mod budget;
mod dependencies;
mod dist;
mod flags;
mod fuzz;
mod hosting;
mod journeys;
mod lockfile;
mod project;
mod run;
mod sandbox;
mod say;
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
        Command::Sandbox(flags) => sandbox::command(&project, &flags),
        Command::Test(flags) => test::test(&project, &flags),
        Command::Storm(flags) => storm::command(&project, &flags),
        Command::Bench(flags) => bench::command(&project, &flags),
        Command::Fuzz(flags) => fuzz::command(&project, &flags),
        Command::Tools(flags) => tools::command(&project, &flags),
    }
}
