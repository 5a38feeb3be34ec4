//! Pure: which entries a filter keeps, and the choices it offers.

use crate::log::entry::LogEntry;
use crate::log::sort::newest_first;
use crate::units::{fold_into, folded, sort};
use crate::wire::logs::Kind;
use std::collections::{HashMap, HashSet};

/// The conditions that an entry must meet to be kept. A condition that isn't set matches every entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Entries of this kind.
    pub kind: Option<KindFilter>,
    /// Entries that are certain to involve this child.
    pub child: Option<i64>,
    /// Entries with exactly this status.
    pub status: Option<String>,
    /// Entries made by this user, as in [`LogEntry::performed_by`].
    pub person: Option<String>,
    /// Words that must all occur somewhere in the entry.
    pub text: Option<String>,
    /// Entries whose balances don't follow from the previous entry. Not covered by [`Self::matches`]; callers check it
    /// separately.
    pub broken: bool,
}

/// A kind to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindFilter {
    /// Transfers.
    Transfer,
    /// Reverts.
    Revert,
    /// Changes of channels.
    Channels,
    /// Unknown kinds, and entries without a kind.
    Other,
}

impl KindFilter {
    /// All kinds, in display order.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::Revert, Self::Channels, Self::Other];

    /// Returns the filter that an entry of `kind` belongs to.
    pub fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Transfer => Self::Transfer,
            Kind::Revert => Self::Revert,
            Kind::Channels => Self::Channels,
            Kind::Other(_) | Kind::Unspecified => Self::Other,
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

    /// Returns the kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The label shown to users.
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
    /// Whether no condition is set, [`Self::broken`] included.
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

    /// Whether `entry` matches. Ignores [`Self::broken`], which can't be determined from a single entry.
    pub fn matches(&self, entry: &LogEntry) -> bool {
        self.matches_words(&self.words(), entry, &mut String::new())
    }

    /// Returns the indices of the matching entries. Like [`Self::matches`], but splits the words only once.
    pub fn matching(&self, entries: &[LogEntry]) -> Vec<u32> {
        let (words, mut buffer) = (self.words(), String::new());
        (0..)
            .zip(entries)
            .filter(|(_, entry)| self.matches_words(&words, entry, &mut buffer))
            .map(|(index, _)| index)
            .collect()
    }

    fn words(&self) -> Vec<String> {
        let text = self.text.as_deref().unwrap_or_default();
        text.split_whitespace().map(folded).collect()
    }

    /// `buffer` is only scratch space.
    fn matches_words(&self, words: &[String], entry: &LogEntry, buffer: &mut String) -> bool {
        let kind = |kind: KindFilter| kind == KindFilter::of(&entry.kind);
        let child = |id: i64| entry.child().is_some_and(|child| child.id == id);
        let status = |status: &str| entry.status.as_deref() == Some(status);
        let person = |person: &str| entry.performed_by() == Some(person);
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
        write_text(entry, buffer);
        words.iter().all(|word| buffer.contains(word))
    }
}

/// Writes all searchable text, folded, one field per line. Words contain no line breaks, so none can match across
/// fields.
fn write_text(entry: &LogEntry, buffer: &mut String) {
    buffer.clear();
    let mut push_line = |text: &str| {
        fold_into(buffer, text);
        buffer.push('\n');
    };
    let (child, person) = (entry.child(), entry.person.as_deref());
    let texts = [
        entry.reference.as_deref(),
        entry.notes.as_deref(),
        child.and_then(|child| child.name.as_deref()),
        person.and_then(|person| person.name.as_deref()),
        person.and_then(|person| person.email.as_deref()),
    ];
    texts.into_iter().flatten().for_each(&mut push_line);
    let numbers = [Some(entry.id), child.map(|child| child.id)];
    for number in numbers.into_iter().flatten() {
        push_line(&number.to_string());
    }
}

/// The values that occur in the entries, to choose from in a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Children by id, with the newest name in the log; sorted by name, then id.
    pub children: Vec<(i64, String)>,
    /// All statuses, in the service's terms.
    pub statuses: Vec<String>,
    /// All users who made an entry.
    pub people: Vec<String>,
}

impl Choices {
    /// Collects the choices from `entries`.
    pub fn of(entries: &[LogEntry]) -> Self {
        let mut children: Vec<_> = newest_names(entries).into_iter().collect();
        sort::sort(&mut children, |a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
        let distinct = |values: &mut dyn Iterator<Item = &str>| {
            let mut values: Vec<_> = values
                .collect::<HashSet<_>>()
                .into_iter()
                .map(str::to_owned)
                .collect();
            sort::sort(&mut values, Ord::cmp);
            values
        };
        Self {
            children,
            statuses: distinct(&mut entries.iter().filter_map(|entry| entry.status.as_deref())),
            people: distinct(&mut entries.iter().filter_map(LogEntry::performed_by)),
        }
    }
}

/// Returns every child that is certain, with its newest name in `entries`, or its id if no entry names it. A child may
/// have been renamed since its older entries.
pub(super) fn newest_names(entries: &[LogEntry]) -> HashMap<i64, String> {
    let mut newest: HashMap<i64, (&LogEntry, &crate::wire::logs::Party)> = HashMap::new();
    for entry in entries {
        let Some(child) = entry.child() else {
            continue;
        };
        let known = newest.entry(child.id).or_insert((entry, child));
        let order = (known.1.name.is_none(), child.name.is_none());
        let replaces = match order {
            (true, false) => true,
            (false, true) => false,
            _ => newest_first(entry, known.0).is_lt(),
        };
        if replaces {
            *known = (entry, child);
        }
    }
    let title =
        |(id, (_, child)): (i64, (&LogEntry, &crate::wire::logs::Party))| (id, child.title());
    newest.into_iter().map(title).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
