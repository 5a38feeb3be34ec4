//! Deciding from a backend's own books whether an unresolved movement was made (design §3).
//!
//! What is decided here lets a person send anew, so every doubt is told rather than settled by a guess. "It is there"
//! needs one line that can be nothing else; "it is not there" needs books that are read to the end and can no longer
//! change.

use super::plan::Movement;
use super::quote::Quote;
use crate::session::Api;
use crate::units::{Amount, Value};
use rust_decimal::Decimal;

mod claim;
mod trace;

pub use claim::Claim;
use claim::{Held, held};
pub use trace::Trace;
pub(super) use trace::is_child;
use trace::{is_zero, less, unsigned};

/// How far a backend's clock and the browser's may lie apart, in milliseconds.
pub(super) const SKEW: i64 = 10 * 60 * 1000;

/// The movement that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// What was asked for.
    pub movement: &'a Movement,
    /// What was shown when it was confirmed.
    pub quote: &'a Quote,
    /// The id of the newest line before the first attempt (of the log the greatest one), empty where the books were;
    /// nothing where that could not be read.
    pub mark: Option<&'a str>,
    /// When it was first sent, in milliseconds since 1970 by this browser's clock.
    pub first_attempt: i64,
    /// The other submissions of the same kind to the same child, **except those answered before the mark was read**:
    /// their lines lie before it, and balances can come to be the same again.
    pub claims: &'a [Claim],
}

/// What was read of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The lines, newest first, back to the mark; where there is none, to some time before the first attempt.
    pub traces: Vec<Trace>,
    /// Whether that point, or the books' far end, was reached.
    pub complete: bool,
    /// One's own balance now, where it could be read: the one that the quote speaks of, of a wallet the prepaid part.
    pub own_balance: Option<Value>,
    /// Whether the submission can no longer take effect behind this reading.
    pub settled: bool,
}

/// Why the books do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// More than one line may be it.
    Several,
    /// One line may be it, but where the books stood before the first attempt is not known.
    Unmarked,
    /// The books could not be read back to where they stood before the first attempt.
    Incomplete,
    /// One's own balance moved by just this much, though no line shows it.
    Unexplained,
    /// A line that may be it cannot be read well enough, or may be another submission's.
    Unclear,
}

/// What the books say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "one verdict exists at a time")]
pub enum Verdict {
    /// It was made: this line.
    Found(Trace),
    /// It was not made and will not be.
    NotThere,
    /// It was not made so far.
    NotYet,
    /// A person has to decide.
    CannotTell {
        /// Why.
        doubt: Doubt,
        /// The lines that may be it, newest first.
        candidates: Vec<Trace>,
    },
}

/// How well a line fits the movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Not,
    Unclear,
    Clean,
}

/// Whether the movement was made, as far as `reading` tells.
pub fn judge(sought: &Sought, reading: &Reading) -> Verdict {
    let likely = likely(sought, &reading.traces);
    let clean = likely.iter().filter(|(_, clean)| *clean).count();
    let doubt = match (&likely[..], clean) {
        ([], _) => return absent(sought, reading),
        (_, 2..) => Doubt::Several,
        ([(only, true)], _) if sought.mark.is_some() => return Verdict::Found((*only).clone()),
        ([(_, true)], _) => Doubt::Unmarked,
        _ => Doubt::Unclear,
    };
    Verdict::CannotTell {
        doubt,
        candidates: owned(&likely),
    }
}

/// The lines that may be the movement's, newest first. More than one of them after an answer that said "made" is a
/// reason to look whether it was made more than once.
pub fn candidates(sought: &Sought, traces: &[Trace]) -> Vec<Trace> {
    owned(&likely(sought, traces))
}

fn owned(likely: &[(&Trace, bool)]) -> Vec<Trace> {
    likely.iter().map(|(trace, _)| (*trace).clone()).collect()
}

/// No line may be it.
fn absent(sought: &Sought, reading: &Reading) -> Verdict {
    let doubt = if !reading.complete {
        Doubt::Incomplete
    } else if !reading.settled {
        return Verdict::NotYet;
    } else if unexplained(sought, reading) {
        Doubt::Unexplained
    } else {
        return Verdict::NotThere;
    };
    Verdict::CannotTell {
        doubt,
        candidates: Vec::new(),
    }
}

/// The lines that may be it, and whether they can be nothing else.
fn likely<'a>(sought: &Sought, traces: &'a [Trace]) -> Vec<(&'a Trace, bool)> {
    let mut likely = Vec::new();
    for trace in after_mark(sought, traces) {
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

/// The lines that came after the mark, newest first.
fn after_mark<'a>(sought: &Sought, traces: &'a [Trace]) -> Vec<&'a Trace> {
    let Some(mark) = sought.mark else {
        let since = sought.first_attempt.saturating_sub(SKEW);
        let may = |trace: &&Trace| trace.at.is_none_or(|at| at >= since);
        return traces.iter().filter(may).collect();
    };
    // The log's ids grow, though its order is by time and ids of other accounts lie between; the events' ids do not.
    let number = |id: &str| id.parse::<i64>().ok();
    match (sought.movement.kind().api(), number(mark)) {
        (Api::Reseller, Some(mark)) => traces
            .iter()
            .filter(|trace| number(&trace.id).is_none_or(|id| id > mark))
            .collect(),
        _ => traces.iter().take_while(|trace| trace.id != mark).collect(),
    }
}

fn fit(sought: &Sought, trace: &Trace) -> Fit {
    let movement = sought.movement;
    let other_kind = trace.kind.is_some_and(|kind| kind != movement.kind());
    let other_child = trace
        .child
        .as_deref()
        .is_some_and(|id| !is_child(movement, id));
    if other_kind || other_child || trace.moved_nothing() {
        return Fit::Not;
    }
    let size = match movement {
        Movement::Transfer { minutes, rate, .. } => {
            if trace.minutes.is_some_and(|read| read != *minutes) {
                return Fit::Not;
            }
            let credit = rate.times(*minutes).ok().map(Value::Money);
            match (credit.zip(trace.credit), trace.minutes) {
                (Some((asked, read)), _) => compare(asked, read),
                (None, Some(_)) => Fit::Clean,
                (None, None) => Fit::Unclear,
            }
        }
        // The child's rate may have changed since the quote, so that only the minutes can tell a revert apart.
        Movement::Revert { minutes, .. } => match trace.minutes {
            Some(read) if read == *minutes => Fit::Clean,
            Some(_) => Fit::Not,
            None if trace.credit.is_some() && trace.credit == deduction(sought.quote) => Fit::Clean,
            None => Fit::Unclear,
        },
        Movement::Allocate { credits, .. } => match trace.credit {
            Some(read) => compare(Value::Credits(*credits), read),
            None => Fit::Unclear,
        },
    };
    match size {
        Fit::Clean if trace.kind.is_none() || trace.child.is_none() => Fit::Unclear,
        size => size,
    }
}

/// What a revert was to take from the child.
fn deduction(quote: &Quote) -> Option<Value> {
    let child = quote.child?;
    less(child.before, child.after).and_then(unsigned)
}

/// Whether the change that was asked for is the one that was read. No rounding is documented (contract §2), so less
/// than a cent between them says neither yes nor no.
fn compare(asked: Value, read: Value) -> Fit {
    match (asked, read) {
        _ if asked == read => Fit::Clean,
        (Value::Money(asked), Value::Money(read)) => {
            let cent = Amount::new(Decimal::new(1, 2));
            let apart = asked.max(read).minus(asked.min(read));
            if apart.is_ok_and(|apart| apart >= cent) {
                Fit::Not
            } else {
                Fit::Unclear
            }
        }
        _ => Fit::Not,
    }
}

/// Whether one's own balance differs from what the books say by exactly what the movement changes. Any other
/// difference is somebody's usage or a top-up.
fn unexplained(sought: &Sought, reading: &Reading) -> bool {
    let (Some(own), Some(quoted)) = (reading.own_balance, sought.quote.own) else {
        return false;
    };
    let after = after_mark(sought, &reading.traces);
    let mut moved = after.iter().filter(|trace| !trace.moved_nothing());
    let books = match sought.movement.kind().api() {
        Api::Reseller => match moved.next() {
            Some(newest) => newest.own_after,
            None => Some(quoted.before),
        },
        // Events of a child's wallet do not carry one's own balance, which each allocation lessens.
        Api::Organizations => {
            moved.try_fold(quoted.before, |left, trace| less(left, trace.credit?))
        }
    };
    let change = less(quoted.after, quoted.before).filter(|change| !is_zero(*change));
    let apart = books.and_then(|books| less(own, books));
    change
        .zip(apart)
        .is_some_and(|(change, apart)| change == apart)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
