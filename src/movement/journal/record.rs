//! The journal's record of a submission: a text that later versions of the portal can still read.
//!
//! The movement is read back from the exact bytes that were sent. A record never contains a credential, because a
//! submission doesn't have one.

use crate::movement::quote::Quote;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{Attempt, ExtraEntries, State, Submission, SubmissionActivity};
use crate::movement::{Kind, Movement};
use crate::units::{Change, IdempotencyKey, Value};

mod fields;
mod stored;

use fields::{JsonFields, unreadable};
use stored::{
    JournalRecord, StoredAttempt, StoredEnd, read_entry, read_failure, read_range, read_value,
    value, write_entry, write_failure, write_range,
};

/// The version of the records that are written. Older records are read; newer ones are left unchanged.
pub const VERSION: u32 = 1;

/// Writes the record of a submission.
///
/// # Errors
/// Passes on the serializer's errors, though none can occur for a submission.
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

/// Reads the record of a submission. An unresolved submission gets the state [`State::Unknown`] or
/// [`State::KeyNeeded`]: a request that was in progress when the page closed may have moved something.
///
/// # Errors
/// Which part of the text can't be read.
pub fn read(text: &str) -> Result<Submission, String> {
    let value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut record = JsonFields::of(value)?;
    let version = record.required_number("v")?;
    if version > i64::from(VERSION) {
        return Err(format!("version {version} isn't supported"));
    }
    let body = record.required_text("body")?;
    let movement = Movement::restored(
        &record.required_text("path")?,
        &body,
        record.required_text("name")?,
    )
    .ok_or_else(|| unreadable("the movement"))?;
    let kind = movement.kind();
    let mut end = record.object("end")?;
    let mut submission = Submission {
        quote: Quote {
            symbol: record.text("symbol")?,
            own: read_change(kind, record.texts("own")?)?,
            child: read_change(kind, record.texts("child")?)?,
            cost: read_value(kind, record.text("cost")?),
            credit: read_value(kind, record.text("credit")?),
            ..Quote::default()
        },
        movement,
        key: IdempotencyKey::parse(&record.required_text("key")?)
            .ok_or_else(|| unreadable("the key"))?,
        body,
        base_url: record.required_text("base_url")?,
        account: record.text("account")?,
        confirmed: record.required_number("confirmed")?,
        confirmed_server: read_range(&mut record)?,
        check_started: None,
        promised_hours: record.small_number("promised_hours")?,
        credential: record.text("credential")?,
        watermark: record.text("mark")?,
        known: record.texts("known")?,
        foreign: record.texts("foreign")?,
        performer: record.text("performer")?,
        attempts: objects(record.required_list("attempts")?, read_attempt)?,
        state: State::Unknown { doubt: None },
        ended: None,
        journaled: true,
        extra_entries: ExtraEntries::None,
        counted: false,
        acknowledged: false,
        quiet_since: None,
        resumed_at: None,
        quiet_before: None,
        activity: SubmissionActivity::Nothing,
    };
    submission.state = match &mut end {
        None => submission.unresolved_state(),
        Some(end) => {
            submission.ended = end.number("at")?;
            submission.counted = end.flag("counted")?;
            submission.acknowledged = end.flag("seen")?;
            let more = objects(end.list("more")?, |entry| read_entry(kind, entry))?;
            if !more.is_empty() {
                submission.extra_entries = ExtraEntries::More(more);
            }
            read_end(kind, end)?
        }
    };
    Ok(submission)
}

/// Reads each item of a list of objects.
fn objects<T>(
    list: Vec<serde_json::Value>,
    read: impl Fn(&mut JsonFields) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let read = |value| read(&mut JsonFields::of(value)?);
    list.into_iter().map(read).collect()
}

/// Reads a balance before and after. An empty list means none.
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
        _ => Err(unreadable("a balance")),
    }
}

/// Returns the account in a record that can't be read as a whole.
pub fn account_of(text: &str) -> Option<String> {
    let record = serde_json::from_str(text).ok().map(JsonFields::of)?;
    record.ok()?.text("account").ok()?
}

/// Whether the text is the record of an unresolved submission, written by a later version of the portal.
pub fn is_newer_and_open(text: &str) -> bool {
    let record = serde_json::from_str(text).ok().map(JsonFields::of);
    let Some(Ok(mut record)) = record else {
        return false;
    };
    let is_newer = |version| version > i64::from(VERSION);
    record.required_number("v").is_ok_and(is_newer) && matches!(record.object("end"), Ok(None))
}

fn write_attempt(attempt: &Attempt) -> StoredAttempt {
    StoredAttempt {
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
        at: attempt.required_number("at")?,
        ended: attempt.number("ended")?,
        failure: attempt.object("failure")?.map(read_failure).transpose()?,
        doubted: attempt.flag("doubted")?,
        server: read_range(attempt)?,
        departed: attempt.number("departed")?,
        alone: attempt.flag("alone")?,
    })
}

fn write_end(submission: &Submission) -> Option<StoredEnd> {
    let end = |what: &str| StoredEnd {
        what: what.to_owned(),
        at: submission.ended,
        more: match &submission.extra_entries {
            ExtraEntries::More(entries) => entries.iter().map(write_entry).collect(),
            _ => Vec::new(),
        },
        counted: submission.counted,
        seen: submission.acknowledged,
        ..StoredEnd::default()
    };
    Some(match &submission.state {
        State::Recording
        | State::Sending
        | State::Checking(_)
        | State::Unknown { .. }
        | State::KeyNeeded => {
            return None;
        }
        State::Done(receipt) => StoredEnd {
            own: receipt.own.map(Value::plain),
            child: Some(receipt.child.plain()),
            transaction: receipt.transaction.clone(),
            created: receipt.created.clone(),
            replayed: receipt.replayed,
            ..end("done")
        },
        State::Found(entry) => StoredEnd {
            line: Some(write_entry(entry)),
            ..end("found")
        },
        State::Refused(failure) => StoredEnd {
            fault: Some(write_failure(failure)),
            ..end("refused")
        },
        State::Absent => end("absent"),
        State::Decided {
            completed,
            entry_id,
        } => StoredEnd {
            transaction: entry_id.clone(),
            ..end(if *completed {
                "decided_made"
            } else {
                "decided_not"
            })
        },
    })
}

fn read_end(kind: Kind, end: &mut JsonFields) -> Result<State, String> {
    let missing = || unreadable("the end");
    Ok(match end.required_text("what")?.as_str() {
        "done" => State::Done(Receipt {
            own: read_value(kind, end.text("own")?),
            child: read_value(kind, end.text("child")?).ok_or_else(missing)?,
            lines: Vec::new(),
            transaction: end.text("transaction")?,
            created: end.text("created")?,
            replayed: end.flag("replayed")?,
        }),
        "found" => {
            let mut entry = end.object("line")?.ok_or_else(missing)?;
            State::Found(Box::new(read_entry(kind, &mut entry)?))
        }
        "refused" => State::Refused(read_failure(end.object("fault")?.ok_or_else(missing)?)?),
        "absent" => State::Absent,
        what @ ("decided_made" | "decided_not") => State::Decided {
            completed: what == "decided_made",
            entry_id: end.text("transaction")?,
        },
        _ => return Err(missing()),
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
