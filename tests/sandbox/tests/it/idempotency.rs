//! One key, one movement: for both vendors, sequentially and concurrently.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::bench::{Bench, HARBOR, NORTHWIND, PARENT, RequestOptions};

const TRANSFER: &str = "/reseller/credits/transfer";

fn twenty_minutes() -> Value {
    json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2})
}

#[tokio::test]
async fn the_reseller_api_ignores_keys_by_default() {
    let bench = Bench::new().await;
    for balance in [59.813, 58.013] {
        let answer = bench
            .reseller_keyed(TRANSFER, "same", &twenty_minutes())
            .await
            .ok();
        assert_eq!(answer["new_from_balance"], json!(balance));
    }
    let movements = bench.ledger().await["movements"]
        .as_array()
        .unwrap()
        .clone();
    let recorded = movements
        .iter()
        .filter(|movement| movement["idempotency_key"] == "same");
    assert_eq!(recorded.count(), 2, "ignored, but recorded");
}

#[tokio::test]
async fn the_reseller_api_replays_if_configured() {
    let bench = Bench::replaying().await;
    let first = bench.reseller_keyed(TRANSFER, "k", &twenty_minutes()).await;
    let count = bench.movement_count().await;
    bench.reseller_post(TRANSFER, twenty_minutes()).await.ok();
    // The same request with its fields in another order.
    let with = RequestOptions {
        bearer: Some("demo-reseller-key"),
        key: Some("k"),
        ..RequestOptions::default()
    };
    let body = r#"{ "minutes": 20, "cost_per_min": 0.2, "to_organization_id": 4002 }"#;
    let path = "/api/v1/reseller/credits/transfer";
    let repeated = bench.send("POST", path, with, body).await.unwrap();
    assert_eq!(
        repeated.text, first.text,
        "the original response, not a current one"
    );
    assert_eq!(bench.movement_count().await, count + 1);
    let mut other = twenty_minutes();
    other["minutes"] = json!(21);
    bench
        .reseller_keyed(TRANSFER, "k", &other)
        .await
        .expect_reseller_error(409, "idempotency_conflict");
    // Another route has another scope.
    let revert = json!({"from_organization_id": 4002, "minutes": 1});
    bench
        .reseller_keyed("/reseller/credits/revert", "k", &revert)
        .await
        .ok();
    bench
        .reseller_keyed(TRANSFER, "", &twenty_minutes())
        .await
        .expect_reseller_error(400, "invalid_request");
    assert_eq!(bench.movement_count().await, count + 2);
}

#[tokio::test]
async fn the_reseller_api_stores_only_successes() {
    let bench = Bench::replaying().await;
    let mut body = twenty_minutes();
    body["minutes"] = json!(1000);
    bench
        .reseller_keyed(TRANSFER, "k", &body)
        .await
        .expect_reseller_error(400, "insufficient_balance");
    bench.set(json!({"reseller": {"balance": "90"}})).await;
    let answer = bench.reseller_keyed(TRANSFER, "k", &body).await.ok();
    assert_eq!(answer["new_from_balance"], 0);
}

#[tokio::test]
async fn l3_top_up_and_retry_with_the_same_key() {
    let bench = Bench::new().await;
    let body = json!({"credits": 6000});
    bench
        .allocate(NORTHWIND, "k", body.clone())
        .await
        .expect_layers_error(402, "BILLING_EXHAUSTED");
    bench.set(json!({"organization": {"prepaid": 7000}})).await;
    let answer = bench.allocate(NORTHWIND, "k", body).await.ok();
    assert_eq!(
        (&answer["replayed"], &answer["balance"]),
        (&json!(false), &json!(6000))
    );
}

#[tokio::test]
async fn l2_l6_l7_replay_and_conflict() {
    let bench = Bench::new().await;
    let body = json!({"credits": 100, "metadata": {"a": "1", "b": "2"}});
    let first = bench.allocate(NORTHWIND, "k", body.clone()).await.ok();
    bench
        .allocate(NORTHWIND, "later", json!({"credits": 1}))
        .await
        .ok();
    let mut expected = first.clone();
    expected["replayed"] = json!(true);
    assert_eq!(
        bench.allocate(NORTHWIND, "k", body.clone()).await.ok(),
        expected
    );
    let bare = NORTHWIND.strip_prefix("org_").unwrap().to_uppercase();
    assert_eq!(
        bench.allocate(&bare, "k", body.clone()).await.ok(),
        expected,
        "the same organization"
    );
    bench
        .allocate(HARBOR, "k", body)
        .await
        .expect_layers_error(409, "IDEMPOTENCY_CONFLICT");
    bench
        .allocate(NORTHWIND, "k", json!({"credits": 101}))
        .await
        .expect_layers_error(409, "IDEMPOTENCY_CONFLICT");
    assert_eq!(bench.balance(&format!("prepaid:{NORTHWIND}")).await, "101");
}

#[tokio::test]
async fn l4_a_lock_that_is_not_released() {
    let bench = Bench::new().await;
    bench
        .admin("PUT", "settings", json!({"lock_wait_ms": 50}))
        .await;
    bench.admin("POST", "hold", json!({"ms": 2000})).await;
    let answer = bench.allocate(NORTHWIND, "k", json!({"credits": 5})).await;
    assert_eq!(answer.header("retry-after"), Some("1"));
    answer.expect_layers_error(409, "CONFLICT");
    bench
        .reseller_post(TRANSFER, twenty_minutes())
        .await
        .expect_reseller_error(503, "server_error");
    // With enough time to wait, the same request succeeds, once.
    bench
        .admin("PUT", "settings", json!({"lock_wait_ms": 10_000}))
        .await;
    let answer = bench
        .allocate(NORTHWIND, "k", json!({"credits": 5}))
        .await
        .ok();
    assert_eq!(
        (&answer["replayed"], &answer["balance"]),
        (&json!(false), &json!(5))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_concurrent_requests_with_one_key_move_once() {
    let bench = Bench::replaying().await;
    let count = bench.movement_count().await;
    let mut transfers = JoinSet::new();
    let mut allocations = JoinSet::new();
    for _ in 0..32 {
        let client = bench.client.clone();
        transfers.spawn(async move {
            client
                .reseller_keyed(TRANSFER, "one", &twenty_minutes())
                .await
                .ok()
        });
        let client = bench.client.clone();
        allocations.spawn(async move {
            client
                .allocate(NORTHWIND, "one", json!({"credits": 70}))
                .await
                .ok()
        });
    }
    let transfers = transfers.join_all().await;
    assert_eq!(transfers.len(), 32);
    assert!(transfers.iter().all(|answer| *answer == transfers[0]));
    let mut allocations = allocations.join_all().await;
    let first = allocations
        .iter()
        .filter(|answer| answer["replayed"] == false)
        .count();
    assert_eq!(first, 1);
    allocations
        .iter_mut()
        .for_each(|answer| answer["replayed"] = json!(null));
    assert!(allocations.iter().all(|answer| *answer == allocations[0]));
    assert_eq!(bench.movement_count().await, count + 2);
    assert_eq!(bench.balance("reseller:5678").await, "59.813");
    assert_eq!(bench.balance(&format!("prepaid:{NORTHWIND}")).await, "70");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_different_movements_run_concurrently() {
    let bench = Bench::new().await;
    let count = bench.movement_count().await;
    let mut all = JoinSet::new();
    for index in 0..16 {
        let client = bench.client.clone();
        all.spawn(async move {
            client
                .reseller_post(
                    TRANSFER,
                    json!({"to_organization_id": 4002, "minutes": index + 1, "cost_per_min": 0.2}),
                )
                .await
                .ok()
        });
        let client = bench.client.clone();
        all.spawn(async move {
            client
                .reseller_post(
                    TRANSFER,
                    json!({"to_organization_id": 4001, "minutes": 3, "cost_per_min": 0.09}),
                )
                .await
                .ok()
        });
        let client = bench.client.clone();
        all.spawn(async move {
            client
                .reseller_post(
                    "/reseller/credits/revert",
                    json!({"from_organization_id": 4002, "minutes": 2}),
                )
                .await
                .ok()
        });
        let client = bench.client.clone();
        all.spawn(async move {
            client
                .allocate(HARBOR, &format!("k{index}"), json!({"credits": 11}))
                .await
                .ok()
        });
    }
    assert_eq!(all.join_all().await.len(), 64);
    // Minutes: +136 and -32 for 4002, +48 for 4001.
    assert_eq!(bench.balance("reseller:5678").await, "47.933");
    assert_eq!(bench.balance("child:4002").await, "30.8");
    assert_eq!(bench.balance("child:4001").await, "24446.92");
    assert_eq!(bench.balance(&format!("prepaid:{HARBOR}")).await, "3376");
    assert_eq!(bench.balance(&format!("prepaid:{PARENT}")).await, "5224");
    assert_eq!(bench.movement_count().await, count + 64);
}
