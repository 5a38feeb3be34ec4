//! The readers, and what must hold of what they take.

mod config;
mod figures;
mod journal;
mod log;
mod url;
mod wire;

use crate::run::{Outcome, Reader};

/// All of them.
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

/// What was taken and holds, or does not.
fn judged(held: Result<(), String>) -> Outcome {
    match held {
        Ok(()) => Outcome::Accepted,
        Err(what) => Outcome::Wrong(what),
    }
}

/// Says so where two are not the same.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, one: &T, two: &T) -> Result<(), String> {
    if one == two {
        Ok(())
    } else {
        Err(format!("{what}: {one:?} became {two:?}"))
    }
}
