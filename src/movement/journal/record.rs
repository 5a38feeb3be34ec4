//! A submission as the journal keeps it: a text that a later version of the portal can still read.
//!
//! What is asked for is read back from the very bytes that were sent. No credential is in it: a submission has
//! none.

use crate::movement::quote::Quote;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{Attempt, ExtraEntries, State, Submission, SubmissionActivity};
use crate::movement::{Kind, Movement};
use crate::units::{Change, IdempotencyKey, Value};

mod fields;
mod stored;

use fields::{JsonFields, wrong};
use stored::{
    End, JournalRecord, Try, read_failure, read_line, read_range, read_value, value, write_failure,
    write_line, write_range,
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
    serde_json::to_string(&JournalRecord {
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
        mark: submission.watermark.clone(),
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
    let tree = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut entry = JsonFields::of(tree)?;
    let version = entry.needed_number("v")?;
    if version > i64::from(VERSION) {
        return Err(format!("version {version} is not known here"));
    }
    let body = entry.needed_text("body")?;
    let movement = Movement::restored(
        &entry.needed_text("path")?,
        &body,
        entry.needed_text("name")?,
    )
    .ok_or_else(|| wrong("the movement"))?;
    let kind = movement.kind();
    let mut end = entry.object("end")?;
    let mut submission = Submission {
        quote: Quote {
            symbol: entry.text("symbol")?,
            own: read_change(kind, entry.texts("own")?)?,
            child: read_change(kind, entry.texts("child")?)?,
            cost: read_value(kind, entry.text("cost")?),
            credit: read_value(kind, entry.text("credit")?),
            ..Quote::default()
        },
        movement,
        key: IdempotencyKey::parse(&entry.needed_text("key")?).ok_or_else(|| wrong("the key"))?,
        body,
        base_url: entry.needed_text("base_url")?,
        account: entry.text("account")?,
        confirmed: entry.needed_number("confirmed")?,
        confirmed_server: read_range(&mut entry)?,
        confirmed_here: None,
        promised_hours: entry.small_number("promised_hours")?,
        credential: entry.text("credential")?,
        watermark: entry.text("mark")?,
        known: entry.texts("known")?,
        foreign: entry.texts("foreign")?,
        performer: entry.text("performer")?,
        attempts: objects(entry.needed_list("attempts")?, read_attempt)?,
        state: State::Unknown { doubt: None },
        ended: None,
        journalled: true,
        excess: ExtraEntries::None,
        counted: false,
        seen: false,
        quiet_since: None,
        resumed_at: None,
        quiet_before: None,
        doing: SubmissionActivity::Nothing,
    };
    submission.state = match &mut end {
        None => submission.unended(),
        Some(end) => {
            submission.ended = end.number("at")?;
            submission.counted = end.flag("counted")?;
            submission.seen = end.flag("seen")?;
            let more = objects(end.list("more")?, |line| read_line(kind, line))?;
            if !more.is_empty() {
                submission.excess = ExtraEntries::More(more);
            }
            read_end(kind, end)?
        }
    };
    Ok(submission)
}

/// Reads each object of a list.
fn objects<T>(
    list: Vec<serde_json::Value>,
    read: impl Fn(&mut JsonFields) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let read = |value| read(&mut JsonFields::of(value)?);
    list.into_iter().map(read).collect()
}

/// A balance before and after; an empty list is none.
fn read_change(kind: Kind, pair: Vec<String>) -> Result<Option<Change>, String> {
    let change = |before, after| {
        Some(Change {
            before: value(kind, before)?,
            after: value(kind, after)?,
        })
    };
    match &pair[..] {
        [] => Ok(None),
        [before, after] => Ok(change(before, after)),
        _ => Err(wrong("a balance")),
    }
}

/// The account in a text that cannot be read as a whole.
pub fn account_of(text: &str) -> Option<String> {
    let entry = serde_json::from_str(text).ok().map(JsonFields::of)?;
    entry.ok()?.text("account").ok()?
}

/// Whether the text is that of a later version, about a submission without an end.
pub fn is_newer_and_open(text: &str) -> bool {
    let entry = serde_json::from_str(text).ok().map(JsonFields::of);
    let Some(Ok(mut entry)) = entry else {
        return false;
    };
    let is_newer = |version| version > i64::from(VERSION);
    entry.needed_number("v").is_ok_and(is_newer) && matches!(entry.object("end"), Ok(None))
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

fn read_attempt(attempt: &mut JsonFields) -> Result<Attempt, String> {
    Ok(Attempt {
        at: attempt.needed_number("at")?,
        ended: attempt.number("ended")?,
        failure: attempt.object("failure")?.map(read_failure).transpose()?,
        doubted: attempt.flag("doubted")?,
        server: read_range(attempt)?,
        departed: attempt.number("departed")?,
        alone: attempt.flag("alone")?,
    })
}

fn write_end(submission: &Submission) -> Option<End> {
    let end = |what: &str| End {
        what: what.to_owned(),
        at: submission.ended,
        more: match &submission.excess {
            ExtraEntries::More(lines) => lines.iter().map(write_line).collect(),
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

fn read_end(kind: Kind, end: &mut JsonFields) -> Result<State, String> {
    let missing = || wrong("the end");
    Ok(match end.needed_text("what")?.as_str() {
        "done" => State::Done(Receipt {
            own: read_value(kind, end.text("own")?),
            child: read_value(kind, end.text("child")?).ok_or_else(missing)?,
            lines: Vec::new(),
            transaction: end.text("transaction")?,
            created: end.text("created")?,
            replayed: end.flag("replayed")?,
        }),
        "found" => {
            let mut line = end.object("line")?.ok_or_else(missing)?;
            State::Found(Box::new(read_line(kind, &mut line)?))
        }
        "refused" => State::Refused(read_failure(end.object("fault")?.ok_or_else(missing)?)?),
        "absent" => State::Absent,
        what @ ("decided_made" | "decided_not") => State::Decided {
            made: what == "decided_made",
            line: end.text("transaction")?,
        },
        _ => return Err(missing()),
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
