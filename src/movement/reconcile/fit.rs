//! Pure: how well an entry matches a movement.

use crate::movement::Movement;
use crate::movement::reconcile::SearchTarget;
use crate::movement::reconcile::ledger_entry::{LedgerEntry, absolute, is_child, minus};
use crate::units::{Amount, Rate, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How well an entry matches the movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is a different movement.
    Not,
    /// It may match, but can't be read well enough.
    Unclear,
    /// It matches.
    Clean,
}

/// How an amount in an entry compares with the requested one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Same,
    /// Less than a cent apart: may be the same for a service that rounds (contract §2).
    Near,
    Different,
    Unknown,
}

/// Returns how well `entry` matches.
pub(super) fn fit(target: &SearchTarget, entry: &LedgerEntry) -> Fit {
    let movement = target.movement;
    let other_kind = entry.kind.is_some_and(|kind| kind != movement.kind());
    let other_child = entry
        .child
        .as_deref()
        .is_some_and(|id| !is_child(movement, id));
    let other_performer = target
        .performer
        .zip(entry.performer.as_deref())
        .is_some_and(|(own, theirs)| own != theirs);
    if other_kind || other_child || other_performer || entry.moved_nothing() {
        return Fit::Not;
    }
    let size = match movement {
        Movement::Transfer { minutes, rate, .. } => {
            let noted = compare_count(entry.minutes.map(|read| read == *minutes));
            let credit = credit(target, entry, rate.times(*minutes).ok());
            match (noted, credit) {
                // The notes give the rate, rounded. A different rate means a different transfer.
                (Compared::Same, Compared::Different) | (Compared::Different, Compared::Same)
                    if !is_rate(*rate, entry.rate) =>
                {
                    Fit::Not
                }
                sizes => combine(sizes),
            }
        }
        // The child's rate may have changed since the quote, so the minutes decide if they can be read.
        Movement::Revert { minutes, .. } => {
            let noted = compare_count(entry.minutes.map(|read| read == *minutes));
            match (noted, credit(target, entry, None)) {
                (Compared::Same, _) => Fit::Clean,
                (Compared::Different, _) => Fit::Not,
                // The cost doesn't depend on the child's rate.
                (_, Compared::Different) if is_other_cost(target, entry) => Fit::Not,
                (_, Compared::Different) => Fit::Unclear,
                sizes => combine(sizes),
            }
        }
        Movement::Allocate {
            credits,
            description,
            metadata,
            ..
        } => {
            let size = match entry.credit {
                Some(read) => compare(Value::Credits(*credits), read),
                None => Compared::Unknown,
            };
            let text = texts(description.as_deref(), metadata, entry);
            match (size, text) {
                (Compared::Different | Compared::Near, _) | (_, Compared::Different) => Fit::Not,
                (Compared::Same, Compared::Same | Compared::Unknown) => Fit::Clean,
                _ => Fit::Unclear,
            }
        }
    };
    match size {
        Fit::Clean if entry.kind.is_none() || entry.child.is_none() => Fit::Unclear,
        size => size,
    }
}

fn compare_count(same: Option<bool>) -> Compared {
    match same {
        Some(true) => Compared::Same,
        Some(false) => Compared::Different,
        None => Compared::Unknown,
    }
}

/// Combines the minutes in the notes with the amount.
fn combine(sizes: (Compared, Compared)) -> Fit {
    match sizes {
        (Compared::Same, Compared::Same | Compared::Unknown | Compared::Near)
        | (Compared::Unknown, Compared::Same) => Fit::Clean,
        (Compared::Different, Compared::Different | Compared::Unknown | Compared::Near)
        | (Compared::Unknown, Compared::Different) => Fit::Not,
        // They contradict each other, or neither says anything.
        _ => Fit::Unclear,
    }
}

/// Compares the amount with the service's quote and with the amount computed from the rate. The quote counts because
/// the service may round.
fn credit(target: &SearchTarget, entry: &LedgerEntry, computed: Option<Amount>) -> Compared {
    let Some(read) = entry.credit else {
        return Compared::Unknown;
    };
    let quoted = target.quote.credit.or_else(|| {
        let child = target.quote.child?;
        minus(child.after, child.before).and_then(absolute)
    });
    let expected = [quoted, computed.map(Value::Money)];
    let mut best = Compared::Unknown;
    for expected in expected.into_iter().flatten() {
        best = match (best, compare(expected, read)) {
            (Compared::Same, _) | (_, Compared::Same) => Compared::Same,
            (Compared::Near, _) | (_, Compared::Near) => Compared::Near,
            (_, compared) => compared,
        };
    }
    best
}

/// Whether the entry changed the user's own balance by an amount other than the quoted cost.
fn is_other_cost(target: &SearchTarget, entry: &LedgerEntry) -> bool {
    let changed = entry.own_change.and_then(absolute);
    let both = target.quote.cost.zip(changed);
    both.is_some_and(|(quoted, changed)| compare(quoted, changed) == Compared::Different)
}

fn compare(expected: Value, read: Value) -> Compared {
    match (expected, read) {
        _ if expected == read => Compared::Same,
        (Value::Money(expected), Value::Money(read)) => {
            let cent = Amount::new(Decimal::new(1, 2));
            let difference = expected.max(read).minus(expected.min(read));
            if difference.is_ok_and(|difference| difference >= cent) {
                Compared::Different
            } else {
                Compared::Near
            }
        }
        _ => Compared::Different,
    }
}

/// Whether `noted`, which is printed with two decimals, is consistent with `rate`.
fn is_rate(rate: Rate, noted: Option<Rate>) -> bool {
    noted.is_none_or(|noted| {
        let (a, b) = (Amount::new(rate.decimal()), Amount::new(noted.decimal()));
        let cent = Amount::new(Decimal::new(1, 2));
        a.max(b)
            .minus(a.min(b))
            .is_ok_and(|difference| difference < cent)
    })
}

/// Names that the service adds to an allocation's metadata (contract §3.1).
const RESERVED: [&str; 2] = ["direction", "counterpartyOrgId"];

/// Compares description and metadata with the movement's. An event that names its transaction carries both; one that
/// doesn't may omit them (contract §6, point 11).
fn texts(
    description: Option<&str>,
    metadata: &BTreeMap<String, String>,
    entry: &LedgerEntry,
) -> Compared {
    let is_complete = entry.reference.is_some();
    let read = entry.notes.as_deref().map(str::trim).unwrap_or_default();
    let expected = description.map(str::trim).unwrap_or_default();
    let missing = expected.is_empty() != read.is_empty();
    if expected != read && !(missing && read.is_empty() && !is_complete) {
        return Compared::Different;
    }
    let is_other = |(name, value): (&String, &String)| match entry.metadata.get(name) {
        Some(read) => read != value && !RESERVED.contains(&name.as_str()),
        None => is_complete,
    };
    if metadata.iter().any(is_other) {
        return Compared::Different;
    }
    let is_added =
        |name: &String| !metadata.contains_key(name) && !RESERVED.contains(&name.as_str());
    if entry.metadata.keys().any(is_added) {
        // The service may add names that aren't documented.
        return Compared::Near;
    }
    if is_complete {
        Compared::Same
    } else {
        Compared::Unknown
    }
}
