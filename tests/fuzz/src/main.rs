//! `cargo xtask fuzz` builds this with optimisation and runs it.

use std::process::ExitCode;

use clap::Parser;
use credit_desk_fuzz::{
    readers,
    run::{PATIENCE, heading, run},
};

/// Hostile inputs for everything in the portal that reads a text: wire, configuration, journal, URL
///
/// Fails where a reader panics, where something that it took does not hold, or where a megabyte takes it too long.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Command {
    /// Inputs for each reader
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    inputs: u64,

    /// What they are drawn from: the same seed draws the same
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Only readers with this in their name
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,

    /// The number of the first input, as a finding names it
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
}

fn main() -> ExitCode {
    let Command {
        inputs,
        seed,
        only,
        from,
    } = Command::parse();
    // A panic is counted, and told with its input.
    std::panic::set_hook(Box::new(|_| {}));
    println!(
        "seed {seed}; a megabyte may take {} s\n{}",
        PATIENCE.as_secs(),
        heading()
    );
    let mut is_good = true;
    let mut count = 0;
    for reader in readers::all() {
        if !reader.name().contains(&only) {
            continue;
        }
        count += 1;
        let tally = run(&*reader, seed, from, inputs);
        println!("{tally}");
        // One input alone need be neither.
        is_good &= tally.is_good() || (inputs < 1000 && tally.findings.is_empty());
        for finding in &tally.findings {
            let text: String = finding.text.chars().take(2000).collect();
            println!("  input {}: {}\n    {text:?}", finding.at, finding.what);
        }
    }
    if is_good && count > 0 {
        ExitCode::SUCCESS
    } else {
        println!("not good");
        ExitCode::FAILURE
    }
}
