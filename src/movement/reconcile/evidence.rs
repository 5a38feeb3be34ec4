//! Pure: what speaks for an entry, and which entries there are beyond what was shown.

use crate::movement::reconcile::claim::completed_without_other;
use crate::movement::reconcile::ledger_entry::LedgerEntry;
use crate::movement::reconcile::{SKEW, SearchTarget, earlier_by_balance, likely};
use crate::movement::submission::receipt::Receipt;
use crate::units::Value;

/// How far outside of the time of an answered request an entry may be dated and still be a repetition of that request, in
/// milliseconds: the nodes that date entries have clocks of their own.
const REPETITION: i64 = 30_000;

/// What speaks for an entry being a submission's own, besides kind, party and amount. Nothing in a log tells an entry from
/// that of a colleague who asked for the same at the same time with the same credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// It is dated from when the request was sent, by the service's clock.
    pub time: bool,
    /// Its balances are those of the preview.
    pub balances: bool,
    /// It has the same performer as earlier requests with this credential.
    pub performer: bool,
    /// It is not one of the entries that the log showed before.
    pub new: bool,
}

/// What speaks for `entry`.
pub fn evidence(target: &SearchTarget, entry: &LedgerEntry) -> Evidence {
    let window = target.likely_window();
    let is_bounded = window.earliest.is_some() && window.latest.is_some();
    let after = |change: Option<crate::units::Change>| change.map(|change| change.after);
    let same = |quoted: Option<Value>, read: Option<Value>| quoted.is_some() && quoted == read;
    Evidence {
        time: is_bounded && entry.at.is_some_and(|at| window.admits(at, SKEW)),
        balances: same(after(target.quote.own), entry.own_after)
            && same(after(target.quote.child), entry.child_after),
        performer: target.performer.is_some() && target.performer == entry.performer.as_deref(),
        new: target.watermark.is_some() && !target.is_known(&entry.id),
    }
}

/// What a submission was shown as.
#[derive(Clone, Copy, Debug)]
pub enum ShownAs<'a> {
    /// Completed, by the service's answer.
    Answered(&'a Receipt),
    /// Completed, by the entry with this id.
    Entry(&'a str),
    /// Completed, by a person who pointed at no entry.
    Completed,
    /// Not completed, or declined.
    NotCompleted,
}

/// The entries that may be a submission's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryCount {
    /// All of them, newest first. One is expected for a completed submission, none for any other; more raise an alarm.
    pub lines: Vec<LedgerEntry>,
    /// The one that is certainly its own.
    pub own: Option<LedgerEntry>,
    /// Whether no open submission has a part in it.
    pub is_final: bool,
}

/// Counts the entries of a submission that was `shown` as settled.
///
/// A colleague may ask for the same, on purpose: that is no reason for an alarm. So an entry counts only if the same
/// credential's user performed it, and if it can date from the request. After an answer with exactly the balances of the
/// preview, nothing of this submission was applied before the answered request, so only an entry from that very moment
/// can be a repetition.
pub fn count_entries(target: &SearchTarget, shown: ShownAs, entries: &[LedgerEntry]) -> EntryCount {
    let likely = likely(target, entries);
    // An alarm needs an entry that dates from the request; a colleague may make the same later. Where even its own entry
    // is dated otherwise, the log has another clock.
    let is_own_late = likely.iter().any(|line| {
        let of_receipt = |receipt| is_of_receipt(receipt, line.entry);
        !line.is_in_time && matches!(shown, ShownAs::Answered(receipt) if of_receipt(receipt))
    });
    let counted = likely.iter().filter(|line| line.is_in_time || is_own_late);
    let all: Vec<&LedgerEntry> = counted.map(|line| line.entry).collect();
    let own = match shown {
        ShownAs::Answered(receipt) => {
            let is_own = |entry: &&&LedgerEntry| is_of_receipt(receipt, entry);
            let mut own = all.iter().filter(is_own);
            own.next().filter(|_| own.next().is_none()).copied()
        }
        ShownAs::Entry(id) => all.iter().find(|entry| entry.id == id).copied(),
        ShownAs::Completed | ShownAs::NotCompleted => None,
    };
    let is_exact = matches!(shown, ShownAs::Answered(receipt) if is_as_previewed(target, receipt));
    // Whatever led to the balance before the confirmation is older, whatever the clocks of the nodes say.
    let earlier = match is_exact {
        true => earlier_by_balance(target, entries),
        false => Vec::new(),
    };
    let counts = |entry: &&LedgerEntry| {
        let Some(own) = own else { return true };
        if own.id == entry.id {
            return true;
        }
        let performers = own.performer.as_ref().zip(entry.performer.as_ref());
        let other = performers.is_some_and(|(own, theirs)| own != theirs);
        let is_late = is_exact
            && entry
                .at
                .is_some_and(|at| !target.sent.admits(at, REPETITION));
        let changes = own.own_change.zip(entry.own_change);
        let is_other_size = changes.is_some_and(|(own, theirs)| own != theirs);
        let is_earlier = earlier.contains(&entry.id.as_str());
        !other && !is_late && !is_other_size && !is_earlier
    };
    let mut lines: Vec<LedgerEntry> = all.iter().copied().filter(counts).cloned().collect();
    // Entries that open submissions may explain count only after those have settled, and the entries of submissions that a
    // person has marked as completed are theirs.
    let own_id = own.map(|own| own.id.as_str());
    let claimed: Vec<&str> = likely
        .iter()
        .filter(|line| line.is_claimed && own_id != Some(&*line.entry.id))
        .map(|line| line.entry.id.as_str())
        .collect();
    let completed = completed_without_other(target, entries, |id| {
        claimed.contains(&id) || own_id == Some(id)
    });
    if claimed.len() <= target.open_rivals + completed {
        lines.retain(|line| !claimed.contains(&line.id.as_str()));
    }
    EntryCount {
        lines,
        own: own.cloned(),
        is_final: target.open_rivals == 0,
    }
}

fn is_of_receipt(receipt: &Receipt, entry: &LedgerEntry) -> bool {
    match &receipt.transaction {
        Some(transaction) => entry.reference.as_ref() == Some(transaction),
        None => {
            receipt.own.is_some()
                && receipt.own == entry.own_after
                && Some(receipt.child) == entry.child_after
        }
    }
}

/// Whether the answer has the balances of a complete preview.
fn is_as_previewed(target: &SearchTarget, receipt: &Receipt) -> bool {
    let is_complete = match receipt.own {
        Some(_) => target.quote.own.is_some(),
        None => target.quote.child.is_some(),
    };
    is_complete && receipt.differences(target.quote).is_empty()
}
