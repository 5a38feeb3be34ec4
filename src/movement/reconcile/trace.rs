//! A line of a backend's books, read for what it says of a movement.

use crate::movement::plan::{Kind, Movement};
use crate::units::{Amount, Credits, Minutes, OrganizationId, Value, moment_ms, read_number};
use crate::wire::{events, logs};
use rust_decimal::prelude::ToPrimitive;

/// Kinds of event that are certainly no allocation (contract §3.4).
const OTHER_EVENTS: [&str; 5] = ["usage", "refund", "grant", "purchase", "adjustment"];

/// One line of a backend's books: a row of the log (contract §1.4) or an event of a child's wallet (§3.5). What the
/// line does not say, or not so that it could be relied upon, is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
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
    /// One's own balance after.
    pub own_after: Option<Value>,
    /// The child's balance after; of an event, its prepaid part.
    pub child_after: Option<Value>,
    /// The row's reference, which is not unique; or the `txn_…` of the allocation, which is.
    pub reference: Option<String>,
    /// The notes, or the description.
    pub notes: Option<String>,
}

impl Trace {
    /// Reads a row of the log.
    pub fn of_row(row: &logs::Row) -> Self {
        let channels = row.transaction_type == logs::Kind::Channels;
        let succeeded = row
            .status
            .as_deref()
            .is_none_or(|status| status.eq_ignore_ascii_case("success"));
        let kind = match row.transaction_type {
            logs::Kind::Transfer if succeeded => Some(Kind::Transfer),
            logs::Kind::Revert if succeeded => Some(Kind::Revert),
            _ => None,
        };
        let (from, to) = (
            (row.from_balance_before, row.from_balance_after),
            (row.to_balance_before, row.to_balance_after),
        );
        let (child, own, theirs) = match child_of(row) {
            Some((id, true)) => (Some(id), to, from),
            Some((id, false)) => (Some(id), from, to),
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
            minutes: row.notes.as_deref().and_then(minutes_in),
            credit: if channels {
                Some(Value::Money(Amount::ZERO))
            } else {
                credit.and_then(unsigned)
            },
            own_after: after(own.1),
            child_after: after(theirs.1),
            reference: row.transfer_reference.clone(),
            notes: row.notes.clone(),
        }
    }

    /// Reads an event of `organization`'s wallet.
    pub fn of_event(event: &events::Event, organization: &OrganizationId) -> Self {
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
            credit: Some(Value::Credits(if other {
                Credits::new(0)
            } else {
                event.credits
            })),
            own_after: None,
            child_after: event.balance_after_prepaid.map(Value::Credits),
            reference: event.transfer_id.clone(),
            notes: event.description.clone(),
        }
    }

    /// Whether the line certainly records no movement to or from a child.
    pub(super) fn moved_nothing(&self) -> bool {
        self.kind.is_none() && self.credit.is_some_and(is_zero)
    }
}

/// The child of a row, and whether it stands on the giving side. No revert is shown in the documents (contract §7,
/// O8), so the child of a row other than a transfer is whoever is not the reseller.
fn child_of(row: &logs::Row) -> Option<(i64, bool)> {
    let reseller = row.reseller_organization.as_ref().map(|party| party.id);
    let other = |party: &Option<logs::Party>| {
        let id = party.as_ref()?.id;
        (Some(id) != reseller).then_some(id)
    };
    let (from, to) = (other(&row.from_organization), other(&row.to_organization));
    match (from, to) {
        (_, Some(to)) if row.transaction_type == logs::Kind::Transfer => Some((to, false)),
        _ if row.transaction_type == logs::Kind::Transfer || reseller.is_none() => None,
        (Some(from), None) => Some((from, true)),
        (None, Some(to)) => Some((to, false)),
        _ => None,
    }
}

/// The minutes in notes such as `Transfer of 20 minutes at 0.20/min`: the one whole figure before the one word
/// `minutes`. Nothing where that could be read in more than one way.
fn minutes_in(notes: &str) -> Option<Minutes> {
    let words: Vec<&str> = notes.split_whitespace().collect();
    let mut named = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.to_ascii_lowercase().starts_with("minute"));
    let (at, _) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let figure = words.get(at.checked_sub(1)?)?;
    // `1 000 minutes` is not none.
    let grouped = at
        .checked_sub(2)
        .and_then(|before| words.get(before))
        .is_some_and(|word| word.ends_with(|c: char| c.is_numeric()));
    if grouped || !figure.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let read = read_number(figure).ok().filter(|read| read.is_integer())?;
    read.to_i128().map(Minutes::new)
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

/// `a` less `b`, where both are of one kind and the difference is exact.
pub(super) fn less(a: Value, b: Value) -> Option<Value> {
    match (a, b) {
        (Value::Money(a), Value::Money(b)) => a.minus(b).ok().map(Value::Money),
        (Value::Credits(a), Value::Credits(b)) => a.minus(b).map(Value::Credits),
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
