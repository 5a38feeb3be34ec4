//! Which rows are kept, and what there is to choose from.

use crate::log::entry::LogEntry;
use crate::log::sort::newest_first;
use crate::units::{fold_into, folded, sort};
use crate::wire::logs::Kind;
use std::collections::{HashMap, HashSet};

/// What a row must fit to be kept. What is not said, every row fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Rows of this kind.
    pub kind: Option<KindFilter>,
    /// Rows whose child is certain and this one.
    pub child: Option<i64>,
    /// Rows of exactly this status.
    pub status: Option<String>,
    /// Rows made by this person, as [`LogEntry::by`] tells them.
    pub person: Option<String>,
    /// Words that must all be found somewhere in the row.
    pub text: Option<String>,
    /// Rows whose balances do not follow from the row before. Whoever asks [`Self::fits`] looks at this as well.
    pub broken: bool,
}

/// A kind that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindFilter {
    /// Transfers.
    Transfer,
    /// Reverts.
    Revert,
    /// Changes of channels.
    Channels,
    /// Kinds that this portal does not know, and rows that do not say theirs.
    Other,
}

impl KindFilter {
    /// Every one, in the order in which they stand.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::Revert, Self::Channels, Self::Other];

    /// The one that a row of `kind` belongs to.
    pub fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Transfer => Self::Transfer,
            Kind::Revert => Self::Revert,
            Kind::Channels => Self::Channels,
            Kind::Other(_) | Kind::Unsaid => Self::Other,
        }
    }

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Revert => "revert",
            Self::Channels => "channels",
            Self::Other => "other",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What staff call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Transfer => "Transfer",
            Self::Revert => "Revert",
            Self::Channels => "Channels",
            Self::Other => "Other",
        }
    }
}

impl Filter {
    /// Whether every row fits, broken or not.
    pub fn is_empty(&self) -> bool {
        let Self {
            kind,
            child,
            status,
            person,
            text,
            broken,
        } = self;
        let blank = text.as_deref().unwrap_or_default().trim().is_empty();
        kind.is_none()
            && child.is_none()
            && status.is_none()
            && person.is_none()
            && blank
            && !broken
    }

    /// Whether `entry` is kept. Says nothing of [`Self::broken`], which one row alone does not show.
    pub fn fits(&self, entry: &LogEntry) -> bool {
        self.fits_with(&self.words(), entry, &mut String::new())
    }

    /// The indices of the entries that fit, as [`Self::fits`] but reading the words only once.
    pub fn kept(&self, entries: &[LogEntry]) -> Vec<u32> {
        let (words, mut held) = (self.words(), String::new());
        (0..)
            .zip(entries)
            .filter(|(_, entry)| self.fits_with(&words, entry, &mut held))
            .map(|(at, _)| at)
            .collect()
    }

    fn words(&self) -> Vec<String> {
        let text = self.text.as_deref().unwrap_or_default();
        text.split_whitespace().map(folded).collect()
    }

    /// `held` is only room to write in.
    fn fits_with(&self, words: &[String], entry: &LogEntry, held: &mut String) -> bool {
        let kind = |kind: KindFilter| kind == KindFilter::of(&entry.kind);
        let child = |id: i64| entry.child().is_some_and(|child| child.id == id);
        let status = |status: &str| entry.status.as_deref() == Some(status);
        let person = |person: &str| entry.by() == Some(person);
        if !(self.kind.is_none_or(kind)
            && self.child.is_none_or(child)
            && self.status.as_deref().is_none_or(status)
            && self.person.as_deref().is_none_or(person))
        {
            return false;
        }
        if words.is_empty() {
            return true;
        }
        write_text(entry, held);
        words.iter().all(|word| held.contains(word))
    }
}

/// Everything that is searched, folded, a line each: no word holds a line's end, so none is found across two.
fn write_text(entry: &LogEntry, held: &mut String) {
    held.clear();
    let mut line = |text: &str| {
        fold_into(held, text);
        held.push('\n');
    };
    let (child, person) = (entry.child(), entry.person.as_deref());
    let texts = [
        entry.reference.as_deref(),
        entry.notes.as_deref(),
        child.and_then(|child| child.name.as_deref()),
        person.and_then(|person| person.name.as_deref()),
        person.and_then(|person| person.email.as_deref()),
    ];
    texts.into_iter().flatten().for_each(&mut line);
    let numbers = [Some(entry.id), child.map(|child| child.id)];
    for number in numbers.into_iter().flatten() {
        line(&number.to_string());
    }
}

/// What occurs in the rows, for the choices of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Children by their id, with the newest name the rows give them; by name, then id.
    pub children: Vec<(i64, String)>,
    /// Every status, in the backend's words.
    pub statuses: Vec<String>,
    /// Everybody who made a row.
    pub people: Vec<String>,
}

impl Choices {
    /// What occurs in `entries`.
    pub fn of(entries: &[LogEntry]) -> Self {
        let mut children: Vec<_> = newest_names(entries).into_iter().collect();
        sort::sort(&mut children, |one, two| {
            (&one.1, one.0).cmp(&(&two.1, two.0))
        });
        let words = |words: &mut dyn Iterator<Item = &str>| {
            let mut words: Vec<_> = words
                .collect::<HashSet<_>>()
                .into_iter()
                .map(str::to_owned)
                .collect();
            sort::sort(&mut words, Ord::cmp);
            words
        };
        Self {
            children,
            statuses: words(&mut entries.iter().filter_map(|entry| entry.status.as_deref())),
            people: words(&mut entries.iter().filter_map(LogEntry::by)),
        }
    }
}

/// Every child that is certain, under the newest name that `entries` give it, or its number. A child may have been
/// renamed since its older rows.
pub(super) fn newest_names(entries: &[LogEntry]) -> HashMap<i64, String> {
    let mut newest: HashMap<i64, (&LogEntry, &crate::wire::logs::Party)> = HashMap::new();
    for entry in entries {
        let Some(child) = entry.child() else {
            continue;
        };
        let held = newest.entry(child.id).or_insert((entry, child));
        let order = (held.1.name.is_none(), child.name.is_none());
        let better = match order {
            (true, false) => true,
            (false, true) => false,
            _ => newest_first(entry, held.0).is_lt(),
        };
        if better {
            *held = (entry, child);
        }
    }
    let title =
        |(id, (_, child)): (i64, (&LogEntry, &crate::wire::logs::Party))| (id, child.title());
    newest.into_iter().map(title).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
