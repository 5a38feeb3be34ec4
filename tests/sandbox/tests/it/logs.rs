//! Paging, dates, and generated history (O13-O15).

use std::collections::HashMap;

use credit_desk_sandbox::units::Micro;
use serde_json::{Value, json};

use crate::bench::{Bench, Client};

const ROWS: u32 = 2000;

async fn page(client: &Client, query: &str) -> Value {
    client
        .reseller_get(&format!("/reseller/credits/logs?{query}"))
        .await
        .ok()["data"]
        .clone()
}

fn ids(page: &Value) -> Vec<i64> {
    page["logs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_i64().unwrap())
        .collect()
}

fn number(row: &Value, field: &str) -> Micro {
    row[field].to_string().parse().unwrap()
}

#[tokio::test]
async fn o13_pages_are_limited_and_counted() {
    let bench = Bench::new().await;
    let first = page(&bench, "page=1&page_size=2").await;
    assert_eq!(ids(&first), [3, 2]);
    assert_eq!(
        (&first["total_records"], &first["total_pages"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(ids(&page(&bench, "page=2&page_size=2").await), [1]);
    let beyond = page(&bench, "page=9223372036854775807&page_size=100").await;
    assert!(ids(&beyond).is_empty());
    let clamped = page(&bench, "page_size=101").await;
    assert_eq!(clamped["page_size"], 100);
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "page=",
        "page=1.5",
        "page=%2B1",
        "page_size=0",
        "page_size=x",
    ] {
        let path = format!("/reseller/credits/logs?{query}");
        bench
            .reseller_get(&path)
            .await
            .expect_reseller_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn o14_dates_are_in_the_accounts_offset() {
    let bench = Bench::new().await;
    // In the account's offset, the welcome row is at 2026-01-14 17:30, the channel row on the 15th at 16:34.
    assert_eq!(ids(&page(&bench, "date_from=2026-01-15").await), [3]);
    assert_eq!(ids(&page(&bench, "date_to=2026-01-14").await), [2, 1]);
    assert_eq!(
        ids(&page(&bench, "date_from=2026-01-14&date_to=2026-01-15").await),
        [3, 2, 1]
    );
    let none = page(&bench, "date_from=2026-01-15&date_to=2026-01-14").await;
    assert!(ids(&none).is_empty());
    assert_eq!(
        (&none["total_records"], &none["total_pages"]),
        (&json!(0), &json!(0))
    );
    for date in [
        "",
        "x",
        "2026-1-15",
        "2026-02-30",
        "15-01-2026",
        "20260115",
        "2026-01-15T00:00:00Z",
    ] {
        let path = format!("/reseller/credits/logs?date_from={date}");
        bench
            .reseller_get(&path)
            .await
            .expect_reseller_error(400, "invalid_request");
    }
    assert_eq!(page(&bench, "date_to=9999-12-31").await["total_records"], 3);
}

#[tokio::test]
async fn generated_rows_are_continuous_and_end_at_the_current_balances() {
    let bench = Bench::with(|options, _| options.rows = ROWS).await;
    let mut rows = Vec::new();
    for at in 1..=21 {
        let page = page(&bench, &format!("page_size=100&page={at}")).await;
        assert_eq!(page["total_records"], ROWS + 3);
        rows.extend(page["logs"].as_array().unwrap().clone());
    }
    assert_eq!(rows.len(), usize::try_from(ROWS).unwrap() + 3);
    rows.reverse();
    let (mut balances, mut channels) = (HashMap::new(), HashMap::from([(4002, 4)]));
    let mut kinds: HashMap<String, u32> = HashMap::new();
    for (at, row) in (1_i64..).zip(&rows) {
        assert_eq!(row["id"], at, "no gap, oldest first");
        let kind = row["transaction_type"].as_str().unwrap().to_owned();
        *kinds.entry(kind.clone()).or_default() += 1;
        let child = match kind.as_str() {
            "credit_revert" => row["from_organization"]["id"].as_i64().unwrap(),
            _ => row["to_organization"]["id"].as_i64().unwrap(),
        };
        if kind == "channel_allocation" {
            let (previous, new) = (
                row["previous_channels"].as_i64().unwrap(),
                row["new_channels"].as_i64().unwrap(),
            );
            if let Some(known) = channels.insert(child, new) {
                assert_eq!(known, previous);
            }
            assert!(channels.values().sum::<i64>() <= 10, "row {at}");
            assert_ne!(previous, new);
            continue;
        }
        for side in ["from", "to"] {
            let party = row[format!("{side}_organization")]["id"].as_i64().unwrap();
            let after = number(row, &format!("{side}_balance_after"));
            assert!(after >= Micro::ZERO);
            if let Some(known) = balances.insert(party, after) {
                assert_eq!(
                    known,
                    number(row, &format!("{side}_balance_before")),
                    "row {at}"
                );
            }
        }
        let minutes: i64 = row["notes"]
            .as_str()
            .unwrap()
            .split(' ')
            .nth(2)
            .unwrap()
            .parse()
            .unwrap();
        let wholesale = Micro::from_micro(90_000).times(minutes).unwrap();
        let cost = number(row, "cost_amount").micro().abs();
        assert_eq!(cost, wholesale.micro());
    }
    assert!(
        kinds["credit_transfer"] > 1000
            && kinds["credit_revert"] > 100
            && kinds["channel_allocation"] > 50,
        "{kinds:?}"
    );
    let children = bench.reseller_get("/reseller/organizations").await.ok();
    let children = children["organizations"].as_array().unwrap();
    assert_eq!(children.len(), 42);
    for child in children {
        if let Some(last) = balances.get(&child["id"].as_i64().unwrap()) {
            assert_eq!(child["org_balance"].to_string(), last.to_string());
        }
    }
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    assert_eq!(bench.balance("child:4001").await, "24442.6");
    assert_eq!(bench.balance("child:4002").await, "10");

    let second = Bench::with(|options, _| options.rows = ROWS).await;
    let (a, b) = (
        page(&bench, "page=20&page_size=100").await,
        page(&second, "page=20&page_size=100").await,
    );
    assert_eq!(a, b, "the same rows every time");
}
