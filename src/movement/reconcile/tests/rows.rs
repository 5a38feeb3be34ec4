//! Parsing rows of the reseller's log.

use super::*;

#[test]
fn the_contracts_rows_are_parsed() {
    let example: Json =
        serde_json::from_str(include_str!("../../../../tests/contract/logs.json")).unwrap();
    let rows: Vec<Row> =
        serde_json::from_value(example["response"]["body"]["data"]["logs"].clone()).unwrap();
    let transfer = LedgerEntry::from_row(&rows[0]);
    let expected = LedgerEntry {
        id: "4".into(),
        at: Some(1_768_475_080_000),
        written: Some("2026-01-15T16:34:40+05:30".into()),
        kind: Some(Kind::Transfer),
        child: Some("4002".into()),
        minutes: Some(Minutes::new(20)),
        rate: Some("0.2".parse().unwrap()),
        own_change: Some(money("-1.8")),
        credit: Some(money("4")),
        own_after: Some(money("59.813")),
        child_after: Some(money("14")),
        reference: Some("CT-20260115110440-5678-4002".into()),
        notes: Some("Transfer of 20 minutes at 0.20/min".into()),
        metadata: Default::default(),
        performer: Some("1000".into()),
        performed_by: rows[0].performed_by.as_ref().unwrap().name.clone(),
    };
    assert_eq!(transfer, expected);
    let channels = LedgerEntry::from_row(&rows[1]);
    assert!(channels.moved_nothing());
    assert_eq!((channels.own_after, channels.child_after), (None, None));
}

#[test]
fn the_child_of_a_revert_is_found_on_either_side() {
    let reseller = json!({"id": 5678});
    let child = json!({"id": 4002});
    for (from, to, own, theirs) in [
        (&child, &reseller, "14", "59.813"),
        (&reseller, &child, "59.813", "14"),
    ] {
        let read = row(json!({
            "transaction_type": "credit_revert", "from_organization": from, "to_organization": to,
            "notes": "Revert of 5 minutes at 0.20/min", "credit_amount": -1,
        }));
        assert_eq!(read.kind, Some(Kind::Revert));
        assert_eq!(read.child.as_deref(), Some("4002"));
        assert_eq!(
            (read.own_after, read.child_after),
            (Some(money(own)), Some(money(theirs)))
        );
        assert_eq!(
            (read.minutes, read.credit),
            (Some(Minutes::new(5)), Some(money("1")))
        );
    }
    // The account has to be known to tell the sides apart.
    let read = row(json!({"transaction_type": "credit_revert", "reseller_organization": false}));
    assert_eq!((read.child, read.own_after), (None, None));
    let read = row(json!({
        "transaction_type": "credit_revert", "reseller_organization": false, "from_organization": false,
    }));
    assert_eq!(read.child, None);
    // The balances give the change if the row doesn't state it.
    assert_eq!(row(json!({"credit_amount": null})).credit, Some(money("4")));
    assert_eq!(row(json!({"status": "pending"})).kind, None);
}

#[test]
fn only_unambiguous_minutes_are_parsed() {
    for (notes, minutes) in [
        ("Transfer of 20 minutes at 0.20/min", Some(20)),
        ("Revert of 1 minute at 0.20/min", Some(1)),
        ("20.0 Minutes, as agreed", Some(20)),
        ("Transfer of 1,000 minutes at 0.20/min", None),
        ("Transfer of 1 000 minutes at 0.20/min", None),
        ("Transfer of 1\u{a0}000 minutes at 0.20/min", None),
        ("Transfer of 20.5 minutes", None),
        ("Transfer of 20 minutes instead of 30 minutes", None),
        ("minutes", None),
        ("of 99999999999999999999999999999999999999999 minutes", None),
        ("Concurrency limit changed from 4 to 5 (Delta: 1)", None),
        ("", None),
    ] {
        assert_eq!(
            row(json!({"notes": notes})).minutes,
            minutes.map(Minutes::new),
            "{notes}"
        );
    }
}
