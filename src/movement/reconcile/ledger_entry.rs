//! A line of a backend's books, read for what it says of a movement.

use crate::movement::{Kind, Movement};
use crate::units::{Amount, Credits, Minutes, OrganizationId, Rate, Value, moment_ms};
use crate::wire::logs::Side;
use crate::wire::{events, logs, notes};
use std::collections::BTreeMap;

/// Kinds of event that are certainly no allocation (contract §3.4).
const OTHER_EVENTS: [&str; 5] = ["usage", "refund", "grant", "purchase", "adjustment"];

/// One line of a backend's books: a row of the log (contract §1.4) or an event of a child's wallet (§3.5). What the
/// line does not say, or not so that it could be relied upon, is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The row's integer, or the event's UUID.
    pub id: String,
    /// When, in milliseconds since 1970 by the backend's clock.
    pub at: Option<i64>,
    /// The same moment as the backend wrote it.
    pub written: Option<String>,
    /// Which movement it records. Nothing for a kind that the portal does not know, and for a row that does not say
    /// that it succeeded.
    pub kind: Option<Kind>,
    /// The child's id.
    pub child: Option<String>,
    /// How many, read from the notes.
    pub minutes: Option<Minutes>,
    /// What the movement changed the child's balance by, unsigned. Zero where the line certainly records something
    /// other than a movement to or from a child: a change of channels, usage, credits that went the other way.
    pub credit: Option<Value>,
    /// The rate, read from the notes, which may round it.
    pub rate: Option<Rate>,
    /// What it changed one's own balance by, signed.
    pub own_change: Option<Value>,
    /// One's own balance after.
    pub own_after: Option<Value>,
    /// The child's balance after; of an event, its prepaid part.
    pub child_after: Option<Value>,
    /// The row's reference, which is not unique; or the `txn_…` of the allocation, which is.
    pub reference: Option<String>,
    /// The notes, or the description.
    pub notes: Option<String>,
    /// The notes given with an allocation, and the service's own.
    pub metadata: BTreeMap<String, String>,
    /// The id of the user who performed it.
    pub performer: Option<String>,
    /// Their name.
    pub performed_by: Option<String>,
}

impl LedgerEntry {
    /// Reads a row of the log.
    pub fn from_row(row: &logs::Row) -> Self {
        let channels = row.transaction_type == logs::Kind::Channels;
        let succeeded = row.succeeded();
        let kind = match row.transaction_type {
            logs::Kind::Transfer if succeeded => Some(Kind::Transfer),
            logs::Kind::Revert if succeeded => Some(Kind::Revert),
            _ => None,
        };
        let (from, to) = (
            (row.from_balance_before, row.from_balance_after),
            (row.to_balance_before, row.to_balance_after),
        );
        let (child, own, theirs) = match row.child() {
            Some((child, Side::From)) => (Some(child.id), to, from),
            Some((child, Side::To)) => (Some(child.id), from, to),
            None => (None, (None, None), (None, None)),
        };
        let changed = || theirs.1?.minus(theirs.0?).ok();
        let credit = row.credit_amount.or_else(changed).map(Value::Money);
        // Rows about channels carry zero for balances (contract §6, point 5).
        let after = |value: Option<Amount>| value.filter(|_| !channels).map(Value::Money);
        Self {
            id: row.id.to_string(),
            at: row.transfer_date.as_deref().and_then(moment_ms),
            written: row.transfer_date.clone(),
            kind,
            child: child.map(|id| id.to_string()),
            minutes: row.notes.as_deref().and_then(notes::minutes),
            rate: row.notes.as_deref().and_then(notes::rate),
            own_change: change_of(own.0, own.1).filter(|_| !channels),
            credit: if channels {
                Some(Value::Money(Amount::ZERO))
            } else {
                credit.and_then(unsigned)
            },
            own_after: after(own.1),
            child_after: after(theirs.1),
            reference: row.transfer_reference.clone(),
            notes: row.notes.clone(),
            metadata: BTreeMap::new(),
            performer: row
                .performed_by
                .as_ref()
                .and_then(|person| person.id)
                .map(|id| id.to_string()),
            performed_by: row
                .performed_by
                .as_ref()
                .and_then(|person| person.name.clone()),
        }
    }

    /// Reads an event of `organization`'s wallet.
    pub fn from_event(event: &events::Event, organization: &OrganizationId) -> Self {
        let kind = event.event_type.as_deref();
        // An archived child's credits go back as a negative allocation (contract §7, L11).
        let other =
            kind.is_some_and(|kind| OTHER_EVENTS.contains(&kind)) || event.credits.get() <= 0;
        Self {
            id: event.event_id.clone(),
            at: event.created_at.as_deref().and_then(moment_ms),
            written: event.created_at.clone(),
            kind: (kind == Some("allocation") && !other).then_some(Kind::Allocate),
            child: Some(organization.to_string()),
            minutes: None,
            rate: None,
            own_change: None,
            credit: Some(Value::Credits(if other {
                Credits::new(0)
            } else {
                event.credits
            })),
            own_after: None,
            child_after: event.balance_after_prepaid.map(Value::Credits),
            reference: event.transfer_id.clone(),
            notes: event.description.clone(),
            metadata: event.metadata.clone(),
            performer: None,
            performed_by: None,
        }
    }

    /// Whether the line certainly records no movement to or from a child.
    pub(super) fn moved_nothing(&self) -> bool {
        self.kind.is_none() && self.credit.is_some_and(is_zero)
    }
}

/// Whether `id`, as a backend wrote it, is the other party of `movement`. An organization's prefix may be there or
/// not (contract §3).
pub(in crate::movement) fn is_child(movement: &Movement, id: &str) -> bool {
    match movement {
        Movement::Transfer { child, .. } | Movement::Revert { child, .. } => {
            child.to_string() == id
        }
        Movement::Allocate { organization, .. } => {
            let bare = |id| str::trim_start_matches(id, "org_");
            bare(organization.as_str()).eq_ignore_ascii_case(bare(id))
        }
    }
}

fn change_of(before: Option<Amount>, after: Option<Amount>) -> Option<Value> {
    after?.minus(before?).ok().map(Value::Money)
}

/// `a` less `b`, where both are of one kind and the difference is exact.
pub(super) fn less(a: Value, b: Value) -> Option<Value> {
    match (a, b) {
        (Value::Money(a), Value::Money(b)) => a.minus(b).ok().map(Value::Money),
        (Value::Credits(a), Value::Credits(b)) => a.minus(b).map(Value::Credits),
        _ => None,
    }
}

/// `a` and `b` together, where both are of one kind and the sum is exact.
pub(super) fn plus(a: Value, b: Value) -> Option<Value> {
    match (a, b) {
        (Value::Money(a), Value::Money(b)) => a.plus(b).ok().map(Value::Money),
        (Value::Credits(a), Value::Credits(b)) => a.plus(b).map(Value::Credits),
        _ => None,
    }
}

/// The size of a change.
pub(super) fn unsigned(value: Value) -> Option<Value> {
    if value.is_negative() {
        less(less(value, value)?, value)
    } else {
        Some(value)
    }
}

/// Whether it is none at all.
pub(super) fn is_zero(value: Value) -> bool {
    less(value, value) == Some(value)
}
