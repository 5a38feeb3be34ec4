//! Counts.

use std::collections::BTreeMap;

use super::{condition::Condition, kind::Kind, oracle::Submission, policy::End};

/// What a movement came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Made, and shown so without a doubt in between.
    AtOnce,
    /// Made, and shown so after a doubt.
    AfterDoubt,
    /// Anything else.
    Other(End),
}

impl Outcome {
    /// All of them, in the order in which they are printed, with their names.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::AtOnce, "done at once"),
        (Self::AfterDoubt, "done after a doubt"),
        (Self::Other(End::Found), "found in the log"),
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
    /// What movements came to, by condition; under none where there was none.
    pub by_condition: BTreeMap<(Option<Condition>, Outcome), usize>,
    /// Submissions that an alarm was shown about, by condition.
    pub alarms: BTreeMap<Option<Condition>, usize>,
    /// Submissions shown as they were because nobody could have told their entry from a colleague's, by condition.
    pub equal: BTreeMap<Option<Condition>, usize>,
    /// Decisions that were wrong.
    pub wrong_decisions: usize,
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
        for (key, count) in other.by_condition {
            *self.by_condition.entry(key).or_default() += count;
        }
        for (key, count) in other.alarms {
            *self.alarms.entry(key).or_default() += count;
        }
        for (key, count) in other.equal {
            *self.equal.entry(key).or_default() += count;
        }
        self.wrong_decisions += other.wrong_decisions;
        self.submissions += other.submissions;
        self.asked_once_more += other.asked_once_more;
    }

    /// Counts a submission, once it is settled.
    pub fn note(&mut self, submission: &Submission, is_equal: bool, conditions: &[Condition]) {
        self.submissions += 1;
        self.wrong_decisions += submission.wrong_decisions.len() + usize::from(submission.disowned);
        let mut all: Vec<_> = conditions.iter().copied().map(Some).collect();
        if all.is_empty() {
            all.push(None);
        }
        for condition in all {
            if submission.alarmed {
                *self.alarms.entry(condition).or_default() += 1;
            }
            if is_equal {
                *self.equal.entry(condition).or_default() += 1;
            }
        }
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
