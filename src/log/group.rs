//! Rows in groups, with exact sums of what they moved.

use crate::log::entry::LogEntry;
use crate::log::filter::{KindFilter, newest_names};
use crate::units::{Amount, Minutes, Named, sort, titles};
use crate::wire::logs::Kind;
use std::collections::{BTreeMap, HashMap};

/// By what rows are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// By the child.
    Child,
    /// By the month, as the backend counts it.
    Month,
    /// By what they record.
    Kind,
}

impl Grouping {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Child, Self::Month, Self::Kind];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Month => "month",
            Self::Kind => "type",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// What staff call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Child => "Child",
            Self::Month => "Month",
            Self::Kind => "Type",
        }
    }
}

/// Figures added up exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum<T = Amount> {
    /// All that are known together, or nothing where that cannot be held exactly: it is never rounded.
    pub total: Option<T>,
    /// Movements whose figure is not known; they are missing in the total.
    pub missing: u64,
}

impl<T: Copy> Sum<T> {
    fn of_none(zero: T) -> Self {
        Self {
            total: Some(zero),
            missing: 0,
        }
    }

    /// Takes in the figure of one more movement.
    fn add(&mut self, figure: Option<T>, plus: impl FnOnce(T, T) -> Option<T>) {
        match figure {
            // What could not be held stays so: a later figure does not bring it back.
            Some(figure) => self.total = self.total.and_then(|total| plus(total, figure)),
            None => self.missing += 1,
        }
    }

    /// The total, where it is exact and no figure is missing.
    pub fn exact(self) -> Option<T> {
        self.total.filter(|_| self.missing == 0)
    }
}

/// Rows that belong together. Only movements count into the sums: transfers and reverts that succeeded. Whatever else
/// there is counts as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Stays the same while rows come and go: the child's id, the month `YYYY-MM`, the kind's name, or `none`.
    pub key: String,
    /// What staff call it.
    pub title: String,
    /// Rows of any kind.
    pub rows: u64,
    /// Rows that moved something.
    pub movements: u64,
    /// What it changed the children's balances by: signed.
    pub credit: Sum,
    /// What it changed one's own balance by: signed.
    pub cost: Sum,
    /// What the reseller earned by it.
    pub profit: Sum,
    /// Minutes transferred less those reverted, from the notes.
    pub minutes: Sum<Minutes>,
}

impl Group {
    fn new(key: String, title: String) -> Self {
        Self {
            key,
            title,
            rows: 0,
            movements: 0,
            credit: Sum::of_none(Amount::ZERO),
            cost: Sum::of_none(Amount::ZERO),
            profit: Sum::of_none(Amount::ZERO),
            minutes: Sum::of_none(Minutes::new(0)),
        }
    }

    fn add(&mut self, entry: &LogEntry) {
        self.rows += 1;
        if !entry.moved() {
            return;
        }
        self.movements += 1;
        let plus = |one: Amount, two: Amount| one.plus(two).ok();
        self.credit.add(entry.credit_change(), plus);
        self.cost.add(entry.own_change(), plus);
        self.profit.add(entry.profit(), plus);
        self.minutes.add(minutes(entry), Minutes::plus);
    }
}

/// Minutes to the child, less than nothing where they came back.
fn minutes(entry: &LogEntry) -> Option<Minutes> {
    let minutes = entry.terms.minutes()?;
    match entry.kind {
        Kind::Revert => Minutes::new(0).minus(minutes),
        _ => Some(minutes),
    }
}

/// The rows `kept`, which are indices into `entries`. An index beyond them is left out.
fn rows<'a>(entries: &'a [LogEntry], kept: &'a [u32]) -> impl Iterator<Item = &'a LogEntry> {
    let row = |at: &u32| entries.get(usize::try_from(*at).ok()?);
    kept.iter().filter_map(row)
}

/// The groups of the rows `kept`: children by title and id, months newest first, kinds in a fixed order, and last
/// those whose rows do not say. A group without rows is not there.
pub fn groups(entries: &[LogEntry], kept: &[u32], by: Grouping) -> Vec<Group> {
    match by {
        Grouping::Child => {
            let (ids, named): (Vec<i64>, Vec<Named>) = newest_names(entries)
                .into_iter()
                .map(|(id, name)| (id, (id.to_string(), Some(name))))
                .unzip();
            let titles: HashMap<i64, String> = ids.into_iter().zip(titles(&named)).collect();
            let child = |entry: &LogEntry| entry.child().map(|child| child.id);
            let held = gather(entries, kept, child, |id| {
                let id = id.as_ref()?;
                Some((id.to_string(), titles.get(id)?.clone()))
            });
            let mut held: Vec<_> = held.into_iter().collect();
            sort::sort(&mut held, |(one, a), (two, b)| {
                let last = one.is_none().cmp(&two.is_none());
                last.then_with(|| (&a.title, one).cmp(&(&b.title, two)))
            });
            held.into_iter().map(|(_, group)| group).collect()
        }
        Grouping::Month => {
            let held = gather(entries, kept, month, |month| {
                month.map(|month| (month.to_owned(), month.to_owned()))
            });
            // Nothing is the least of the keys, so it comes last here.
            held.into_values().rev().collect()
        }
        Grouping::Kind => {
            let kind = |entry: &LogEntry| KindFilter::of(&entry.kind);
            let held = gather(entries, kept, kind, |kind| {
                Some((kind.name().to_owned(), kind.label().to_owned()))
            });
            held.into_values().collect()
        }
    }
}

/// All the rows `kept` as one group.
pub fn total(entries: &[LogEntry], kept: &[u32]) -> Group {
    let mut group = Group::new("total".to_owned(), "Total".to_owned());
    for entry in rows(entries, kept) {
        group.add(entry);
    }
    group
}

/// The row's month, where it begins with one.
fn month(entry: &LogEntry) -> Option<&str> {
    let month = entry.month()?;
    let (year, number) = month.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let possible =
        year.len() == 4 && digits(year) && digits(number) && ("01"..="12").contains(&number);
    possible.then_some(month)
}

/// One group a key, named when its first row is seen.
fn gather<'a, K: Copy + Ord>(
    entries: &'a [LogEntry],
    kept: &'a [u32],
    key: impl Fn(&'a LogEntry) -> K,
    names: impl Fn(&K) -> Option<(String, String)>,
) -> BTreeMap<K, Group> {
    let mut held: BTreeMap<K, Group> = BTreeMap::new();
    for entry in rows(entries, kept) {
        let key = key(entry);
        let group = held.entry(key).or_insert_with(|| {
            let (key, title) = names(&key).unwrap_or(("none".to_owned(), "not said".to_owned()));
            Group::new(key, title)
        });
        group.add(entry);
    }
    held
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
