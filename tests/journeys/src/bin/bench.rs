//! Runs a benchmark. `cargo xtask bench` builds what it needs and runs it.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use credit_desk_journeys::bench::{load, log};

/// Measures how long the built portal takes in a real Chromium, on the sandbox, and how that scales
///
/// Prints measurements and never fails on them. Nothing else should run on the machine at the same time.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Command {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// The credit log with many rows
    Log(log::Options),
    /// Opening the portal and turning the log's pages, compared with a hand-written page
    Load(load::Options),
}

fn main() -> ExitCode {
    match bench(&Command::parse().bench) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bench(bench: &Bench) -> Result<String> {
    Ok(match bench {
        Bench::Log(options) => log::run(options)?.to_string(),
        Bench::Load(options) => load::run(options)?.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Command::command().debug_assert();
    }

    #[test]
    fn sizes_are_separated_by_commas() {
        let sizes = |args: &[&str]| {
            let Bench::Log(options) = Command::parse_from(args).bench else {
                panic!("{args:?}")
            };
            (options.rows, options.runs)
        };
        assert_eq!(sizes(&["", "log"]), (vec![1_000, 10_000, 100_000], None));
        let args = ["", "log", "--rows", "500,2000", "--runs", "2"];
        assert_eq!(sizes(&args), (vec![500, 2000], Some(2)));
    }
}
