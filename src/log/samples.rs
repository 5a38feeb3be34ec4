//! Rows made up at random, for the tests of this room and whoever builds on it.

use crate::log::entry::{Balances, LogEntry, terms};
use crate::units::{Amount, moment_ms, utc_moment};
use crate::wire::logs::{Kind, Party, Person, Side};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The account in every sample.
pub(crate) const RESELLER: i64 = 1;

/// 2026-01-01 in UTC, from which the moments of the samples start.
const START: i64 = 1_767_225_600_000;

/// An amount of so many thousandths, the unit of every sample.
pub(crate) fn money(thousandths: i128) -> Amount {
    Amount::new(Decimal::from_i128_with_scale(thousandths, 3))
}

/// The thousandths of an amount that [`money`] made, or a sum of such.
pub(crate) fn thousandths(amount: Amount) -> i128 {
    let mut decimal = amount.decimal();
    decimal.rescale(3);
    decimal.mantissa()
}

/// An organization.
pub(crate) fn party(id: i64, name: Option<&str>) -> Arc<Party> {
    Arc::new(Party {
        id,
        name: name.map(str::to_owned),
    })
}

/// A row of `kind` between the account and the child with this `id`, which says nothing more. Reverts come from the
/// child.
pub(crate) fn blank(kind: Kind, id: i64, child: Arc<Party>) -> LogEntry {
    let reseller = party(RESELLER, Some("Reseller"));
    let reverts = kind == Kind::Revert;
    let (from, to) = if reverts {
        (child, reseller.clone())
    } else {
        (reseller.clone(), child)
    };
    let terms = terms(&kind, None, None);
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
        child_side: Some(if reverts { Side::From } else { Side::To }),
        person: None,
        status: None,
        credit: None,
        cost: None,
        from_balance: (None, None),
        to_balance: (None, None),
        terms,
        channels: None,
    }
}

/// Sets the row's moment, in seconds after the start of the samples.
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
        1 => Just(Kind::Unsaid),
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

/// A row. Moments lie within a few months and are often shared, ids are seldom shared, and anything may be missing.
/// Its figures follow from nothing.
pub(crate) fn any_entry() -> impl Strategy<Value = LogEntry> {
    let names = vec![Some("Alpha Co"), Some("Beta"), Some("Über"), None];
    let child = (2i64..6, select(names));
    // Some are written in a way that cannot be read.
    let moment = option::weighted(0.9, (0i64..40, proptest::bool::weighted(0.9)));
    let statuses = vec![None, Some("success"), Some("Success"), Some("failed")];
    let what = (
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
    (what, who, figures).prop_map(|(what, who, figures)| {
        let (id, kind, (child, name), certain, moment) = what;
        let mut entry = blank(kind, id, party(child, name));
        if !certain {
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
        entry.terms = terms(&entry.kind, notes.as_deref(), entry.credit);
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

/// Up to two dozen rows in no order.
pub(crate) fn any_entries() -> impl Strategy<Value = Vec<LogEntry>> {
    vec(any_entry(), 0..24)
}
