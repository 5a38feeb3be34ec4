//! Pure: random entries for this module's tests and others that build on it.

use crate::log::entry::{Balances, LogEntry, parse_notes};
use crate::units::{Amount, moment_ms, utc_moment};
use crate::wire::logs::{Kind, Party, Person, Side};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The reseller in every sample.
pub(crate) const RESELLER: i64 = 1;

/// 2026-01-01 in UTC: the start of the samples' time range.
const START: i64 = 1_767_225_600_000;

/// Returns an amount of so many thousandths, the unit of every sample.
pub(crate) fn money(thousandths: i128) -> Amount {
    Amount::new(Decimal::from_i128_with_scale(thousandths, 3))
}

/// Converts an amount created by [`money`], or a sum of such amounts, back to thousandths.
pub(crate) fn thousandths(amount: Amount) -> i128 {
    let mut decimal = amount.decimal();
    decimal.rescale(3);
    decimal.mantissa()
}

/// Creates an organization.
pub(crate) fn party(id: i64, name: Option<&str>) -> Arc<Party> {
    Arc::new(Party {
        id,
        name: name.map(str::to_owned),
    })
}

/// Returns an entry of `kind` between the reseller and `child`, with all other fields empty. A revert comes from the
/// child.
pub(crate) fn blank(kind: Kind, id: i64, child: Arc<Party>) -> LogEntry {
    let reseller = party(RESELLER, Some("Reseller"));
    let is_revert = kind == Kind::Revert;
    let (from, to) = if is_revert {
        (child, reseller.clone())
    } else {
        (reseller.clone(), child)
    };
    let parsed_notes = parse_notes(&kind, None, None);
    LogEntry {
        id,
        at: None,
        written: None,
        kind,
        reference: None,
        notes: None,
        reseller: Some(reseller),
        from: Some(from),
        to: Some(to),
        child_side: Some(if is_revert { Side::From } else { Side::To }),
        person: None,
        status: None,
        credit: None,
        cost: None,
        from_balance: (None, None),
        to_balance: (None, None),
        parsed_notes,
        channels: None,
    }
}

/// Sets the entry's time, in seconds after the start of the samples.
pub(crate) fn set_moment(entry: &mut LogEntry, second: i64) {
    let written = utc_moment(START + second * 1000);
    entry.at = moment_ms(&written);
    entry.written = Some(written.into());
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        4 => Just(Kind::Transfer),
        3 => Just(Kind::Revert),
        1 => Just(Kind::Channels),
        1 => Just(Kind::Other("gift".to_owned())),
        1 => Just(Kind::Unspecified),
    ]
}

fn any_person() -> impl Strategy<Value = Option<Arc<Person>>> {
    let people = [
        Some((Some("Ann"), Some("ann@example.com"))),
        Some((Some("Jörg Über"), None)),
        Some((None, Some("bo@example.com"))),
        Some((None, None)),
        None,
    ];
    select(people.to_vec()).prop_map(|person| {
        let (name, email) = person?;
        Some(Arc::new(Person {
            id: None,
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
        }))
    })
}

fn any_amount() -> impl Strategy<Value = Option<Amount>> {
    option::weighted(0.8, (-9_999i128..9_999).prop_map(money))
}

fn any_balances() -> impl Strategy<Value = Balances> {
    (any_amount(), any_amount())
}

fn any_notes() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        4 => (0u32..200, 0u32..99).prop_map(|(minutes, rate)| {
            Some(format!("Transfer of {minutes} minutes at 0.{rate:02}/min"))
        }),
        1 => Just(Some("Goodwill, für Über".to_owned())),
        1 => Just(None),
    ]
}

/// An arbitrary entry. Times lie within a few months and are often shared, ids are rarely shared, and any field may be
/// missing. The amounts are unrelated to each other.
pub(crate) fn any_entry() -> impl Strategy<Value = LogEntry> {
    let names = vec![Some("Alpha Co"), Some("Beta"), Some("Über"), None];
    let child = (2i64..6, select(names));
    // Some are unparsable.
    let moment = option::weighted(0.9, (0i64..40, proptest::bool::weighted(0.9)));
    let statuses = vec![None, Some("success"), Some("Success"), Some("failed")];
    let subject = (
        1i64..500,
        any_kind(),
        child,
        proptest::bool::weighted(0.9),
        moment,
    );
    let who = (
        any_person(),
        select(statuses),
        option::of(0u32..10_000),
        any_notes(),
    );
    let figures = (any_amount(), any_amount(), any_balances(), any_balances());
    (subject, who, figures).prop_map(|(subject, who, figures)| {
        let (id, kind, (child, name), is_certain, moment) = subject;
        let mut entry = blank(kind, id, party(child, name));
        if !is_certain {
            entry.child_side = None;
        }
        match moment {
            Some((days, true)) => set_moment(&mut entry, days * 3 * 86_400),
            Some((days, false)) => entry.written = Some(format!("day {days}").into()),
            None => {}
        }
        let (person, status, reference, notes) = who;
        entry.person = person;
        entry.status = status.map(Arc::from);
        entry.reference = reference.map(|number| format!("CT-{number:04}").into());
        entry.parsed_notes = parse_notes(&entry.kind, notes.as_deref(), entry.credit);
        entry.notes = notes.map(Box::from);
        (
            entry.credit,
            entry.cost,
            entry.from_balance,
            entry.to_balance,
        ) = figures;
        if entry.is_channels() {
            entry.channels = Some(Box::new([Some(1), Some(4), Some(5)]));
        }
        entry
    })
}

/// Up to two dozen entries in arbitrary order.
pub(crate) fn any_entries() -> impl Strategy<Value = Vec<LogEntry>> {
    vec(any_entry(), 0..24)
}
