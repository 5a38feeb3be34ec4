//! Counts.

use std::collections::BTreeMap;

use super::{kind::Kind, mind::End};

/// What a movement came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Made, and told so without a doubt in between.
    AtOnce,
    /// Made, and told so after a doubt.
    AfterDoubt,
    /// Anything else.
    Other(End),
}

impl Outcome {
    /// All of them, in the order in which they are printed, with their names.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::AtOnce, "done at once"),
        (Self::AfterDoubt, "done after a doubt"),
        (Self::Other(End::Refused), "refused"),
        (Self::Other(End::Absent), "proved absent"),
        (Self::Other(End::DecidedMade), "decided: made"),
        (Self::Other(End::DecidedNot), "decided: not made"),
        (Self::Other(End::NeverSent), "never sent"),
        (Self::Other(End::Unresolved), "unresolved"),
    ];

    /// Of a movement that ended so.
    pub fn of(end: End, was_doubted: bool) -> Self {
        match end {
            End::Done if was_doubted => Self::AfterDoubt,
            End::Done => Self::AtOnce,
            other => Self::Other(other),
        }
    }
}

/// What happened, counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// What movements came to.
    pub outcomes: BTreeMap<(Outcome, Kind), usize>,
    /// The troubles that movements met (true) and readings (false), by name.
    pub troubles: BTreeMap<(bool, &'static str), usize>,
    /// What happened to people, browsers and servers, by name.
    pub upsets: BTreeMap<&'static str, usize>,
    /// Movements in which nothing was to go wrong.
    pub calm: usize,
    /// Submissions, whatever came of them.
    pub submissions: usize,
    /// Receipts that say that more moved than was asked.
    pub excesses: usize,
    /// Times that a review asked once more.
    pub asked_once_more: usize,
}

impl Tally {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        for (key, count) in other.outcomes {
            *self.outcomes.entry(key).or_default() += count;
        }
        for (key, count) in other.troubles {
            *self.troubles.entry(key).or_default() += count;
        }
        for (key, count) in other.upsets {
            *self.upsets.entry(key).or_default() += count;
        }
        self.calm += other.calm;
        self.submissions += other.submissions;
        self.excesses += other.excesses;
        self.asked_once_more += other.asked_once_more;
    }

    /// How many movements came to this.
    pub fn of(&self, outcome: Outcome, kind: Option<Kind>) -> usize {
        self.outcomes
            .iter()
            .filter(|((each, of), _)| *each == outcome && kind.is_none_or(|kind| kind == *of))
            .map(|(_, count)| count)
            .sum()
    }
}
