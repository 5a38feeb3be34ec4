use super::*;
use crate::wire::events::Page;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;

const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";

fn read(query: &str) -> WalletQuery {
    let pairs: HashMap<&str, &str> = query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    WalletQuery::read(|name| pairs.get(name).copied())
}

fn page(items: Value, next: Option<&str>) -> Page {
    serde_json::from_value(json!({"items": items, "nextCursor": next})).unwrap()
}

#[test]
fn invalid_parameters_are_ignored() {
    assert_eq!(read(""), WalletQuery::default());
    for query in [
        "?organization=",
        "?organization=../credits",
        "?type=gift",
        "?type=Usage",
        "?from=2026-02-29",
        "?to=1",
    ] {
        assert_eq!(read(query), WalletQuery::default(), "{query}");
    }
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
fn the_service_is_queried_for_whole_utc_days() {
    let limit = ("limit", "50".to_owned());
    let own = read(&format!("?organization={NORTHWIND}"));
    assert_eq!(
        own.wire(|_| None),
        std::slice::from_ref(&limit),
        "the owner is part of the path"
    );
    assert!(!own.is_filtered());
    let filtered = read("?type=allocation&from=2026-06-01&to=2026-06-03");
    assert_eq!(
        filtered.wire(|_| None),
        [
            ("eventType", "allocation".to_owned()),
            ("since", "2026-06-01T00:00:00.000Z".to_owned()),
            ("until", "2026-06-03T23:59:59.999Z".to_owned()),
            limit,
        ]
    );
    assert!(filtered.is_filtered());
}

#[test]
fn local_days_are_queried_by_their_first_and_last_millisecond() {
    // Central Europe on the day that daylight saving time starts.
    let start = |day: &str| match day {
        "2026-03-29" => moment_ms("2026-03-28T23:00:00Z"),
        "2026-03-30" => moment_ms("2026-03-29T22:00:00Z"),
        _ => None,
    };
    let day = read("?from=2026-03-29&to=2026-03-29&zone=local");
    let params = day.wire(start);
    assert_eq!(params[0], ("since", "2026-03-28T23:00:00.000Z".to_owned()));
    assert_eq!(params[1], ("until", "2026-03-29T21:59:59.999Z".to_owned()));
    let event = json!([{"eventId": "e", "credits": 1, "createdAt": "2026-03-28T23:00:00.5Z"}]);
    let local = LoadedEvents::new(day).with_page(page(event, None), |_| 60);
    let shown = local.events[0].created_at.as_deref();
    assert_eq!(shown, Some("2026-03-29T00:00:00.5+01:00"));
}

#[test]
fn the_file_name_describes_the_query() {
    assert_eq!(read("").file_name(), "wallet-own.csv");
    let query = format!("?organization={NORTHWIND}&type=usage&from=2026-06-01");
    let name = format!("wallet-{NORTHWIND}-usage-from-2026-06-01.csv");
    assert_eq!(read(&query).file_name(), name);
}

#[test]
fn older_events_are_appended_without_duplicates() {
    let event = |id: &str| json!({"eventId": id, "credits": 1});
    let query = read("?type=grant");
    let newest = LoadedEvents::new(query.clone())
        .with_page(page(json!([event("c"), event("b")]), Some("2")), |_| 0);
    assert_eq!(newest.next.as_deref(), Some("2"));
    let all = newest.with_page(
        page(json!([event("b"), event("a"), event("a")]), None),
        |_| 0,
    );
    let ids: Vec<_> = all.events.iter().map(|event| &event.event_id[..]).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    assert_eq!((all.next, all.query), (None, query));
}

#[test]
fn an_unknown_type_keeps_its_name() {
    let items = json!([
        {"eventId": "1", "credits": 1, "eventType": "allocation"},
        {"eventId": "2", "credits": 1, "eventType": "gift"},
        {"eventId": "3", "credits": 1},
    ]);
    let labels = page(items, None);
    let labels: Vec<_> = labels.items.iter().map(type_label).collect();
    assert_eq!(labels, ["Allocation", "gift", "Unknown"]);
}

#[test]
fn csv_keeps_every_digit_and_quotes_text() {
    let items = json!([
        {"eventId": "e", "credits": 5000, "eventType": "allocation", "createdAt": "2026-06-03T18:14:02.187Z",
         "balanceAfterPrepaid": 9_007_199_254_740_991i64, "transferId": "txn_1", "description": "Q3, \"top-up\"\nnow"},
        {"eventId": "f", "credits": -400},
    ]);
    let lines = LoadedEvents::default().with_page(page(items, None), |_| 60);
    assert_eq!(
        lines.csv(Dialect::PLAIN),
        [
            "id,date,type,credits,balance_after_prepaid,transaction,description\r\n",
            "e,2026-06-03T18:14:02.187Z,allocation,5000,9007199254740991,txn_1,\"Q3, \"\"top-up\"\"\nnow\"\r\n",
            "f,,,-400,,,\r\n",
        ]
    );
    let german = lines.csv(crate::log::dialect::tests::GERMAN);
    let start = "e;2026-06-03 18:14:02,187;UTC;allocation;5000;9007199254740991;";
    assert!(german[1].starts_with(start), "{german:?}");
    assert!(german[0].starts_with("\u{feff}id;date;utc_offset;type;credits;"));
}

proptest! {
    #[test]
    fn the_url_round_trips(
        organization in proptest::option::of("(org_)?[0-9a-f]{8}-[0-9a-zA-Z_-]{1,27}"),
        kind in proptest::option::of(0usize..6),
        zone in proptest::sample::select(vec![Zone::Service, Zone::Local]),
        from in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        to in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
    ) {
        let day = |(y, m, d): (u32, u32, u32)| format!("{y}-{m:02}-{d:02}");
        let query = WalletQuery {
            organization: organization.and_then(|id| OrganizationId::given(&id)),
            event_type: kind.map(|place| EventType::ALL[place]),
            from: from.map(day),
            to: to.map(day),
            zone,
        };
        prop_assert_eq!(read(&query.write()), query);
    }
}
