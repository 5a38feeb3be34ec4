//! Pure: checks whether the balances of each entry follow from the previous entry, which reveals money that moved
//! without an entry.

use crate::log::entry::{Balances, LogEntry};
use crate::units::{Amount, sort};
use std::collections::HashMap;

/// How one balance of an entry follows from the previous entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceStep {
    /// It follows.
    Follows,
    /// No earlier balance is known.
    First,
    /// It doesn't follow: there was a movement that the log doesn't explain.
    Broken {
        /// The balance it should have.
        expected: Amount,
        /// The balance it has.
        found: Amount,
    },
    /// The entry doesn't include this balance, or didn't move anything.
    Unknown,
}

/// How both balances of an entry follow from the previous entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowContinuity {
    /// The reseller's own balance.
    pub own: BalanceStep,
    /// The child's balance.
    pub child: BalanceStep,
}

impl RowContinuity {
    /// Whether either balance doesn't follow.
    pub fn is_broken(&self) -> bool {
        self.own.is_broken() || self.child.is_broken()
    }
}

impl BalanceStep {
    /// Whether it doesn't follow.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// The owner of a balance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Own,
    Child,
}

/// Returns how the balances of each entry follow. `entries` can be in any order; the results are in the same order.
/// Entries that didn't succeed are skipped: what their balances mean is undocumented, and if one did move something,
/// the next entry shows it.
pub fn continuity(entries: &[LogEntry]) -> Vec<RowContinuity> {
    let unknown = RowContinuity {
        own: BalanceStep::Unknown,
        child: BalanceStep::Unknown,
    };
    let mut results = vec![unknown; entries.len()];
    let mut own = None;
    let mut children: HashMap<i64, Option<Amount>> = HashMap::new();
    for (index, entry) in oldest_first(entries) {
        let Some(result) = results.get_mut(index).filter(|_| entry.succeeded()) else {
            continue;
        };
        result.own = step(
            &mut own,
            entry.own_balance(),
            entry.own_written(),
            Owner::Own,
        );
        if let Some(child) = entry.child() {
            let last = children.entry(child.id).or_default();
            let written = entry.credit_written();
            result.child = step(last, entry.child_balance(), written, Owner::Child);
        }
    }
    results
}

/// Returns the entries with their indices, oldest first, and by id at the same moment. An entry without a time gets the
/// time of the entry with the next lower id.
fn oldest_first(entries: &[LogEntry]) -> Vec<(usize, &LogEntry)> {
    let mut by_id: Vec<(usize, &LogEntry)> = entries.iter().enumerate().collect();
    sort::sort_by_key(&mut by_id, |(_, entry)| entry.id);
    let mut last = None;
    let mut dated = Vec::with_capacity(by_id.len());
    for (index, entry) in by_id {
        last = entry.at.or(last);
        dated.push((last, entry.id, index));
    }
    sort::sort_by_key(&mut dated, |entry| *entry);
    let entry = |(_, _, index)| Some((index, entries.get(index)?));
    dated.into_iter().filter_map(entry).collect()
}

/// Returns the step of an entry with these balances and the `written` change, given the `last` known balance, and
/// updates `last`.
fn step(
    last: &mut Option<Amount>,
    (before, after): Balances,
    written: Option<Amount>,
    owner: Owner,
) -> BalanceStep {
    let mut step = match (*last, before) {
        (_, None) => BalanceStep::Unknown,
        (None, Some(_)) => BalanceStep::First,
        // A child spends its credits on calls, which the log doesn't record, so a balance lower than before is fine. A
        // higher one isn't: no entry explains it.
        (Some(expected), Some(found)) if found < expected && owner == Owner::Child => {
            BalanceStep::Follows
        }
        (Some(expected), Some(found)) if found != expected => {
            BalanceStep::Broken { expected, found }
        }
        (Some(_), Some(_)) => BalanceStep::Follows,
    };
    let add_written = |from: Amount| from.plus(written?).ok();
    if let (Some(expected), Some(found)) = (before.and_then(add_written), after)
        && expected != found
        && !step.is_broken()
    {
        step = BalanceStep::Broken { expected, found };
    }
    // If the entry has no balance after, derive it from the amount.
    let base = before.or(*last);
    *last = after.or(base.and_then(add_written)).or(base);
    step
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
