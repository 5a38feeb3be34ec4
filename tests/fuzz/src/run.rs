//! Runs one reader on many inputs and tallies the outcomes.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use fastrand::Rng;

/// The outcome of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The reader accepted it, and every check passed.
    Accepted,
    /// The reader rejected it.
    Rejected,
    /// The reader accepted it, but a check failed.
    Wrong(String),
}

/// A parser under test.
pub trait Reader {
    /// The name in the output.
    fn name(&self) -> &'static str;

    /// Generates an input.
    fn draw(&self, rng: &mut Rng) -> String;

    /// Returns an input of about this size, whose cost should grow linearly with the size.
    fn large(&self, bytes: usize) -> String;

    /// Parses an input, and checks the result.
    fn read(&self, text: &str) -> Outcome;
}

/// An input that made a reader fail.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its number; `u64::MAX` for a large input.
    pub number: u64,
    /// The input.
    pub text: String,
    /// The failure.
    pub what: String,
}

/// The outcomes of a reader's inputs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The reader's name.
    pub name: &'static str,
    /// The number of inputs.
    pub inputs: u64,
    /// Inputs that were accepted.
    pub accepted: u64,
    /// Inputs that were rejected.
    pub rejected: u64,
    /// Inputs that caused a panic.
    pub panics: u64,
    /// Inputs that were accepted although a check failed.
    pub wrong: u64,
    /// The first failures.
    pub findings: Vec<Finding>,
    /// The total time.
    pub elapsed: Duration,
    /// The longest time for one input.
    pub longest: Duration,
    /// The times for inputs of a quarter of a megabyte and of one megabyte.
    pub large: [Duration; 2],
}

impl Tally {
    /// Returns whether no input failed, and some were accepted and some rejected.
    pub fn is_good(&self) -> bool {
        self.panics == 0 && self.wrong == 0 && self.accepted > 0 && self.rejected > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<24} {:>10} {:>10} {:>10} {:>7} {:>6} {:>9.1} s {:>9.1} ms {:>9.1} {:>9.1} ms",
            self.name,
            self.inputs,
            self.accepted,
            self.rejected,
            self.panics,
            self.wrong,
            self.elapsed.as_secs_f64(),
            self.longest.as_secs_f64() * 1e3,
            self.large[0].as_secs_f64() * 1e3,
            self.large[1].as_secs_f64() * 1e3,
        )
    }
}

/// Returns the table's heading.
pub fn heading() -> String {
    format!(
        "{:<24} {:>10} {:>10} {:>10} {:>7} {:>6} {:>11} {:>12} {:>9} {:>12}",
        "reader",
        "inputs",
        "accepted",
        "rejected",
        "panics",
        "wrong",
        "time",
        "longest",
        "¼ MB",
        "1 MB"
    )
}

/// The longest time that a reader may take for a megabyte. A quadratic one would take hours.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);

const MAX_FINDINGS: usize = 3;

/// Runs a reader on `inputs` inputs, starting at number `from`. Each input depends only on the seed and its number.
pub fn run(reader: &dyn Reader, seed: u64, from: u64, inputs: u64) -> Tally {
    let mut tally = Tally {
        name: reader.name(),
        ..Tally::default()
    };
    let run_started = Instant::now();
    for number in from..from.saturating_add(inputs) {
        let text = reader.draw(&mut Rng::with_seed(
            seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ));
        let started = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| reader.read(&text)));
        tally.longest = tally.longest.max(started.elapsed());
        tally.inputs += 1;
        let what = match outcome {
            Ok(Outcome::Accepted) => {
                tally.accepted += 1;
                continue;
            }
            Ok(Outcome::Rejected) => {
                tally.rejected += 1;
                continue;
            }
            Ok(Outcome::Wrong(what)) => {
                tally.wrong += 1;
                what
            }
            Err(_) => {
                tally.panics += 1;
                "panicked".to_owned()
            }
        };
        if tally.findings.len() < MAX_FINDINGS {
            tally.findings.push(Finding { number, text, what });
        }
    }
    tally.elapsed = run_started.elapsed();
    for (elapsed, bytes) in tally.large.iter_mut().zip([1 << 18, 1 << 20]) {
        let text = reader.large(bytes);
        let started = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| reader.read(&text)));
        *elapsed = started.elapsed();
        let what = match outcome {
            Ok(Outcome::Wrong(what)) => what,
            Err(_) => "panicked".to_owned(),
            Ok(_) if *elapsed > TIME_LIMIT => "took too long".to_owned(),
            Ok(_) => continue,
        };
        tally.wrong += 1;
        tally.findings.push(Finding {
            number: u64::MAX,
            text: format!("{} bytes", text.len()),
            what,
        });
    }
    tally
}
