//! A log entry, parsed for what it says about a movement.

use crate::movement::{Kind, Movement};
use crate::units::{Amount, Credits, Minutes, OrganizationId, Rate, Value, moment_ms};
use crate::wire::logs::Side;
use crate::wire::{events, logs, notes};
use std::collections::BTreeMap;

/// Event types that are certainly not allocations (contract §3.4).
const OTHER_EVENTS: [&str; 5] = ["usage", "refund", "grant", "purchase", "adjustment"];

/// One entry of a service's log: a row of the credit log (contract §1.4) or an event of a child's wallet (§3.5).
/// Anything that the entry doesn't state reliably is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The row's integer, or the event's UUID.
    pub id: String,
    /// When it was made, in milliseconds since 1970 by the service's clock.
    pub at: Option<i64>,
    /// The same moment as the service wrote it.
    pub written: Option<String>,
    /// The kind of movement it records. `None` for a kind that the portal doesn't know, and for a row that isn't marked
    /// as successful.
    pub kind: Option<Kind>,
    /// The child's id.
    pub child: Option<String>,
    /// The number of minutes, parsed from the notes.
    pub minutes: Option<Minutes>,
    /// The change of the child's balance, unsigned. Zero if the entry certainly records something other than a movement
    /// to or from a child: a channel change, usage, or credits that went the other way.
    pub credit: Option<Value>,
    /// The rate, parsed from the notes, which may round it.
    pub rate: Option<Rate>,
    /// The change of the user's own balance, signed.
    pub own_change: Option<Value>,
    /// The user's own balance afterward.
    pub own_after: Option<Value>,
    /// The child's balance afterward; for an event, its prepaid part.
    pub child_after: Option<Value>,
    /// The row's reference, which isn't unique, or the allocation's `txn_…`, which is.
    pub reference: Option<String>,
    /// The notes or the description.
    pub notes: Option<String>,
    /// The metadata sent with an allocation, plus what the service added.
    pub metadata: BTreeMap<String, String>,
    /// The id of the user who performed it.
    pub performer: Option<String>,
    /// That user's name.
    pub performed_by: Option<String>,
}

impl LedgerEntry {
    /// Converts a row of the credit log.
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
        // Rows about channels carry zero balances (contract §6, point 5).
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
                credit.and_then(absolute)
            },
            own_after: after(own.1),
            child_after: after(theirs.1),
            reference: row.transfer_reference.clone(),
            notes: row.notes.clone(),
            metadata: BTreeMap::new(),
            performer: row
                .performed_by
                .as_ref()
                .and_then(|user| user.id)
                .map(|id| id.to_string()),
            performed_by: row.performed_by.as_ref().and_then(|user| user.name.clone()),
        }
    }

    /// Converts an event of `organization`'s wallet.
    pub fn from_event(event: &events::Event, organization: &OrganizationId) -> Self {
        let kind = event.event_type.as_deref();
        // An archived child's credits are returned as a negative allocation (contract §7, L11).
        let is_other =
            kind.is_some_and(|kind| OTHER_EVENTS.contains(&kind)) || event.credits.get() <= 0;
        Self {
            id: event.event_id.clone(),
            at: event.created_at.as_deref().and_then(moment_ms),
            written: event.created_at.clone(),
            kind: (kind == Some("allocation") && !is_other).then_some(Kind::Allocate),
            child: Some(organization.to_string()),
            minutes: None,
            rate: None,
            own_change: None,
            credit: Some(Value::Credits(if is_other {
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

    /// Whether the entry certainly records no movement to or from a child.
    pub(super) fn moved_nothing(&self) -> bool {
        self.kind.is_none() && self.credit.is_some_and(is_zero)
    }
}

/// Whether `id`, as written by the service, is the other party of `movement`. An organization's prefix is optional
/// (contract §3).
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

/// `a` minus `b`, if both have the same unit and the difference is exact.
pub(super) fn minus(a: Value, b: Value) -> Option<Value> {
    match (a, b) {
        (Value::Money(a), Value::Money(b)) => a.minus(b).ok().map(Value::Money),
        (Value::Credits(a), Value::Credits(b)) => a.minus(b).map(Value::Credits),
        _ => None,
    }
}

/// `a` plus `b`, if both have the same unit and the sum is exact.
pub(super) fn plus(a: Value, b: Value) -> Option<Value> {
    match (a, b) {
        (Value::Money(a), Value::Money(b)) => a.plus(b).ok().map(Value::Money),
        (Value::Credits(a), Value::Credits(b)) => a.plus(b).map(Value::Credits),
        _ => None,
    }
}

/// The absolute value.
pub(super) fn absolute(value: Value) -> Option<Value> {
    if value.is_negative() {
        minus(minus(value, value)?, value)
    } else {
        Some(value)
    }
}

pub(super) fn is_zero(value: Value) -> bool {
    minus(value, value) == Some(value)
}
