//! Pure: decides from a service's own log whether an unresolved movement was applied (design §3).
//!
//! A person may send again because of what is decided here, so every doubt is shown instead of settled by a guess.
//! "Completed" needs one entry that fits in everything the portal knows and that no other submission can claim. "Not
//! completed" needs a log that was read back past everything it held at the confirmation, after nothing that was sent can
//! be carried out any more.

pub mod duplicates;
pub mod search_context;

use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::session::Api;
use crate::units::Value;
use crate::units::clock::ServerRange;

mod claim;
mod complete;
mod evidence;
mod fit;
mod ledger_entry;

pub use claim::KnownEntry;
use claim::{ClaimStrength, claim_strength};
pub use complete::has_seen_enough;
pub use evidence::{EntryCount, Evidence, ShownAs, count_entries, evidence};
use fit::{Fit, fit};
pub use ledger_entry::LedgerEntry;
pub(super) use ledger_entry::is_child;
use ledger_entry::{is_zero, less, plus};

/// How far the clocks of a service's nodes may differ, in milliseconds: an entry may be dated by another node than the
/// one that answered.
pub(super) const SKEW: i64 = 60_000;
/// How far the clock that dates the log may differ from the one that the service shows, in milliseconds. An entry within
/// that is a doubt.
const OTHER_CLOCK: i64 = 10 * 60_000;
/// How long a balance that the log does not explain keeps a movement from being called not completed, in milliseconds:
/// the log may lag behind it.
const LAG: i64 = 120_000;
/// How far an old record's entry may be dated before the wall clock's time of the confirmation, in milliseconds.
const OLD_RECORD_SLACK: i64 = 10 * 60_000;

/// The movement that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct SearchTarget<'a> {
    /// What was asked for.
    pub movement: &'a Movement,
    /// What was shown when it was confirmed.
    pub quote: &'a Quote,
    /// The id of the newest entry before the first attempt, empty where the log was; `None` where it could not be read.
    pub watermark: Option<&'a str>,
    /// The entries that the log showed then.
    pub known: &'a [String],
    /// Entries that a person has said are somebody else's.
    pub foreign: &'a [String],
    /// From when to when it may have reached the service, by the service's clock.
    pub sent: ServerRange,
    /// Until when it most likely has; `None` where nobody knows.
    pub likely_until: Option<i64>,
    /// What time it is by the service's clock.
    pub now: ServerRange,
    /// For how many milliseconds after that the service may still carry it out.
    pub settles: i64,
    /// Who the log names as the performer of requests with this credential, if earlier entries show it.
    pub performer: Option<&'a str>,
    /// When it was first sent, in milliseconds since 1970 by this computer's clock: for records of older versions of the
    /// portal, which knew no other time.
    pub first_attempt: i64,
    /// The other submissions of the same kind to the same party.
    pub claims: &'a [KnownEntry],
    /// How many identical submissions are still open: each may have its own entry.
    pub open_rivals: usize,
}

impl SearchTarget<'_> {
    /// From when to when its entry may be dated at all.
    fn window(&self) -> ServerRange {
        self.until(self.sent.latest)
    }

    /// From when to when its entry is dated most likely.
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

    /// Whether the log showed `id` before the first attempt.
    pub(super) fn is_known(&self, id: &str) -> bool {
        self.watermark == Some(id) || self.known.iter().any(|known| known == id)
    }
}

/// What was read of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRead {
    /// The entries in the log's order, newest first.
    pub entries: Vec<LedgerEntry>,
    /// Whether the log was read back past everything it held before the first attempt.
    pub complete: bool,
    /// One's own balance now, where it could be read: the one that the quote speaks of, of a wallet the prepaid part.
    pub own_balance: Option<Value>,
    /// For how many milliseconds before this reading nothing could take effect any more; `None` while it still could.
    pub settled_for: Option<i64>,
}

/// Why the log does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// More than one entry may be it.
    Several,
    /// One entry may be it, but what the log held before the first attempt is not known.
    Unmarked,
    /// The log could not be read back to before the first attempt.
    Incomplete,
    /// One's own balance moved by just this much, though no entry shows it.
    Unexplained,
    /// An entry that may be it cannot be read well enough, or may be another submission's.
    Unclear,
    /// The service declined the request, and yet an entry may be it.
    Declined,
}

/// What the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Applied: this entry fits, and no other does.
    Found(Box<LedgerEntry>),
    /// Not applied, and it will not be.
    NotThere,
    /// Not applied so far.
    NotYet,
    /// A person has to decide.
    CannotTell {
        /// Why.
        doubt: Doubt,
        /// The entries that may be it, newest first.
        candidates: Vec<LedgerEntry>,
    },
}

/// Whether the movement was applied, as far as `reading` tells.
pub fn judge(target: &SearchTarget, reading: &LedgerRead) -> Verdict {
    let likely = likely(target, &reading.entries);
    let clean = likely.iter().filter(|line| line.is_clean).count();
    let doubt = match (&likely[..], clean) {
        ([], _) => return absent(target, reading),
        (_, 2..) => Doubt::Several,
        ([_], 1) if !reading.complete => Doubt::Incomplete,
        ([only], 1) if target.watermark.is_some() => {
            return Verdict::Found(Box::new(only.entry.clone()));
        }
        ([_], 1) => Doubt::Unmarked,
        _ => Doubt::Unclear,
    };
    Verdict::CannotTell {
        doubt,
        candidates: likely.iter().map(|line| line.entry.clone()).collect(),
    }
}

/// An entry that may be the one.
struct Likely<'a> {
    entry: &'a LedgerEntry,
    /// Whether another submission may claim it.
    is_claimed: bool,
    /// Whether it dates from the time of the attempts.
    is_in_time: bool,
    /// Whether it can be nothing else, as far as anybody knows.
    is_clean: bool,
}

/// No entry may be it.
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
            Unexplained::Something if settled_for < LAG => return Verdict::NotYet,
            Unexplained::Something => return Verdict::NotThere,
        }
    };
    Verdict::CannotTell {
        doubt,
        candidates: Vec::new(),
    }
}

/// The entries that may be it, newest first.
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
            held => {
                let is_claimed = held == ClaimStrength::Perhaps;
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

/// The entries that seem to have led to one's own balance at the confirmation, so that they are older than it: a log that
/// lags shows them later. Balances can come to be the same again, so this is a doubt and no proof.
fn earlier_by_balance<'a>(target: &SearchTarget, entries: &'a [LedgerEntry]) -> Vec<&'a str> {
    let mut earlier = Vec::new();
    let mut balance = target.quote.own.map(|own| own.before);
    while let Some(after) = balance {
        let led_here = |entry: &&LedgerEntry| {
            !earlier.contains(&entry.id.as_str()) && entry.own_after == Some(after)
        };
        let mut found = entries.iter().filter(led_here);
        balance = match (found.next(), found.next()) {
            // What the log showed then explains the balance without a lag.
            (Some(only), None) if !target.is_known(&only.id) => {
                earlier.push(only.id.as_str());
                only.own_change.and_then(|change| less(after, change))
            }
            _ => None,
        };
    }
    earlier
}

/// How an entry's time compares with the time of the attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timing {
    /// It fits, or nothing says that it does not.
    Within,
    /// It does not fit, but other evidence says that the entry is new, and the log may be dated by another clock than the
    /// one that the service shows.
    Near,
    /// It is another time.
    Out,
}

/// An entry that the log did not hold at the confirmation.
#[derive(Clone, Copy, Debug)]
struct NewEntry<'a> {
    entry: &'a LedgerEntry,
    timing: Timing,
}

/// The entries that the log did not hold at the confirmation and that can date from the time of the attempts. Neither ids
/// nor positions are relied upon where there is better evidence: nodes with clocks of their own sort a new entry below
/// older ones.
fn new_entries<'a>(target: &SearchTarget, entries: &'a [LedgerEntry]) -> Vec<NewEntry<'a>> {
    let last_known = entries.iter().rposition(|entry| target.is_known(&entry.id));
    let mut new = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        if target.is_known(&entry.id) || target.foreign.contains(&entry.id) {
            continue;
        }
        // Below everything that was known, only a time shows that an entry is new.
        let is_below = last_known.is_some_and(|last| place > last);
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
    let is_unmarked = target.watermark.is_none();
    match (is_early, is_below || is_unmarked) {
        (true, true) => Timing::Out,
        (true, false) => Timing::Near,
        // A colleague's, made later, as far as the log's clock is right: it is not, where it runs ahead of now.
        (false, _) if window.admits(at, SKEW + OTHER_CLOCK) => Timing::Near,
        (false, false) if target.now.latest.is_some_and(|now| at > now + SKEW) => Timing::Near,
        (false, _) => Timing::Out,
    }
}

/// The same where only the newest entry was noted, or none: the log was empty or unreadable, or the record is an older
/// version's.
fn is_new_to_old_record(target: &SearchTarget, entry: &LedgerEntry, is_below: bool) -> bool {
    let number = |id: &str| id.parse::<i64>().ok();
    match target.watermark {
        Some("") => true,
        // The log's ids grow, as far as older versions knew; the wallet events' do not.
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

/// How one's own balance compares with what the log explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unexplained {
    /// Entries explain it, and none of them could have been part of the balance at the confirmation already.
    Nothing,
    /// It moved otherwise, or cannot be compared.
    Something,
    /// By exactly the movement.
    Exactly,
}

/// Whether one's own balance has moved, beyond what the new entries explain, as the movement would have moved it.
/// Anything else may be usage or a top-up, or hide the movement.
///
/// A log that lags may show an entry whose change was part of the balance at the confirmation already. So an entry in the
/// movement's own direction explains nothing for certain.
fn unexplained(target: &SearchTarget, reading: &LedgerRead) -> Unexplained {
    let apart = || {
        let (own, quoted) = (reading.own_balance?, target.quote.own?);
        let change = less(quoted.after, quoted.before).filter(|change| !is_zero(*change))?;
        let is_reseller = target.movement.kind().api() == Api::Reseller;
        let changes = new_entries(target, &reading.entries)
            .into_iter()
            .map(|new| new.entry)
            .filter(|entry| !entry.moved_nothing())
            .map(|entry| match is_reseller {
                true => entry.own_change,
                // Events of a child's wallet do not carry one's own balance, which each allocation lessens.
                false => entry
                    .credit
                    .and_then(|credit| less(less(credit, credit)?, credit)),
            });
        let changes: Vec<Value> = changes.collect::<Option<_>>()?;
        let explained = changes
            .iter()
            .try_fold(quoted.before, |sum, it| plus(sum, *it))?;
        let is_same_request = |other: &Value| other.is_negative() == change.is_negative();
        Some((
            less(own, explained)?,
            change,
            changes.iter().any(is_same_request),
        ))
    };
    match apart() {
        Some((apart, change, _)) if apart == change => Unexplained::Exactly,
        Some((apart, _, false)) if is_zero(apart) => Unexplained::Nothing,
        _ => Unexplained::Something,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
