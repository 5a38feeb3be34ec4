//! What other submissions have to do with a line of the books.

use crate::movement::Kind;
use crate::movement::reconcile::{Fit, LedgerEntry, SKEW, SearchTarget, fit};
use crate::units::Value;
use crate::units::clock::ServerRange;

/// What is known of another submission, so that its trace is not taken for this one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownEntry {
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

/// Whether `entry` can be the entry of a submission that was sent in `sent`, after the log showed the entries `known`.
fn is_possible(entry: &LedgerEntry, sent: &ServerRange, known: &[String]) -> bool {
    entry.at.is_none_or(|at| sent.admits(at, SKEW)) && !known.contains(&entry.id)
}

/// How many identical submissions that a person has marked as completed have no entry besides those whose id `is_taken`.
pub(super) fn completed_without_other(
    target: &SearchTarget,
    entries: &[LedgerEntry],
    is_taken: impl Fn(&str) -> bool,
) -> usize {
    let has_no_other = |claim: &&KnownEntry| {
        let KnownEntry::Possible {
            sent,
            known,
            is_completed: true,
        } = claim
        else {
            return false;
        };
        !entries.iter().any(|entry| {
            !is_taken(&entry.id)
                && is_possible(entry, sent, known)
                && fit(target, entry) != Fit::Not
                && claim_strength(target, entries, entry) != ClaimStrength::Firmly
        })
    };
    target.claims.iter().filter(has_no_other).count()
}

/// Whether a line is another submission's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ClaimStrength {
    Not,
    Perhaps,
    Firmly,
}

/// Whether one of the claims is to `entry`. All of `entries` are looked at, the ones before the mark too: a claim that
/// fits two lines leaves out neither.
pub(super) fn claim_strength(
    target: &SearchTarget,
    entries: &[LedgerEntry],
    entry: &LedgerEntry,
) -> ClaimStrength {
    let wallet = target.movement.kind() == Kind::Allocate;
    let by = |claim: &KnownEntry| match claim {
        KnownEntry::Row(id) => {
            let is = |entry: &LedgerEntry| {
                entry.id == *id || (wallet && entry.reference.as_ref() == Some(id))
            };
            if is(entry) {
                ClaimStrength::Firmly
            } else if wallet && entry.reference.is_none() && !entries.iter().any(is) {
                // An event that does not name its transaction may be the one that is claimed (contract §6, point 11).
                ClaimStrength::Perhaps
            } else {
                ClaimStrength::Not
            }
        }
        KnownEntry::Possible { sent, known, .. } if is_possible(entry, sent, known) => {
            ClaimStrength::Perhaps
        }
        KnownEntry::Possible { .. } => ClaimStrength::Not,
        KnownEntry::Balances { own, child, sent } => {
            if entry.at.is_some_and(|at| !sent.admits(at, SKEW)) {
                return ClaimStrength::Not;
            }
            if wallet || matches!(child, Value::Credits(_)) {
                let same = wallet && matches!(child, Value::Credits(_));
                return if same {
                    ClaimStrength::Perhaps
                } else {
                    ClaimStrength::Not
                };
            }
            let may = |entry: &&LedgerEntry| {
                let own = own.zip(entry.own_after);
                !entry.moved_nothing()
                    && entry.at.is_none_or(|at| sent.admits(at, SKEW))
                    && own.is_none_or(|(claimed, read)| claimed == read)
                    && entry.child_after.is_none_or(|read| read == *child)
            };
            let surely = own.is_some() && entry.own_after.is_some() && entry.child_after.is_some();
            match (may(&entry), entries.iter().filter(may).count()) {
                (true, 1) if surely => ClaimStrength::Firmly,
                (true, _) => ClaimStrength::Perhaps,
                (false, _) => ClaimStrength::Not,
            }
        }
    };
    target
        .claims
        .iter()
        .map(by)
        .max()
        .unwrap_or(ClaimStrength::Not)
}
