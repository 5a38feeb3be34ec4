//! Texts that describe a movement and the state of its submission.

use crate::browser::clock::wall_at;
use crate::browser::intl;
use crate::client::{ErrorMessage, Operation};
use crate::movement::submission::{ExtraEntries, State, Submission, SubmissionActivity};
use crate::movement::{Kind, Movement};
use crate::ui::moment;

/// Returns the object of the sentence, such as `20 minutes to Beta Co`.
fn object(movement: &Movement) -> String {
    let count = |count: i128, singular: &str, plural: &str| {
        format!(
            "{} {}",
            intl::count(count),
            if count == 1 { singular } else { plural }
        )
    };
    match movement {
        Movement::Transfer { name, minutes, .. } => {
            format!("{} to {name}", count(minutes.get(), "minute", "minutes"))
        }
        Movement::Revert { name, minutes, .. } => {
            format!("{} from {name}", count(minutes.get(), "minute", "minutes"))
        }
        Movement::Allocate { name, credits, .. } => {
            format!("{} to {name}", count(credits.get(), "credit", "credits"))
        }
    }
}

/// Returns the text of the confirm button, such as `Transfer 20 minutes to Beta Co`.
pub fn imperative(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transfer",
        Kind::Revert => "Revert",
        Kind::Allocate => "Allocate",
    };
    format!("{verb} {}", object(movement))
}

/// Returns the text of the receipt, such as `Transferred 20 minutes to Beta Co`.
pub fn past_tense(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transferred",
        Kind::Revert => "Reverted",
        Kind::Allocate => "Allocated",
    };
    format!("{verb} {}", object(movement))
}

/// Returns the label of the user's own balance in a movement of `kind`.
pub fn own_balance(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer | Kind::Revert => "Your balance",
        Kind::Allocate => "Your prepaid credits",
    }
}

/// Returns the path of the screen for `kind`.
pub fn screen_path(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer => "/transfer",
        Kind::Revert => "/revert",
        Kind::Allocate => "/allocate",
    }
}

/// Describes the state of an unresolved submission and what is being done about it, as a predicate that follows
/// [`imperative`].
pub fn activity(submission: &Submission) -> String {
    let ledger = ledger_name(submission.movement.kind());
    let attempt = submission.attempts.len() + 1;
    match (&submission.state, &submission.activity) {
        (State::Recording, _) => "is being saved".to_owned(),
        (State::Sending, _) => "is being sent".to_owned(),
        (State::Checking(_), _) => {
            format!("was declined; checking {ledger}")
        }
        (_, SubmissionActivity::Nothing) => "has an unknown status".to_owned(),
        (_, SubmissionActivity::RetryAt(at)) => format!(
            "has an unknown status; retrying at {} (attempt {attempt})",
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::CheckLogAt(at, None)) => format!(
            "has an unknown status; checking {ledger} again at {}",
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::CheckLogAt(at, Some(failure))) => format!(
            "has an unknown status; couldn't load {ledger} ({}); checking again at {}",
            ErrorMessage::of(failure, Operation::Read).text,
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::NeedsKey) => match &submission.account {
            Some(account) => format!("resumes when you sign in as account {account}"),
            None => "resumes when you sign in".to_owned(),
        },
        (_, SubmissionActivity::NeedsAccount) => match &submission.account {
            Some(account) => format!("resumes when someone signs in as account {account}"),
            None => "can only resume in the browser that sent it".to_owned(),
        },
        (_, SubmissionActivity::Elsewhere) => "is being handled in another tab".to_owned(),
        (_, SubmissionActivity::NeedsDecision) => "needs your decision".to_owned(),
    }
}

/// Describes a submission's extra log entries, as a predicate that follows [`imperative`].
pub fn extra_entries(submission: &Submission) -> String {
    let ledger = ledger_name(submission.movement.kind());
    match (&submission.extra_entries, submission.is_completed()) {
        (ExtraEntries::More(lines), true) if lines.len() > 1 => {
            format!(
                "appears in {ledger} {} times but was sent once",
                lines.len()
            )
        }
        (_, true) => format!("has an unexpected entry in {ledger}"),
        (_, false) if submission.refusal().is_some() => {
            format!("was declined, but a matching entry exists in {ledger}")
        }
        (_, false) => {
            format!("is marked as not completed, but {ledger} has a matching entry")
        }
    }
}

/// Returns a short label for a submission's state.
pub fn state_label(submission: &Submission) -> &'static str {
    match &submission.state {
        State::Recording | State::Sending | State::Checking(_) => "In progress",
        State::Unknown { .. } => "Unknown",
        State::KeyNeeded => "Sign-in needed",
        State::Done(_) => "Completed",
        State::Found(_) => "Completed (found in log)",
        State::Refused(_) if matches!(submission.extra_entries, ExtraEntries::More(_)) => {
            "Declined, may be in log"
        }
        State::Refused(_) => "Declined",
        State::Absent
        | State::Decided {
            completed: false, ..
        } if matches!(submission.extra_entries, ExtraEntries::More(_)) => {
            "Not completed, but may be in the log"
        }
        State::Absent => "Not completed",
        State::Decided {
            completed: true, ..
        } => "Marked completed",
        State::Decided {
            completed: false, ..
        } => "Marked not completed",
    }
}

/// Returns the name of the ledger in which a movement of `kind` gets its entry.
pub fn ledger_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer | Kind::Revert => "the log",
        Kind::Allocate => "the wallet's history",
    }
}

/// Formats a duration in milliseconds, such as `20 minutes`.
pub fn duration(milliseconds: i64) -> String {
    const MINUTE: i64 = 60_000;
    let minutes = milliseconds.saturating_add(MINUTE / 2) / MINUTE;
    let (count, unit) = match minutes {
        ..120 => (minutes, "minute"),
        120..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {unit}{plural}", intl::count(count))
}

/// Returns the warning that this computer's clock is `offset` milliseconds fast, or slow if negative.
pub fn clock_warning(offset: i64) -> String {
    let direction = if offset > 0 { "fast" } else { "slow" };
    let off = duration(offset.saturating_abs());
    format!(
        "This computer's clock is {off} {direction}. Some times shown may be wrong; checks use the server's time."
    )
}
