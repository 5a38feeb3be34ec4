//! Faults of CORS preflights.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::Bench;

const TRANSFER: &str = "/api/v1/reseller/credits/transfer";

async fn send_preflight(bench: &Bench, path: &str) -> String {
    let request = format!(
        "OPTIONS {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         origin: http://localhost:8080\r\naccess-control-request-method: POST\r\n\r\n"
    );
    String::from_utf8(bench.raw(&request).await)
        .unwrap()
        .to_lowercase()
}

async fn queue_length(bench: &Bench) -> usize {
    let faults = bench.admin("GET", "faults", Value::Null).await;
    faults["faults"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_preflight_can_be_slow() {
    let bench = Bench::new().await;
    let route = format!("OPTIONS {TRANSFER}");
    bench
        .fault(json!({"route": route, "fault": "delay", "delay_ms": 600}))
        .await;
    assert_eq!(queue_length(&bench).await, 1);
    let started = Instant::now();
    let answer = send_preflight(&bench, TRANSFER).await;
    assert!(started.elapsed() >= Duration::from_millis(600));
    assert!(answer.starts_with("http/1.1 204"), "{answer}");
    assert!(answer.contains("access-control-allow-methods"), "{answer}");
    assert_eq!(queue_length(&bench).await, 0, "used up");
    let started = Instant::now();
    send_preflight(&bench, TRANSFER).await;
    assert!(started.elapsed() < Duration::from_millis(600));
}

#[tokio::test]
async fn a_preflight_can_fail() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": "OPTIONS *", "fault": "status", "status": 503}))
        .await;
    let answer = send_preflight(&bench, "/v1/credits").await;
    assert!(answer.starts_with("http/1.1 503"), "{answer}");
    bench
        .fault(json!({"route": "OPTIONS *", "fault": "drop_before"}))
        .await;
    assert!(send_preflight(&bench, TRANSFER).await.is_empty());
    assert_eq!(queue_length(&bench).await, 0);
}

#[tokio::test]
async fn preflights_and_other_requests_have_separate_faults() {
    let bench = Bench::new().await;
    for route in ["*", "* *", "* /v1/credits", "OPTIONS *"] {
        bench
            .fault(json!({"route": route, "fault": "status", "status": 500}))
            .await;
    }
    let answer = send_preflight(&bench, "/__sandbox/ledger").await;
    assert!(answer.starts_with("http/1.1 204"), "no faults there");
    let answer = send_preflight(&bench, "/v1/credits").await;
    assert!(answer.starts_with("http/1.1 500"), "{answer}");
    let answer = send_preflight(&bench, "/v1/credits").await;
    assert!(answer.starts_with("http/1.1 204"), "{answer}");
    bench
        .fault(json!({"route": "OPTIONS *", "fault": "status", "status": 500}))
        .await;
    for _ in 0..3 {
        assert_eq!(bench.layers_get("/v1/credits").await.status, 500);
    }
    bench.layers_get("/v1/credits").await.ok();
    assert_eq!(queue_length(&bench).await, 1);
}
