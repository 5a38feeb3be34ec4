//! Each fault, as seen on the wire.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND, RequestOptions};

const ROUTE: &str = "POST /api/v1/reseller/credits/transfer";

fn twenty_minutes() -> Value {
    json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2})
}

async fn last_status(bench: &Bench) -> (Value, Value) {
    let request = bench.ledger().await["recent_requests"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    (request["status"].clone(), request["fault"].clone())
}

#[tokio::test]
async fn drop_before_executes_nothing_and_sends_nothing() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "drop_before"}))
        .await;
    assert!(bench.raw_transfer(20).await.is_empty(), "not one byte");
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    assert_eq!(
        last_status(&bench).await,
        (json!("dropped"), json!("drop_before"))
    );
    assert!(
        bench.raw_transfer(20).await.starts_with(b"HTTP/1.1 200"),
        "only once"
    );
}

#[tokio::test]
async fn drop_after_commits_and_sends_nothing() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "drop_after", "count": 2}))
        .await;
    assert!(bench.raw_transfer(20).await.is_empty());
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    let result = bench
        .client
        .send(
            "POST",
            "/api/v1/reseller/credits/transfer",
            RequestOptions {
                bearer: Some("demo-reseller-key"),
                ..RequestOptions::default()
            },
            twenty_minutes().to_string(),
        )
        .await;
    assert!(result.is_err(), "an HTTP client sees a failed request");
    assert_eq!(bench.balance("reseller:5678").await, "58.013");
    bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await
        .ok();
}

/// Waits until the balance is `expected`.
async fn wait_for_balance(bench: &Bench, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while bench.balance("reseller:5678").await != expected {
        assert!(Instant::now() < deadline, "never {expected}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the transfer has arrived.
async fn wait_for_arrival(bench: &Bench) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while bench.ledger().await["requests"][ROUTE] != 1 {
        assert!(Instant::now() < deadline, "never seen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_delay_before_the_commit() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "delay", "delay_ms": 1500}))
        .await;
    let client = bench.client.clone();
    let started = Instant::now();
    let running = tokio::spawn(async move {
        client
            .reseller_post("/reseller/credits/transfer", twenty_minutes())
            .await
    });
    wait_for_arrival(&bench).await;
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    running.await.unwrap().ok();
    assert!(started.elapsed() >= Duration::from_millis(1500));
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
}

#[tokio::test]
async fn a_delay_after_the_commit() {
    let bench = Bench::new().await;
    let delay = json!({"route": ROUTE, "fault": "delay", "delay_ms": 1500, "after_commit": true});
    bench.fault(delay).await;
    let client = bench.client.clone();
    let running = tokio::spawn(async move {
        client
            .reseller_post("/reseller/credits/transfer", twenty_minutes())
            .await
    });
    wait_for_balance(&bench, "59.813").await;
    assert!(!running.is_finished(), "committed, but not answered yet");
    running.await.unwrap().ok();
}

#[tokio::test]
async fn a_disconnect_does_not_cancel_the_request() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "delay", "delay_ms": 700}))
        .await;
    let client = bench.client.clone();
    let caller = tokio::spawn(async move { client.raw_transfer(20).await });
    wait_for_arrival(&bench).await;
    caller.abort();
    assert!(caller.await.is_err(), "disconnected before the response");
    wait_for_balance(&bench, "59.813").await;
}

#[tokio::test]
async fn a_status_has_the_vendors_shape() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 502}))
        .await;
    bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await
        .expect_reseller_error(502, "server_error");
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 500, "after_commit": true}))
        .await;
    bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await
        .expect_reseller_error(500, "server_error");
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    bench.fault(json!({"route": "POST /v1/organizations/*/credits/allocate", "fault": "status", "status": 503, "retry_after": 7})).await;
    let answer = bench.allocate(NORTHWIND, "k", json!({"credits": 1})).await;
    assert_eq!(answer.header("retry-after"), Some("7"));
    answer.expect_layers_error(503, "KILL_SWITCH");
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 429}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("60"))
    );
}

#[tokio::test]
async fn a_given_body_is_sent() {
    let bench = Bench::new().await;
    let failure = json!({"success": false, "plan_expire": true, "error": "Insufficient balance"});
    bench
        .fault(json!({"route": "*", "fault": "body", "body": failure}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await
        .ok();
    assert_eq!(answer, failure);
    let page = "<html>Bad gateway</html>";
    bench
        .fault(json!({"route": "*", "fault": "status", "status": 502, "body": page}))
        .await;
    let answer = bench.reseller_get("/account/balance").await;
    assert_eq!(
        (
            answer.status,
            answer.text.as_str(),
            answer.header("content-type")
        ),
        (502, page, Some("text/html"))
    );
}

#[tokio::test]
async fn truncate_stops_in_the_middle() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "truncate", "after_commit": true}))
        .await;
    let answer = String::from_utf8(bench.raw_transfer(20).await).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"));
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let length: usize = length.parse().unwrap();
    assert!(
        !body.is_empty() && body.len() < length,
        "{} of {length}",
        body.len()
    );
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    bench
        .fault(json!({"route": ROUTE, "fault": "truncate"}))
        .await;
    assert!(bench.raw_transfer(20).await.starts_with(b"HTTP/1.1 200"));
    assert_eq!(
        bench.balance("reseller:5678").await,
        "59.813",
        "not run without after_commit"
    );
}

#[tokio::test]
async fn garble_is_not_json() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "garble", "after_commit": true}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty_minutes())
        .await;
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_str::<Value>(&answer.text).is_err());
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
}

#[tokio::test]
async fn faults_queue_per_route_and_are_used_up() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 500, "count": 2}))
        .await;
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 501}))
        .await;
    bench.fault(json!({"route": "GET /api/v1/*/balance", "fault": "status", "status": 504, "count": null})).await;
    for status in [500, 500, 501, 200] {
        let answer = bench
            .reseller_post("/reseller/credits/transfer", twenty_minutes())
            .await;
        assert_eq!(answer.status, status);
    }
    for _ in 0..3 {
        assert_eq!(bench.reseller_get("/account/balance").await.status, 504);
    }
    let queue = bench.admin("GET", "faults", Value::Null).await;
    assert_eq!(queue["faults"].as_array().unwrap().len(), 1);
    bench.admin("DELETE", "faults", Value::Null).await;
    bench.reseller_get("/account/balance").await.ok();
}

#[tokio::test]
async fn invalid_faults_are_rejected() {
    let bench = Bench::new().await;
    for fault in [
        json!({"route": ROUTE, "fault": "explode"}),
        json!({"route": "transfer", "fault": "garble"}),
        json!({"route": ROUTE, "fault": "status"}),
        json!({"route": ROUTE, "fault": "status", "status": 99}),
        json!({"route": ROUTE, "fault": "delay"}),
        json!({"route": ROUTE, "fault": "repeat_later"}),
        json!({"route": "POST transfer", "fault": "garble"}),
        json!({"route": ROUTE, "fault": "garble", "count": 0}),
        json!({"route": ROUTE, "fault": "garble", "colour": 1}),
    ] {
        let answer = bench
            .send(
                "POST",
                "/__sandbox/faults",
                RequestOptions::default(),
                fault.to_string(),
            )
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{fault}");
    }
}
