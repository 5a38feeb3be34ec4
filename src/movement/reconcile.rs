//! Pure: decides from a service's own log whether an unresolved movement was applied (see [`crate::movement`]).
//!
//! The user may send again based on this verdict, so every doubt is shown rather than resolved by a guess. "Completed"
//! needs one entry that matches everything the portal knows and that no other submission can claim. "Not completed"
//! needs a log that was read back past everything it held at confirmation, at a time when nothing that was sent can
//! still be carried out.

pub mod duplicates;
pub mod search_context;

use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::session::Api;
use crate::units::Value;
use crate::units::clock::ServerRange;

mod claim;
mod evidence;
mod fit;
mod ledger_entry;

pub use claim::Claim;
use claim::{ClaimStrength, claim_strength};
pub use evidence::{EntryCount, Evidence, ShownAs, count_entries, evidence};
use fit::{Fit, fit};
pub use ledger_entry::LedgerEntry;
pub(super) use ledger_entry::is_child;
use ledger_entry::{is_zero, minus, plus};

/// How far the clocks of a service's nodes may differ, in milliseconds. An entry may be dated by a different node than
/// the one that responded.
pub(crate) const SKEW: i64 = 60_000;
/// How far the log's clock may differ from the clock that the service reports, in milliseconds. An entry within this
/// tolerance raises a doubt.
const LOG_CLOCK_TOLERANCE: i64 = 10 * 60_000;
/// How long a balance change that the log doesn't explain prevents a "not completed" verdict, in milliseconds: the log
/// may lag behind the balance.
const LOG_LAG: i64 = 120_000;
/// How far an old record's entry may be dated before the wall-clock time of confirmation, in milliseconds.
const OLD_RECORD_SLACK: i64 = 10 * 60_000;

/// The movement to look for.
#[derive(Clone, Copy, Debug)]
pub struct SearchTarget<'a> {
    /// The movement that was sent.
    pub movement: &'a Movement,
    /// The quote shown at confirmation.
    pub quote: &'a Quote,
    /// The id of the newest log entry before the first attempt: empty if the log was empty, `None` if it couldn't be
    /// read.
    pub watermark: Option<&'a str>,
    /// The entries that the log showed at that time.
    pub known: &'a [String],
    /// Entries that the user marked as somebody else's.
    pub foreign: &'a [String],
    /// When it may have reached the service, in server time.
    pub sent: ServerRange,
    /// The latest server time at which it most likely reached the service; `None` if unknown.
    pub likely_until: Option<i64>,
    /// The current server time.
    pub now: ServerRange,
    /// How long after arrival the service may still carry it out, in milliseconds.
    pub settles: i64,
    /// The performer that the log names for requests with this credential, if earlier entries show it.
    pub performer: Option<&'a str>,
    /// When it was first sent, in milliseconds since 1970 by this computer's clock. Only used for records from older
    /// versions of the portal, which stored no other time.
    pub first_attempt: i64,
    /// What is known about other submissions of the same kind to the same party.
    pub claims: &'a [Claim],
    /// How many identical submissions are still open. Each may have its own entry.
    pub open_rivals: usize,
}

impl SearchTarget<'_> {
    /// When its entry may be dated at all.
    fn window(&self) -> ServerRange {
        self.until(self.sent.latest)
    }

    /// When its entry is most likely dated.
    fn likely_window(&self) -> ServerRange {
        let latest = match (self.sent.latest, self.likely_until) {
            (Some(latest), Some(likely)) => Some(latest.min(likely)),
            (latest, likely) => latest.or(likely),
        };
        self.until(latest)
    }

    fn until(&self, latest: Option<i64>) -> ServerRange {
        ServerRange {
            earliest: self.sent.earliest,
            latest: latest.map(|latest| latest.saturating_add(self.settles)),
        }
    }

    /// Whether the log showed entry `id` before the first attempt.
    pub(super) fn is_known(&self, id: &str) -> bool {
        self.watermark == Some(id) || self.known.iter().any(|known| known == id)
    }
}

/// What was read from the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRead {
    /// The entries in log order, newest first.
    pub entries: Vec<LedgerEntry>,
    /// Whether the log was read back past everything it held before the first attempt.
    pub complete: bool,
    /// The user's current balance, if it could be read: the one that the quote uses; for a wallet, the prepaid part.
    pub own_balance: Option<Value>,
    /// For how many milliseconds before this read nothing could take effect anymore; `None` if something still could.
    pub settled_for: Option<i64>,
}

/// Why the log doesn't settle the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// More than one entry may match.
    Several,
    /// One entry may match, but the log's contents before the first attempt are unknown.
    NoWatermark,
    /// The log couldn't be read back to before the first attempt.
    Incomplete,
    /// The user's own balance changed by exactly this amount, but no entry shows it.
    Unexplained,
    /// An entry that may match can't be read well enough, or may belong to another submission.
    Unclear,
    /// The service declined the request, yet an entry may match.
    Declined,
}

/// What the log says about the movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Applied: exactly this entry matches.
    Found(Box<LedgerEntry>),
    /// Not applied, and it can no longer be.
    NotThere,
    /// Not applied yet.
    NotYet,
    /// The user has to decide.
    CannotTell {
        /// The reason.
        doubt: Doubt,
        /// The entries that may match, newest first.
        candidates: Vec<LedgerEntry>,
    },
}

/// Decides whether the movement was applied, as far as `reading` shows.
pub fn judge(target: &SearchTarget, reading: &LedgerRead) -> Verdict {
    let likely = likely(target, &reading.entries);
    let clean = likely.iter().filter(|candidate| candidate.is_clean).count();
    let doubt = match (&likely[..], clean) {
        ([], _) => return absent(target, reading),
        (_, 2..) => Doubt::Several,
        ([_], 1) if !reading.complete => Doubt::Incomplete,
        ([only], 1) if target.watermark.is_some() => {
            return Verdict::Found(Box::new(only.entry.clone()));
        }
        ([_], 1) => Doubt::NoWatermark,
        _ => Doubt::Unclear,
    };
    Verdict::CannotTell {
        doubt,
        candidates: likely
            .iter()
            .map(|candidate| candidate.entry.clone())
            .collect(),
    }
}

/// An entry that may match.
struct Likely<'a> {
    entry: &'a LedgerEntry,
    /// Whether another submission may claim it.
    is_claimed: bool,
    /// Whether it is dated within the time of the attempts.
    is_in_time: bool,
    /// Whether nothing suggests that it could be anything else.
    is_clean: bool,
}

/// The verdict if no entry may match.
fn absent(target: &SearchTarget, reading: &LedgerRead) -> Verdict {
    let doubt = if !reading.complete {
        Doubt::Incomplete
    } else {
        let Some(settled_for) = reading.settled_for else {
            return Verdict::NotYet;
        };
        match unexplained(target, reading) {
            Unexplained::Exactly => Doubt::Unexplained,
            Unexplained::Nothing => return Verdict::NotThere,
            Unexplained::Something if settled_for < LOG_LAG => return Verdict::NotYet,
            Unexplained::Something => return Verdict::NotThere,
        }
    };
    Verdict::CannotTell {
        doubt,
        candidates: Vec::new(),
    }
}

/// The entries that may match, newest first.
fn likely<'a>(target: &SearchTarget, entries: &'a [LedgerEntry]) -> Vec<Likely<'a>> {
    let mut likely = Vec::new();
    let earlier = earlier_by_balance(target, entries);
    for NewEntry { entry, timing } in new_entries(target, entries) {
        let fit = fit(target, entry);
        if fit == Fit::Not {
            continue;
        }
        match claim_strength(target, entries, entry) {
            ClaimStrength::Firmly => {}
            strength => {
                let is_claimed = strength == ClaimStrength::Perhaps;
                let is_earlier = earlier.contains(&entry.id.as_str());
                likely.push(Likely {
                    entry,
                    is_claimed,
                    is_in_time: timing == Timing::Within,
                    is_clean: fit == Fit::Clean
                        && timing == Timing::Within
                        && !is_claimed
                        && !is_earlier,
                });
            }
        }
    }
    likely
}

/// The entries that appear to have led to the user's own balance at confirmation, and so are older than the movement;
/// a lagging log shows them later. A balance can return to an earlier value, so this raises a doubt but proves nothing.
fn earlier_by_balance<'a>(target: &SearchTarget, entries: &'a [LedgerEntry]) -> Vec<&'a str> {
    let mut earlier = Vec::new();
    let mut balance = target.quote.own.map(|own| own.before);
    while let Some(after) = balance {
        let led_here = |entry: &&LedgerEntry| {
            !earlier.contains(&entry.id.as_str()) && entry.own_after == Some(after)
        };
        let mut found = entries.iter().filter(led_here);
        balance = match (found.next(), found.next()) {
            // An entry that was already in the log explains the balance: there was no lag.
            (Some(only), None) if !target.is_known(&only.id) => {
                earlier.push(only.id.as_str());
                only.own_change.and_then(|change| minus(after, change))
            }
            _ => None,
        };
    }
    earlier
}

/// How an entry's time compares with the time of the attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    /// It matches, or nothing contradicts it.
    Within,
    /// It doesn't match, but other evidence shows that the entry is new, and the log's clock may differ from the one
    /// that the service reports.
    Near,
    /// It belongs to another time.
    Out,
}

/// An entry that the log didn't hold at confirmation.
#[derive(Clone, Copy, Debug)]
struct NewEntry<'a> {
    entry: &'a LedgerEntry,
    timing: Timing,
}

/// The entries that the log didn't hold at confirmation and that may date from the time of the attempts. Neither ids
/// nor positions are trusted where there is better evidence: nodes with different clocks may sort a new entry below
/// older ones.
fn new_entries<'a>(target: &SearchTarget, entries: &'a [LedgerEntry]) -> Vec<NewEntry<'a>> {
    let last_known = entries.iter().rposition(|entry| target.is_known(&entry.id));
    let mut new = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if target.is_known(&entry.id) || target.foreign.contains(&entry.id) {
            continue;
        }
        // Below every known entry, only the time can show that an entry is new.
        let is_below = last_known.is_some_and(|last| index > last);
        let timing = timing(target, entry, is_below);
        let is_dated = entry.at.is_some() && target.sent.earliest.is_some();
        let is_new = if target.known.is_empty() {
            is_new_to_old_record(target, entry, is_below)
        } else {
            !is_below || is_dated
        };
        if is_new && timing != Timing::Out {
            new.push(NewEntry { entry, timing });
        }
    }
    new
}

fn timing(target: &SearchTarget, entry: &LedgerEntry, is_below: bool) -> Timing {
    let (window, likely) = (target.window(), target.likely_window());
    let Some(at) = entry.at.filter(|at| !likely.admits(*at, SKEW)) else {
        return Timing::Within;
    };
    let is_early = window
        .earliest
        .is_some_and(|earliest| at < earliest.saturating_sub(SKEW));
    let has_no_watermark = target.watermark.is_none();
    match (is_early, is_below || has_no_watermark) {
        (true, true) => Timing::Out,
        (true, false) => Timing::Near,
        // A later entry is a colleague's, unless the log's clock is wrong, as it must be if the entry is in the future.
        (false, _) if window.admits(at, SKEW + LOG_CLOCK_TOLERANCE) => Timing::Near,
        (false, false) if target.now.latest.is_some_and(|now| at > now + SKEW) => Timing::Near,
        (false, _) => Timing::Out,
    }
}

/// Whether an entry is new if the target has no known entries and at most a watermark was stored: the log was empty or
/// unreadable, or the record is from an older version.
fn is_new_to_old_record(target: &SearchTarget, entry: &LedgerEntry, is_below: bool) -> bool {
    let number = |id: &str| id.parse::<i64>().ok();
    match target.watermark {
        Some("") => true,
        // The log's ids increase, as far as older versions knew; wallet event ids don't.
        Some(watermark) => match (number(watermark), number(&entry.id)) {
            (Some(watermark), Some(id))
                if target.sent.earliest.is_none()
                    && target.movement.kind().api() == Api::Reseller =>
            {
                id > watermark
            }
            _ => !is_below,
        },
        None if target.sent.earliest.is_some() => true,
        None => {
            let since = target.first_attempt.saturating_sub(OLD_RECORD_SLACK);
            entry.at.is_none_or(|at| at >= since)
        }
    }
}

/// How the user's own balance compares with what the log explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unexplained {
    /// Entries explain it, and none of them could already have been part of the balance at confirmation.
    Nothing,
    /// It changed in some other way, or can't be compared.
    Something,
    /// It is off by exactly the movement.
    Exactly,
}

/// Compares the user's own balance with the sum of the new entries. An unexplained change of exactly the movement's
/// size suggests that it was applied; any other difference may be usage or a top-up, or may hide the movement.
///
/// A lagging log may show an entry that was already part of the balance at confirmation. So an entry in the movement's
/// own direction is never a reliable explanation.
fn unexplained(target: &SearchTarget, reading: &LedgerRead) -> Unexplained {
    let difference = || {
        let (own, quoted) = (reading.own_balance?, target.quote.own?);
        let change = minus(quoted.after, quoted.before).filter(|change| !is_zero(*change))?;
        let is_reseller = target.movement.kind().api() == Api::Reseller;
        let changes = new_entries(target, &reading.entries)
            .into_iter()
            .map(|new| new.entry)
            .filter(|entry| !entry.moved_nothing())
            .map(|entry| match is_reseller {
                true => entry.own_change,
                // Events of a child's wallet don't carry the user's own balance, which each allocation reduces.
                false => entry
                    .credit
                    .and_then(|credit| minus(minus(credit, credit)?, credit)),
            });
        let changes: Vec<Value> = changes.collect::<Option<_>>()?;
        let explained = changes
            .iter()
            .try_fold(quoted.before, |sum, it| plus(sum, *it))?;
        let is_same_direction = |other: &Value| other.is_negative() == change.is_negative();
        Some((
            minus(own, explained)?,
            change,
            changes.iter().any(is_same_direction),
        ))
    };
    match difference() {
        Some((difference, change, _)) if difference == change => Unexplained::Exactly,
        Some((difference, _, false)) if is_zero(difference) => Unexplained::Nothing,
        _ => Unexplained::Something,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
