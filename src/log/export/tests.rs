use super::*;
use crate::log::entry::tests::entry;
use proptest::prelude::*;
use serde_json::json;

/// A reader of RFC 4180: records end with CRLF, and nothing else stands around cells. Panics on what is none.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let (mut record, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let cell;
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut end = 0;
            loop {
                end += quoted[end..].find('"').expect("a closing quote");
                if !quoted[end + 1..].starts_with('"') {
                    break;
                }
                end += 2;
            }
            cell = quoted[..end].replace("\"\"", "\"");
            rest = &quoted[end + 1..];
        } else {
            let end = rest.find([',', '\r', '\n', '"']).expect("a line end");
            cell = rest[..end].to_owned();
            rest = &rest[end..];
        }
        record.push(cell);
        if let Some(next) = rest.strip_prefix(',') {
            rest = next;
        } else {
            rest = rest.strip_prefix("\r\n").expect("CRLF or a comma");
            records.push(std::mem::take(&mut record));
        }
    }
    assert!(record.is_empty(), "the last record has its line end");
    records
}

#[test]
fn the_contracts_transfer_as_csv() {
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
    assert_eq!(csv(&columns, [&row].into_iter(), false), expected);
    let marked = csv(&columns, [&row].into_iter(), true);
    assert_eq!(marked.as_bytes()[..3], [0xef, 0xbb, 0xbf]);
    assert_eq!(&marked[3..], expected);
}

#[test]
fn texts_are_disarmed_and_figures_are_not() {
    for armed in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        " \u{a0}+1",
        "\u{feff}=1",
        "\u{200b}@x",
        " \t1",
        "＝1",
        "＋1",
        " －1",
        "＠x",
    ] {
        let cell = csv_cell(armed, true);
        assert!(cell.trim_start_matches('"').starts_with('\''), "{armed:?}");
        let read = read(&format!("{cell}\r\n"));
        assert_eq!(read, [[format!("'{armed}")]], "{armed:?}");
    }
    for plain in ["", " ", "a=1", "1-2", "Beta Co", "'=1", "(-1)"] {
        let cell = csv_cell(plain, true);
        assert!(
            !cell.starts_with('\'') || plain.starts_with('\''),
            "{plain:?}"
        );
    }
    assert_eq!(csv_cell("-1.8", false), "-1.8");
    let row = entry(json!({"notes": "=HYPERLINK(\"x\")", "cost_amount": -1.8}));
    let columns = [Column::Cost, Column::Notes, Column::Minutes];
    assert_eq!(
        csv_row(&columns, &row),
        "-1.8,\"'=HYPERLINK(\"\"x\"\")\",\r\n"
    );
    let kind = entry(json!({"transaction_type": "-2+3", "transfer_date": "@now"}));
    let columns = [Column::Kind, Column::When];
    assert_eq!(csv_row(&columns, &kind), "'-2+3,'@now\r\n");
}

#[test]
fn no_row_is_an_empty_line() {
    let row = entry(json!({"status": null}));
    assert_eq!(csv_row(&[Column::Status], &row), "\"\"\r\n");
    assert_eq!(csv_row(&[Column::Status, Column::Status], &row), ",\r\n");
}

#[test]
fn json_holds_what_the_backend_said() {
    let example: Value =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let said = &example["response"]["body"]["data"]["logs"];
    let transfer = json_row(&entry(json!({})));
    for (name, value) in said[0].as_object().unwrap() {
        // Channels are held where the row is about them.
        if !name.contains("channels") {
            assert_eq!(&transfer[name], value, "{name}");
        }
    }
    assert_eq!(transfer["minutes"].to_string(), "20");
    assert_eq!(transfer["rate"].to_string(), "0.2");
    assert!(transfer["channels_count"].is_null());
    let channels = json_row(&entry(said[1].clone()));
    for (name, value) in said[1].as_object().unwrap() {
        assert_eq!(&channels[name], value, "{name}");
    }
    assert!(channels["minutes"].is_null() && channels["rate"].is_null());
    let bare: crate::wire::logs::Row = serde_json::from_value(json!({"id": 9})).unwrap();
    let bare = json_row(&Entry::of(&bare, &mut Default::default()));
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
fn pieces_make_the_same_file() {
    let rows: Vec<_> = (0..7).map(|id| entry(json!({"id": id}))).collect();
    let columns = vec![Column::Id, Column::Child];
    let csv_format = Format::Csv {
        columns: columns.clone(),
        bom: true,
    };
    for (format, whole) in [
        (csv_format, csv(&columns, rows.iter(), true)),
        (Format::Json, json(rows.iter())),
    ] {
        let mut text = format.start();
        for (at, chunk) in rows.chunks(3).enumerate() {
            text += &format.rows(chunk.iter(), at == 0);
        }
        text += format.end();
        assert_eq!(text, whole);
    }
    let read: Vec<Value> = serde_json::from_str(&json(rows.iter())).unwrap();
    assert_eq!(read.len(), 7);
    assert_eq!(json(std::iter::empty()), "[\n]\n");
}

proptest! {
    #[test]
    fn every_table_is_read_back(
        table in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![any::<String>(), "[=+@,;\"'\r\n\t a-]{0,8}"], 1..5), 0..6),
        is_text in any::<bool>(),
    ) {
        let text: String = table
            .iter()
            .map(|line| csv_line(line.iter().map(|cell| csv_cell(cell, is_text))))
            .collect();
        let back = read(&text);
        prop_assert_eq!(back.len(), table.len());
        for (read, line) in back.iter().zip(&table) {
            prop_assert_eq!(read.len(), line.len());
            for (read, cell) in read.iter().zip(line) {
                let disarmed = is_text && is_formula(cell);
                prop_assert_eq!(read.strip_prefix('\'').filter(|_| disarmed).unwrap_or(read), cell);
                prop_assert!(!is_text || !is_formula(read));
            }
        }
    }

    #[test]
    fn rows_are_read_back_with_all_their_digits(
        notes in any::<String>(), name in any::<String>(), mantissa in any::<i64>(), scale in 0u32..18,
    ) {
        let amount = Amount::new(rust_decimal::Decimal::new(mantissa, scale));
        let row = entry(json!({
            "notes": notes, "to_balance_after": amount, "to_balance_before": null,
            "to_organization": {"id": 4002, "name": name},
        }));
        let columns = [Column::Child, Column::ChildAfter, Column::Notes];
        let back = read(&csv(&columns, [&row].into_iter(), false));
        prop_assert_eq!(back.len(), 2);
        prop_assert_eq!(&back[1][1], &amount.to_string());
        prop_assert!(back[1][2].ends_with(&notes));
    }
}
