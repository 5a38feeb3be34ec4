use super::*;
use serde_json::{Value, json};

/// The contract's example transfer, with some fields replaced.
pub(crate) fn entry(overrides: Value) -> LogEntry {
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let mut row = example["response"]["body"]["data"]["logs"][0].clone();
    for (name, value) in overrides.as_object().unwrap() {
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
fn reads_the_contract_transfer() {
    let transfer = entry(json!({}));
    assert_eq!(transfer.child().map(|child| child.id), Some(4002));
    assert_eq!(transfer.credit_change(), amount("4"));
    assert_eq!(transfer.own_change(), amount("-1.8"));
    assert_eq!(transfer.profit(), amount("2.2"));
    let expected = ParsedNotes::Read(Minutes::new(20), "0.2".parse().unwrap());
    assert_eq!(transfer.parsed_notes, expected);
    assert_eq!(transfer.day(), Some("2026-01-15"));
}

#[test]
fn a_revert_reduces_the_childs_balance_whatever_its_sign() {
    for credit in [1, -1] {
        let overrides = json!({
            "transaction_type": "credit_revert", "credit_amount": credit, "cost_amount": 0.45,
            "from_organization": {"id": 4002, "name": "Beta Co"},
            "to_organization": {"id": 5678, "name": "Demo Reseller"},
            "from_balance_before": null, "from_balance_after": null,
            "to_balance_before": null, "to_balance_after": null,
        });
        let revert = entry(overrides);
        assert_eq!(revert.credit_change(), amount("-1"), "{credit}");
        assert_eq!(revert.own_change(), amount("0.45"));
        assert_eq!(revert.profit(), amount("-0.55"));
    }
}

#[test]
fn a_change_of_channels_moves_no_money() {
    let channels = entry(json!({"transaction_type": "channel_allocation"}));
    assert_eq!((channels.profit(), channels.credit_change()), (None, None));
    assert_eq!(channels.parsed_notes, ParsedNotes::None);
    assert!(channels.channels.is_some());
}

#[test]
fn names_are_shared() {
    let mut names = SharedNames::default();
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let rows: Vec<Row> =
        serde_json::from_value(example["response"]["body"]["data"]["logs"].clone()).unwrap();
    let entries: Vec<_> = rows
        .iter()
        .map(|row| LogEntry::of(row, &mut names))
        .collect();
    let [a, b] = &entries[..] else {
        panic!("expected two entries")
    };
    assert!(Arc::ptr_eq(a.to.as_ref().unwrap(), b.to.as_ref().unwrap()));
}

#[test]
fn a_rounded_rate_is_recomputed_or_marked() {
    let parse = |credit: serde_json::Value, notes: &str| {
        entry(json!({"credit_amount": credit, "notes": notes})).parsed_notes
    };
    let (twenty, rate) = (Minutes::new(20), |text: &str| text.parse().unwrap());
    let printed = "Transfer of 20 minutes at 0.13/min";
    assert_eq!(
        parse(json!(2.5), printed),
        ParsedNotes::Read(twenty, rate("0.125"))
    );
    assert_eq!(
        parse(json!(null), printed),
        ParsedNotes::Rounded(twenty, rate("0.13"))
    );
    // The service's own arithmetic differs, so the printed rate is shown and marked as rounded.
    assert_eq!(
        parse(json!(50), printed),
        ParsedNotes::Rounded(twenty, rate("0.13"))
    );
    let three = ParsedNotes::Rounded(Minutes::new(3), rate("0.33"));
    assert_eq!(
        parse(json!(1.000001), "Transfer of 3 minutes at 0.33/min"),
        three
    );
}
