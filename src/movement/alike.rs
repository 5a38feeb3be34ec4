//! Movements that look like one just made: the same kind, child and size within minutes (design §3). They ask once
//! more and refuse nothing.

use super::plan::Movement;
use super::reconcile::{Trace, is_child};
use crate::units::{Value, order};

/// How long ago a movement may be to look like this one, in milliseconds.
const NEAR: i64 = 10 * 60 * 1000;

/// How far the times of a submission and of its line may lie apart, in milliseconds.
const SAME: i64 = 2 * 60 * 1000;

/// A movement that looks like the one at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// When, in milliseconds since 1970: confirmed by this browser, or made by the backend.
    pub at: i64,
    /// Its idempotency key, where it is one of this browser's.
    pub key: Option<String>,
    /// Its line in the books, where one was found.
    pub trace: Option<Trace>,
}

/// What looks like `movement` at `now` (milliseconds since 1970), newest first: among this browser's own submissions
/// (key, movement, and when it was confirmed) and the lines of the books. A line that is an own submission's is not
/// listed a second time.
pub fn alikes(
    movement: &Movement,
    now: i64,
    own: &[(String, &Movement, i64)],
    traces: &[Trace],
) -> Vec<Alike> {
    let mut lines: Vec<(i64, &Trace)> = traces
        .iter()
        .filter(|trace| records(movement, trace))
        .filter_map(|trace| Some((trace.at?, trace)))
        .collect();
    let near = |at: i64| now.abs_diff(at) <= NEAR.unsigned_abs();
    let mut found = Vec::new();
    for (key, _, at) in own.iter().filter(|(_, other, _)| same(movement, other)) {
        let closest = lines
            .iter()
            .enumerate()
            .map(|(place, (made, _))| (made.abs_diff(*at), place))
            .filter(|(apart, _)| *apart <= SAME.unsigned_abs())
            .min();
        let line = closest.map(|(_, place)| lines.remove(place));
        if near(*at) || line.is_some_and(|(made, _)| near(made)) {
            found.push(Alike {
                at: *at,
                key: Some(key.clone()),
                trace: line.map(|(_, trace)| trace.clone()),
            });
        }
    }
    for (at, trace) in lines.into_iter().filter(|(at, _)| near(*at)) {
        found.push(Alike {
            at,
            key: None,
            trace: Some(trace.clone()),
        });
    }
    order::sort_by_key(&mut found, |alike| std::cmp::Reverse(alike.at));
    found
}

/// Whether both are of the same kind, child and size. A transfer's rate makes no difference: whoever corrects the
/// rate of a transfer may not know that it was made.
fn same(a: &Movement, b: &Movement) -> bool {
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

/// Whether `trace` records a movement of the same kind, child and size.
fn records(movement: &Movement, trace: &Trace) -> bool {
    let child = trace.child.as_deref();
    let size = match movement {
        Movement::Transfer { minutes, rate, .. } => match trace.minutes {
            Some(read) => read == *minutes,
            // Notes that cannot be read leave the amount.
            None => {
                let credit = rate.times(*minutes).ok().map(Value::Money);
                credit.is_some() && trace.credit == credit
            }
        },
        Movement::Revert { minutes, .. } => trace.minutes == Some(*minutes),
        Movement::Allocate { credits, .. } => trace.credit == Some(Value::Credits(*credits)),
    };
    size && trace.kind == Some(movement.kind()) && child.is_some_and(|id| is_child(movement, id))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
