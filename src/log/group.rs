//! Pure: groups entries and sums exactly what they moved.

use crate::log::entry::LogEntry;
use crate::log::filter::{KindFilter, newest_names};
use crate::units::{Amount, Minutes, Named, sort, titles};
use crate::wire::logs::Kind;
use std::collections::{BTreeMap, HashMap};

/// What entries are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// By child.
    Child,
    /// By month, in the entries' zone.
    Month,
    /// By kind.
    Kind,
}

impl Grouping {
    /// All groupings.
    pub const ALL: [Self; 3] = [Self::Child, Self::Month, Self::Kind];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Month => "month",
            Self::Kind => "type",
        }
    }

    /// Returns the grouping with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// The label shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Child => "Client",
            Self::Month => "Month",
            Self::Kind => "Type",
        }
    }
}

/// An exact sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum<T = Amount> {
    /// The sum of all known values, or `None` if it can't be represented exactly: it is never rounded.
    pub total: Option<T>,
    /// The number of movements whose value is unknown and so not in the total.
    pub missing: u64,
}

impl<T: Copy> Sum<T> {
    fn zero(zero: T) -> Self {
        Self {
            total: Some(zero),
            missing: 0,
        }
    }

    /// Adds the value of one more movement.
    fn add(&mut self, value: Option<T>, add: impl FnOnce(T, T) -> Option<T>) {
        match value {
            // Once the total is inexact, later values don't restore it.
            Some(value) => self.total = self.total.and_then(|total| add(total, value)),
            None => self.missing += 1,
        }
    }

    /// Returns the total if it is exact and no value is missing.
    pub fn exact(self) -> Option<T> {
        self.total.filter(|_| self.missing == 0)
    }
}

/// A group of entries. Only movements are summed: transfers and reverts that succeeded. Any other entry only counts as
/// an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A stable key: the child's id, the month `YYYY-MM`, the kind's name, or `none`.
    pub key: String,
    /// The label shown to users.
    pub title: String,
    /// Entries of any kind.
    pub rows: u64,
    /// Entries that moved something.
    pub movements: u64,
    /// The signed change of the children's balances.
    pub credit: Sum,
    /// The signed change of the reseller's own balance.
    pub cost: Sum,
    /// What the reseller earned.
    pub profit: Sum,
    /// Minutes transferred minus minutes reverted, from the notes.
    pub minutes: Sum<Minutes>,
}

impl Group {
    fn new(key: String, title: String) -> Self {
        Self {
            key,
            title,
            rows: 0,
            movements: 0,
            credit: Sum::zero(Amount::ZERO),
            cost: Sum::zero(Amount::ZERO),
            profit: Sum::zero(Amount::ZERO),
            minutes: Sum::zero(Minutes::new(0)),
        }
    }

    fn add(&mut self, entry: &LogEntry) {
        self.rows += 1;
        if !entry.moved() {
            return;
        }
        self.movements += 1;
        let add_amounts = |a: Amount, b: Amount| a.plus(b).ok();
        self.credit.add(entry.credit_change(), add_amounts);
        self.cost.add(entry.own_change(), add_amounts);
        self.profit.add(entry.profit(), add_amounts);
        self.minutes.add(minutes(entry), Minutes::plus);
    }
}

/// Returns the minutes moved to the child; negative if they were taken back.
fn minutes(entry: &LogEntry) -> Option<Minutes> {
    let minutes = entry.parsed_notes.minutes()?;
    match entry.kind {
        Kind::Revert => Minutes::new(0).minus(minutes),
        _ => Some(minutes),
    }
}

/// Returns the entries at the indices `kept`. Out-of-range indices are dropped.
fn rows<'a>(entries: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    let entry = |index: &u32| entries.get(usize::try_from(*index).ok()?);
    kept.iter().filter_map(entry)
}

/// Groups the entries at the indices `kept`: children by title and id, months newest first, kinds in a fixed order, and
/// last the entries without a known key. Empty groups are omitted.
pub fn groups(entries: &[LogEntry], kept: &[u32], by: Grouping) -> Vec<Group> {
    match by {
        Grouping::Child => {
            let (ids, named): (Vec<i64>, Vec<Named>) = newest_names(entries)
                .into_iter()
                .map(|(id, name)| (id, (id.to_string(), Some(name))))
                .unzip();
            let titles: HashMap<i64, String> = ids.into_iter().zip(titles(&named)).collect();
            let child = |entry: &LogEntry| entry.child().map(|child| child.id);
            let groups = group_by(entries, kept, child, |id| {
                let id = id.as_ref()?;
                Some((id.to_string(), titles.get(id)?.clone()))
            });
            let mut groups: Vec<_> = groups.into_iter().collect();
            sort::sort(&mut groups, |(a_id, a), (b_id, b)| {
                let unknown_last = a_id.is_none().cmp(&b_id.is_none());
                unknown_last.then_with(|| (&a.title, a_id).cmp(&(&b.title, b_id)))
            });
            groups.into_iter().map(|(_, group)| group).collect()
        }
        Grouping::Month => {
            let groups = group_by(entries, kept, month, |month| {
                month.map(|month| (month.to_owned(), month.to_owned()))
            });
            // `None` is the smallest key, so it comes last in reverse.
            groups.into_values().rev().collect()
        }
        Grouping::Kind => {
            let kind = |entry: &LogEntry| KindFilter::of(&entry.kind);
            let groups = group_by(entries, kept, kind, |kind| {
                Some((kind.name().to_owned(), kind.label().to_owned()))
            });
            groups.into_values().collect()
        }
    }
}

/// Returns all entries at the indices `kept` as a single group.
pub fn total(entries: &[LogEntry], kept: &[u32]) -> Group {
    let mut group = Group::new("total".to_owned(), "Total".to_owned());
    for entry in rows(entries, kept) {
        group.add(entry);
    }
    group
}

/// Returns the entry's month, if its time starts with a valid one.
fn month(entry: &LogEntry) -> Option<&str> {
    let month = entry.month()?;
    let (year, number) = month.split_once('-')?;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_valid = year.len() == 4
        && all_digits(year)
        && all_digits(number)
        && ("01"..="12").contains(&number);
    is_valid.then_some(month)
}

/// Builds one group per key, with the key and title that `names` returns for it.
fn group_by<'a, K: Copy + Ord>(
    entries: &'a [LogEntry],
    kept: &'a [u32],
    key: impl Fn(&'a LogEntry) -> K,
    names: impl Fn(&K) -> Option<(String, String)>,
) -> BTreeMap<K, Group> {
    let mut groups: BTreeMap<K, Group> = BTreeMap::new();
    for entry in rows(entries, kept) {
        let key = key(entry);
        let group = groups.entry(key).or_insert_with(|| {
            let (key, title) = names(&key).unwrap_or(("none".to_owned(), "Unknown".to_owned()));
            Group::new(key, title)
        });
        group.add(entry);
    }
    groups
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
