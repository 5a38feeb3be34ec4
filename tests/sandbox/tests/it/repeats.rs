//! Requests that a proxy repeats, and repeats that arrive while the first request is in flight.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND};

const ROUTE: &str = "POST /api/v1/reseller/credits/transfer";
const TRANSFER: &str = "/reseller/credits/transfer";
const ALLOCATE: &str = "POST /v1/organizations/*/credits/allocate";

fn transfer_of_20_minutes() -> Value {
    json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2})
}

/// Returns how many movements were made with `key`.
async fn movement_count_of(bench: &Bench, key: &str) -> usize {
    let ledger = bench.ledger().await;
    let movements = ledger["movements"].as_array().unwrap().iter();
    movements
        .filter(|movement| movement["idempotency_key"] == key)
        .count()
}

async fn wait_for_movements(bench: &Bench, key: &str, times: usize) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while movement_count_of(bench, key).await != times {
        assert!(Instant::now() < deadline, "never {times} times");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_duplicate_moves_twice_and_sends_the_second_response() {
    let bench = Bench::new().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "duplicate"}))
        .await;
    let answer = bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await
        .ok();
    assert_eq!(answer["new_from_balance"].to_string(), "58.013");
    assert_eq!(movement_count_of(&bench, "k").await, 2, "both with its key");
    let logs = bench.reseller_get("/reseller/credits/logs").await.ok();
    assert_eq!(logs["data"]["total_records"], 5, "a row for each");
    let ledger = bench.ledger().await;
    assert_eq!(ledger["requests"][ROUTE], 1, "the copy is not counted");
    let request = &ledger["recent_requests"][0];
    assert_eq!(
        (&request["status"], &request["fault"]),
        (&json!(200), &json!("duplicate"))
    );
    bench
        .reseller_keyed(TRANSFER, "other", &transfer_of_20_minutes())
        .await
        .ok();
    assert_eq!(movement_count_of(&bench, "other").await, 1, "only once");
}

#[tokio::test]
async fn a_duplicate_with_an_honored_key_moves_once() {
    let bench = Bench::replaying().await;
    bench
        .fault(json!({"route": ROUTE, "fault": "duplicate"}))
        .await;
    let answer = bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await
        .ok();
    assert_eq!(answer["new_from_balance"].to_string(), "59.813");
    assert_eq!(movement_count_of(&bench, "k").await, 1);
    bench
        .fault(json!({"route": ALLOCATE, "fault": "duplicate"}))
        .await;
    let answer = bench
        .allocate(NORTHWIND, "k2", json!({"credits": 5}))
        .await
        .ok();
    assert_eq!(answer["replayed"], true, "the second response");
    assert_eq!(movement_count_of(&bench, "k2").await, 1);
}

#[tokio::test]
async fn a_duplicate_whose_second_execution_fails() {
    let bench = Bench::new().await;
    bench.set(json!({"reseller": {"balance": "2"}})).await;
    bench
        .fault(json!({"route": ROUTE, "fault": "duplicate"}))
        .await;
    bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await
        .expect_reseller_error(400, "insufficient_balance");
    assert_eq!(
        movement_count_of(&bench, "k").await,
        1,
        "although it has moved"
    );
}

#[tokio::test]
async fn a_late_repeat_moves_again_after_the_response() {
    let bench = Bench::new().await;
    let fault = json!({"route": ROUTE, "fault": "repeat_later", "delay_ms": 1500});
    bench.fault(fault).await;
    let started = Instant::now();
    let answer = bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await
        .ok();
    assert_eq!(answer["new_from_balance"].to_string(), "59.813");
    assert_eq!(movement_count_of(&bench, "k").await, 1);
    wait_for_movements(&bench, "k", 2).await;
    assert!(started.elapsed() >= Duration::from_millis(1500));
    assert_eq!(bench.balance("reseller:5678").await, "58.013");
    assert_eq!(bench.ledger().await["requests"][ROUTE], 1);
}

#[tokio::test]
async fn a_late_repeat_is_a_replay_or_is_canceled() {
    let bench = Bench::replaying().await;
    let fault = |ms: u32| json!({"route": ROUTE, "fault": "repeat_later", "delay_ms": ms});
    bench.fault(fault(50)).await;
    bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await
        .ok();
    // Long enough for the repetition, which must not have an effect.
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(movement_count_of(&bench, "k").await, 1);
    let ignore = json!({"reseller_idempotency": "ignore"});
    bench.admin("PUT", "settings", ignore).await;
    // A reset also empties the ledger.
    for (method, route, left) in [("DELETE", "faults", 1), ("POST", "reset", 0)] {
        bench.fault(fault(300)).await;
        bench
            .reseller_keyed(TRANSFER, route, &transfer_of_20_minutes())
            .await
            .ok();
        bench.admin(method, route, Value::Null).await;
        // Long enough for the repetition, which must not happen.
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(movement_count_of(&bench, route).await, left, "{route}");
    }
}

#[tokio::test]
async fn a_given_conflict_before_and_after_the_commit() {
    let bench = Bench::new().await;
    let busy = json!({"success": false, "error": "request_in_progress"});
    for (after_commit, balance) in [(false, "61.613"), (true, "59.813")] {
        bench
            .fault(
                json!({"route": ROUTE, "fault": "status", "status": 409, "body": busy,
                "after_commit": after_commit}),
            )
            .await;
        let answer = bench
            .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
            .await;
        assert_eq!(answer.status, 409);
        assert_eq!(answer.header("retry-after"), None);
        assert_eq!(answer.json(), busy);
        assert_eq!(bench.balance("reseller:5678").await, balance);
    }
}

#[tokio::test]
async fn a_conflict_while_the_first_request_is_still_in_flight() {
    let bench = Bench::replaying().await;
    // The first one waits before its commit, the second is answered immediately.
    bench
        .fault(json!({"route": ROUTE, "fault": "delay", "delay_ms": 1500}))
        .await;
    bench
        .fault(json!({"route": ROUTE, "fault": "status", "status": 409}))
        .await;
    let client = bench.client.clone();
    let first = tokio::spawn(async move {
        client
            .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
            .await
    });
    let deadline = Instant::now() + Duration::from_secs(10);
    while bench.ledger().await["requests"][ROUTE] != 1 {
        assert!(Instant::now() < deadline, "never arrived");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await;
    assert_eq!(second.header("retry-after"), None);
    second.expect_reseller_error(409, "conflict");
    assert!(!first.is_finished());
    assert_eq!(movement_count_of(&bench, "k").await, 0, "nothing yet");
    let first = first.await.unwrap();
    let third = bench
        .reseller_keyed(TRANSFER, "k", &transfer_of_20_minutes())
        .await;
    assert_eq!(third.text, first.text, "a replay from now on");
    assert_eq!(movement_count_of(&bench, "k").await, 1);
}
