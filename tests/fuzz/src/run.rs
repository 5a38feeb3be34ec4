//! One reader, many inputs, and what came of them.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use fastrand::Rng;

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken, and everything held that must.
    Accepted,
    /// It was not taken.
    Refused,
    /// It was taken, and this did not hold.
    Wrong(String),
}

/// Something that reads texts.
pub trait Reader {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Draws an input.
    fn draw(&self, rng: &mut Rng) -> String;

    /// An input of about so many bytes: it should cost as much more as it is longer.
    fn large(&self, bytes: usize) -> String;

    /// Reads one, and looks at what was read.
    fn read(&self, text: &str) -> Outcome;
}

/// An input that a reader did not stand up to.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its number.
    pub at: u64,
    /// The input.
    pub text: String,
    /// What happened.
    pub what: String,
}

/// What came of a reader's inputs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The reader.
    pub name: &'static str,
    /// Inputs that it was given.
    pub inputs: u64,
    /// Those it took.
    pub accepted: u64,
    /// Those it did not take.
    pub refused: u64,
    /// Those that made it panic.
    pub panics: u64,
    /// Those it took though something did not hold.
    pub wrong: u64,
    /// The first of those.
    pub findings: Vec<Finding>,
    /// How long all took.
    pub took: Duration,
    /// How long the longest took.
    pub longest: Duration,
    /// How long one of a quarter of a megabyte took, and one of a whole.
    pub large: [Duration; 2],
}

impl Tally {
    /// Whether the reader stood up to all of them.
    pub fn is_good(&self) -> bool {
        self.panics == 0 && self.wrong == 0 && self.accepted > 0 && self.refused > 0
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
            self.refused,
            self.panics,
            self.wrong,
            self.took.as_secs_f64(),
            self.longest.as_secs_f64() * 1e3,
            self.large[0].as_secs_f64() * 1e3,
            self.large[1].as_secs_f64() * 1e3,
        )
    }
}

/// The heading above tallies.
pub fn heading() -> String {
    format!(
        "{:<24} {:>10} {:>10} {:>10} {:>7} {:>6} {:>11} {:>12} {:>9} {:>12}",
        "reader",
        "inputs",
        "accepted",
        "refused",
        "panics",
        "wrong",
        "time",
        "longest",
        "¼ MB",
        "1 MB"
    )
}

/// The longest a reader may take for a megabyte. One that looks at every byte once for every other takes hours.
pub const PATIENCE: Duration = Duration::from_secs(5);

const KEPT: usize = 3;

/// Gives a reader the inputs from the one of this number on. Each is drawn from the seed and its own number alone.
pub fn run(reader: &dyn Reader, seed: u64, from: u64, inputs: u64) -> Tally {
    let mut tally = Tally {
        name: reader.name(),
        ..Tally::default()
    };
    let begun = Instant::now();
    for at in from..from.saturating_add(inputs) {
        let text = reader.draw(&mut Rng::with_seed(
            seed ^ at.wrapping_mul(0x9e37_79b9_7f4a_7c15),
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
            Ok(Outcome::Refused) => {
                tally.refused += 1;
                continue;
            }
            Ok(Outcome::Wrong(what)) => {
                tally.wrong += 1;
                what
            }
            Err(_) => {
                tally.panics += 1;
                "it panics".to_owned()
            }
        };
        if tally.findings.len() < KEPT {
            tally.findings.push(Finding { at, text, what });
        }
    }
    tally.took = begun.elapsed();
    for (took, bytes) in tally.large.iter_mut().zip([1 << 18, 1 << 20]) {
        let text = reader.large(bytes);
        let started = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| reader.read(&text)));
        *took = started.elapsed();
        let what = match outcome {
            Ok(Outcome::Wrong(what)) => what,
            Err(_) => "it panics".to_owned(),
            Ok(_) if *took > PATIENCE => "it takes too long".to_owned(),
            Ok(_) => continue,
        };
        tally.wrong += 1;
        tally.findings.push(Finding {
            at: u64::MAX,
            text: format!("{} bytes", text.len()),
            what,
        });
    }
    tally
}
