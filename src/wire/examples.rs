//! Parses and serializes the example bodies from the contract. The sandbox is tested against the same files, so a
//! misreading of the contract on either side fails a test.

use crate::units::{Amount, ChildId, Credits, Minutes, Rate};
use crate::wire::{
    allocate, balance, calculate, children, failure, logs, revert, transfer, wallet,
};
use serde_json::{Value, json};

macro_rules! example {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../tests/contract/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

/// Parses `body`, serializes the result, and checks that every known field comes back with the same digits.
fn round_trip<T: serde::de::DeserializeOwned + serde::Serialize>(body: &Value) -> T {
    let read: T = serde_json::from_value(body.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    for (name, value) in written.as_object().unwrap() {
        assert_eq!(value, &body[name], "{name}");
    }
    read
}

#[test]
fn parses_calculate_forward() {
    let example = example!("calculate-forward");
    let request = calculate::TransferPreviewRequest {
        minutes: Minutes::new(500),
        cost_per_min: rate("0.20"),
    };
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        example["request"]["body"]
    );
    let read: calculate::TransferPreview = round_trip(&example["response"]["body"]);
    assert_eq!(read.my_cost, amount("45"));
    assert_eq!(read.user_credit, amount("50"));
    assert_eq!(read.margin, rate("0.01"));
    assert_eq!(read.new_reseller_balance, amount("21.113"));
    assert_eq!(read.reseller_available_minutes, Minutes::new(734));
}

#[test]
fn parses_calculate_revert() {
    let example = example!("calculate-revert");
    let request = calculate::RevertPreviewRequest {
        minutes: Minutes::new(10),
        is_revert: true,
        child_organization_id: ChildId(4002),
    };
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        example["request"]["body"]
    );
    let read: calculate::RevertPreview = round_trip(&example["response"]["body"]);
    assert_eq!(read.refund_amount, amount("0.9"));
    assert_eq!(read.deduction_amount, amount("2"));
    assert_eq!(read.new_child_balance, amount("8"));
}

#[test]
fn parses_transfer_and_revert() {
    let example = example!("transfer");
    let request = transfer::Request {
        to_organization_id: ChildId(4002),
        minutes: Minutes::new(20),
        cost_per_min: rate("0.2"),
    };
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        example["request"]["body"]
    );
    let read: transfer::Response = round_trip(&example["response"]["body"]);
    assert_eq!(
        (read.new_from_balance, read.new_to_balance),
        (amount("59.813"), amount("14"))
    );

    let example = example!("revert");
    let request = revert::Request {
        from_organization_id: ChildId(4002),
        minutes: Minutes::new(5),
    };
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        example["request"]["body"]
    );
    let read: revert::Response = round_trip(&example["response"]["body"]);
    assert_eq!(
        (read.new_from_balance, read.new_to_balance),
        (amount("13"), amount("60.263"))
    );
}

#[test]
fn parses_allocate_and_wallet() {
    let example = example!("allocate");
    let request = allocate::Request {
        credits: Credits::new(5000),
        description: Some("Q3 budget top-up".to_owned()),
        metadata: [("invoice".to_owned(), "inv_2026_0142".to_owned())].into(),
    };
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        example["request"]["body"]
    );
    let read: allocate::Response =
        serde_json::from_value(example["response"]["body"].clone()).unwrap();
    assert_eq!(read.id, "txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c");
    assert_eq!(
        (read.allocated, read.balance),
        (Credits::new(5000), Credits::new(5000))
    );
    assert!(!read.replayed);

    let bare = allocate::Request {
        credits: Credits::new(1),
        description: None,
        metadata: Default::default(),
    };
    assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"credits":1}"#);

    let read: wallet::Response =
        serde_json::from_value(example!("wallet")["response"]["body"].clone()).unwrap();
    assert_eq!(read.available, Credits::new(5880));
    assert_eq!(read.prepaid_balance, Credits::new(5400));
}

#[test]
fn parses_logs_and_children() {
    let read: logs::Response =
        serde_json::from_value(example!("logs")["response"]["body"].clone()).unwrap();
    let [transfer, channels] = &read.data.logs[..] else {
        panic!("expected two entries")
    };
    assert_eq!(transfer.transaction_type, logs::Kind::Transfer);
    assert_eq!(transfer.cost_amount, Some(amount("-1.8")));
    assert_eq!(channels.transaction_type, logs::Kind::Channels);
    assert_eq!(channels.new_channels, Some(5));

    let read: children::Response =
        serde_json::from_value(example!("organizations")["response"]["body"].clone()).unwrap();
    assert_eq!(read.organizations[1].name.as_deref(), Some("Beta Co"));
    assert_eq!(read.organizations[1].cost_per_min, Some(rate("0.2")));
    assert_eq!(read.organizations[0].org_balance, Some(amount("24442.6")));
}

#[test]
fn missing_and_unknown_fields_are_accepted() {
    let row: logs::Row = serde_json::from_value(json!({
        "id": 9, "transaction_type": "gift", "performed_by": false, "from_organization": null,
        "credit_amount": null, "notes": false, "status": null, "tomorrow": {"is": "another field"},
        "to_organization": {"id": 1, "name": false},
    }))
    .unwrap();
    assert_eq!(row.transaction_type, logs::Kind::Other("gift".to_owned()));
    assert_eq!(
        (row.credit_amount, row.notes, row.performed_by),
        (None, None, None)
    );
    assert_eq!(
        serde_json::from_str::<logs::Row>(r#"{"id":1}"#)
            .unwrap()
            .transaction_type,
        logs::Kind::Unspecified
    );

    let body = r#"{"balance":{"amount":-0.5},"estimated_minutes_remaining":null,"rates_per_minute_usd":false}"#;
    let read: balance::Response = serde_json::from_str(body).unwrap();
    assert!(read.balance.amount.is_negative());
    assert_eq!(read.rates_per_minute_usd, None);
}

#[test]
fn unreadable_amounts_are_an_error() {
    assert!(
        serde_json::from_str::<transfer::Response>(r#"{"success":true,"new_from_balance":1}"#)
            .is_err()
    );
    let text = r#"{"new_from_balance":"59.813","new_to_balance":14}"#;
    assert!(serde_json::from_str::<transfer::Response>(text).is_err());
    assert!(serde_json::from_str::<logs::Row>(r#"{"id":1,"credit_amount":"four"}"#).is_err());
}

#[test]
fn parses_errors_of_both_vendors() {
    let read = |value: &Value| failure::Body::read(value);
    for error in example!("allocate-errors")["errors"].as_array().unwrap() {
        let body = read(&error["body"]);
        assert_eq!(
            body.code.as_deref(),
            error["body"]["error"]["code"].as_str()
        );
        assert!(body.message.is_some() && body.request_id.is_some());
    }
    let resellers = example!("reseller-errors");
    let bodies: Vec<_> = resellers["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| read(&error["body"]))
        .collect();
    assert_eq!(bodies[0].code.as_deref(), Some("unauthorized"));
    assert_eq!(bodies[1].message, None);
    assert_eq!(
        bodies[3].message.as_deref(),
        Some("Not enough balance for 1000 minutes")
    );
    // A sentence in `error` is not a code.
    assert_eq!(
        (bodies[4].code.as_deref(), bodies[4].message.as_deref()),
        (None, Some("Insufficient balance"))
    );
    assert!(bodies[4].plan_expired);
    for odd in [
        json!(null),
        json!([]),
        json!({"error": 5}),
        json!({"error": {}}),
        json!("no"),
    ] {
        assert_eq!(read(&odd), failure::Body::default(), "{odd}");
    }
}

#[test]
fn a_list_is_not_accepted_as_an_object() {
    use crate::wire::balance;
    let good = json!({"balance": {"amount": 5, "currency": "USD"}});
    assert!(serde_json::from_value::<balance::Response>(good).is_ok());
    for bad in [json!([5, "USD"]), json!([5]), json!(false)] {
        let bad = json!({ "balance": bad });
        assert!(serde_json::from_value::<balance::Response>(bad).is_err());
    }
    let row = json!({"id": 1, "from_organization": [4002, "Beta Co"]});
    assert!(serde_json::from_value::<logs::Row>(row).is_err());
}

/// See `units::money`: a number halfway between two texts, here in an optional field.
#[test]
fn an_optional_amount_keeps_its_last_digit() {
    for text in ["925459522085417.3", "71821508364126.63", "0.1"] {
        let row: Value =
            serde_json::from_str(&format!(r#"{{"id":1,"credit_amount":{text}}}"#)).unwrap();
        let row: logs::Row = serde_json::from_value(row).unwrap();
        assert_eq!(row.credit_amount, Some(amount(text)));
    }
}
