//! Pure: how well an entry fits a movement.

use crate::movement::Movement;
use crate::movement::reconcile::SearchTarget;
use crate::movement::reconcile::ledger_entry::{LedgerEntry, is_child, less, unsigned};
use crate::units::{Amount, Rate, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How well an entry fits the movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is another movement.
    Not,
    /// It may be it, and cannot be read well enough.
    Unclear,
    /// It is a movement like this one.
    Clean,
}

/// How a figure of an entry compares with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Same,
    /// Less than a cent apart: a service that rounds may mean the same (contract §2).
    Near,
    Different,
    Unknown,
}

/// How well `entry` fits.
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
        // The child's rate may have changed since the quote: the minutes decide, where they can be read.
        Movement::Revert { minutes, .. } => {
            let noted = compare_count(entry.minutes.map(|read| read == *minutes));
            match (noted, credit(target, entry, None)) {
                (Compared::Same, _) => Fit::Clean,
                (Compared::Different, _) => Fit::Not,
                // The cost does not depend on the child's rate.
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

/// What the count in the notes and the amount say together.
fn combine(sizes: (Compared, Compared)) -> Fit {
    match sizes {
        (Compared::Same, Compared::Same | Compared::Unknown | Compared::Near)
        | (Compared::Unknown, Compared::Same) => Fit::Clean,
        (Compared::Different, Compared::Different | Compared::Unknown | Compared::Near)
        | (Compared::Unknown, Compared::Different) => Fit::Not,
        // One says yes and the other no, or neither says anything.
        _ => Fit::Unclear,
    }
}

/// How the amount compares with what the service quoted, and with what the rate makes. The service's quote counts, since
/// it may round.
fn credit(target: &SearchTarget, entry: &LedgerEntry, computed: Option<Amount>) -> Compared {
    let Some(read) = entry.credit else {
        return Compared::Unknown;
    };
    let quoted = target.quote.credit.or_else(|| {
        let child = target.quote.child?;
        less(child.after, child.before).and_then(unsigned)
    });
    let asked = [quoted, computed.map(Value::Money)];
    let mut best = Compared::Unknown;
    for asked in asked.into_iter().flatten() {
        best = match (best, compare(asked, read)) {
            (Compared::Same, _) | (_, Compared::Same) => Compared::Same,
            (Compared::Near, _) | (_, Compared::Near) => Compared::Near,
            (_, compared) => compared,
        };
    }
    best
}

/// Whether the entry changed one's own balance by something else than the service quoted.
fn is_other_cost(target: &SearchTarget, entry: &LedgerEntry) -> bool {
    let changed = entry.own_change.and_then(unsigned);
    let both = target.quote.cost.zip(changed);
    both.is_some_and(|(quoted, changed)| compare(quoted, changed) == Compared::Different)
}

fn compare(asked: Value, read: Value) -> Compared {
    match (asked, read) {
        _ if asked == read => Compared::Same,
        (Value::Money(asked), Value::Money(read)) => {
            let cent = Amount::new(Decimal::new(1, 2));
            let apart = asked.max(read).minus(asked.min(read));
            if apart.is_ok_and(|apart| apart >= cent) {
                Compared::Different
            } else {
                Compared::Near
            }
        }
        _ => Compared::Different,
    }
}

/// Whether `noted`, which is printed with two decimals, can be `rate`.
fn is_rate(rate: Rate, noted: Option<Rate>) -> bool {
    noted.is_none_or(|noted| {
        let (a, b) = (Amount::new(rate.decimal()), Amount::new(noted.decimal()));
        let cent = Amount::new(Decimal::new(1, 2));
        a.max(b).minus(a.min(b)).is_ok_and(|apart| apart < cent)
    })
}

/// Names that the service adds to an allocation's metadata (contract §3.1).
const RESERVED: [&str; 2] = ["direction", "counterpartyOrgId"];

/// Whether description and metadata are those of the movement. An event that names its transaction carries both; one that
/// does not may leave them out (contract §6, point 11).
fn texts(
    description: Option<&str>,
    metadata: &BTreeMap<String, String>,
    entry: &LedgerEntry,
) -> Compared {
    let is_whole = entry.reference.is_some();
    let read = entry.notes.as_deref().map(str::trim).unwrap_or_default();
    let asked = description.map(str::trim).unwrap_or_default();
    let missing = asked.is_empty() != read.is_empty();
    if asked != read && !(missing && read.is_empty() && !is_whole) {
        return Compared::Different;
    }
    let is_other = |(name, value): (&String, &String)| match entry.metadata.get(name) {
        Some(read) => read != value && !RESERVED.contains(&name.as_str()),
        None => is_whole,
    };
    if metadata.iter().any(is_other) {
        return Compared::Different;
    }
    let is_added =
        |name: &String| !metadata.contains_key(name) && !RESERVED.contains(&name.as_str());
    if entry.metadata.keys().any(is_added) {
        // Perhaps the service's own, under a name that no document tells.
        return Compared::Near;
    }
    if is_whole {
        Compared::Same
    } else {
        Compared::Unknown
    }
}
