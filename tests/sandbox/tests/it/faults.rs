//! Each fault, as it is on the wire.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND, With};

const ROUTE: &str = "POST /api/v1/reseller/credits/transfer";

fn twenty() -> Value {
    json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2})
}

async fn last_status(bench: &Bench) -> (Value, Value) {
    let seen = bench.ledger().await["recent_requests"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    (seen["status"].clone(), seen["fault"].clone())
}

#[tokio::test]
async fn drop_before_does_nothing_and_says_nothing() {
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
        "once only"
    );
}

#[tokio::test]
async fn drop_after_commits_and_says_nothing() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "drop_after", "count": 2}))
        .await;
    assert!(bench.raw_transfer(20).await.is_empty());
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    let lost = bench
        .client
        .send(
            "POST",
            "/api/v1/reseller/credits/transfer",
            With {
                bearer: Some("demo-reseller-key"),
                ..With::default()
            },
            twenty().to_string(),
        )
        .await;
    assert!(lost.is_err(), "an HTTP client sees a failed request");
    assert_eq!(bench.balance("reseller:5678").await, "58.013");
    bench
        .reseller_post("/reseller/credits/transfer", twenty())
        .await
        .ok();
}

/// Waits until the balance is `wanted`, as it will be soon or never.
async fn until_balance(bench: &Bench, wanted: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while bench.balance("reseller:5678").await != wanted {
        assert!(Instant::now() < deadline, "never {wanted}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the transfer has arrived.
async fn until_seen(bench: &Bench) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while bench.ledger().await["requests"][ROUTE] != 1 {
        assert!(Instant::now() < deadline, "never seen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn delay_before_the_commit() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "delay", "delay_ms": 1500}))
        .await;
    let client = bench.client.clone();
    let begun = Instant::now();
    let running = tokio::spawn(async move {
        client
            .reseller_post("/reseller/credits/transfer", twenty())
            .await
    });
    until_seen(&bench).await;
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    running.await.unwrap().ok();
    assert!(begun.elapsed() >= Duration::from_millis(1500));
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
}

#[tokio::test]
async fn delay_after_the_commit() {
    let bench = Bench::new().await;
    let delay = json!({"route": ROUTE, "fault": "delay", "delay_ms": 1500, "after_commit": true});
    bench.fault(delay).await;
    let client = bench.client.clone();
    let running = tokio::spawn(async move {
        client
            .reseller_post("/reseller/credits/transfer", twenty())
            .await
    });
    until_balance(&bench, "59.813").await;
    assert!(!running.is_finished(), "committed, and not answered yet");
    running.await.unwrap().ok();
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_undo_what_it_asked_for() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "delay", "delay_ms": 700}))
        .await;
    let client = bench.client.clone();
    let caller = tokio::spawn(async move { client.raw_transfer(20).await });
    until_seen(&bench).await;
    caller.abort();
    assert!(caller.await.is_err(), "gone before the answer");
    until_balance(&bench, "59.813").await;
}

#[tokio::test]
async fn a_status_in_the_vendors_shape() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 502}))
        .await;
    bench
        .reseller_post("/reseller/credits/transfer", twenty())
        .await
        .refused(502, "server_error");
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 500, "after_commit": true}))
        .await;
    bench
        .reseller_post("/reseller/credits/transfer", twenty())
        .await
        .refused(500, "server_error");
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    bench.fault(json!({"route": "POST /v1/organizations/*/credits/allocate", "fault": "status", "status": 503, "retry_after": 7})).await;
    let answer = bench.allocate(NORTHWIND, "k", json!({"credits": 1})).await;
    assert_eq!(answer.header("retry-after"), Some("7"));
    answer.refused_with(503, "KILL_SWITCH");
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 429}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty())
        .await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("60"))
    );
}

#[tokio::test]
async fn a_body_of_ones_own() {
    let bench = Bench::new().await;
    let failure = json!({"success": false, "plan_expire": true, "error": "Insufficient balance"});
    bench
        .fault(json!({"route": "*", "fault": "body", "body": failure}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty())
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
async fn truncate_breaks_off_in_the_middle() {
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
async fn garble_is_no_json() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "garble", "after_commit": true}))
        .await;
    let answer = bench
        .reseller_post("/reseller/credits/transfer", twenty())
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
            .reseller_post("/reseller/credits/transfer", twenty())
            .await;
        assert_eq!(answer.status, status);
    }
    for _ in 0..3 {
        assert_eq!(bench.reseller_get("/account/balance").await.status, 504);
    }
    let waiting = bench.admin("GET", "faults", Value::Null).await;
    assert_eq!(waiting["faults"].as_array().unwrap().len(), 1);
    bench.admin("DELETE", "faults", Value::Null).await;
    bench.reseller_get("/account/balance").await.ok();
}

#[tokio::test]
async fn faults_that_make_no_sense_are_refused() {
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
                With::default(),
                fault.to_string(),
            )
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{fault}");
    }
}
