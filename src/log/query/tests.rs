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
fn nonsense_is_taken_as_not_said() {
    assert_eq!(read(""), LogQuery::default());
    for query in [
        "?page=0",
        "?page=-1",
        "?page=x",
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
fn days_in_the_wrong_order_are_told() {
    assert!(read("?from=2026-02-02&to=2026-02-01").fault().is_some());
    assert!(read("?from=2026-02-01&to=2026-02-01").fault().is_none());
}

#[test]
fn a_column_is_sorted_up_then_down_then_not_at_all() {
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
    fn the_url_holds_the_whole_view(
        page in 1u64..1_000_000, size in 0usize..4, all: bool, filter in any_filter(),
        from in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        to in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        sort in proptest::option::of((proptest::sample::select(&Column::ALL[..]), any::<bool>())),
        group in proptest::option::of(proptest::sample::select(&Grouping::ALL[..])),
        columns in proptest::option::of(proptest::sample::subsequence(Column::ALL.to_vec(), 1..=20)),
    ) {
        let day = |(y, m, d): (u32, u32, u32)| format!("{y}-{m:02}-{d:02}");
        let sort = sort.map(|(column, descending)| Sort { column, descending });
        let query = LogQuery {
            page, size: PAGE_SIZES[size], from: from.map(day), to: to.map(day), all, filter, sort, group, columns,
        };
        prop_assert_eq!(read(&query.write()), query);
    }

    /// No URL makes the reader fall over, and what it reads is written as what it reads.
    #[test]
    fn any_url_is_read(text in "[?&=%a-z0-9_.-]{0,80}") {
        let pairs: HashMap<&str, &str> = text.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let query = LogQuery::read(|name| pairs.get(name).copied());
        prop_assert_eq!(read(&query.write()), query);
    }
}
