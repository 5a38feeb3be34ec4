//! The parts of an entry, and the small things in them.

use crate::client::{Failure, FailureKind};
use crate::movement::Kind;
use crate::movement::journal::record::fields::{JsonFields, wrong};
use crate::movement::reconcile::LedgerEntry;
use crate::units::clock::ServerRange;
use crate::units::{Value, read_number};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(crate) struct JournalRecord {
    pub v: u32,
    pub key: String,
    pub name: String,
    pub base_url: String,
    pub path: String,
    pub body: String,
    pub account: Option<String>,
    pub confirmed: i64,
    pub symbol: Option<String>,
    pub own: Option<[String; 2]>,
    pub child: Option<[String; 2]>,
    pub mark: Option<String>,
    pub attempts: Vec<Try>,
    pub end: Option<End>,
    /// When it was confirmed, by the service's clock: not before, not after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<[Option<i64>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_hours: Option<u32>,
    /// Sixteen bits of a salted hash of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Try {
    pub at: i64,
    pub ended: Option<i64>,
    pub failure: Option<StoredFailure>,
    pub doubted: bool,
    /// When it was under way, by the service's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<[Option<i64>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departed: Option<i64>,
    pub alone: bool,
}

#[derive(Serialize)]
pub(crate) struct StoredFailure {
    pub why: String,
    pub detail: Option<String>,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}

#[derive(Default, Serialize)]
pub(crate) struct End {
    pub what: String,
    pub at: Option<i64>,
    pub own: Option<String>,
    pub child: Option<String>,
    pub transaction: Option<String>,
    pub created: Option<String>,
    pub replayed: bool,
    pub fault: Option<StoredFailure>,
    /// The line that was found.
    pub line: Option<StoredEntry>,
    /// What the books hold more of than was told.
    pub more: Vec<StoredEntry>,
    pub counted: bool,
    pub seen: bool,
}

/// A line of the backend's books.
#[derive(Serialize)]
pub(crate) struct StoredEntry {
    pub id: String,
    pub at: Option<i64>,
    pub written: Option<String>,
    pub own: Option<String>,
    pub child: Option<String>,
    pub reference: Option<String>,
    pub notes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
}

/// The reasons for a failure, as they are written.
static REASONS: [(FailureKind, &str); 19] = [
    (FailureKind::SignedOut, "signed_out"),
    (FailureKind::Network, "network"),
    (FailureKind::TimedOut, "timed_out"),
    (FailureKind::Interrupted, "interrupted"),
    (FailureKind::Server, "server"),
    (FailureKind::Suspended, "suspended"),
    (FailureKind::Unauthorized, "unauthorized"),
    (FailureKind::Forbidden, "forbidden"),
    (FailureKind::NotFound, "not_found"),
    (FailureKind::MethodNotAllowed, "method_not_allowed"),
    (FailureKind::InFlight, "in_flight"),
    (FailureKind::KeyReused, "key_reused"),
    (FailureKind::Conflict, "conflict"),
    (FailureKind::Invalid, "invalid"),
    (FailureKind::Insufficient, "insufficient"),
    (FailureKind::RateLimited, "rate_limited"),
    (FailureKind::Declined, "declined"),
    (FailureKind::Unexpected, "unexpected"),
    (FailureKind::Unreadable(String::new()), "unreadable"),
];

pub(crate) fn write_failure(failure: &Failure) -> StoredFailure {
    let detail = match &failure.kind {
        FailureKind::Unreadable(detail) => Some(detail.clone()),
        _ => None,
    };
    let why = REASONS
        .iter()
        .find(|(why, _)| std::mem::discriminant(why) == std::mem::discriminant(&failure.kind));
    StoredFailure {
        why: why.map_or("unexpected", |(_, word)| word).to_owned(),
        detail,
        status: failure.status,
        code: failure.code.clone(),
        message: failure.message.clone(),
        request_id: failure.request_id.clone(),
    }
}

pub(crate) fn read_failure(mut fault: JsonFields) -> Result<Failure, String> {
    let word = fault.needed_text("why")?;
    let why = REASONS.iter().find(|(_, reason)| *reason == word);
    let why = match why {
        Some((FailureKind::Unreadable(_), _)) => {
            FailureKind::Unreadable(fault.text("detail")?.unwrap_or_default())
        }
        Some((why, _)) => why.clone(),
        // A reason that is not known here proves nothing.
        None => FailureKind::Unexpected,
    };
    Ok(Failure {
        kind: why,
        status: fault.small_number("status")?,
        code: fault.text("code")?,
        message: fault.text("message")?,
        request_id: fault.text("request_id")?,
        retry_after: None,
    })
}

pub(crate) fn write_line(line: &LedgerEntry) -> StoredEntry {
    StoredEntry {
        id: line.id.clone(),
        at: line.at,
        written: line.written.clone(),
        own: line.own_after.map(Value::plain),
        child: line.child_after.map(Value::plain),
        reference: line.reference.clone(),
        notes: line.notes.clone(),
        performer: line.performer.clone(),
        performed_by: line.performed_by.clone(),
    }
}

pub(crate) fn read_line(kind: Kind, line: &mut JsonFields) -> Result<LedgerEntry, String> {
    Ok(LedgerEntry {
        id: line.needed_text("id")?,
        at: line.number("at")?,
        written: line.text("written")?,
        kind: Some(kind),
        child: None,
        minutes: None,
        rate: None,
        own_change: None,
        credit: None,
        own_after: read_value(kind, line.text("own")?),
        child_after: read_value(kind, line.text("child")?),
        reference: line.text("reference")?,
        notes: line.text("notes")?,
        metadata: BTreeMap::new(),
        performer: line.text("performer")?,
        performed_by: line.text("performed_by")?,
    })
}

pub(crate) fn write_range(range: ServerRange) -> Option<[Option<i64>; 2]> {
    (range != ServerRange::default()).then_some([range.earliest, range.latest])
}

/// The range that is kept as `server`.
pub(crate) fn read_range(fields: &mut JsonFields) -> Result<ServerRange, String> {
    let ends = fields.list("server")?;
    let end = |end: &serde_json::Value| match end.as_i64() {
        None if !end.is_null() => Err(wrong("server")),
        end => Ok(end),
    };
    match &ends[..] {
        [] => Ok(ServerRange::default()),
        [earliest, latest] => Ok(ServerRange {
            earliest: end(earliest)?,
            latest: end(latest)?,
        }),
        _ => Err(wrong("server")),
    }
}

/// The same where there may be no text.
pub(crate) fn read_value(kind: Kind, text: Option<String>) -> Option<Value> {
    value(kind, &text?)
}

/// The balance that `text` means to a movement of `kind`.
pub(crate) fn value(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Transfer | Kind::Revert => Value::Money(text.parse().ok()?),
        Kind::Allocate => {
            let number = read_number(text).ok()?;
            Value::Credits(serde_json::from_str(&number.to_string()).ok()?)
        }
    })
}
