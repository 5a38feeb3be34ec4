//! How other submissions relate to a log entry.

use crate::movement::Kind;
use crate::movement::reconcile::{Fit, LedgerEntry, SKEW, SearchTarget, fit};
use crate::units::Value;
use crate::units::clock::ServerRange;

/// Another submission's claim to a log entry, so that the entry isn't attributed to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The id of its log entry, or the `txn_…` of its allocation.
    Row(String),
    /// The balances in its response. Not used for allocations, whose response gives a different balance than their
    /// event (contract §3.1, §3.4); those are claimed by their `txn_…`.
    Balances {
        /// The user's own balance afterward.
        own: Option<Value>,
        /// The child's balance afterward.
        child: Value,
        /// When it was sent, in server time. Balances can repeat; times can't.
        sent: ServerRange,
    },
    /// An identical request with an uncertain outcome. An entry from the time it was sent may belong to it.
    Possible {
        /// When it was sent, in server time, including the time the service may have taken.
        sent: ServerRange,
        /// The entries that the log showed before. None of them can belong to it.
        known: Vec<String>,
        /// Whether the user marked it as completed, in which case it must have an entry.
        is_completed: bool,
    },
}

/// Whether `entry` may belong to a submission that was sent within `sent`, after the log showed the entries in `known`.
fn is_possible(entry: &LedgerEntry, sent: &ServerRange, known: &[String]) -> bool {
    entry.at.is_none_or(|at| sent.admits(at, SKEW)) && !known.contains(&entry.id)
}

/// How many identical submissions that the user marked as completed have no possible entry other than those for which
/// `is_taken` returns true.
pub(super) fn completed_without_other(
    target: &SearchTarget,
    entries: &[LedgerEntry],
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
        !entries.iter().any(|entry| {
            !is_taken(&entry.id)
                && is_possible(entry, sent, known)
                && fit(target, entry) != Fit::Not
                && claim_strength(target, entries, entry) != ClaimStrength::Firmly
        })
    };
    target.claims.iter().filter(has_no_other).count()
}

/// How strongly other submissions claim an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ClaimStrength {
    Not,
    Perhaps,
    Firmly,
}

/// The strongest claim of another submission to `entry`. Considers all `entries`, including those before the watermark:
/// a claim that matches two entries rules out neither.
pub(super) fn claim_strength(
    target: &SearchTarget,
    entries: &[LedgerEntry],
    entry: &LedgerEntry,
) -> ClaimStrength {
    let is_wallet = target.movement.kind() == Kind::Allocate;
    let strength_of = |claim: &Claim| match claim {
        Claim::Row(id) => {
            let is_claimed = |entry: &LedgerEntry| {
                entry.id == *id || (is_wallet && entry.reference.as_ref() == Some(id))
            };
            if is_claimed(entry) {
                ClaimStrength::Firmly
            } else if is_wallet && entry.reference.is_none() && !entries.iter().any(is_claimed) {
                // An event that doesn't name its transaction may be the claimed one (contract §6, point 11).
                ClaimStrength::Perhaps
            } else {
                ClaimStrength::Not
            }
        }
        Claim::Possible { sent, known, .. } if is_possible(entry, sent, known) => {
            ClaimStrength::Perhaps
        }
        Claim::Possible { .. } => ClaimStrength::Not,
        Claim::Balances { own, child, sent } => {
            if entry.at.is_some_and(|at| !sent.admits(at, SKEW)) {
                return ClaimStrength::Not;
            }
            if is_wallet || matches!(child, Value::Credits(_)) {
                let is_same_unit = is_wallet && matches!(child, Value::Credits(_));
                return if is_same_unit {
                    ClaimStrength::Perhaps
                } else {
                    ClaimStrength::Not
                };
            }
            let may_match = |entry: &&LedgerEntry| {
                let own = own.zip(entry.own_after);
                !entry.moved_nothing()
                    && entry.at.is_none_or(|at| sent.admits(at, SKEW))
                    && own.is_none_or(|(claimed, read)| claimed == read)
                    && entry.child_after.is_none_or(|read| read == *child)
            };
            let is_certain =
                own.is_some() && entry.own_after.is_some() && entry.child_after.is_some();
            match (may_match(&entry), entries.iter().filter(may_match).count()) {
                (true, 1) if is_certain => ClaimStrength::Firmly,
                (true, _) => ClaimStrength::Perhaps,
                (false, _) => ClaimStrength::Not,
            }
        }
    };
    target
        .claims
        .iter()
        .map(strength_of)
        .max()
        .unwrap_or(ClaimStrength::Not)
}
