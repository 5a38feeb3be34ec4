//! The parts of an entry, and the small things in them.

use crate::client::{Failure, Why};
use crate::clock::ServerRange;
use crate::movement::plan::Kind;
use crate::movement::reconcile::Trace;
use crate::units::{Value, read_number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<[Option<i64>; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_hours: Option<u32>,
    /// Sixteen bits of a salted hash of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Try {
    pub at: i64,
    pub ended: Option<i64>,
    pub failure: Option<Fault>,
    #[serde(default)]
    pub doubted: bool,
    /// When it was under way, by the service's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<[Option<i64>; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departed: Option<i64>,
    #[serde(default)]
    pub alone: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Fault {
    pub why: String,
    pub detail: Option<String>,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
pub(super) struct End {
    pub what: String,
    pub at: Option<i64>,
    pub own: Option<String>,
    pub child: Option<String>,
    pub transaction: Option<String>,
    pub created: Option<String>,
    pub replayed: bool,
    pub fault: Option<Fault>,
    /// The line that was found.
    pub line: Option<Line>,
    /// What the books hold more of than was told.
    #[serde(default)]
    pub more: Vec<Line>,
    #[serde(default)]
    pub counted: bool,
    #[serde(default)]
    pub seen: bool,
}

/// A line of the backend's books.
#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    pub id: String,
    pub at: Option<i64>,
    pub written: Option<String>,
    pub own: Option<String>,
    pub child: Option<String>,
    pub reference: Option<String>,
    pub notes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
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

pub(super) fn write_failure(failure: &Failure) -> Fault {
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

pub(super) fn read_failure(fault: Fault) -> Failure {
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

pub(super) fn write_line(line: &Trace) -> Line {
    Line {
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

pub(super) fn read_line(kind: Kind, line: Line) -> Trace {
    Trace {
        id: line.id,
        at: line.at,
        written: line.written,
        kind: Some(kind),
        child: None,
        minutes: None,
        rate: None,
        own_change: None,
        credit: None,
        own_after: line.own.and_then(|text| value(kind, &text)),
        child_after: line.child.and_then(|text| value(kind, &text)),
        reference: line.reference,
        notes: line.notes,
        metadata: BTreeMap::new(),
        performer: line.performer,
        performed_by: line.performed_by,
    }
}

pub(super) fn write_range(range: ServerRange) -> Option<[Option<i64>; 2]> {
    (range != ServerRange::default()).then_some([range.earliest, range.latest])
}

pub(super) fn read_range(range: Option<[Option<i64>; 2]>) -> ServerRange {
    let [earliest, latest] = range.unwrap_or_default();
    ServerRange { earliest, latest }
}

/// The balance that `text` means to a movement of `kind`.
pub(super) fn value(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Transfer | Kind::Revert => Value::Money(text.parse().ok()?),
        Kind::Allocate => {
            let number = read_number(text).ok()?;
            Value::Credits(serde_json::from_str(&number.to_string()).ok()?)
        }
    })
}
