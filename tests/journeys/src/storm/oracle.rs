//! Compares what was shown with the ledger. Pure.

use std::{
    collections::BTreeSet,
    fmt,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::{kind::Kind, verdict::Verdict};

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Which movement.
    pub kind: Kind,
    /// To or from whom.
    pub child: &'static str,
    /// Minutes, or credits.
    pub amount: u32,
}

/// A submission, and all that was ever shown about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The number of its movement in the storm.
    pub number: usize,
    /// Its Idempotency-Key.
    pub key: String,
    /// What was asked for.
    pub asked: Asked,
    /// Whether it was ever shown in another state than being recorded: before that, nothing is sent.
    pub is_recorded: bool,
    /// Every verdict that was shown, in the order in which they appeared.
    pub verdicts: Vec<Verdict>,
    /// Its state in the list of submissions, when that was last read.
    pub state: Option<String>,
    /// Whether an alarm about it was ever shown.
    pub alarmed: bool,
    /// When the button that sent it was pressed.
    pub pressed: Option<SystemTime>,
    /// Whether the portal had read the log when it was sent.
    pub knew_log: bool,
    /// Whether the portal knew then who performs what is sent with its API key.
    pub knows_performer: bool,
    /// Verdicts that the person gave against the ledger.
    pub wrong_decisions: BTreeSet<Verdict>,
    /// What the person decided last.
    pub decided: Option<Verdict>,
    /// Whether the person called its own entry a colleague's.
    pub disowned: bool,
    /// The id of the entry that the person called its own, rightly or wrongly.
    pub called_own: Option<String>,
}

impl Submission {
    /// How many of its `rows` in the ledger were not always shown to be there.
    pub fn unaccounted(&self, rows: usize) -> usize {
        let was_always_made =
            !self.verdicts.is_empty() && self.verdicts.iter().all(|it| it.is_made());
        rows.saturating_sub(usize::from(was_always_made))
    }

    /// Whether both were sent so close to each other that their entries can be dated the same.
    pub fn is_about_as_old(&self, other: &Self) -> bool {
        const CLOSE: Duration = Duration::from_secs(120);
        let (Some(one), Some(two)) = (self.pressed, other.pressed) else {
            return true;
        };
        let apart = one
            .duration_since(two)
            .unwrap_or_else(|error| error.duration());
        apart < CLOSE
    }

    /// Notes a verdict, unless it is the one that is shown already.
    pub fn shows(&mut self, verdict: Verdict) {
        if self.verdicts.last() != Some(&verdict) {
            self.verdicts.push(verdict);
        }
    }
}

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// More than one movement for one submission, or for one intention.
    AppliedTwice,
    /// Shown as completed, and not in the ledger.
    ShownMade,
    /// Shown as not completed, and in the ledger.
    ShownNotMade,
    /// The ledger holds more than was shown, and no alarm says so.
    AlarmMissing,
    /// An alarm, and the ledger holds what was shown.
    FalseAlarm,
    /// Two submissions shown as completed by one entry of the log.
    SharedEntry,
    /// Still open, though the service can be reached.
    Unresolved,
    /// In the ledger, and no submission of this browser.
    Lost,
    /// A notice about the clock that is missing or unfounded.
    Clock,
    /// Debits and credits that do not sum to zero.
    Unbalanced,
    /// A page that has stopped.
    Page,
    /// A movement that could not be played.
    Storm,
}

impl Wrong {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 12] = [
        Self::AppliedTwice,
        Self::ShownMade,
        Self::ShownNotMade,
        Self::AlarmMissing,
        Self::FalseAlarm,
        Self::SharedEntry,
        Self::Unresolved,
        Self::Lost,
        Self::Clock,
        Self::Unbalanced,
        Self::Page,
        Self::Storm,
    ];
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AppliedTwice => "Applied twice",
            Self::ShownMade => "Shown completed, but absent",
            Self::ShownNotMade => "Shown not completed, but present",
            Self::AlarmMissing => "Alarm missing",
            Self::FalseAlarm => "False alarm",
            Self::SharedEntry => "Two completed by one entry",
            Self::Unresolved => "Left unresolved",
            Self::Lost => "In the ledger, but never shown",
            Self::Clock => "Clock notice missing or unfounded",
            Self::Unbalanced => "Ledger that does not balance",
            Self::Page => "Pages that stopped",
            Self::Storm => "Movements that could not be played",
        })
    }
}

/// Something that happened and must not.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What.
    pub wrong: Wrong,
    /// The number of the movement.
    pub number: usize,
    /// What was planned.
    pub plan: String,
    /// What was shown, by key.
    pub words: String,
    /// The ledger's rows.
    pub rows: Vec<Value>,
    /// Where the picture and the page are.
    pub evidence: PathBuf,
}

/// What is true about a submission.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// Rows of the ledger under its key.
    pub rows: usize,
    /// Those of them whose entries the person has called another submission's.
    pub given_away: usize,
    /// Rows of colleagues, and of other submissions that were not shown to have them, that look the same in everything the
    /// portal can see.
    pub equal: usize,
    /// Whether a proxy repeated its request.
    pub is_repeated: bool,
    /// Whether entries appear in the log after the service is said to have settled.
    pub is_log_late: bool,
    /// Whether nothing more can happen, and the portal has had the time to notice what has.
    pub is_final: bool,
}

/// What is wrong with what was shown about a submission. Also whether it is right only because nobody could have told its
/// entry from a colleague's.
pub fn judge(submission: &Submission, facts: &Facts) -> (Vec<Wrong>, bool) {
    let mut wrong = Vec::new();
    let mut is_equal = false;
    let is_open = submission
        .state
        .as_deref()
        .is_some_and(|state| Verdict::of(state, false).is_none());
    // What was never recorded was never sent, and a crash leaves nothing of it.
    let is_nothing = !submission.is_recorded && facts.rows == 0;
    if is_open && !is_nothing {
        wrong.push(Wrong::Unresolved);
    }
    if facts.rows > 1 + usize::from(facts.is_repeated) {
        wrong.push(Wrong::AppliedTwice);
    }
    for verdict in BTreeSet::from_iter(submission.verdicts.iter().copied()) {
        match shown(verdict, submission, facts) {
            Ok(equal) => is_equal |= equal,
            Err(kind) => wrong.push(kind),
        }
    }
    match alarm(submission, facts) {
        Ok(equal) => is_equal |= equal,
        Err(kind) => wrong.push(kind),
    }
    wrong.dedup();
    (wrong, is_equal)
}

/// Whether one verdict was right. `Ok(true)` if only by equal evidence.
fn shown(verdict: Verdict, submission: &Submission, facts: &Facts) -> Result<bool, Wrong> {
    let is_own_mistake = submission.wrong_decisions.contains(&verdict);
    match (verdict.is_made(), facts.rows) {
        (true, 0) if is_own_mistake => Ok(false),
        (true, 0) if verdict == Verdict::Found && facts.equal > 0 => Ok(true),
        (true, 0) => Err(Wrong::ShownMade),
        (false, 1..) if is_own_mistake || submission.disowned => Ok(false),
        // No log that is later than the configuration says can be waited for; the alarm has to follow.
        (false, 1..) if facts.is_log_late && verdict != Verdict::MarkedNotMade => Ok(false),
        (false, 1..) => Err(Wrong::ShownNotMade),
        _ => Ok(false),
    }
}

/// Whether an alarm was shown where it had to be, and nowhere else. `Ok(true)` if only by equal evidence.
fn alarm(submission: &Submission, facts: &Facts) -> Result<bool, Wrong> {
    let more_than = |rows, verdict: &Verdict| rows > usize::from(verdict.is_made());
    // An entry is one submission's: once a person has assigned it, no other one can raise an alarm about it.
    let unassigned = facts.rows.saturating_sub(facts.given_away);
    let last = submission.verdicts.last();
    let is_due = last.is_some_and(|verdict| more_than(unassigned, verdict));
    let mut shown = submission.verdicts.iter();
    let is_founded = shown.any(|verdict| more_than(facts.rows, verdict));
    match submission.alarmed {
        false if is_due && facts.is_final && !submission.disowned => Err(Wrong::AlarmMissing),
        true if !is_founded && facts.equal > 0 => Ok(true),
        true if !is_founded => Err(Wrong::FalseAlarm),
        _ => Ok(false),
    }
}

/// What is wrong with one intention that became several submissions: of those that were not shown as not completed, only
/// one may be in the ledger.
pub fn intention(made: &[&Submission]) -> Option<Wrong> {
    let was_shown_not_made = |submission: &&&Submission| {
        let last = submission.verdicts.last();
        last.is_some_and(|verdict| !verdict.is_made())
    };
    let counted = made.len() - made.iter().filter(was_shown_not_made).count();
    (counted > 1).then_some(Wrong::AppliedTwice)
}

#[cfg(test)]
mod tests;
