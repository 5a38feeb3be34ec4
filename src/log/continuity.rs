//! Whether the balances of each row follow from the row before: money that came or went without a row is seen here.

use crate::log::entry::{Balances, LogEntry};
use crate::units::{Amount, sort};
use std::collections::HashMap;

/// How one balance of a row follows from the rows before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceStep {
    /// It does.
    Follows,
    /// Nothing is known of it before this row.
    First,
    /// It does not: a movement that the log does not explain.
    Broken {
        /// What should stand there.
        expected: Amount,
        /// What the row says.
        found: Amount,
    },
    /// The row says no such balance, or nothing moved by it.
    Unknown,
}

/// How both balances of a row follow from the rows before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowContinuity {
    /// One's own.
    pub own: BalanceStep,
    /// The child's.
    pub child: BalanceStep,
}

impl RowContinuity {
    /// Whether one of them does not follow.
    pub fn is_broken(&self) -> bool {
        self.own.is_broken() || self.child.is_broken()
    }
}

impl BalanceStep {
    /// Whether it does not follow.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// Whose balance it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Own,
    Child,
}

/// How the balances of each of `entries` follow, in the order in which the entries are given, which may be any. Rows
/// that did not succeed are passed over: nobody says what their balances mean, and if one did move something, the next
/// row shows it.
pub fn continuity(entries: &[LogEntry]) -> Vec<RowContinuity> {
    let unknown = RowContinuity {
        own: BalanceStep::Unknown,
        child: BalanceStep::Unknown,
    };
    let mut links = vec![unknown; entries.len()];
    let mut own = None;
    let mut children: HashMap<i64, Option<Amount>> = HashMap::new();
    for (at, entry) in oldest_first(entries) {
        let Some(link) = links.get_mut(at).filter(|_| entry.succeeded()) else {
            continue;
        };
        link.own = step(
            &mut own,
            entry.own_balance(),
            entry.own_written(),
            Holder::Own,
        );
        if let Some(child) = entry.child() {
            let last = children.entry(child.id).or_default();
            let written = entry.credit_written();
            link.child = step(last, entry.child_balance(), written, Holder::Child);
        }
    }
    links
}

/// The entries with their places, oldest first and those of one moment by their id. One without a moment is taken to
/// be made at that of the next lower id.
fn oldest_first(entries: &[LogEntry]) -> Vec<(usize, &LogEntry)> {
    let mut rows: Vec<(usize, &LogEntry)> = entries.iter().enumerate().collect();
    sort::sort_by_key(&mut rows, |(_, entry)| entry.id);
    let mut last = None;
    let mut dated = Vec::with_capacity(rows.len());
    for (at, entry) in rows {
        last = entry.at.or(last);
        dated.push((last, entry.id, at));
    }
    sort::sort_by_key(&mut dated, |row| *row);
    let row = |(_, _, at)| Some((at, entries.get(at)?));
    dated.into_iter().filter_map(row).collect()
}

/// The link of a row with these balances and the `written` change, after a row that left `last`. Takes `last` on.
fn step(
    last: &mut Option<Amount>,
    (before, after): Balances,
    written: Option<Amount>,
    holder: Holder,
) -> BalanceStep {
    let mut link = match (*last, before) {
        (_, None) => BalanceStep::Unknown,
        (None, Some(_)) => BalanceStep::First,
        // A child spends its credits on calls, of which the log holds no row, so less than was left is nothing amiss.
        // More is: no row says where it came from.
        (Some(expected), Some(found)) if found < expected && holder == Holder::Child => {
            BalanceStep::Follows
        }
        (Some(expected), Some(found)) if found != expected => {
            BalanceStep::Broken { expected, found }
        }
        (Some(_), Some(_)) => BalanceStep::Follows,
    };
    let sum = |from: Amount| from.plus(written?).ok();
    if let (Some(expected), Some(found)) = (before.and_then(sum), after)
        && expected != found
        && !link.is_broken()
    {
        link = BalanceStep::Broken { expected, found };
    }
    // Where the row does not say what it left, its amount tells it.
    let base = before.or(*last);
    *last = after.or(base.and_then(sum)).or(base);
    link
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
