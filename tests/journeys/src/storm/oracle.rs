//! What was told against what is.

use std::{fmt, path::PathBuf};

use serde_json::Value;

use super::mind::End;

/// A submission, and all that was told about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The movement of the storm that it belongs to.
    pub number: usize,
    /// Its Idempotency-Key.
    pub key: String,
    /// The end that the form's screen told.
    pub on_form: Option<End>,
    /// Its state in the list of submissions, when that was last read.
    pub on_activity: Option<String>,
}

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// More than one movement for one submission, or for one intention.
    AppliedTwice,
    /// Told as made, and not in the ledger.
    ToldMade,
    /// Told as not made, and in the ledger.
    ToldNotMade,
    /// No end, though the backend can be read.
    Unresolved,
    /// In the ledger, and no submission of this browser.
    Lost,
    /// Debits and credits that do not sum up.
    Books,
    /// A page that has stopped.
    Page,
    /// A storm that could not go on.
    Storm,
}

impl Wrong {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 8] = [
        Self::AppliedTwice,
        Self::ToldMade,
        Self::ToldNotMade,
        Self::Unresolved,
        Self::Lost,
        Self::Books,
        Self::Page,
        Self::Storm,
    ];
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AppliedTwice => "applied twice",
            Self::ToldMade => "told made, but absent",
            Self::ToldNotMade => "told not made, but present",
            Self::Unresolved => "left unresolved",
            Self::Lost => "in the ledger, but told nobody",
            Self::Books => "books that do not balance",
            Self::Page => "pages that stopped",
            Self::Storm => "movements that could not be played",
        })
    }
}

/// Something that happened though it must not.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What.
    pub wrong: Wrong,
    /// The movement of the storm.
    pub number: usize,
    /// What was planned.
    pub plan: String,
    /// More about it: what was told, on which key.
    pub words: String,
    /// The ledger's rows.
    pub rows: Vec<Value>,
    /// Where the picture and the page are.
    pub evidence: PathBuf,
}

/// What is wrong with a submission that came to its end, given the ledger's rows under its key.
pub fn submission(told: &Submission, rows: &[Value]) -> Option<Wrong> {
    if rows.len() > 1 {
        return Some(Wrong::AppliedTwice);
    }
    let listed = match told.on_activity.as_deref() {
        None => None,
        Some(state) => match End::of(state) {
            Some(end) => Some(end),
            None => return Some(Wrong::Unresolved),
        },
    };
    let made = !rows.is_empty();
    for end in [told.on_form, listed].into_iter().flatten() {
        if end.is_made() && !made {
            return Some(Wrong::ToldMade);
        }
        if !end.is_made() && made {
            return Some(Wrong::ToldNotMade);
        }
    }
    None
}

/// What is wrong with one intention that became several submissions: all those that were told as not made may be, but of the
/// others only one.
pub fn intention(made: &[&Submission]) -> Option<Wrong> {
    let told_not = |told: &&&Submission| {
        told.on_activity
            .as_deref()
            .and_then(End::of)
            .or(told.on_form)
            .is_some_and(|end| !end.is_made())
    };
    let counted = made.len() - made.iter().filter(told_not).count();
    (counted > 1).then_some(Wrong::AppliedTwice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(on_form: Option<End>, on_activity: Option<&str>) -> Submission {
        Submission {
            on_form,
            on_activity: on_activity.map(str::to_owned),
            ..Submission::default()
        }
    }

    #[test]
    fn what_is_told_must_be_so() {
        let row = || json!({ "id": 1 });
        let once = [row()];
        let judge = submission;
        assert_eq!(judge(&told(Some(End::Done), Some("done")), &once), None);
        assert_eq!(judge(&told(None, Some("refused")), &[]), None);
        assert_eq!(
            judge(&told(Some(End::Done), Some("done")), &[row(), row()]),
            Some(Wrong::AppliedTwice)
        );
        assert_eq!(
            judge(&told(Some(End::Done), None), &[]),
            Some(Wrong::ToldMade)
        );
        assert_eq!(
            judge(&told(Some(End::Done), Some("absent")), &once),
            Some(Wrong::ToldNotMade)
        );
        assert_eq!(
            judge(&told(None, Some("decided-not")), &once),
            Some(Wrong::ToldNotMade)
        );
        assert_eq!(
            judge(&told(None, Some("unknown")), &once),
            Some(Wrong::Unresolved)
        );
    }

    #[test]
    fn one_intention_is_made_once() {
        let done = told(Some(End::Done), Some("done"));
        let absent = told(Some(End::Absent), Some("absent"));
        assert_eq!(intention(&[&done]), None);
        assert_eq!(
            intention(&[&absent, &done]),
            None,
            "that is another violation"
        );
        assert_eq!(intention(&[&done, &done]), Some(Wrong::AppliedTwice));
    }
}
