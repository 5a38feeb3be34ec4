use super::*;
use crate::units::{moment_in_zone, moment_ms, utc_moment};
use proptest::prelude::*;

/// The dialect that German spreadsheets expect.
pub const GERMAN: Dialect = Dialect {
    separator: ';',
    decimal: ',',
    for_spreadsheets: true,
};

/// Parses RFC 4180 strictly: records end with CRLF, and there is nothing around cells.
///
/// # Panics
/// If `text` is not a table of such records.
pub fn read(text: &str, separator: char) -> Vec<Vec<String>> {
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
            let end = rest
                .find([separator, '\r', '\n', '"'])
                .expect("a line ending");
            cell = rest[..end].to_owned();
            rest = &rest[end..];
        }
        record.push(cell);
        if let Some(next) = rest.strip_prefix(separator) {
            rest = next;
        } else {
            rest = rest.strip_prefix("\r\n").expect("CRLF or a separator");
            records.push(std::mem::take(&mut record));
        }
    }
    assert!(record.is_empty(), "the last record has no line ending");
    records
}

#[test]
fn regional_picks_the_separator_for_the_locale() {
    let marks = |decimal, group| Separators { decimal, group };
    let german = Dialect::regional("de-DE", marks(',', '.'));
    assert_eq!(german, GERMAN);
    for (locale, separators, cells, number) in [
        ("en-US", marks('.', ','), "a,b", "-1.8"),
        ("de-CH", marks('.', '’'), "a;b", "-1.8"),
        ("de-LI", marks('.', '’'), "a;b", "-1.8"),
        ("fr-FR", marks(',', '\u{202f}'), "a;b", "-1,8"),
        ("pl", marks(',', '\u{a0}'), "a;b", "-1,8"),
        // No spreadsheet accepts an Arabic decimal separator with Latin digits.
        ("ar-EG", marks('٫', '٬'), "a,b", "-1.8"),
    ] {
        let dialect = Dialect::regional(locale, separators);
        let line = dialect.line(["a", "b"].into_iter().map(str::to_owned));
        assert_eq!(line, format!("{cells}\r\n"), "{locale}");
        assert_eq!(dialect.number("-1.8"), number, "{locale}");
    }
}

#[test]
fn times_are_split_into_date_and_offset_for_spreadsheets() {
    for (iso, cells) in [
        (
            "2026-01-15T16:34:40+05:30",
            ["2026-01-15 16:34:40", "UTC+05:30"],
        ),
        (
            "2026-06-03T18:14:02.187Z",
            ["2026-06-03 18:14:02,187", "UTC"],
        ),
        ("2026-06-03T18:14:02", ["2026-06-03T18:14:02", ""]),
        ("@now", ["'@now", ""]),
        ("", ["", ""]),
    ] {
        assert_eq!(GERMAN.moment(iso), cells, "{iso}");
    }
}

#[test]
fn formulas_are_escaped_in_text_but_not_in_numbers() {
    for formula in [
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
        let cell = Dialect::PLAIN.text(formula);
        assert!(
            cell.trim_start_matches('"').starts_with('\''),
            "{formula:?}"
        );
        let read = read(&format!("{cell}\r\n"), ',');
        assert_eq!(read, [[format!("'{formula}")]], "{formula:?}");
    }
    for plain in ["", " ", "a=1", "1-2", "Beta Co", "'=1", "(-1)"] {
        let cell = Dialect::PLAIN.text(plain);
        assert!(
            !cell.starts_with('\'') || plain.starts_with('\''),
            "{plain:?}"
        );
    }
    assert_eq!(Dialect::PLAIN.number("-1.8"), "-1.8");
}

proptest! {
    #[test]
    fn tables_round_trip(
        table in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![any::<String>(), "[=+@,;\"'\r\n\t a-]{0,8}"], 1..5), 0..6),
    ) {
        for dialect in [Dialect::PLAIN, GERMAN, GERMAN.with_tabs()] {
            let text: String = table
                .iter()
                .map(|line| dialect.line(line.iter().map(|cell| dialect.text(cell))))
                .collect();
            let back = read(&text, dialect.separator);
            prop_assert_eq!(back.len(), table.len());
            for (read, line) in back.iter().zip(&table) {
                prop_assert_eq!(read.len(), line.len());
                for (read, cell) in read.iter().zip(line) {
                    let prefix = if is_formula(cell) { "'" } else { "" };
                    prop_assert_eq!(read, &format!("{prefix}{cell}"));
                    prop_assert!(!is_formula(read));
                }
            }
        }
    }

    #[test]
    fn times_round_trip_in_both_dialects(ms in 0i64..4_000_000_000_000, offset in -1439i64..1440) {
        let iso = moment_in_zone(&utc_moment(ms), offset).unwrap();
        prop_assert_eq!(Dialect::PLAIN.moment(&iso).concat(), iso.clone());
        let cells = GERMAN.moment(&iso);
        prop_assert_eq!(cells.len(), GERMAN.moment_headings("date").len());
        let back = cells[0].replace(' ', "T").replace(',', ".");
        let zone = cells[1].strip_prefix("UTC").unwrap();
        let zone = if zone.is_empty() { "Z" } else { zone };
        prop_assert_eq!(moment_ms(&format!("{back}{zone}")), Some(ms));
    }
}
