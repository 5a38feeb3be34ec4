//! Logs and events with lag, skewed times, and scattered ids.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND};

const ROWS: u32 = 300;

async fn settings(bench: &Bench, change: Value) {
    bench.admin("PUT", "settings", change).await;
}

async fn logs(bench: &Bench, query: &str) -> Value {
    let path = format!("/reseller/credits/logs?{query}");
    bench.reseller_get(&path).await.ok()["data"].clone()
}

/// Reads every row of the log, page by page.
async fn all_logs(bench: &Bench, size: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    for at in 1.. {
        let page = logs(bench, &format!("page={at}&page_size={size}")).await;
        rows.extend(page["logs"].as_array().unwrap().clone());
        if at >= page["total_pages"].as_i64().unwrap() {
            break;
        }
    }
    rows
}

/// Reads every event of a wallet, page by page.
async fn all_events(bench: &Bench, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = format!("{path}?limit=2");
    loop {
        let page = bench.layers_get(&next).await.ok();
        items.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["nextCursor"].as_str() else {
            return items;
        };
        next = format!("{path}?limit=2&cursor={cursor}");
    }
}

async fn transfer(bench: &Bench) {
    let body = json!({"to_organization_id": 4002, "minutes": 1, "cost_per_min": 0.2});
    bench
        .reseller_post("/reseller/credits/transfer", body)
        .await
        .ok();
}

fn timestamp(row: &Value, field: &str) -> Timestamp {
    row[field].as_str().unwrap().parse().unwrap()
}

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn rows_appear_after_the_lag() {
    let bench = Bench::new().await;
    settings(&bench, json!({"log_lag_ms": 3_600_000})).await;
    transfer(&bench).await;
    bench
        .allocate(NORTHWIND, "k", json!({"credits": 5}))
        .await
        .ok();
    let page = logs(&bench, "page_size=2").await;
    assert_eq!(
        (&page["total_records"], &page["total_pages"]),
        (&json!(3), &json!(2)),
        "only the opening rows"
    );
    assert_eq!(page["logs"][0]["id"], 3);
    let path = format!("/v1/organizations/{NORTHWIND}/credits/events");
    assert!(all_events(&bench, &path).await.is_empty());
    // Balances are current immediately.
    let balance = bench.reseller_get("/account/balance").await.ok();
    assert_eq!(balance["balance"]["amount"].to_string(), "61.523");
    let wallet = bench.layers_get("/v1/credits").await.ok();
    assert_eq!(wallet["prepaidBalance"], 5395);
    settings(&bench, json!({"log_lag_ms": 0})).await;
    assert_eq!(logs(&bench, "").await["total_records"], 4);
    assert_eq!(all_events(&bench, &path).await.len(), 1);
}

#[tokio::test]
async fn a_short_lag_ends() {
    let bench = Bench::new().await;
    // A clock offset has no effect on the lag.
    settings(
        &bench,
        json!({"log_lag_ms": 700, "clock_offset_ms": 3_600_000}),
    )
    .await;
    let started = Instant::now();
    transfer(&bench).await;
    while logs(&bench, "").await["total_records"] != 4 {
        assert!(started.elapsed() < Duration::from_secs(10), "never shown");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(started.elapsed() >= Duration::from_millis(700));
}

#[tokio::test]
async fn skewed_rows_are_paged_in_the_order_they_show() {
    const SKEW_MS: i64 = 86_400_000;
    let bench = Bench::with(|options, _| options.rows = ROWS).await;
    let unskewed = all_logs(&bench, 100).await;
    settings(&bench, json!({"log_skew_ms": SKEW_MS})).await;
    let skewed = all_logs(&bench, 7).await;
    assert_eq!(
        skewed,
        all_logs(&bench, 100).await,
        "regardless of the page size"
    );
    let order = |row: &Value| (timestamp(row, "transfer_date"), row["id"].as_i64().unwrap());
    assert!(skewed.is_sorted_by(|a, b| order(a) > order(b)));
    assert_ne!(
        ids(&skewed),
        ids(&unskewed),
        "a row sorts below an older one"
    );
    let shown: BTreeMap<i64, &Value> = ids(&skewed).into_iter().zip(&skewed).collect();
    assert_eq!(shown.len(), unskewed.len(), "no row is missing or repeated");
    let mut shifts = HashSet::new();
    for row in &unskewed {
        let other = shown[&row["id"].as_i64().unwrap()];
        let shift =
            timestamp(other, "transfer_date").duration_since(timestamp(row, "transfer_date"));
        assert!(shift.as_millis().abs() <= i128::from(SKEW_MS), "{shift}");
        shifts.insert(shift.as_secs());
        let reference = other["transfer_reference"].as_str().unwrap();
        let compact = timestamp(other, "transfer_date").to_string();
        let compact: String = compact.chars().filter(char::is_ascii_digit).collect();
        assert!(reference.contains(&compact), "the same time");
        for field in ["from_balance_after", "to_balance_after", "cost_amount"] {
            assert_eq!(row[field], other[field]);
        }
    }
    assert!(shifts.len() > 200, "each row has a different shift");
    // Date filters match the day that a row shows.
    let day = &skewed[50]["transfer_date"].as_str().unwrap()[..10];
    let on_day = logs(
        &bench,
        &format!("date_from={day}&date_to={day}&page_size=100"),
    )
    .await;
    let expected: Vec<&Value> = skewed
        .iter()
        .filter(|row| row["transfer_date"].as_str().unwrap().starts_with(day))
        .collect();
    let found: Vec<&Value> = on_day["logs"].as_array().unwrap().iter().collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_new_row_can_sort_below_an_older_one() {
    let bench = Bench::new().await;
    settings(&bench, json!({"log_skew_ms": 600_000})).await;
    for _ in 0..12 {
        transfer(&bench).await;
    }
    let shown = ids(&all_logs(&bench, 5).await);
    assert_eq!(shown.len(), 15);
    assert!(!shown.is_sorted_by(|a, b| a > b), "{shown:?}");
}

#[tokio::test]
async fn skewed_events_are_paged_in_the_order_they_show() {
    let bench = Bench::new().await;
    let path = format!("/v1/organizations/{NORTHWIND}/credits/events");
    for at in 0..9 {
        let key = format!("k{at}");
        bench
            .allocate(NORTHWIND, &key, json!({"credits": at + 1}))
            .await
            .ok();
    }
    let unskewed = all_events(&bench, &path).await;
    settings(&bench, json!({"log_skew_ms": 600_000})).await;
    let skewed = all_events(&bench, &path).await;
    assert!(skewed.is_sorted_by_key(|event| std::cmp::Reverse(timestamp(event, "createdAt"))));
    let set = |events: &[Value]| -> HashSet<String> {
        let ids = events.iter().map(|event| event["eventId"].to_string());
        ids.collect()
    };
    assert_eq!(set(&skewed), set(&unskewed));
    assert_eq!(skewed.len(), 9);
    let credits = |events: &[Value]| -> Vec<i64> {
        let credits = events.iter().map(|event| event["credits"].as_i64());
        credits.map(Option::unwrap).collect()
    };
    assert_ne!(credits(&skewed), credits(&unskewed));
    // Time filters match the times that events show.
    let at = skewed[4]["createdAt"].as_str().unwrap();
    let found = bench
        .layers_get(&format!("{path}?since={at}&until={at}"))
        .await
        .ok();
    assert_eq!(found["items"], json!([skewed[4]]));
}

#[tokio::test]
async fn scattered_ids_are_stable_and_unique() {
    let bench = Bench::with(|options, _| options.rows = ROWS).await;
    settings(&bench, json!({"log_ids": "scattered"})).await;
    let before = all_logs(&bench, 100).await;
    let shown = ids(&before);
    let unique: HashSet<i64> = shown.iter().copied().collect();
    assert_eq!(unique.len(), usize::try_from(ROWS).unwrap() + 3);
    assert!(unique.iter().all(|id| (1..1 << 31).contains(id)));
    assert!(!shown.is_sorted_by(|a, b| a > b));
    let order = |row: &Value| (timestamp(row, "transfer_date"), row["id"].as_i64().unwrap());
    assert!(before.is_sorted_by(|a, b| order(a) > order(b)), "O15");
    transfer(&bench).await;
    let after = all_logs(&bench, 7).await;
    assert_eq!(ids(&after[1..]), shown);
    let ledger = bench.ledger().await;
    let last = ledger["movements"].as_array().unwrap().last().unwrap();
    assert_eq!(last["log_id"], after[0]["id"], "the ledger has the same id");
}
