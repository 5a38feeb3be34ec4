//! What the log's plots draw: one's own balance over time, credits moved a day, profit by child. Figures stay exact;
//! only their places on the screen are rounded (`scale`).

pub mod scale;

use crate::log::entry::LogEntry;
use crate::units::{Amount, day_number, moment_ahead, sort, titles};
use crate::wire::logs::Kind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The most points of a [`BalanceHistory`].
pub const MOST_POINTS: usize = 600;
/// The most children of [`ClientProfits`] that have a bar of their own.
pub const MOST_BARS: usize = 20;
/// Each part of the time keeps four points at most.
const PARTS: i128 = MOST_POINTS as i128 / 4;

/// One's own balance over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BalanceHistory {
    /// In the order of time, [`MOST_POINTS`] at most. The first, the last, the least and the greatest are among them.
    pub points: Vec<Point>,
    /// How many rows it was made from.
    pub rows: usize,
    /// Rows other than changes of channels that do not say when, or what the balance was.
    pub left_out: usize,
    /// Minutes that the rows' zone is ahead of UTC, by the newest row.
    pub ahead: i64,
}

/// What the balance was after a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The row's key.
    pub id: i64,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Minutes that its zone was ahead of UTC then.
    pub ahead: i64,
    /// The balance.
    pub after: Amount,
}

/// Credits moved, by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DailyTotals {
    /// The days that have rows, the oldest first.
    pub days: Vec<Day>,
    /// Transfers and reverts that do not say their day or their credit.
    pub left_out: usize,
}

/// Credits moved on one day. Nothing where a sum cannot be held exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// In the rows' zone, `YYYY-MM-DD`.
    pub day: String,
    /// Days since 1970.
    pub number: i64,
    /// To children.
    pub transfer: Option<Amount>,
    /// Back from children: positive, too.
    pub revert: Option<Amount>,
}

/// Profit by child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientProfits {
    /// Children with the largest sums, gains and losses alike; [`MOST_BARS`] at most.
    pub bars: Vec<Profit>,
    /// All other children together.
    pub others: Option<Others>,
    /// Transfers and reverts that do not say their child or their profit.
    pub left_out: usize,
}

/// The profit of one child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profit {
    /// The child's id.
    pub id: i64,
    /// Its name in its newest row, or its number.
    pub title: String,
    /// Nothing where it cannot be held exactly.
    pub sum: Option<Amount>,
}

/// Children without a bar of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Others {
    /// How many.
    pub children: usize,
    /// Nothing where it cannot be held exactly.
    pub sum: Option<Amount>,
}

/// The rows that are kept and succeeded: what did not happen moved nothing.
fn happened<'a>(rows: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    kept.iter()
        .filter_map(|at| rows.get(usize::try_from(*at).ok()?))
        .filter(|entry| entry.succeeded())
}

/// Those of them that are transfers and reverts.
fn movements<'a>(rows: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    happened(rows, kept).filter(|entry| entry.moved())
}

/// Adds up, for as long as that is exact.
fn add(sum: &mut Option<Amount>, more: Option<Amount>) {
    *sum = sum.zip(more).and_then(|(sum, more)| sum.plus(more).ok());
}

/// One's own balance after each of the kept rows that says it.
pub fn balance_history(rows: &[LogEntry], kept: &[u32]) -> BalanceHistory {
    let mut balance_history = BalanceHistory::default();
    let mut newest = None;
    for entry in happened(rows, kept).filter(|entry| !entry.is_channels()) {
        let (Some(at), Some(after)) = (entry.at, entry.own_balance().1) else {
            balance_history.left_out += 1;
            continue;
        };
        let id = entry.id;
        let ahead = entry.written.as_deref().and_then(moment_ahead);
        let ahead = ahead.unwrap_or_default();
        balance_history.points.push(Point {
            id,
            at,
            ahead,
            after,
        });
        if newest.is_none_or(|known| known < (at, id)) {
            newest = Some((at, id));
            balance_history.ahead = ahead;
        }
    }
    balance_history.rows = balance_history.points.len();
    // Rows of one moment are in the order of their keys.
    sort::sort_by_key(&mut balance_history.points, |point| (point.at, point.id));
    balance_history.points = thinned(balance_history.points);
    balance_history
}

/// At most [`MOST_POINTS`] of the points, which are in order: of each part of the time the first, the last, the least
/// and the greatest.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return points;
    };
    if points.len() <= MOST_POINTS {
        return points;
    }
    let start = i128::from(first.at);
    let span = i128::from(last.at) - start + 1;
    let part = |point: &Point| (i128::from(point.at) - start) * PARTS / span;
    let mut thin = Vec::with_capacity(MOST_POINTS);
    for group in points.chunk_by(|one, two| part(one) == part(two)) {
        let least = (0..group.len()).min_by_key(|at| group[*at].after);
        let greatest = (0..group.len()).max_by_key(|at| group[*at].after);
        let mut of_group: Vec<usize> = [Some(0), least, greatest, Some(group.len() - 1)]
            .into_iter()
            .flatten()
            .collect();
        sort::sort_by_key(&mut of_group, |at| *at);
        of_group.dedup();
        thin.extend(of_group.into_iter().map(|at| group[at]));
    }
    thin
}

/// Credits moved by the kept rows, by day and kind.
pub fn moved(rows: &[LogEntry], kept: &[u32]) -> DailyTotals {
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    let mut left_out = 0;
    for entry in movements(rows, kept) {
        let day = entry.day().and_then(|day| Some((day, day_number(day)?)));
        let (Some((day, number)), Some(credit)) = (day, entry.credit_change()) else {
            left_out += 1;
            continue;
        };
        let held = days.entry(number).or_insert_with(|| Day {
            day: day.to_owned(),
            number,
            transfer: Some(Amount::ZERO),
            revert: Some(Amount::ZERO),
        });
        if entry.kind == Kind::Transfer {
            add(&mut held.transfer, Some(credit));
        } else {
            add(&mut held.revert, Amount::ZERO.minus(credit).ok());
        }
    }
    DailyTotals {
        days: days.into_values().collect(),
        left_out,
    }
}

/// What the kept rows earned, by child.
pub fn profits(rows: &[LogEntry], kept: &[u32]) -> ClientProfits {
    let mut children: HashMap<i64, (i64, Profit)> = HashMap::new();
    let mut left_out = 0;
    for entry in movements(rows, kept) {
        let (Some(child), Some(profit)) = (entry.child(), entry.profit()) else {
            left_out += 1;
            continue;
        };
        let (newest, held) = children.entry(child.id).or_insert_with(|| {
            let profit = Profit {
                id: child.id,
                title: child.title(),
                sum: Some(Amount::ZERO),
            };
            (entry.id, profit)
        });
        if entry.id > *newest {
            (*newest, held.title) = (entry.id, child.title());
        }
        add(&mut held.sum, Some(profit));
    }
    let mut bars: Vec<Profit> = children.into_values().map(|(_, profit)| profit).collect();
    let named = |bar: &Profit| (bar.id.to_string(), Some(bar.title.clone()));
    let named: Vec<_> = bars.iter().map(named).collect();
    for (bar, title) in bars.iter_mut().zip(titles(&named)) {
        bar.title = title;
    }
    // A sum that cannot be held is told of first, never among the others.
    sort::sort_by_key(&mut bars, |bar| (Reverse(size(bar.sum)), bar.id));
    let rest = bars.split_off(bars.len().min(MOST_BARS));
    let others = (!rest.is_empty()).then(|| {
        let mut sum = Some(Amount::ZERO);
        rest.iter().for_each(|bar| add(&mut sum, bar.sum));
        Others {
            children: rest.len(),
            sum,
        }
    });
    ClientProfits {
        bars,
        others,
        left_out,
    }
}

/// What a sum is sorted by: one that cannot be held is the largest.
fn size(sum: Option<Amount>) -> (bool, rust_decimal::Decimal) {
    (
        sum.is_none(),
        sum.map(|sum| sum.decimal().abs()).unwrap_or_default(),
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
