use super::*;
use serde_json::{Value, json};

/// The contract's row of a transfer, with some fields otherwise.
pub(crate) fn entry(other: Value) -> LogEntry {
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let mut row = example["response"]["body"]["data"]["logs"][0].clone();
    for (name, value) in other.as_object().unwrap() {
        row[name] = value.clone();
    }
    LogEntry::of(
        &serde_json::from_value(row).unwrap(),
        &mut SharedNames::default(),
    )
}

fn amount(text: &str) -> Option<Amount> {
    Some(text.parse().unwrap())
}

#[test]
fn the_contracts_transfer() {
    let transfer = entry(json!({}));
    assert_eq!(transfer.child().map(|child| child.id), Some(4002));
    assert_eq!(transfer.credit_change(), amount("4"));
    assert_eq!(transfer.own_change(), amount("-1.8"));
    assert_eq!(transfer.profit(), amount("2.2"));
    let terms = ParsedNotes::Read(Minutes::new(20), "0.2".parse().unwrap());
    assert_eq!(transfer.terms, terms);
    assert_eq!(transfer.day(), Some("2026-01-15"));
}

#[test]
fn a_revert_takes_from_the_child_whatever_its_signs() {
    for credit in [1, -1] {
        let other = json!({
            "transaction_type": "credit_revert", "credit_amount": credit, "cost_amount": 0.45,
            "from_organization": {"id": 4002, "name": "Beta Co"},
            "to_organization": {"id": 5678, "name": "Demo Reseller"},
            "from_balance_before": null, "from_balance_after": null,
            "to_balance_before": null, "to_balance_after": null,
        });
        let revert = entry(other);
        assert_eq!(revert.credit_change(), amount("-1"), "{credit}");
        assert_eq!(revert.own_change(), amount("0.45"));
        assert_eq!(revert.profit(), amount("-0.55"));
    }
}

#[test]
fn a_change_of_channels_moves_no_money() {
    let channels = entry(json!({"transaction_type": "channel_allocation"}));
    assert_eq!((channels.profit(), channels.credit_change()), (None, None));
    assert_eq!(channels.terms, ParsedNotes::None);
    assert!(channels.channels.is_some());
}

#[test]
fn names_are_held_once() {
    let mut names = SharedNames::default();
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let rows: Vec<Row> =
        serde_json::from_value(example["response"]["body"]["data"]["logs"].clone()).unwrap();
    let entries: Vec<_> = rows
        .iter()
        .map(|row| LogEntry::of(row, &mut names))
        .collect();
    let [one, two] = &entries[..] else {
        panic!("two rows")
    };
    assert!(Arc::ptr_eq(
        one.to.as_ref().unwrap(),
        two.to.as_ref().unwrap()
    ));
}

#[test]
fn a_rate_that_the_notes_round_is_recomputed_or_marked() {
    let terms = |credit: serde_json::Value, notes: &str| {
        entry(json!({"credit_amount": credit, "notes": notes})).terms
    };
    let (twenty, rate) = (Minutes::new(20), |text: &str| text.parse().unwrap());
    let printed = "Transfer of 20 minutes at 0.13/min";
    assert_eq!(
        terms(json!(2.5), printed),
        ParsedNotes::Read(twenty, rate("0.125"))
    );
    assert_eq!(
        terms(json!(null), printed),
        ParsedNotes::Rounded(twenty, rate("0.13"))
    );
    // The service has its own arithmetic: what it printed is shown, and marked.
    assert_eq!(
        terms(json!(50), printed),
        ParsedNotes::Rounded(twenty, rate("0.13"))
    );
    let three = ParsedNotes::Rounded(Minutes::new(3), rate("0.33"));
    assert_eq!(
        terms(json!(1.000001), "Transfer of 3 minutes at 0.33/min"),
        three
    );
}
