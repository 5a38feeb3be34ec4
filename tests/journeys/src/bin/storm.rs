//! Runs the storm. `cargo xtask storm` builds what it needs and runs it.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use credit_desk_journeys::storm::{self, Options, Setting};

/// Many movements by simulated users in real browsers, while everything around them fails
///
/// Afterward the ledger is compared with what users were shown. Exits with 1 if anything was applied twice, shown
/// wrong, or left unresolved.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask storm", bin_name = "cargo xtask storm")]
struct Command {
    /// What the reseller API does with idempotency keys; the portal is configured to match
    #[arg(long, value_enum, default_value = "both")]
    setting: Settings,

    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Settings {
    /// Requests with the same key and body get the first response again
    Replay,
    /// Keys are ignored, as the vendor documents
    Ignore,
    /// One after the other
    Both,
}

fn main() -> ExitCode {
    let command = Command::parse();
    match storm(&command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn storm(command: &Command) -> Result<bool> {
    let options = &command.options;
    let settings: &[Setting] = match command.setting {
        Settings::Replay => &[Setting::Replay],
        Settings::Ignore => &[Setting::Ignore],
        Settings::Both => &[Setting::Replay, Setting::Ignore],
    };
    println!("The seed is {}.", options.seed);
    let mut is_clean = true;
    for setting in settings {
        let report = storm::run(options, *setting)?;
        println!("{report}");
        is_clean &= report.is_clean();
    }
    Ok(is_clean)
}
