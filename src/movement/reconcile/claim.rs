//! What other submissions have to do with a line of the books.

use crate::movement::Kind;
use crate::movement::reconcile::{Fit, SKEW, Sought, Trace, fit};
use crate::units::Value;
use crate::units::clock::ServerRange;

/// What is known of another submission, so that its trace is not taken for this one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The id of its line, or the `txn_…` of its allocation.
    Row(String),
    /// The balances that its answer gave. Of no use to an allocation, whose answer gives another balance than its
    /// event does (contract §3.1, §3.4): that is claimed by its `txn_…`.
    Balances {
        /// One's own after.
        own: Option<Value>,
        /// The child's after.
        child: Value,
        /// When it was sent, by the service's clock. Balances can come to be the same again; times cannot.
        sent: ServerRange,
    },
    /// It asked for the same and its outcome is not certain, so an entry from the time it was sent may be its own.
    Possible {
        /// When it was sent, by the service's clock, including the time the service may have taken.
        sent: ServerRange,
        /// The entries that the log showed before: none of them can be its own.
        known: Vec<String>,
        /// Whether a person has marked it as completed, so that it has an entry.
        is_completed: bool,
    },
}

/// Whether `trace` can be the entry of a submission that was sent in `sent`, after the log showed the entries `known`.
fn is_possible(trace: &Trace, sent: &ServerRange, known: &[String]) -> bool {
    trace.at.is_none_or(|at| sent.admits(at, SKEW)) && !known.contains(&trace.id)
}

/// How many identical submissions that a person has marked as completed have no entry besides those whose id `is_taken`.
pub(super) fn completed_without_other(
    sought: &Sought,
    traces: &[Trace],
    is_taken: impl Fn(&str) -> bool,
) -> usize {
    let has_no_other = |claim: &&Claim| {
        let Claim::Possible {
            sent,
            known,
            is_completed: true,
        } = claim
        else {
            return false;
        };
        !traces.iter().any(|trace| {
            !is_taken(&trace.id)
                && is_possible(trace, sent, known)
                && fit(sought, trace) != Fit::Not
                && held(sought, traces, trace) != Held::Firmly
        })
    };
    sought.claims.iter().filter(has_no_other).count()
}

/// Whether a line is another submission's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    Not,
    Perhaps,
    Firmly,
}

/// Whether one of the claims is to `trace`. All of `traces` are looked at, the ones before the mark too: a claim that
/// fits two lines leaves out neither.
pub(super) fn held(sought: &Sought, traces: &[Trace], trace: &Trace) -> Held {
    let wallet = sought.movement.kind() == Kind::Allocate;
    let by = |claim: &Claim| match claim {
        Claim::Row(id) => {
            let is =
                |trace: &Trace| trace.id == *id || (wallet && trace.reference.as_ref() == Some(id));
            if is(trace) {
                Held::Firmly
            } else if wallet && trace.reference.is_none() && !traces.iter().any(is) {
                // An event that does not name its transaction may be the one that is claimed (contract §6, point 11).
                Held::Perhaps
            } else {
                Held::Not
            }
        }
        Claim::Possible { sent, known, .. } if is_possible(trace, sent, known) => Held::Perhaps,
        Claim::Possible { .. } => Held::Not,
        Claim::Balances { own, child, sent } => {
            if trace.at.is_some_and(|at| !sent.admits(at, SKEW)) {
                return Held::Not;
            }
            if wallet || matches!(child, Value::Credits(_)) {
                let same = wallet && matches!(child, Value::Credits(_));
                return if same { Held::Perhaps } else { Held::Not };
            }
            let may = |trace: &&Trace| {
                let own = own.zip(trace.own_after);
                !trace.moved_nothing()
                    && trace.at.is_none_or(|at| sent.admits(at, SKEW))
                    && own.is_none_or(|(claimed, read)| claimed == read)
                    && trace.child_after.is_none_or(|read| read == *child)
            };
            let surely = own.is_some() && trace.own_after.is_some() && trace.child_after.is_some();
            match (may(&trace), traces.iter().filter(may).count()) {
                (true, 1) if surely => Held::Firmly,
                (true, _) => Held::Perhaps,
                (false, _) => Held::Not,
            }
        }
    };
    sought.claims.iter().map(by).max().unwrap_or(Held::Not)
}
