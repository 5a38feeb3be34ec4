//! Counts of what happened in a storm.

use std::collections::BTreeMap;

use super::{condition::Condition, kind::Kind, oracle::Submission, policy::End};

/// The outcome of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Completed, and shown so without being in doubt.
    AtOnce,
    /// Completed, and shown so after being in doubt.
    AfterDoubt,
    /// Any other outcome.
    Other(End),
}

impl Outcome {
    /// All of them with their names, in print order.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::AtOnce, "done at once"),
        (Self::AfterDoubt, "done after being in doubt"),
        (Self::Other(End::Found), "found in the log"),
        (Self::Other(End::Declined), "declined"),
        (Self::Other(End::Absent), "proven absent"),
        (Self::Other(End::DecidedMade), "decided: completed"),
        (Self::Other(End::DecidedNot), "decided: not completed"),
        (Self::Other(End::NeverSent), "never sent"),
        (Self::Other(End::Unresolved), "unresolved"),
    ];

    /// Returns the outcome of a movement that ended like this.
    pub fn of(end: End, was_doubted: bool) -> Self {
        match end {
            End::Done if was_doubted => Self::AfterDoubt,
            End::Done => Self::AtOnce,
            other => Self::Other(other),
        }
    }
}

/// Counts of what happened.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Outcomes of movements.
    pub outcomes: BTreeMap<(Outcome, Kind), usize>,
    /// The faults that movements (true) and reads (false) met, by name.
    pub troubles: BTreeMap<(bool, &'static str), usize>,
    /// What happened to users, browsers and servers, by name.
    pub upsets: BTreeMap<&'static str, usize>,
    /// Movements in which nothing was planned to go wrong.
    pub calm: usize,
    /// Submissions, whatever their outcome.
    pub submissions: usize,
    /// Outcomes of movements, by condition; under `None` without a condition.
    pub by_condition: BTreeMap<(Option<Condition>, Outcome), usize>,
    /// Submissions with an alarm, by condition.
    pub alarms: BTreeMap<Option<Condition>, usize>,
    /// Submissions shown as they were because their entry can't be distinguished from a colleague's, by condition.
    pub equal: BTreeMap<Option<Condition>, usize>,
    /// Wrong decisions.
    pub wrong_decisions: usize,
    /// How often a review asked again.
    pub asked_once_more: usize,
}

impl Tally {
    /// Adds another tally's counts.
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

    /// Counts a submission once it is settled.
    pub fn count(&mut self, submission: &Submission, is_equal: bool, conditions: &[Condition]) {
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

    /// Returns how many movements had this outcome.
    pub fn of(&self, outcome: Outcome, kind: Option<Kind>) -> usize {
        self.outcomes
            .iter()
            .filter(|((counted, counted_kind), _)| {
                *counted == outcome && kind.is_none_or(|kind| kind == *counted_kind)
            })
            .map(|(_, count)| count)
            .sum()
    }
}
