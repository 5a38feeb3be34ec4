//! Pure: finds movements that look like the current one: same kind, party and size within minutes (see
//! [`crate::movement`]). They require another confirmation and block nothing.

use crate::movement::Movement;
use crate::movement::reconcile::{LedgerEntry, SKEW, is_child};
use crate::units::clock::{Now, ServerRange};
use crate::units::{Value, sort};

/// How long ago a movement may have been made and still look like a duplicate, in milliseconds.
const DUPLICATE_WINDOW: i64 = 10 * 60 * 1000;

/// A movement that looks like the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// When it was confirmed in this browser or applied by the service, in milliseconds since 1970.
    pub at: i64,
    /// Its idempotency key, if it was sent from this browser.
    pub key: Option<String>,
    /// Its log entry, if one was found.
    pub entry: Option<LedgerEntry>,
}

/// A submission of this browser.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its idempotency key.
    pub key: &'a str,
    /// The requested movement.
    pub movement: &'a Movement,
    /// When it was confirmed by this computer's clock, in milliseconds since 1970.
    pub confirmed: i64,
    /// When it was sent, in server time.
    pub sent: ServerRange,
    /// The longest time that can have passed since it was confirmed, in milliseconds.
    pub longest_age: Option<i64>,
}

/// Returns what looks like `movement` at `now`, newest first, among this browser's submissions and the log's entries.
/// An entry that belongs to one of this browser's submissions isn't listed separately.
///
/// Entries are dated by the service, so they are compared with server time. If that is unknown, `entries` are compared
/// with this computer's clock, or with the newest entry if that is earlier.
pub fn find_duplicates(
    movement: &Movement,
    now: Now,
    own: &[Own],
    entries: &[LedgerEntry],
) -> Vec<Duplicate> {
    let newest = entries.iter().filter_map(|entry| entry.at).max();
    let server = match (now.server.earliest, now.server.latest) {
        (Some(earliest), _) => earliest,
        // A slow clock never hides an entry. A fast one is corrected by the newest entry in the log.
        (None, _) => newest.map_or(now.wall, |newest| newest.min(now.wall)),
    };
    let is_near = |at: i64| server.saturating_sub(at) <= DUPLICATE_WINDOW;
    let mut candidates: Vec<(i64, &LedgerEntry)> = entries
        .iter()
        .filter(|entry| records(movement, entry))
        .filter_map(|entry| Some((entry.at?, entry)))
        .collect();
    let mut found = Vec::new();
    for own in own
        .iter()
        .filter(|own| is_same_request(movement, own.movement))
    {
        let index = candidates
            .iter()
            .position(|(dated, _)| is_from(own, *dated));
        let matched = index.map(|index| candidates.remove(index));
        let age = own
            .longest_age
            .unwrap_or_else(|| now.wall.saturating_sub(own.confirmed).saturating_abs());
        if age <= DUPLICATE_WINDOW || matched.is_some_and(|(dated, _)| is_near(dated)) {
            found.push(Duplicate {
                at: own.confirmed,
                key: Some(own.key.to_owned()),
                entry: matched.map(|(_, entry)| entry.clone()),
            });
        }
    }
    for (at, entry) in candidates.into_iter().filter(|(at, _)| is_near(*at)) {
        found.push(Duplicate {
            at,
            key: None,
            entry: Some(entry.clone()),
        });
    }
    sort::sort_by_key(&mut found, |duplicate| std::cmp::Reverse(duplicate.at));
    found
}

/// Whether an entry dated `dated` may belong to `own`.
fn is_from(own: &Own, dated: i64) -> bool {
    if own.sent.earliest.is_some() {
        return own.sent.admits(dated, SKEW);
    }
    dated.abs_diff(own.confirmed) <= (2 * SKEW).unsigned_abs()
}

/// Whether both have the same kind, child and size. A transfer's rate is ignored: a user who corrects the rate may not
/// know that the transfer went through.
pub fn is_same_request(a: &Movement, b: &Movement) -> bool {
    match (a, b) {
        (
            Movement::Transfer { child, minutes, .. },
            Movement::Transfer {
                child: other,
                minutes: size,
                ..
            },
        )
        | (
            Movement::Revert { child, minutes, .. },
            Movement::Revert {
                child: other,
                minutes: size,
                ..
            },
        ) => child == other && minutes == size,
        (
            Movement::Allocate {
                organization,
                credits,
                ..
            },
            Movement::Allocate {
                organization: other,
                credits: size,
                ..
            },
        ) => organization.is_same(other) && credits == size,
        _ => false,
    }
}

/// Whether `entry` records a movement of the same kind, child and size.
fn records(movement: &Movement, entry: &LedgerEntry) -> bool {
    let child = entry.child.as_deref();
    let size = match movement {
        Movement::Transfer { minutes, rate, .. } => match entry.minutes {
            Some(read) => read == *minutes,
            // If the notes can't be read, compare the amount.
            None => {
                let credit = rate.times(*minutes).ok().map(Value::Money);
                credit.is_some() && entry.credit == credit
            }
        },
        Movement::Revert { minutes, .. } => entry.minutes == Some(*minutes),
        Movement::Allocate { credits, .. } => entry.credit == Some(Value::Credits(*credits)),
    };
    size && entry.kind == Some(movement.kind()) && child.is_some_and(|id| is_child(movement, id))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
