//! The readers, and the checks on the input they accept.

mod config;
mod figures;
mod journal;
mod log;
mod url;
mod wire;

use crate::run::{Outcome, Reader};

/// Returns every reader.
pub fn all() -> Vec<Box<dyn Reader>> {
    let mut all = wire::all();
    all.extend(log::all());
    all.push(Box::new(config::Config));
    all.push(Box::new(journal::Journal::new()));
    all.push(Box::new(url::Log));
    all.push(Box::new(url::Wallet));
    all.extend(figures::all());
    all
}

/// Returns the outcome of accepted input, given the result of its checks.
fn outcome_of(checks: Result<(), String>) -> Outcome {
    match checks {
        Ok(()) => Outcome::Accepted,
        Err(what) => Outcome::Wrong(what),
    }
}

/// Fails unless both values are the same.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, a: &T, b: &T) -> Result<(), String> {
    if a == b {
        Ok(())
    } else {
        Err(format!("{what}: {a:?} became {b:?}"))
    }
}
