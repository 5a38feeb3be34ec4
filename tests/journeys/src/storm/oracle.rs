//! Compares what was shown with the ledger. Pure.

use std::{
    collections::BTreeSet,
    fmt,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use super::{movement_kind::MovementKind, verdict::Verdict};

/// What was requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requested {
    /// The kind of movement.
    pub kind: MovementKind,
    /// The recipient, or the source of a revert.
    pub child: &'static str,
    /// Minutes, or credits.
    pub amount: u32,
}

/// A submission, and everything that was ever shown about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The number of its movement in the storm.
    pub number: usize,
    /// Its Idempotency-Key.
    pub key: String,
    /// What was requested.
    pub requested: Requested,
    /// Whether it was ever shown in a state after `recording`. Until then, nothing is sent.
    pub is_recorded: bool,
    /// All verdicts that were shown, in order.
    pub verdicts: Vec<Verdict>,
    /// Its state in the list of submissions, when that was last read.
    pub state: Option<String>,
    /// Whether an alarm about it was ever shown.
    pub alarmed: bool,
    /// When the button that sent it was pressed.
    pub pressed: Option<SystemTime>,
    /// Whether the portal had read the log when it was sent.
    pub knew_log: bool,
    /// Whether the portal knew at that time who performs what is sent with its API key.
    pub knows_performer: bool,
    /// Verdicts that the user gave against the ledger.
    pub wrong_decisions: BTreeSet<Verdict>,
    /// The user's last decision.
    pub decided: Option<Verdict>,
    /// Whether the user marked its own entry as a colleague's.
    pub disowned: bool,
    /// The id of the entry that the user marked as its own, rightly or wrongly.
    pub chosen_entry: Option<String>,
}

impl Submission {
    /// Returns how many of its `rows` in the ledger its verdicts don't account for. They account for one row if all of
    /// them said that it was completed.
    pub fn unaccounted(&self, rows: usize) -> usize {
        let was_always_made =
            !self.verdicts.is_empty() && self.verdicts.iter().all(|it| it.is_made());
        rows.saturating_sub(usize::from(was_always_made))
    }

    /// Whether both were sent so close together that their entries may have the same date.
    pub fn is_about_as_old(&self, other: &Self) -> bool {
        const CLOSE: Duration = Duration::from_secs(120);
        let (Some(a), Some(b)) = (self.pressed, other.pressed) else {
            return true;
        };
        let apart = a.duration_since(b).unwrap_or_else(|error| error.duration());
        apart < CLOSE
    }

    /// Records a verdict, unless it is the same as the last one.
    pub fn record(&mut self, verdict: Verdict) {
        if self.verdicts.last() != Some(&verdict) {
            self.verdicts.push(verdict);
        }
    }
}

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolationKind {
    /// More than one movement for one submission, or for one intention.
    AppliedTwice,
    /// Shown as completed, but not in the ledger.
    ShownMade,
    /// Shown as not completed, but in the ledger.
    ShownNotMade,
    /// The ledger contains more than was shown, without an alarm.
    AlarmMissing,
    /// An alarm, although the ledger contains what was shown.
    FalseAlarm,
    /// Two submissions shown as completed based on the same log entry.
    SharedEntry,
    /// Still open, although the service can be reached.
    Unresolved,
    /// In the ledger, but not a submission of this browser.
    Lost,
    /// A notice about the clock that is missing or unfounded.
    Clock,
    /// Debits and credits that don't sum to zero.
    Unbalanced,
    /// A page that crashed.
    Page,
    /// A movement that could not be played.
    Storm,
}

impl ViolationKind {
    /// All of them, in print order.
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

impl fmt::Display for ViolationKind {
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

/// Something that happened and must never happen.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What happened.
    pub kind: ViolationKind,
    /// The number of the movement.
    pub number: usize,
    /// What was planned.
    pub plan: String,
    /// What was shown, by key.
    pub details: String,
    /// The ledger's rows.
    pub rows: Vec<Value>,
    /// The folder of the screenshot and the page.
    pub evidence: PathBuf,
}

/// The truth about a submission.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// The ledger's rows with its key.
    pub rows: usize,
    /// Those of them whose entries the user assigned to another submission.
    pub assigned_elsewhere: usize,
    /// Rows that the portal can't distinguish from this submission's own: colleagues' rows, and rows that other
    /// submissions don't account for.
    pub indistinguishable: usize,
    /// Whether a proxy repeated its request.
    pub is_repeated: bool,
    /// Whether entries appear in the log after the configured settling time.
    pub is_log_late: bool,
    /// Whether nothing more can happen, and the portal has had time to notice everything that has.
    pub is_final: bool,
}

/// Returns what is wrong with what was shown about a submission, and whether it is right only because its entry can't
/// be distinguished from a colleague's.
pub fn judge(submission: &Submission, facts: &Facts) -> (Vec<ViolationKind>, bool) {
    let mut wrong = Vec::new();
    let mut is_ambiguous = false;
    let is_open = submission
        .state
        .as_deref()
        .is_some_and(|state| Verdict::of(state, false).is_none());
    // A submission that was never recorded was never sent, and a crash leaves no trace of it.
    let was_never_sent = !submission.is_recorded && facts.rows == 0;
    if is_open && !was_never_sent {
        wrong.push(ViolationKind::Unresolved);
    }
    if facts.rows > 1 + usize::from(facts.is_repeated) {
        wrong.push(ViolationKind::AppliedTwice);
    }
    for verdict in BTreeSet::from_iter(submission.verdicts.iter().copied()) {
        match check_verdict(verdict, submission, facts) {
            Ok(ambiguous) => is_ambiguous |= ambiguous,
            Err(kind) => wrong.push(kind),
        }
    }
    match check_alarm(submission, facts) {
        Ok(ambiguous) => is_ambiguous |= ambiguous,
        Err(kind) => wrong.push(kind),
    }
    wrong.dedup();
    (wrong, is_ambiguous)
}

/// Whether one verdict was right. `Ok(true)` if only because its entry can't be distinguished from a colleague's.
fn check_verdict(
    verdict: Verdict,
    submission: &Submission,
    facts: &Facts,
) -> Result<bool, ViolationKind> {
    let is_own_mistake = submission.wrong_decisions.contains(&verdict);
    match (verdict.is_made(), facts.rows) {
        (true, 0) if is_own_mistake => Ok(false),
        (true, 0) if verdict == Verdict::Found && facts.indistinguishable > 0 => Ok(true),
        (true, 0) => Err(ViolationKind::ShownMade),
        (false, 1..) if is_own_mistake || submission.disowned => Ok(false),
        // The portal can't wait for a log that is later than configured, but the alarm must follow.
        (false, 1..) if facts.is_log_late && verdict != Verdict::MarkedNotMade => Ok(false),
        (false, 1..) => Err(ViolationKind::ShownNotMade),
        _ => Ok(false),
    }
}

/// Whether an alarm was shown when due, and only then. `Ok(true)` if only because its entry can't be distinguished from
/// a colleague's.
fn check_alarm(submission: &Submission, facts: &Facts) -> Result<bool, ViolationKind> {
    let more_than = |rows, verdict: &Verdict| rows > usize::from(verdict.is_made());
    // An entry belongs to one submission: once a user has assigned it, no other one can raise an alarm about it.
    let unassigned = facts.rows.saturating_sub(facts.assigned_elsewhere);
    let last = submission.verdicts.last();
    let is_due = last.is_some_and(|verdict| more_than(unassigned, verdict));
    let mut shown = submission.verdicts.iter();
    let is_founded = shown.any(|verdict| more_than(facts.rows, verdict));
    match submission.alarmed {
        false if is_due && facts.is_final && !submission.disowned => {
            Err(ViolationKind::AlarmMissing)
        }
        true if !is_founded && facts.indistinguishable > 0 => Ok(true),
        true if !is_founded => Err(ViolationKind::FalseAlarm),
        _ => Ok(false),
    }
}

/// Returns what is wrong with one intention that became several submissions, given those in the ledger: at most one of
/// them may be there without being shown as not completed.
pub fn check_intention(applied: &[&Submission]) -> Option<ViolationKind> {
    let was_shown_not_made = |submission: &&&Submission| {
        let last = submission.verdicts.last();
        last.is_some_and(|verdict| !verdict.is_made())
    };
    let counted = applied.len() - applied.iter().filter(was_shown_not_made).count();
    (counted > 1).then_some(ViolationKind::AppliedTwice)
}

#[cfg(test)]
mod tests;
