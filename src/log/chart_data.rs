//! Pure: the data of the log's charts: the reseller's balance over time, credits moved per day, and profit by child.
//! Values stay exact; only screen positions are rounded (`scale`).

pub mod scale;

use crate::log::entry::LogEntry;
use crate::units::{Amount, day_number, sort, titles, utc_offset};
use crate::wire::logs::Kind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The maximum number of points in a [`BalanceHistory`].
pub const MAX_POINTS: usize = 600;
/// The maximum number of children with their own bar in [`ClientProfits`].
pub const MAX_BARS: usize = 20;
/// The number of time slices; each keeps at most four points.
const TIME_SLICES: i128 = MAX_POINTS as i128 / 4;

/// The reseller's own balance over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BalanceHistory {
    /// In chronological order, at most [`MAX_POINTS`]. Includes the first, last, lowest and highest points.
    pub points: Vec<Point>,
    /// The number of entries it was built from.
    pub rows: usize,
    /// Entries, other than changes of channels, without a time or a balance.
    pub left_out: usize,
    /// How many minutes the zone of the newest entry is ahead of UTC.
    pub offset: i64,
}

/// The balance after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The id of the entry.
    pub id: i64,
    /// When it was made, in milliseconds since 1970 UTC.
    pub at: i64,
    /// How many minutes its zone was ahead of UTC at that time.
    pub offset: i64,
    /// The balance.
    pub after: Amount,
}

/// Credits moved, by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DailyTotals {
    /// The days that have entries, oldest first.
    pub days: Vec<Day>,
    /// Transfers and reverts without a day or a credit.
    pub left_out: usize,
}

/// Credits moved on one day. A sum is `None` if it can't be represented exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day, `YYYY-MM-DD`, in the entries' zone.
    pub day: String,
    /// Days since 1970.
    pub number: i64,
    /// Moved to children.
    pub transfer: Option<Amount>,
    /// Taken back from children, as a positive amount.
    pub revert: Option<Amount>,
}

/// Profit by child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientProfits {
    /// The children with the largest sums, gains and losses alike; at most [`MAX_BARS`].
    pub bars: Vec<Profit>,
    /// The total of all other children.
    pub others: Option<Others>,
    /// Transfers and reverts without a child or a profit.
    pub left_out: usize,
}

/// The profit of one child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profit {
    /// The child's id.
    pub id: i64,
    /// Its name in its newest entry, or its id; with the id added if the name is ambiguous.
    pub title: String,
    /// The sum; `None` if it can't be represented exactly.
    pub sum: Option<Amount>,
}

/// The children without their own bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Others {
    /// How many.
    pub children: usize,
    /// The sum; `None` if it can't be represented exactly.
    pub sum: Option<Amount>,
}

/// Returns the entries at the indices `kept` that succeeded: the others moved nothing.
fn succeeded<'a>(rows: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    kept.iter()
        .filter_map(|at| rows.get(usize::try_from(*at).ok()?))
        .filter(|entry| entry.succeeded())
}

/// Like [`succeeded`], but only transfers and reverts.
fn movements<'a>(rows: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    succeeded(rows, kept).filter(|entry| entry.moved())
}

/// Adds `amount` to a sum. The sum becomes `None` once it can't be represented exactly.
fn add(sum: &mut Option<Amount>, amount: Option<Amount>) {
    *sum = sum
        .zip(amount)
        .and_then(|(sum, amount)| sum.plus(amount).ok());
}

/// Returns the reseller's own balance after each of the kept entries that has one.
pub fn balance_history(rows: &[LogEntry], kept: &[u32]) -> BalanceHistory {
    let mut balance_history = BalanceHistory::default();
    let mut newest = None;
    for entry in succeeded(rows, kept).filter(|entry| !entry.is_channels()) {
        let (Some(at), Some(after)) = (entry.at, entry.own_balance().1) else {
            balance_history.left_out += 1;
            continue;
        };
        let id = entry.id;
        let offset = entry.written.as_deref().and_then(utc_offset);
        let offset = offset.unwrap_or_default();
        balance_history.points.push(Point {
            id,
            at,
            offset,
            after,
        });
        if newest.is_none_or(|known| known < (at, id)) {
            newest = Some((at, id));
            balance_history.offset = offset;
        }
    }
    balance_history.rows = balance_history.points.len();
    // Entries at the same moment are in the order of their ids.
    sort::sort_by_key(&mut balance_history.points, |point| (point.at, point.id));
    balance_history.points = thinned(balance_history.points);
    balance_history
}

/// Reduces the sorted points to at most [`MAX_POINTS`]: the first, last, lowest and highest of each time slice.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return points;
    };
    if points.len() <= MAX_POINTS {
        return points;
    }
    let start = i128::from(first.at);
    let span = i128::from(last.at) - start + 1;
    let slice = |point: &Point| (i128::from(point.at) - start) * TIME_SLICES / span;
    let mut reduced = Vec::with_capacity(MAX_POINTS);
    for group in points.chunk_by(|a, b| slice(a) == slice(b)) {
        let lowest = (0..group.len()).min_by_key(|at| group[*at].after);
        let highest = (0..group.len()).max_by_key(|at| group[*at].after);
        let mut indices: Vec<usize> = [Some(0), lowest, highest, Some(group.len() - 1)]
            .into_iter()
            .flatten()
            .collect();
        sort::sort_by_key(&mut indices, |at| *at);
        indices.dedup();
        reduced.extend(indices.into_iter().map(|at| group[at]));
    }
    reduced
}

/// Returns the credits moved by the kept entries, by day and kind.
pub fn daily_totals(rows: &[LogEntry], kept: &[u32]) -> DailyTotals {
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    let mut left_out = 0;
    for entry in movements(rows, kept) {
        let day = entry.day().and_then(|day| Some((day, day_number(day)?)));
        let (Some((day, number)), Some(credit)) = (day, entry.credit_change()) else {
            left_out += 1;
            continue;
        };
        let totals = days.entry(number).or_insert_with(|| Day {
            day: day.to_owned(),
            number,
            transfer: Some(Amount::ZERO),
            revert: Some(Amount::ZERO),
        });
        if entry.kind == Kind::Transfer {
            add(&mut totals.transfer, Some(credit));
        } else {
            add(&mut totals.revert, Amount::ZERO.minus(credit).ok());
        }
    }
    DailyTotals {
        days: days.into_values().collect(),
        left_out,
    }
}

/// Returns what the kept entries earned, by child.
pub fn client_profits(rows: &[LogEntry], kept: &[u32]) -> ClientProfits {
    let mut children: HashMap<i64, (i64, Profit)> = HashMap::new();
    let mut left_out = 0;
    for entry in movements(rows, kept) {
        let (Some(child), Some(profit)) = (entry.child(), entry.profit()) else {
            left_out += 1;
            continue;
        };
        let (newest, total) = children.entry(child.id).or_insert_with(|| {
            let profit = Profit {
                id: child.id,
                title: child.title(),
                sum: Some(Amount::ZERO),
            };
            (entry.id, profit)
        });
        if entry.id > *newest {
            (*newest, total.title) = (entry.id, child.title());
        }
        add(&mut total.sum, Some(profit));
    }
    let mut bars: Vec<Profit> = children.into_values().map(|(_, profit)| profit).collect();
    let named = |bar: &Profit| (bar.id.to_string(), Some(bar.title.clone()));
    let named: Vec<_> = bars.iter().map(named).collect();
    for (bar, title) in bars.iter_mut().zip(titles(&named)) {
        bar.title = title;
    }
    // An inexact sum sorts first, so that it always has its own bar.
    sort::sort_by_key(&mut bars, |bar| (Reverse(size(bar.sum)), bar.id));
    let rest = bars.split_off(bars.len().min(MAX_BARS));
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

/// Returns the sort key of a sum: an inexact one is the largest.
fn size(sum: Option<Amount>) -> (bool, rust_decimal::Decimal) {
    (
        sum.is_none(),
        sum.map(|sum| sum.decimal().abs()).unwrap_or_default(),
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
