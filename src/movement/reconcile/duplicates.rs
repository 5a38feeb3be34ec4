//! Pure: movements that look like one just made: the same kind, party and size within minutes (design §3). They ask once
//! more and refuse nothing.

use crate::movement::Movement;
use crate::movement::reconcile::{LedgerEntry, SKEW, is_child};
use crate::units::clock::{Now, ServerRange};
use crate::units::{Value, sort};

/// How long ago a movement may be to look like this one, in milliseconds.
const NEAR: i64 = 10 * 60 * 1000;

/// A movement that looks like the one at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// When, in milliseconds since 1970: confirmed by this browser, or made by the service.
    pub at: i64,
    /// Its idempotency key, where it is one of this browser's.
    pub key: Option<String>,
    /// Its entry in the log, where one was found.
    pub entry: Option<LedgerEntry>,
}

/// One of this browser's own submissions.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its idempotency key.
    pub key: &'a str,
    /// What it asked for.
    pub movement: &'a Movement,
    /// When it was confirmed by this computer's clock, in milliseconds since 1970.
    pub confirmed: i64,
    /// When it was sent, by the service's clock.
    pub sent: ServerRange,
    /// The longest time that can have passed since its confirmation, in milliseconds.
    pub longest_age: Option<i64>,
}

/// What looks like `movement` at `now`, newest first: among this browser's own submissions and the entries of the log. An
/// entry that is an own submission's is not listed a second time.
///
/// Entries are dated by the service, so they are compared with the service's time. Where that is not known, `entries` are
/// judged by this computer's clock, or by the newest of them if that is earlier.
pub fn alikes(
    movement: &Movement,
    now: Now,
    own: &[Own],
    entries: &[LedgerEntry],
) -> Vec<Duplicate> {
    let newest = entries.iter().filter_map(|entry| entry.at).max();
    let server = match (now.server.earliest, now.server.latest) {
        (Some(earliest), _) => earliest,
        // A clock that is slow must not hide an entry; one that is fast is caught by the log's newest entry.
        (None, _) => newest.map_or(now.wall, |newest| newest.min(now.wall)),
    };
    let is_near = |at: i64| server.saturating_sub(at) <= NEAR;
    let mut lines: Vec<(i64, &LedgerEntry)> = entries
        .iter()
        .filter(|entry| records(movement, entry))
        .filter_map(|entry| Some((entry.at?, entry)))
        .collect();
    let mut found = Vec::new();
    for own in own
        .iter()
        .filter(|own| is_same_request(movement, own.movement))
    {
        let place = lines.iter().position(|(made, _)| is_from(own, *made));
        let line = place.map(|place| lines.remove(place));
        let age = own
            .longest_age
            .unwrap_or_else(|| now.wall.saturating_sub(own.confirmed).saturating_abs());
        if age <= NEAR || line.is_some_and(|(made, _)| is_near(made)) {
            found.push(Duplicate {
                at: own.confirmed,
                key: Some(own.key.to_owned()),
                entry: line.map(|(_, entry)| entry.clone()),
            });
        }
    }
    for (at, entry) in lines.into_iter().filter(|(at, _)| is_near(*at)) {
        found.push(Duplicate {
            at,
            key: None,
            entry: Some(entry.clone()),
        });
    }
    sort::sort_by_key(&mut found, |duplicates| std::cmp::Reverse(duplicates.at));
    found
}

/// Whether an entry of `made` can be that of `own`.
fn is_from(own: &Own, made: i64) -> bool {
    if own.sent.earliest.is_some() {
        return own.sent.admits(made, SKEW);
    }
    made.abs_diff(own.confirmed) <= (2 * SKEW).unsigned_abs()
}

/// Whether both are of the same kind, child and size. A transfer's rate makes no difference: whoever corrects the
/// rate of a transfer may not know that it was made.
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
            // Notes that cannot be read leave the amount.
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
