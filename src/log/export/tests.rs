use super::*;
use crate::log::dialect::tests::{GERMAN, read};
use crate::log::entry::tests::entry;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn exports_the_contract_transfer_as_csv() {
    let row = entry(json!({}));
    let columns = [
        Column::Id,
        Column::When,
        Column::Kind,
        Column::Child,
        Column::Minutes,
        Column::Rate,
        Column::Credit,
        Column::Cost,
        Column::Channels,
        Column::Notes,
    ];
    let expected = "id,date,type,child,minutes,rate,credit,cost,channels,notes\r\n\
        4,2026-01-15T16:34:40+05:30,Transfer,Beta Co,20,0.2,4,-1.8,,Transfer of 20 minutes at 0.20/min\r\n";
    assert_eq!(csv(&columns, [&row].into_iter(), Dialect::PLAIN), expected);
    let german = csv(&columns, [&row].into_iter(), GERMAN);
    assert_eq!(german.as_bytes()[..3], [0xef, 0xbb, 0xbf]);
    let expected = "id;date;utc_offset;type;child;minutes;rate;credit;cost;channels;notes\r\n\
        4;2026-01-15 16:34:40;UTC+05:30;Transfer;Beta Co;20;0,2;4;-1,8;;Transfer of 20 minutes at 0.20/min\r\n";
    assert_eq!(&german[3..], expected);
}

#[test]
fn the_client_id_is_exported_with_the_name() {
    use Column::{Child, ChildId, Cost, Id};
    assert_eq!(exported(&[Id, Child, Cost]), [Id, Child, ChildId, Cost]);
    assert_eq!(exported(&[ChildId, Child]), [ChildId, Child]);
    assert_eq!(exported(&[Id]), [Id]);
    let row = entry(json!({}));
    assert_eq!(
        csv_row(&[Child, ChildId], &row, Dialect::PLAIN),
        "Beta Co,4002\r\n"
    );
}

#[test]
fn formulas_are_escaped_in_text_but_not_in_numbers() {
    let row = entry(json!({"notes": "=HYPERLINK(\"x\")", "cost_amount": -1.8}));
    let columns = [Column::Cost, Column::Notes, Column::Minutes];
    assert_eq!(
        csv_row(&columns, &row, Dialect::PLAIN),
        "-1.8,\"'=HYPERLINK(\"\"x\"\")\",\r\n"
    );
    let kind = entry(json!({"transaction_type": "-2+3", "transfer_date": "@now"}));
    let columns = [Column::Kind, Column::When];
    let row = |dialect| csv_row(&columns, &kind, dialect);
    assert_eq!(row(Dialect::PLAIN), "'-2+3,'@now\r\n");
    assert_eq!(row(GERMAN), "'-2+3;'@now;\r\n");
}

#[test]
fn a_row_is_never_an_empty_line() {
    let row = entry(json!({"status": null}));
    assert_eq!(csv_row(&[Column::Status], &row, Dialect::PLAIN), "\"\"\r\n");
    assert_eq!(csv_row(&[Column::Status; 2], &row, Dialect::PLAIN), ",\r\n");
}

#[test]
fn json_has_every_field_of_the_service() {
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let logs = &example["response"]["body"]["data"]["logs"];
    let transfer = json_row(&entry(json!({})));
    for (name, value) in logs[0].as_object().unwrap() {
        // Channels are kept only in entries about channels.
        if !name.contains("channels") {
            assert_eq!(&transfer[name], value, "{name}");
        }
    }
    assert_eq!(transfer["minutes"].to_string(), "20");
    assert_eq!(transfer["rate"].to_string(), "0.2");
    assert!(transfer["channels_count"].is_null());
    let channels = json_row(&entry(logs[1].clone()));
    for (name, value) in logs[1].as_object().unwrap() {
        assert_eq!(&channels[name], value, "{name}");
    }
    assert!(channels["minutes"].is_null() && channels["rate"].is_null());
    let bare: crate::wire::logs::Row = serde_json::from_value(json!({"id": 9})).unwrap();
    let bare = json_row(&LogEntry::of(&bare, &mut Default::default()));
    for (name, value) in bare.as_object().unwrap() {
        assert!(value.is_null() || name == "id", "{name}");
    }
}

#[test]
fn json_numbers_keep_every_digit() {
    let digits = "12345678901234567890.123456";
    let number: Value = serde_json::from_str(digits).unwrap();
    let row = entry(json!({"to_balance_after": number, "cost_amount": -0.1}));
    let text = json([&row].into_iter());
    assert!(
        text.contains(&format!("\"to_balance_after\":{digits},")),
        "{text}"
    );
    assert!(text.contains("\"cost_amount\":-0.1,"), "{text}");
}

#[test]
fn chunks_concatenate_to_the_same_file() {
    let rows: Vec<_> = (0..7).map(|id| entry(json!({"id": id}))).collect();
    let columns = vec![Column::Id, Column::Child];
    let csv_format = Format::Csv {
        columns: columns.clone(),
        dialect: GERMAN,
    };
    for (format, expected) in [
        (csv_format, csv(&columns, rows.iter(), GERMAN)),
        (Format::Json, json(rows.iter())),
    ] {
        let mut text = format.start();
        for (index, chunk) in rows.chunks(3).enumerate() {
            text += &format.rows(chunk.iter(), index == 0);
        }
        text += format.end();
        assert_eq!(text, expected);
    }
    let read: Vec<Value> = serde_json::from_str(&json(rows.iter())).unwrap();
    assert_eq!(read.len(), 7);
    assert_eq!(json(std::iter::empty()), "[\n]\n");
}

proptest! {
    #[test]
    fn csv_round_trips_with_all_digits(
        notes in any::<String>(), name in any::<String>(), mantissa in any::<i64>(), scale in 0u32..18,
    ) {
        let amount = Amount::new(rust_decimal::Decimal::new(mantissa, scale));
        let row = entry(json!({
            "notes": notes, "to_balance_after": amount, "to_balance_before": null,
            "to_organization": {"id": 4002, "name": name},
        }));
        let columns = [Column::Child, Column::ChildAfter, Column::Notes];
        let back = read(&csv(&columns, [&row].into_iter(), Dialect::PLAIN), ',');
        prop_assert_eq!(back.len(), 2);
        prop_assert_eq!(&back[1][1], &amount.to_string());
        prop_assert!(back[1][2].ends_with(&notes));
        let german = csv(&columns, [&row].into_iter(), GERMAN);
        let german = read(&german[3..], ';');
        prop_assert_eq!(german[1][1].replace(',', "."), amount.to_string());
        prop_assert_eq!(&german[1][2], &back[1][2]);
    }
}
