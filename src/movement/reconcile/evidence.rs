//! Pure: the evidence for an entry, and the entries beyond the outcome that was shown.

use crate::movement::reconcile::claim::completed_without_other;
use crate::movement::reconcile::ledger_entry::LedgerEntry;
use crate::movement::reconcile::{SKEW, SearchTarget, earlier_by_balance, likely};
use crate::movement::submission::receipt::Receipt;
use crate::units::Value;

/// How far outside the time of an answered request an entry may be dated and still count as a repeat of it, in
/// milliseconds. The nodes that date entries have their own clocks.
const REPEAT_TOLERANCE: i64 = 30_000;

/// The evidence that an entry belongs to a submission, besides kind, party and amount. Nothing in a log distinguishes
/// it from a colleague's identical request at the same time with the same credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// It is dated within the time the request was sent, in server time.
    pub time: bool,
    /// Its balances match the preview.
    pub balances: bool,
    /// It has the same performer as earlier requests with this credential.
    pub performer: bool,
    /// It isn't one of the entries that the log showed before.
    pub new: bool,
}

/// Returns the evidence for `entry`.
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

/// The outcome that was shown for a submission.
#[derive(Clone, Copy, Debug)]
pub enum ShownAs<'a> {
    /// Completed, according to the service's response.
    Answered(&'a Receipt),
    /// Completed, according to the entry with this id.
    Entry(&'a str),
    /// Completed, according to the user, who picked no entry.
    Completed,
    /// Not completed, or declined.
    NotCompleted,
}

/// The entries that may belong to a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryCount {
    /// All of them, newest first. A completed submission should have one, any other none; more raise an alarm.
    pub entries: Vec<LedgerEntry>,
    /// The one that certainly belongs to it.
    pub own: Option<LedgerEntry>,
    /// Whether no open submission may still account for an entry.
    pub is_final: bool,
}

/// Counts the entries of a settled submission that was shown as `shown`.
///
/// A colleague may make an identical request on purpose, which is no reason for an alarm. So an entry counts only if
/// the same credential's user performed it and it may date from the request. If the response had exactly the balances
/// of the preview, nothing of this submission was applied before the answered request, so only an entry from that very
/// moment can be a repeat.
pub fn count_entries(target: &SearchTarget, shown: ShownAs, entries: &[LedgerEntry]) -> EntryCount {
    let likely = likely(target, entries);
    // An alarm needs an entry that dates from the request; a colleague may make the same movement later. If even the
    // submission's own entry is dated otherwise, the log uses a different clock.
    let is_own_late = likely.iter().any(|candidate| {
        let of_receipt = |receipt| is_of_receipt(receipt, candidate.entry);
        !candidate.is_in_time && matches!(shown, ShownAs::Answered(receipt) if of_receipt(receipt))
    });
    let in_time = likely
        .iter()
        .filter(|candidate| candidate.is_in_time || is_own_late);
    let all: Vec<&LedgerEntry> = in_time.map(|candidate| candidate.entry).collect();
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
    // Entries that led to the balance before confirmation are older, regardless of the nodes' clocks.
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
        let is_other_performer = performers.is_some_and(|(own, theirs)| own != theirs);
        let is_late = is_exact
            && entry
                .at
                .is_some_and(|at| !target.sent.admits(at, REPEAT_TOLERANCE));
        let changes = own.own_change.zip(entry.own_change);
        let is_other_size = changes.is_some_and(|(own, theirs)| own != theirs);
        let is_earlier = earlier.contains(&entry.id.as_str());
        !is_other_performer && !is_late && !is_other_size && !is_earlier
    };
    let mut counted: Vec<LedgerEntry> = all.iter().copied().filter(counts).cloned().collect();
    // Entries that open submissions may account for count only after those have settled. Entries of submissions that
    // the user marked as completed belong to those submissions.
    let own_id = own.map(|own| own.id.as_str());
    let claimed: Vec<&str> = likely
        .iter()
        .filter(|candidate| candidate.is_claimed && own_id != Some(&*candidate.entry.id))
        .map(|candidate| candidate.entry.id.as_str())
        .collect();
    let completed = completed_without_other(target, entries, |id| {
        claimed.contains(&id) || own_id == Some(id)
    });
    if claimed.len() <= target.open_rivals + completed {
        counted.retain(|entry| !claimed.contains(&entry.id.as_str()));
    }
    EntryCount {
        entries: counted,
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

/// Whether the response has the balances of a complete preview.
fn is_as_previewed(target: &SearchTarget, receipt: &Receipt) -> bool {
    let is_complete = match receipt.own {
        Some(_) => target.quote.own.is_some(),
        None => target.quote.child.is_some(),
    };
    is_complete && receipt.differences(target.quote).is_empty()
}
