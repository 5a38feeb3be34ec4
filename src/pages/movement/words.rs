//! A movement in words.

use crate::browser::clock::wall_at;
use crate::browser::intl;
use crate::client::{ErrorMessage, Operation};
use crate::movement::submission::{ExtraEntries, State, Submission, SubmissionActivity};
use crate::movement::{Kind, Movement};
use crate::ui::moment;

/// `20 minutes to Beta Co`, behind any form of the verb.
fn object(movement: &Movement) -> String {
    let count = |count: i128, one: &str, many: &str| {
        format!(
            "{} {}",
            intl::count(count),
            if count == 1 { one } else { many }
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

/// What the confirming button says: `Transfer 20 minutes to Beta Co`.
pub fn act(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transfer",
        Kind::Revert => "Revert",
        Kind::Allocate => "Allocate",
    };
    format!("{verb} {}", object(movement))
}

/// What the receipt says: `Transferred 20 minutes to Beta Co`.
pub fn acted(movement: &Movement) -> String {
    let verb = match movement.kind() {
        Kind::Transfer => "Transferred",
        Kind::Revert => "Reverted",
        Kind::Allocate => "Allocated",
    };
    format!("{verb} {}", object(movement))
}

/// What one's own balance is called in a movement of `kind`.
pub fn own_balance(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer | Kind::Revert => "Your balance",
        Kind::Allocate => "Your prepaid credits",
    }
}

/// The path of the screen of `kind`.
pub fn screen(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer => "/transfer",
        Kind::Revert => "/revert",
        Kind::Allocate => "/allocate",
    }
}

/// Where an unresolved submission stands and what is being done about it, as the end of a sentence that begins
/// with its name.
pub fn doing(submission: &Submission) -> String {
    let books = books(submission.movement.kind());
    let again = submission.attempts.len() + 1;
    match (&submission.state, &submission.doing) {
        (State::Recording, _) => "is being written into the journal".to_owned(),
        (State::Sending, _) => "is being sent".to_owned(),
        (State::Checking(_), _) => {
            format!("was not accepted; {books} is looked into before you go on")
        }
        (_, SubmissionActivity::Nothing) => "may or may not have been made".to_owned(),
        (_, SubmissionActivity::RetryAt(at)) => format!(
            "may or may not have been made; it is sent again with the same key at {} (attempt {again})",
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::CheckLogAt(at, None)) => format!(
            "may or may not have been made; {books} is searched for it, next at {}",
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::CheckLogAt(at, Some(failure))) => format!(
            "may or may not have been made; {books} could not be read ({}); next at {}",
            ErrorMessage::of(failure, Operation::Read).happened,
            moment::time(wall_at(*at))
        ),
        (_, SubmissionActivity::NeedsKey) => match &submission.account {
            Some(account) => format!("goes on once you sign in as account {account}"),
            None => "goes on once you sign in".to_owned(),
        },
        (_, SubmissionActivity::NeedsAccount) => match &submission.account {
            Some(account) => format!("goes on once somebody signs in as account {account}"),
            None => "can only go on where it was sent from".to_owned(),
        },
        (_, SubmissionActivity::Elsewhere) => "is in the hands of another tab".to_owned(),
        (_, SubmissionActivity::NeedsDecision) => {
            "may or may not have been made; you have to decide".to_owned()
        }
    }
}

/// Of what the books hold more than was told, as the end of a sentence that begins with its name.
pub fn excess(submission: &Submission) -> String {
    let books = books(submission.movement.kind());
    match (&submission.excess, submission.is_made()) {
        (ExtraEntries::More(lines), true) if lines.len() > 1 => {
            format!(
                "stands in {books} {} times, and was asked for once",
                lines.len()
            )
        }
        (_, true) => format!("has an unexpected entry in {books}"),
        (_, false) if submission.refusal().is_some() => {
            format!("was declined, but a matching entry exists in {books}")
        }
        (_, false) => {
            format!("is marked as not completed, but {books} has a matching entry")
        }
    }
}

/// What a submission came to, in a few words.
pub fn state(submission: &Submission) -> &'static str {
    match &submission.state {
        State::Recording | State::Sending | State::Checking(_) => "Under way",
        State::Unknown { .. } => "Not known",
        State::KeyNeeded => "Needs a key",
        State::Done(_) => "Made",
        State::Found(_) => "Made, found in the books",
        State::Refused(_) if matches!(submission.excess, ExtraEntries::More(_)) => {
            "Refused, but the books may hold it"
        }
        State::Refused(_) => "Refused; nothing moved",
        State::Absent | State::Decided { made: false, .. }
            if matches!(submission.excess, ExtraEntries::More(_)) =>
        {
            "Not completed, but may be in the log"
        }
        State::Absent => "Not made",
        State::Decided { made: true, .. } => "Made, as a person decided",
        State::Decided { made: false, .. } => "Not made, as a person decided",
    }
}

/// Where a movement of `kind` leaves its line.
pub fn books(kind: Kind) -> &'static str {
    match kind {
        Kind::Transfer | Kind::Revert => "the log",
        Kind::Allocate => "the wallet's history",
    }
}

/// So many milliseconds in words: `20 minutes`.
pub fn span(milliseconds: i64) -> String {
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

/// What is said where the clock of this computer is clearly off, by so many milliseconds.
pub fn clock_is_off(ahead: i64) -> String {
    let direction = if ahead > 0 { "fast" } else { "slow" };
    let off = span(ahead.saturating_abs());
    format!(
        "This computer's clock is {off} {direction}. Some times shown may be wrong; checks use the server's time."
    )
}
