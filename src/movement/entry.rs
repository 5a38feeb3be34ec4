//! A submission as the journal keeps it: a text that a later version of the portal can still read.
//!
//! What is asked for is read back from the very bytes that were sent. No credential is in it: a submission has
//! none.

use super::machine::{Attempt, Doing, Excess, State, Submission};
use super::plan::{Kind, Movement};
use super::quote::Quote;
use super::receipt::Receipt;
use super::reconcile::Trace;
use crate::client::{Failure, Why};
use crate::units::{Change, IdempotencyKey, Value, read_number};
use serde::{Deserialize, Serialize};

/// The version of the texts that are written. Older ones are read; newer ones are left as they are.
pub const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Entry {
    v: u32,
    key: String,
    name: String,
    base_url: String,
    path: String,
    body: String,
    account: Option<String>,
    confirmed: i64,
    symbol: Option<String>,
    own: Option<[String; 2]>,
    child: Option<[String; 2]>,
    mark: Option<String>,
    attempts: Vec<Try>,
    end: Option<End>,
}

#[derive(Serialize, Deserialize)]
struct Try {
    at: i64,
    ended: Option<i64>,
    failure: Option<Fault>,
}

#[derive(Serialize, Deserialize)]
struct Fault {
    why: String,
    detail: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct End {
    what: String,
    at: Option<i64>,
    own: Option<String>,
    child: Option<String>,
    transaction: Option<String>,
    created: Option<String>,
    replayed: bool,
    fault: Option<Fault>,
    lines: Vec<Line>,
}

/// A line of the backend's books.
#[derive(Serialize, Deserialize)]
struct Line {
    id: String,
    at: Option<i64>,
    written: Option<String>,
    own: Option<String>,
    child: Option<String>,
    reference: Option<String>,
    notes: Option<String>,
}

/// The reasons for a failure, as they are written.
static REASONS: [(Why, &str); 19] = [
    (Why::SignedOut, "signed_out"),
    (Why::Network, "network"),
    (Why::TimedOut, "timed_out"),
    (Why::Interrupted, "interrupted"),
    (Why::Server, "server"),
    (Why::Suspended, "suspended"),
    (Why::Unauthorized, "unauthorized"),
    (Why::Forbidden, "forbidden"),
    (Why::NotFound, "not_found"),
    (Why::MethodNotAllowed, "method_not_allowed"),
    (Why::InFlight, "in_flight"),
    (Why::KeyReused, "key_reused"),
    (Why::Conflict, "conflict"),
    (Why::Invalid, "invalid"),
    (Why::Insufficient, "insufficient"),
    (Why::RateLimited, "rate_limited"),
    (Why::Declined, "declined"),
    (Why::Unexpected, "unexpected"),
    (Why::Unreadable(String::new()), "unreadable"),
];

/// The text of a submission.
///
/// # Errors
/// None that a submission can meet; the serialiser's own are passed on rather than hidden.
pub fn write(submission: &Submission) -> serde_json::Result<String> {
    let Submission {
        movement, quote, ..
    } = submission;
    let change =
        |change: Option<Change>| change.map(|change| [plain(change.before), plain(change.after)]);
    serde_json::to_string(&Entry {
        v: VERSION,
        key: submission.key.to_string(),
        name: movement.name().to_owned(),
        base_url: submission.base_url.clone(),
        path: movement.path(),
        body: submission.body.clone(),
        account: submission.account.clone(),
        confirmed: submission.confirmed,
        symbol: quote.symbol.clone(),
        own: change(quote.own),
        child: change(quote.child),
        mark: submission.mark.clone(),
        attempts: submission.attempts.iter().map(write_attempt).collect(),
        end: write_end(submission),
    })
}

/// Reads the text of a submission. One that never came to its end is open again: what was under way when the
/// page closed may have moved something.
///
/// # Errors
/// What is wrong with the text.
pub fn read(text: &str) -> Result<Submission, String> {
    let entry: Entry = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if entry.v > VERSION {
        return Err(format!("version {} is not known here", entry.v));
    }
    let wrong = |what: &str| format!("{what} cannot be read");
    let key = IdempotencyKey::parse(&entry.key).ok_or_else(|| wrong("the key"))?;
    let movement = Movement::restored(&entry.path, &entry.body, entry.name)
        .ok_or_else(|| wrong("the movement"))?;
    let kind = movement.kind();
    let change = |pair: Option<[String; 2]>| {
        let [before, after] = pair?;
        Some(Change {
            before: value(kind, &before)?,
            after: value(kind, &after)?,
        })
    };
    let mut submission = Submission {
        quote: Quote {
            symbol: entry.symbol,
            own: change(entry.own),
            child: change(entry.child),
            ..Quote::default()
        },
        movement,
        key,
        body: entry.body,
        base_url: entry.base_url,
        account: entry.account,
        confirmed: entry.confirmed,
        mark: entry.mark,
        attempts: entry.attempts.into_iter().map(read_attempt).collect(),
        state: State::Unknown { doubt: None },
        ended: entry.end.as_ref().and_then(|end| end.at),
        journalled: true,
        doing: Doing::Nothing,
    };
    submission.state = match entry.end {
        None => submission.unended(),
        Some(end) => read_end(kind, end).ok_or_else(|| wrong("the end"))?,
    };
    Ok(submission)
}

/// Whether the text is one of a submission that came to its end. What cannot be read is not known to have.
pub fn is_ended(text: &str) -> bool {
    read(text).is_ok_and(|submission| !submission.is_open())
}

fn write_attempt(attempt: &Attempt) -> Try {
    Try {
        at: attempt.at,
        ended: attempt.ended,
        failure: attempt.failure.as_ref().map(write_failure),
    }
}

fn read_attempt(attempt: Try) -> Attempt {
    let interrupted = || Failure::unanswered(Why::Interrupted);
    let failure = attempt.failure.map(read_failure);
    Attempt {
        at: attempt.at,
        ended: attempt.ended,
        failure: match attempt.ended {
            None => failure.or_else(|| Some(interrupted())),
            Some(_) => failure,
        },
    }
}

fn write_failure(failure: &Failure) -> Fault {
    let detail = match &failure.why {
        Why::Unreadable(detail) => Some(detail.clone()),
        _ => None,
    };
    let why = REASONS
        .iter()
        .find(|(why, _)| std::mem::discriminant(why) == std::mem::discriminant(&failure.why));
    Fault {
        why: why.map_or("unexpected", |(_, word)| word).to_owned(),
        detail,
        status: failure.status,
        code: failure.code.clone(),
        message: failure.message.clone(),
        request_id: failure.request_id.clone(),
    }
}

fn read_failure(fault: Fault) -> Failure {
    let why = REASONS.iter().find(|(_, word)| *word == fault.why);
    let why = match why {
        Some((Why::Unreadable(_), _)) => Why::Unreadable(fault.detail.unwrap_or_default()),
        Some((why, _)) => why.clone(),
        // A reason that is not known here proves nothing.
        None => Why::Unexpected,
    };
    Failure {
        why,
        status: fault.status,
        code: fault.code,
        message: fault.message,
        request_id: fault.request_id,
        retry_after: None,
    }
}

fn write_end(submission: &Submission) -> Option<End> {
    let end = |what: &str| End {
        what: what.to_owned(),
        at: submission.ended,
        ..End::default()
    };
    Some(match &submission.state {
        State::Recording | State::Sending | State::Unknown { .. } | State::KeyNeeded => {
            return None;
        }
        State::Done { receipt, excess } => End {
            own: receipt.own.map(plain),
            child: Some(plain(receipt.child)),
            transaction: receipt.transaction.clone(),
            created: receipt.created.clone(),
            replayed: receipt.replayed,
            lines: match excess {
                Excess::Several(lines) => lines.iter().map(write_line).collect(),
                _ => Vec::new(),
            },
            ..end("done")
        },
        State::Found(line) => End {
            lines: vec![write_line(line)],
            ..end("found")
        },
        State::Refused(failure) => End {
            fault: Some(write_failure(failure)),
            ..end("refused")
        },
        State::Absent => end("absent"),
        State::Decided { made, line } => End {
            transaction: line.clone(),
            ..end(if *made { "decided_made" } else { "decided_not" })
        },
    })
}

fn read_end(kind: Kind, end: End) -> Option<State> {
    let lines = |lines: Vec<Line>| lines.into_iter().map(|line| read_line(kind, line));
    Some(match end.what.as_str() {
        "done" => State::Done {
            receipt: Receipt {
                own: end.own.and_then(|text| value(kind, &text)),
                child: value(kind, &end.child?)?,
                lines: Vec::new(),
                transaction: end.transaction,
                created: end.created,
                replayed: end.replayed,
            },
            excess: match lines(end.lines).collect::<Vec<_>>() {
                none if none.is_empty() => Excess::None,
                several => Excess::Several(several),
            },
        },
        "found" => State::Found(lines(end.lines).next()?),
        "refused" => State::Refused(read_failure(end.fault?)),
        "absent" => State::Absent,
        "decided_made" | "decided_not" => State::Decided {
            made: end.what == "decided_made",
            line: end.transaction,
        },
        _ => return None,
    })
}

fn write_line(line: &Trace) -> Line {
    Line {
        id: line.id.clone(),
        at: line.at,
        written: line.written.clone(),
        own: line.own_after.map(plain),
        child: line.child_after.map(plain),
        reference: line.reference.clone(),
        notes: line.notes.clone(),
    }
}

fn read_line(kind: Kind, line: Line) -> Trace {
    Trace {
        id: line.id,
        at: line.at,
        written: line.written,
        kind: Some(kind),
        child: None,
        minutes: None,
        credit: None,
        own_after: line.own.and_then(|text| value(kind, &text)),
        child_after: line.child.and_then(|text| value(kind, &text)),
        reference: line.reference,
        notes: line.notes,
    }
}

/// The plain digits of a balance.
fn plain(value: Value) -> String {
    match value {
        Value::Money(amount) => amount.to_string(),
        Value::PerMinute(rate) => rate.to_string(),
        Value::Minutes(minutes) => minutes.to_string(),
        Value::Credits(credits) => credits.to_string(),
    }
}

/// The balance that `text` means to a movement of `kind`.
fn value(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Transfer | Kind::Revert => Value::Money(text.parse().ok()?),
        Kind::Allocate => {
            let number = read_number(text).ok()?;
            Value::Credits(serde_json::from_str(&number.to_string()).ok()?)
        }
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
