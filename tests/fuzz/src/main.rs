//! `cargo xtask fuzz` builds this with optimization and runs it.

use std::process::ExitCode;

use clap::Parser;
use credit_desk_fuzz::{
    readers,
    run::{TIME_LIMIT, heading, run},
};

/// Fuzz everything in the portal that parses text: service responses, configuration, journal, URL
///
/// Fails if a reader panics, if accepted input breaks a promise, or if a megabyte takes too long.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Command {
    /// Inputs per reader
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    inputs: u64,

    /// The seed of the inputs: the same seed generates the same inputs
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Run only the readers whose name contains this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,

    /// The number of the first input, as printed with a finding
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
    // Panics are counted, and reported together with their input.
    std::panic::set_hook(Box::new(|_| {}));
    println!(
        "seed {seed}; a megabyte may take {} s\n{}",
        TIME_LIMIT.as_secs(),
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
        // A short run may lack accepted or rejected inputs.
        is_good &= tally.is_good() || (inputs < 1000 && tally.findings.is_empty());
        for finding in &tally.findings {
            let text: String = finding.text.chars().take(2000).collect();
            println!("  input {}: {}\n    {text:?}", finding.number, finding.what);
        }
    }
    if is_good && count > 0 {
        ExitCode::SUCCESS
    } else {
        println!("failed");
        ExitCode::FAILURE
    }
}
