use super::*;
use proptest::prelude::*;
use std::collections::HashMap;

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn read(query: &str) -> LogQuery {
    let pairs: HashMap<&str, String> = query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, decoded(value)))
        .collect();
    LogQuery::read(|name| pairs.get(name).map(String::as_str))
}

#[test]
fn invalid_parameters_are_ignored() {
    assert_eq!(read(""), LogQuery::default());
    for query in [
        "?page=0",
        "?page=-1",
        "?page=x",
        "?page=",
        "?page=1e9",
        "?days=tomorrow",
        "?zone=moon",
        "?page_size=30",
        "?from=2026-02-29",
        "?to=2026-13-01",
        "?to=1",
        "?all=yes",
        "?type=gift",
        "?child=Beta",
        "?q=%20",
        "?sort=--id",
        "?sort=nothing",
        "?group=year",
        "?cols=",
        "?cols=nothing",
    ] {
        let found = read(query);
        let same = found == LogQuery::default() || query == "?sort=--id";
        assert!(same, "{query}: {found:?}");
    }
    assert_eq!(read("?from=2024-02-29").from.as_deref(), Some("2024-02-29"));
    let columns = read("?cols=id.id.nothing.notes").columns;
    assert_eq!(columns, Some(vec![Column::Id, Column::Notes]));
}

#[test]
fn huge_page_numbers_are_clamped() {
    for page in ["4294967296", "9007199254740993", "99999999999999999999"] {
        let query = read(&format!("?page={page}"));
        assert_eq!(query.page, LAST_PAGE, "{page}");
        assert_eq!(query.wire()[0].1, LAST_PAGE.to_string());
    }
    assert_eq!(read("?page=7").page, 7);
}

#[test]
fn presets_are_resolved_relative_to_today() {
    let query = read("?days=yesterday&from=2020-01-01");
    assert_eq!(
        (query.from.clone(), query.write().as_str()),
        (None, "?days=yesterday")
    );
    for (today, day) in [("2026-03-01", "2026-02-28"), ("2026-03-02", "2026-03-01")] {
        let on = query.clone().on(today);
        assert_eq!(
            (on.from.as_deref(), on.to.as_deref()),
            (Some(day), Some(day))
        );
    }
}

#[test]
fn days_in_another_zone_need_all_entries() {
    assert!(!read("?zone=local").needs_all());
    assert!(read("?zone=local&from=2026-02-01").needs_all());
    assert!(read("?zone=local&days=today").on("2026-02-01").needs_all());
    assert!(!read("?days=today").on("2026-02-01").needs_all());
}

#[test]
fn days_in_the_wrong_order_are_reported() {
    assert!(
        read("?from=2026-02-02&to=2026-02-01")
            .range_error()
            .is_some()
    );
    assert!(
        read("?from=2026-02-01&to=2026-02-01")
            .range_error()
            .is_none()
    );
}

#[test]
fn sorting_a_column_cycles_through_ascending_descending_and_off() {
    let once = LogQuery::default().sorted_by(Column::Cost);
    assert_eq!(once.write(), "?sort=cost");
    let twice = once.sorted_by(Column::Cost);
    assert_eq!(twice.write(), "?sort=-cost");
    assert_eq!(twice.clone().sorted_by(Column::Cost).write(), "");
    assert_eq!(twice.sorted_by(Column::Id).write(), "?sort=id");
}

prop_compose! {
    fn any_filter()(
        kind in proptest::option::of(proptest::sample::select(&KindFilter::ALL[..])),
        child in proptest::option::of(any::<i64>()),
        texts in proptest::array::uniform3(proptest::option::of("[^\\s]([^\\r\\n]{0,20}[^\\s])?")),
        broken: bool,
    ) -> Filter {
        let [status, person, text] = texts;
        Filter { kind, child, status, person, text, broken }
    }
}

proptest! {
    #[test]
    fn the_url_round_trips(
        page in 1u64..1_000_000, size in 0usize..4, all: bool, filter in any_filter(),
        zone in proptest::sample::select(vec![Zone::Service, Zone::Local]),
        preset in proptest::option::of(proptest::sample::select(&Preset::ALL[..])),
        from in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        to in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        sort in proptest::option::of((proptest::sample::select(&Column::ALL[..]), any::<bool>())),
        group in proptest::option::of(proptest::sample::select(&Grouping::ALL[..])),
        columns in proptest::option::of(proptest::sample::subsequence(Column::ALL.to_vec(), 1..=20)),
    ) {
        let day = |(y, m, d): (u32, u32, u32)| format!("{y}-{m:02}-{d:02}");
        let sort = sort.map(|(column, descending)| Sort { column, descending });
        // A preset determines the days.
        let (from, to) = (from.filter(|_| preset.is_none()), to.filter(|_| preset.is_none()));
        let query = LogQuery {
            page, size: PAGE_SIZES[size], preset, from: from.map(day), to: to.map(day), zone, all, filter, sort, group,
            columns,
        };
        prop_assert_eq!(&read(&query.write()), &query);
        let today = query.clone().on("2026-05-15");
        prop_assert_eq!(read(&today.write()), query, "the resolved days are not written");
    }

    /// No URL causes a panic, and the parsed query round-trips.
    #[test]
    fn any_url_can_be_read(text in "[?&=%a-z0-9_.-]{0,80}") {
        let pairs: HashMap<&str, &str> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let query = LogQuery::read(|name| pairs.get(name).copied());
        prop_assert_eq!(read(&query.write()), query);
    }
}
