//! A server whose clock is wrong, and the `Date` header.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::{Answer, Bench, NORTHWIND, RESELLER_KEY, RequestOptions};

const HOUR: i64 = 3600;
const AHEAD: i64 = 5 * HOUR;

async fn set_clock_ahead(bench: &Bench) {
    let offset = json!({"clock_offset_ms": AHEAD * 1000});
    bench.admin("PUT", "settings", offset).await;
}

/// Asserts that `timestamp` is about [`AHEAD`] seconds ahead of this machine's clock. A rate limit resets up to a
/// minute later.
#[track_caller]
fn assert_ahead(timestamp: &str) {
    let timestamp: Timestamp = timestamp.parse().unwrap();
    let seconds = timestamp.as_second() - Timestamp::now().as_second();
    assert!(
        (seconds - AHEAD).abs() <= 60,
        "{timestamp} is {seconds} s off"
    );
}

/// Returns a `Date` header as ISO 8601.
#[track_caller]
fn date(answer: &Answer) -> String {
    let text = answer.header("date").expect("a Date header");
    let parsed = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).unwrap();
    format!("{}Z", parsed.to_datetime().unwrap())
}

#[tokio::test]
async fn every_timestamp_is_shifted() {
    let bench = Bench::new().await;
    set_clock_ahead(&bench).await;
    let transfer = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2});
    let answer = bench
        .reseller_post("/reseller/credits/transfer", transfer)
        .await;
    assert_ahead(&date(&answer));
    let row = &bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0];
    let shown = row["transfer_date"].as_str().unwrap();
    assert_ahead(shown);
    let timestamp: Timestamp = shown.parse().unwrap();
    let compact: String = timestamp
        .to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    assert_eq!(
        row["transfer_reference"],
        format!("CT-{compact}-5678-4002"),
        "the same time"
    );
    let allocated = bench
        .allocate(NORTHWIND, "k", json!({"credits": 5}))
        .await
        .ok();
    assert_ahead(allocated["created"].as_str().unwrap());
    let events = bench.layers_get("/v1/credits/events").await.ok();
    assert_ahead(events["items"][0]["createdAt"].as_str().unwrap());
    let path = format!("/v1/organizations/{NORTHWIND}/suspend");
    let suspended = bench.layers("POST", &path, None, &Value::Null).await;
    let reset = suspended.header("x-ratelimit-reset").unwrap();
    let reset = Timestamp::from_second(reset.parse().unwrap()).unwrap();
    assert_ahead(&reset.to_string());
    assert_ahead(suspended.ok()["updatedAt"].as_str().unwrap());
    let path = format!("/v1/organizations/{NORTHWIND}");
    let archived = bench.layers("DELETE", &path, None, &Value::Null).await.ok();
    assert_ahead(archived["archivedAt"].as_str().unwrap());
    bench.set(json!({"reseller": {"balance": 1}})).await;
    let ledger = bench.ledger().await;
    for list in ["movements", "recent_requests"] {
        let last = ledger[list].as_array().unwrap().last().unwrap().clone();
        assert_ahead(last["at"].as_str().unwrap());
    }
}

#[tokio::test]
async fn stored_rows_keep_their_time() {
    let bench = Bench::new().await;
    let before = bench.reseller_get("/reseller/credits/logs").await.ok();
    set_clock_ahead(&bench).await;
    let after = bench.reseller_get("/reseller/credits/logs").await.ok();
    assert_eq!(before, after);
    // Two sandboxes in one process have separate clocks.
    let second = Bench::new().await;
    let answer = second.reseller_get("/account/balance").await;
    let now: Timestamp = date(&answer).parse().unwrap();
    assert!((now.as_second() - Timestamp::now().as_second()).abs() < 60);
}

#[tokio::test]
async fn the_date_header_is_on_every_response_or_on_none() {
    let bench = Bench::with(|options, folder| {
        std::fs::write(folder.join("index.html"), "<p>portal</p>").unwrap();
        options.dist = Some(folder.to_owned());
    })
    .await;
    set_clock_ahead(&bench).await;
    let paths = ["/", "/nothing.js", "/api/v1/account/balance", "/v1/credits"];
    for path in paths {
        let answer = bench
            .send("GET", path, RequestOptions::default(), "")
            .await
            .unwrap();
        assert_ahead(&date(&answer));
        assert_eq!(answer.headers.get_all("date").iter().count(), 1);
    }
    bench
        .admin("PUT", "settings", json!({"date_header": "omit"}))
        .await;
    for path in paths {
        let answer = bench
            .send("GET", path, RequestOptions::default(), "")
            .await
            .unwrap();
        assert_eq!(answer.header("date"), None, "{path}");
    }
}

#[tokio::test]
async fn pages_from_other_origins_can_read_the_exposed_headers() {
    let bench = Bench::new().await;
    let with = RequestOptions {
        bearer: Some(RESELLER_KEY),
        origin: Some("http://localhost:8080"),
        ..RequestOptions::default()
    };
    let exposed = async || {
        let path = "/api/v1/account/balance";
        let answer = bench.send("GET", path, with, "").await.unwrap();
        let names = answer.header("access-control-expose-headers").unwrap();
        let names: Vec<_> = names.split(", ").map(str::to_owned).collect();
        let has = |name: &str| names.iter().any(|listed| listed == name);
        assert!(has("x-request-id"));
        (has("date"), has("retry-after"))
    };
    assert_eq!(exposed().await, (false, true), "by default");
    let change = json!({"expose_date": true, "expose_retry_after": false});
    bench.admin("PUT", "settings", change).await;
    assert_eq!(exposed().await, (true, false));
    bench.admin("POST", "reset", Value::Null).await;
    assert_eq!(exposed().await, (false, true), "after a reset");
}
