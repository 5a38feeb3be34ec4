//! Pure: decides from a service's own log whether an unresolved movement was applied (design §3).
//!
//! A person may send again because of what is decided here, so every doubt is shown instead of settled by a guess.
//! "Completed" needs one entry that fits in everything the portal knows and that no other submission can claim. "Not
//! completed" needs a log that was read back past everything it held at the confirmation, after nothing that was sent can
//! be carried out any more.

use super::plan::Movement;
use super::quote::Quote;
use crate::clock::ServerRange;
use crate::session::Api;
use crate::units::Value;

mod claim;
mod complete;
mod evidence;
mod fit;
mod trace;

pub use claim::Claim;
use claim::{Held, held};
pub use complete::has_seen_enough;
pub use evidence::{Counted, Evidence, ShownAs, count_entries, evidence};
use fit::{Fit, fit};
pub use trace::Trace;
pub(super) use trace::is_child;
use trace::{is_zero, less, plus};

/// How far the clocks of a service's nodes may differ, in milliseconds: an entry may be dated by another node than the
/// one that answered.
pub(super) const SKEW: i64 = 60_000;
/// How long a balance that the log does not explain keeps a movement from being called not completed, in milliseconds:
/// the log may lag behind it.
const LAG: i64 = 120_000;
/// How far an old record's entry may be dated before the wall clock's time of the confirmation, in milliseconds.
const OLD_RECORD_SLACK: i64 = 10 * 60_000;

/// The movement that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// What was asked for.
    pub movement: &'a Movement,
    /// What was shown when it was confirmed.
    pub quote: &'a Quote,
    /// The id of the newest entry before the first attempt, empty where the log was; `None` where it could not be read.
    pub mark: Option<&'a str>,
    /// The entries that the log showed then.
    pub known: &'a [String],
    /// Entries that a person has said are somebody else's.
    pub foreign: &'a [String],
    /// From when to when it may have reached the service, by the service's clock.
    pub sent: ServerRange,
    /// For how many milliseconds after that the service may still carry it out.
    pub settles: i64,
    /// Who performs what is sent with this credential, where earlier entries have told.
    pub performer: Option<&'a str>,
    /// When it was first sent, in milliseconds since 1970 by this computer's clock: for records of older versions of the
    /// portal, which knew no other time.
    pub first_attempt: i64,
    /// The other submissions of the same kind to the same party.
    pub claims: &'a [Claim],
}

impl Sought<'_> {
    /// From when to when its entry may be dated.
    fn window(&self) -> ServerRange {
        ServerRange {
            earliest: self.sent.earliest,
            latest: self
                .sent
                .latest
                .map(|latest| latest.saturating_add(self.settles)),
        }
    }

    /// Whether the log showed `id` before the first attempt.
    pub(super) fn is_known(&self, id: &str) -> bool {
        self.mark == Some(id) || self.known.iter().any(|known| known == id)
    }
}

/// What was read of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The entries in the log's order, newest first.
    pub traces: Vec<Trace>,
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
#[allow(clippy::large_enum_variant, reason = "one verdict exists at a time")]
pub enum Verdict {
    /// Applied: this entry fits, and no other does.
    Found(Trace),
    /// Not applied, and it will not be.
    NotThere,
    /// Not applied so far.
    NotYet,
    /// A person has to decide.
    CannotTell {
        /// Why.
        doubt: Doubt,
        /// The entries that may be it, newest first.
        candidates: Vec<Trace>,
    },
}

/// Whether the movement was applied, as far as `reading` tells.
pub fn judge(sought: &Sought, reading: &Reading) -> Verdict {
    let likely = likely(sought, &reading.traces);
    let clean = likely.iter().filter(|(_, clean)| *clean).count();
    let doubt = match (&likely[..], clean) {
        ([], _) => return absent(sought, reading),
        (_, 2..) => Doubt::Several,
        ([(_, true)], _) if !reading.complete => Doubt::Incomplete,
        ([(only, true)], _) if sought.mark.is_some() => return Verdict::Found((*only).clone()),
        ([(_, true)], _) => Doubt::Unmarked,
        _ => Doubt::Unclear,
    };
    Verdict::CannotTell {
        doubt,
        candidates: owned(&likely),
    }
}

fn owned(likely: &[(&Trace, bool)]) -> Vec<Trace> {
    likely.iter().map(|(trace, _)| (*trace).clone()).collect()
}

/// No entry may be it.
fn absent(sought: &Sought, reading: &Reading) -> Verdict {
    let doubt = if !reading.complete {
        Doubt::Incomplete
    } else {
        let Some(settled_for) = reading.settled_for else {
            return Verdict::NotYet;
        };
        match unexplained(sought, reading) {
            Unexplained::Exactly => Doubt::Unexplained,
            Unexplained::More if settled_for < LAG => return Verdict::NotYet,
            _ => return Verdict::NotThere,
        }
    };
    Verdict::CannotTell {
        doubt,
        candidates: Vec::new(),
    }
}

/// The entries that may be it, and whether they can be nothing else.
fn likely<'a>(sought: &Sought, traces: &'a [Trace]) -> Vec<(&'a Trace, bool)> {
    let mut likely = Vec::new();
    for trace in new_entries(sought, traces) {
        let fit = fit(sought, trace);
        if fit == Fit::Not {
            continue;
        }
        match held(sought, traces, trace) {
            Held::Firmly => {}
            held => likely.push((trace, fit == Fit::Clean && held == Held::Not)),
        }
    }
    likely
}

/// The entries that the log did not hold at the confirmation and that can date from the time of the attempts. Neither ids
/// nor positions are relied upon where there is better evidence: nodes with clocks of their own sort a new entry below
/// older ones.
fn new_entries<'a>(sought: &Sought, traces: &'a [Trace]) -> Vec<&'a Trace> {
    let window = sought.window();
    let last_known = traces.iter().rposition(|trace| sought.is_known(&trace.id));
    let is_new = |(place, trace): &(usize, &Trace)| {
        if sought.is_known(&trace.id) || sought.foreign.contains(&trace.id) {
            return false;
        }
        if trace.at.is_some_and(|at| !window.admits(at, SKEW)) {
            return false;
        }
        // Below everything that was known, only a time shows that an entry is new.
        let is_below = last_known.is_some_and(|last| *place > last);
        let is_dated = trace.at.is_some() && window.earliest.is_some();
        if sought.known.is_empty() {
            is_new_to_old_record(sought, trace, is_below)
        } else {
            !is_below || is_dated
        }
    };
    let all = traces.iter().enumerate().filter(is_new);
    all.map(|(_, trace)| trace).collect()
}

/// The same where only the newest entry was noted, or none: the log was empty or unreadable, or the record is an older
/// version's.
fn is_new_to_old_record(sought: &Sought, trace: &Trace, is_below: bool) -> bool {
    let number = |id: &str| id.parse::<i64>().ok();
    match sought.mark {
        Some("") => true,
        // The log's ids grow, as far as older versions knew; the wallet events' do not.
        Some(mark) => match (number(mark), number(&trace.id)) {
            (Some(mark), Some(id))
                if sought.sent.earliest.is_none()
                    && sought.movement.kind().api() == Api::Reseller =>
            {
                id > mark
            }
            _ => !is_below,
        },
        None if sought.sent.earliest.is_some() => true,
        None => {
            let since = sought.first_attempt.saturating_sub(OLD_RECORD_SLACK);
            trace.at.is_none_or(|at| at >= since)
        }
    }
}

/// How one's own balance compares with what the log explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unexplained {
    /// It has not moved in the movement's direction by as much as the movement, beyond what entries explain.
    No,
    /// By more than the movement.
    More,
    /// By exactly the movement.
    Exactly,
}

/// Whether one's own balance has moved, beyond what the new entries explain, as the movement would have moved it.
/// Anything else is usage or a top-up.
fn unexplained(sought: &Sought, reading: &Reading) -> Unexplained {
    let (Some(own), Some(quoted)) = (reading.own_balance, sought.quote.own) else {
        return Unexplained::No;
    };
    let mut new = new_entries(sought, &reading.traces)
        .into_iter()
        .filter(|trace| !trace.moved_nothing());
    let explained = match sought.movement.kind().api() {
        Api::Reseller => new.try_fold(quoted.before, |sum, trace| plus(sum, trace.own_change?)),
        // Events of a child's wallet do not carry one's own balance, which each allocation lessens.
        Api::Organizations => new.try_fold(quoted.before, |left, trace| less(left, trace.credit?)),
    };
    let Some(change) = less(quoted.after, quoted.before).filter(|change| !is_zero(*change)) else {
        return Unexplained::No;
    };
    let Some(apart) = explained.and_then(|explained| less(own, explained)) else {
        return Unexplained::No;
    };
    if apart == change {
        return Unexplained::Exactly;
    }
    let covers = less(apart, change).is_some_and(|rest| {
        !is_zero(apart)
            && apart.is_negative() == change.is_negative()
            && rest.is_negative() == change.is_negative()
    });
    // Allocations to other organizations are in other wallets' histories: they explain nothing here.
    if covers && sought.movement.kind().api() == Api::Reseller {
        Unexplained::More
    } else {
        Unexplained::No
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
