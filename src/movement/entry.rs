//! A submission as the journal keeps it: a text that a later version of the portal can still read.
//!
//! What is asked for is read back from the very bytes that were sent. No credential is in it: a submission has
//! none.

use super::machine::{Attempt, Doing, Excess, State, Submission};
use super::plan::{Kind, Movement};
use super::quote::Quote;
use super::receipt::Receipt;
use crate::units::{Change, IdempotencyKey, Value};
use serde::Deserialize;
use serde::de::IgnoredAny;

mod stored;

use stored::{
    End, Entry, Try, read_failure, read_line, read_range, value, write_failure, write_line,
    write_range,
};

/// The version of the texts that are written. Older ones are read; newer ones are left as they are.
pub const VERSION: u32 = 1;

/// The text of a submission.
///
/// # Errors
/// None that a submission can meet; the serialiser's own are passed on rather than hidden.
pub fn write(submission: &Submission) -> serde_json::Result<String> {
    let Submission {
        movement, quote, ..
    } = submission;
    let change =
        |change: Option<Change>| change.map(|change| [change.before.plain(), change.after.plain()]);
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
        server: write_range(submission.confirmed_server),
        promised_hours: submission.promised_hours,
        credential: submission.credential.clone(),
        cost: quote.cost.map(Value::plain),
        credit: quote.credit.map(Value::plain),
        known: submission.known.clone(),
        foreign: submission.foreign.clone(),
        performer: submission.performer.clone(),
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
            cost: entry.cost.and_then(|text| value(kind, &text)),
            credit: entry.credit.and_then(|text| value(kind, &text)),
            ..Quote::default()
        },
        movement,
        key,
        body: entry.body,
        base_url: entry.base_url,
        account: entry.account,
        confirmed: entry.confirmed,
        confirmed_server: read_range(entry.server),
        confirmed_here: None,
        promised_hours: entry.promised_hours,
        credential: entry.credential,
        mark: entry.mark,
        known: entry.known,
        foreign: entry.foreign,
        performer: entry.performer,
        attempts: entry.attempts.into_iter().map(read_attempt).collect(),
        state: State::Unknown { doubt: None },
        ended: entry.end.as_ref().and_then(|end| end.at),
        journalled: true,
        excess: Excess::None,
        counted: entry.end.as_ref().is_some_and(|end| end.counted),
        seen: entry.end.as_ref().is_some_and(|end| end.seen),
        quiet_since: None,
        resumed_at: None,
        quiet_before: None,
        doing: Doing::Nothing,
    };
    submission.state = match entry.end {
        None => submission.unended(),
        Some(mut end) => {
            submission.excess = read_excess(kind, &mut end);
            read_end(kind, end).ok_or_else(|| wrong("the end"))?
        }
    };
    Ok(submission)
}

/// Whether the text is that of a later version, about a submission without an end.
pub fn is_newer_and_open(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Later {
        v: u32,
        end: Option<IgnoredAny>,
    }
    serde_json::from_str(text).is_ok_and(|later: Later| later.v > VERSION && later.end.is_none())
}

fn write_attempt(attempt: &Attempt) -> Try {
    Try {
        at: attempt.at,
        ended: attempt.ended,
        failure: attempt.failure.as_ref().map(write_failure),
        doubted: attempt.doubted,
        server: write_range(attempt.server),
        departed: attempt.departed,
        alone: attempt.alone,
    }
}

fn read_attempt(attempt: Try) -> Attempt {
    Attempt {
        at: attempt.at,
        ended: attempt.ended,
        failure: attempt.failure.map(read_failure),
        doubted: attempt.doubted,
        server: read_range(attempt.server),
        departed: attempt.departed,
        alone: attempt.alone,
    }
}

fn write_end(submission: &Submission) -> Option<End> {
    let end = |what: &str| End {
        what: what.to_owned(),
        at: submission.ended,
        more: match &submission.excess {
            Excess::More(lines) => lines.iter().map(write_line).collect(),
            _ => Vec::new(),
        },
        counted: submission.counted,
        seen: submission.seen,
        ..End::default()
    };
    Some(match &submission.state {
        State::Recording
        | State::Sending
        | State::Checking(_)
        | State::Unknown { .. }
        | State::KeyNeeded => {
            return None;
        }
        State::Done(receipt) => End {
            own: receipt.own.map(Value::plain),
            child: Some(receipt.child.plain()),
            transaction: receipt.transaction.clone(),
            created: receipt.created.clone(),
            replayed: receipt.replayed,
            ..end("done")
        },
        State::Found(line) => End {
            line: Some(write_line(line)),
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

fn read_excess(kind: Kind, end: &mut End) -> Excess {
    let lines = std::mem::take(&mut end.more).into_iter();
    match lines.map(|line| read_line(kind, line)).collect::<Vec<_>>() {
        none if none.is_empty() => Excess::None,
        more => Excess::More(more),
    }
}

fn read_end(kind: Kind, end: End) -> Option<State> {
    Some(match end.what.as_str() {
        "done" => State::Done(Receipt {
            own: end.own.and_then(|text| value(kind, &text)),
            child: value(kind, &end.child?)?,
            lines: Vec::new(),
            transaction: end.transaction,
            created: end.created,
            replayed: end.replayed,
        }),
        "found" => State::Found(Box::new(read_line(kind, end.line?))),
        "refused" => State::Refused(read_failure(end.fault?)),
        "absent" => State::Absent,
        "decided_made" | "decided_not" => State::Decided {
            made: end.what == "decided_made",
            line: end.transaction,
        },
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
