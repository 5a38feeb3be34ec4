//! Counts of what happened in a storm.

use std::collections::BTreeMap;

use super::{
    condition::Condition, movement_kind::MovementKind, oracle::Submission, policy::ShownOutcome,
};

/// The outcome of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Completed, and shown so without being in doubt.
    AtOnce,
    /// Completed, and shown so after being in doubt.
    AfterDoubt,
    /// Any other outcome.
    Other(ShownOutcome),
}

impl Outcome {
    /// All of them with their names, in print order.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::AtOnce, "done at once"),
        (Self::AfterDoubt, "done after being in doubt"),
        (Self::Other(ShownOutcome::Found), "found in the log"),
        (Self::Other(ShownOutcome::Declined), "declined"),
        (Self::Other(ShownOutcome::Absent), "proven absent"),
        (Self::Other(ShownOutcome::DecidedMade), "decided: completed"),
        (
            Self::Other(ShownOutcome::DecidedNot),
            "decided: not completed",
        ),
        (Self::Other(ShownOutcome::NeverSent), "never sent"),
        (Self::Other(ShownOutcome::Unresolved), "unresolved"),
    ];

    /// Returns the outcome of a movement for which this was shown.
    pub fn of(shown: ShownOutcome, was_in_doubt: bool) -> Self {
        match shown {
            ShownOutcome::Done if was_in_doubt => Self::AfterDoubt,
            ShownOutcome::Done => Self::AtOnce,
            other => Self::Other(other),
        }
    }
}

/// Counts of what happened.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Outcomes of movements.
    pub outcomes: BTreeMap<(Outcome, MovementKind), usize>,
    /// The faults that movements (true) and reads (false) met, by name.
    pub faults: BTreeMap<(bool, &'static str), usize>,
    /// Disruptions of users, browsers and servers, by name.
    pub disruptions: BTreeMap<&'static str, usize>,
    /// Movements that were planned without faults and disruptions.
    pub undisturbed: usize,
    /// Submissions, whatever their outcome.
    pub submissions: usize,
    /// Outcomes of movements, by condition; under `None` without a condition.
    pub by_condition: BTreeMap<(Option<Condition>, Outcome), usize>,
    /// Submissions with an alarm, by condition.
    pub alarms: BTreeMap<Option<Condition>, usize>,
    /// Submissions shown as they were because their entry can't be distinguished from a colleague's, by condition.
    pub ambiguous: BTreeMap<Option<Condition>, usize>,
    /// Wrong decisions.
    pub wrong_decisions: usize,
    /// How often a review asked for another confirmation.
    pub reconfirmations: usize,
}

impl Stats {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: Self) {
        for (key, count) in other.outcomes {
            *self.outcomes.entry(key).or_default() += count;
        }
        for (key, count) in other.faults {
            *self.faults.entry(key).or_default() += count;
        }
        for (key, count) in other.disruptions {
            *self.disruptions.entry(key).or_default() += count;
        }
        self.undisturbed += other.undisturbed;
        for (key, count) in other.by_condition {
            *self.by_condition.entry(key).or_default() += count;
        }
        for (key, count) in other.alarms {
            *self.alarms.entry(key).or_default() += count;
        }
        for (key, count) in other.ambiguous {
            *self.ambiguous.entry(key).or_default() += count;
        }
        self.wrong_decisions += other.wrong_decisions;
        self.submissions += other.submissions;
        self.reconfirmations += other.reconfirmations;
    }

    /// Counts a submission once it is settled.
    pub fn count(&mut self, submission: &Submission, is_ambiguous: bool, conditions: &[Condition]) {
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
            if is_ambiguous {
                *self.ambiguous.entry(condition).or_default() += 1;
            }
        }
    }

    /// Returns how many movements had this outcome.
    pub fn of(&self, outcome: Outcome, kind: Option<MovementKind>) -> usize {
        self.outcomes
            .iter()
            .filter(|((counted, counted_kind), _)| {
                *counted == outcome && kind.is_none_or(|kind| kind == *counted_kind)
            })
            .map(|(_, count)| count)
            .sum()
    }
}
