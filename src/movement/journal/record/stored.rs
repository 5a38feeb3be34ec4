//! The serialized form of a record and its parts.

use crate::client::{Failure, FailureKind};
use crate::movement::Kind;
use crate::movement::journal::record::fields::{JsonFields, unreadable};
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
    pub attempts: Vec<StoredAttempt>,
    pub end: Option<StoredEnd>,
    /// When it was confirmed, by the service's clock: the earliest and the latest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<[Option<i64>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_hours: Option<u32>,
    /// Sixteen bits of a salted hash of the credential.
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
pub(crate) struct StoredAttempt {
    pub at: i64,
    pub ended: Option<i64>,
    pub failure: Option<StoredFailure>,
    pub doubted: bool,
    /// When it was in progress, by the service's clock: the earliest and the latest time.
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
pub(crate) struct StoredEnd {
    pub what: String,
    pub at: Option<i64>,
    pub own: Option<String>,
    pub child: Option<String>,
    pub transaction: Option<String>,
    pub created: Option<String>,
    pub replayed: bool,
    pub fault: Option<StoredFailure>,
    /// The log entry that was found.
    pub line: Option<StoredEntry>,
    /// The unexpected log entries.
    pub more: Vec<StoredEntry>,
    pub counted: bool,
    pub seen: bool,
}

/// An entry of the service's log.
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

/// The stored names of the failure kinds.
static FAILURE_NAMES: [(FailureKind, &str); 19] = [
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
    let name = FAILURE_NAMES
        .iter()
        .find(|(kind, _)| std::mem::discriminant(kind) == std::mem::discriminant(&failure.kind));
    StoredFailure {
        why: name.map_or("unexpected", |(_, name)| name).to_owned(),
        detail,
        status: failure.status,
        code: failure.code.clone(),
        message: failure.message.clone(),
        request_id: failure.request_id.clone(),
    }
}

pub(crate) fn read_failure(mut failure: JsonFields) -> Result<Failure, String> {
    let stored_name = failure.required_text("why")?;
    let known = FAILURE_NAMES.iter().find(|(_, name)| *name == stored_name);
    let kind = match known {
        Some((FailureKind::Unreadable(_), _)) => {
            FailureKind::Unreadable(failure.text("detail")?.unwrap_or_default())
        }
        Some((kind, _)) => kind.clone(),
        // An unknown kind of failure proves nothing.
        None => FailureKind::Unexpected,
    };
    Ok(Failure {
        kind,
        status: failure.small_number("status")?,
        code: failure.text("code")?,
        message: failure.text("message")?,
        request_id: failure.text("request_id")?,
        retry_after: None,
    })
}

pub(crate) fn write_entry(entry: &LedgerEntry) -> StoredEntry {
    StoredEntry {
        id: entry.id.clone(),
        at: entry.at,
        written: entry.written.clone(),
        own: entry.own_after.map(Value::plain),
        child: entry.child_after.map(Value::plain),
        reference: entry.reference.clone(),
        notes: entry.notes.clone(),
        performer: entry.performer.clone(),
        performed_by: entry.performed_by.clone(),
    }
}

pub(crate) fn read_entry(kind: Kind, entry: &mut JsonFields) -> Result<LedgerEntry, String> {
    Ok(LedgerEntry {
        id: entry.required_text("id")?,
        at: entry.number("at")?,
        written: entry.text("written")?,
        kind: Some(kind),
        child: None,
        minutes: None,
        rate: None,
        own_change: None,
        credit: None,
        own_after: read_value(kind, entry.text("own")?),
        child_after: read_value(kind, entry.text("child")?),
        reference: entry.text("reference")?,
        notes: entry.text("notes")?,
        metadata: BTreeMap::new(),
        performer: entry.text("performer")?,
        performed_by: entry.text("performed_by")?,
    })
}

pub(crate) fn write_range(range: ServerRange) -> Option<[Option<i64>; 2]> {
    (range != ServerRange::default()).then_some([range.earliest, range.latest])
}

/// Reads the range that is stored as `server`.
pub(crate) fn read_range(fields: &mut JsonFields) -> Result<ServerRange, String> {
    let ends = fields.list("server")?;
    let end = |value: &serde_json::Value| match value.as_i64() {
        None if !value.is_null() => Err(unreadable("server")),
        end => Ok(end),
    };
    match &ends[..] {
        [] => Ok(ServerRange::default()),
        [earliest, latest] => Ok(ServerRange {
            earliest: end(earliest)?,
            latest: end(latest)?,
        }),
        _ => Err(unreadable("server")),
    }
}

/// Parses an optional balance; see [`value`].
pub(crate) fn read_value(kind: Kind, text: Option<String>) -> Option<Value> {
    value(kind, &text?)
}

/// Parses a balance for a movement of `kind`: an amount of money or credits.
pub(crate) fn value(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Transfer | Kind::Revert => Value::Money(text.parse().ok()?),
        Kind::Allocate => {
            let number = read_number(text).ok()?;
            Value::Credits(serde_json::from_str(&number.to_string()).ok()?)
        }
    })
}
