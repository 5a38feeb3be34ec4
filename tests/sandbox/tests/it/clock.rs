//! A server whose clock is off, and the `Date` header.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::{Answer, Bench, NORTHWIND, RESELLER_KEY, With};

const HOUR: i64 = 3600;
const AHEAD: i64 = 5 * HOUR;

async fn ahead(bench: &Bench) {
    let offset = json!({"clock_offset_ms": AHEAD * 1000});
    bench.admin("PUT", "settings", offset).await;
}

/// Asserts that `moment` lies about [`AHEAD`] of this machine's clock. A rate
/// limit resets up to a whole minute later.
#[track_caller]
fn is_ahead(moment: &str) {
    let moment: Timestamp = moment.parse().unwrap();
    let seconds = moment.as_second() - Timestamp::now().as_second();
    assert!((seconds - AHEAD).abs() <= 60, "{moment} is {seconds} s off");
}

/// A `Date` header as ISO 8601.
#[track_caller]
fn date(answer: &Answer) -> String {
    let text = answer.header("date").expect("a Date header");
    let parsed = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).unwrap();
    format!("{}Z", parsed.to_datetime().unwrap())
}

#[tokio::test]
async fn every_moment_is_shifted() {
    let bench = Bench::new().await;
    ahead(&bench).await;
    let transfer = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2});
    let answer = bench
        .reseller_post("/reseller/credits/transfer", transfer)
        .await;
    is_ahead(&date(&answer));
    let row = &bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0];
    let shown = row["transfer_date"].as_str().unwrap();
    is_ahead(shown);
    let moment: Timestamp = shown.parse().unwrap();
    let compact: String = moment
        .to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    assert_eq!(
        row["transfer_reference"],
        format!("CT-{compact}-5678-4002"),
        "the same moment"
    );
    let allocated = bench
        .allocate(NORTHWIND, "k", json!({"credits": 5}))
        .await
        .ok();
    is_ahead(allocated["created"].as_str().unwrap());
    let events = bench.layers_get("/v1/credits/events").await.ok();
    is_ahead(events["items"][0]["createdAt"].as_str().unwrap());
    let path = format!("/v1/organizations/{NORTHWIND}/suspend");
    let suspended = bench.layers("POST", &path, None, &Value::Null).await;
    let reset = suspended.header("x-ratelimit-reset").unwrap();
    let reset = Timestamp::from_second(reset.parse().unwrap()).unwrap();
    is_ahead(&reset.to_string());
    is_ahead(suspended.ok()["updatedAt"].as_str().unwrap());
    let path = format!("/v1/organizations/{NORTHWIND}");
    let archived = bench.layers("DELETE", &path, None, &Value::Null).await.ok();
    is_ahead(archived["archivedAt"].as_str().unwrap());
    bench.set(json!({"reseller": {"balance": 1}})).await;
    let ledger = bench.ledger().await;
    for list in ["movements", "recent_requests"] {
        let last = ledger[list].as_array().unwrap().last().unwrap().clone();
        is_ahead(last["at"].as_str().unwrap());
    }
}

#[tokio::test]
async fn what_is_stored_keeps_its_time() {
    let bench = Bench::new().await;
    let before = bench.reseller_get("/reseller/credits/logs").await.ok();
    ahead(&bench).await;
    let after = bench.reseller_get("/reseller/credits/logs").await.ok();
    assert_eq!(before, after);
    // Two sandboxes in one process have a clock each.
    let other = Bench::new().await;
    let answer = other.reseller_get("/account/balance").await;
    let now: Timestamp = date(&answer).parse().unwrap();
    assert!((now.as_second() - Timestamp::now().as_second()).abs() < 60);
}

#[tokio::test]
async fn a_date_on_everything_or_on_nothing() {
    let bench = Bench::with(|options, folder| {
        std::fs::write(folder.join("index.html"), "<p>portal</p>").unwrap();
        options.dist = Some(folder.to_owned());
    })
    .await;
    ahead(&bench).await;
    let paths = ["/", "/nothing.js", "/api/v1/account/balance", "/v1/credits"];
    for path in paths {
        let answer = bench.send("GET", path, With::default(), "").await.unwrap();
        is_ahead(&date(&answer));
        assert_eq!(answer.headers.get_all("date").iter().count(), 1);
    }
    bench
        .admin("PUT", "settings", json!({"date_header": "omit"}))
        .await;
    for path in paths {
        let answer = bench.send("GET", path, With::default(), "").await.unwrap();
        assert_eq!(answer.header("date"), None, "{path}");
    }
}

#[tokio::test]
async fn what_pages_elsewhere_may_read() {
    let bench = Bench::new().await;
    let with = With {
        bearer: Some(RESELLER_KEY),
        origin: Some("http://localhost:8080"),
        ..With::default()
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
