//! The admin routes.

use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND, RESELLER_KEY, RequestOptions};

#[tokio::test]
async fn requests_are_recorded_without_keys() {
    let bench = Bench::new().await;
    bench
        .allocate(NORTHWIND, "idem-1", json!({"credits": 5}))
        .await
        .ok();
    bench
        .reseller_get("/reseller/credits/logs?page=1")
        .await
        .ok();
    bench
        .reseller_get("/reseller/credits/logs?page=2")
        .await
        .ok();
    bench
        .reseller_get("/nowhere")
        .await
        .expect_reseller_error(404, "not_found");
    let ledger = bench.ledger().await;
    let requests = &ledger["requests"];
    assert_eq!(
        requests["POST /v1/organizations/{orgId}/credits/allocate"],
        1
    );
    assert_eq!(requests["GET /api/v1/reseller/credits/logs"], 2);
    let first = &ledger["recent_requests"][0];
    assert_eq!(first["idempotency_key"], "idem-1");
    assert_eq!(
        (&first["method"], &first["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(ledger["recent_requests"][1]["query"], "page=1");
    let text = ledger.to_string();
    assert!(!text.contains(RESELLER_KEY) && !text.contains("lp_test"));
    let last = ledger["movements"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&last["kind"], &last["credit"], &last["cost"]),
        (&json!("allocation"), &json!("5"), &json!("-5"))
    );
}

#[tokio::test]
async fn movements_are_paged() {
    let bench = Bench::with(|options, _| options.rows = 300).await;
    let newest = bench.ledger().await;
    let newest = newest["movements"].as_array().unwrap();
    assert_eq!(newest.len(), 200);
    let ids: Vec<i64> = newest
        .iter()
        .map(|movement| movement["id"].as_i64().unwrap())
        .collect();
    assert!(ids.is_sorted());
    let (mut since, mut count) = (0, 0);
    loop {
        let page = bench
            .ledger_page(&format!("?since_id={since}&count=100"))
            .await;
        let Some(last) = page["movements"].as_array().unwrap().last().cloned() else {
            break;
        };
        count += page["movements"].as_array().unwrap().len();
        since = last["id"].as_i64().unwrap();
    }
    assert_eq!(since, ids[199]);
    assert_eq!(i64::try_from(count).unwrap(), bench.movement_count().await);
}

#[tokio::test]
async fn reset_restores_the_opening_data() {
    let bench = Bench::new().await;
    let opening = bench.ledger().await;
    bench
        .reseller_post(
            "/reseller/credits/revert",
            json!({"from_organization_id": 4002, "minutes": 1}),
        )
        .await
        .ok();
    bench
        .allocate(NORTHWIND, "k", json!({"credits": 5}))
        .await
        .ok();
    bench
        .fault(json!({"route": "*", "fault": "garble", "count": null}))
        .await;
    bench
        .admin(
            "PUT",
            "settings",
            json!({"reseller_idempotency": "replay", "connections": "close"}),
        )
        .await;
    bench.admin("POST", "reset", Value::Null).await;
    let ledger = bench.ledger().await;
    for part in [
        "accounts",
        "movements",
        "movement_count",
        "requests",
        "recent_requests",
    ] {
        assert_eq!(ledger[part], opening[part], "{part}");
    }
    let settings = bench.admin("GET", "settings", Value::Null).await;
    assert_eq!(
        (&settings["reseller_idempotency"], &settings["connections"]),
        (&json!("ignore"), &json!("keep-alive"))
    );
    // The key from before the reset can be used again.
    let answer = bench
        .allocate(NORTHWIND, "k", json!({"credits": 6}))
        .await
        .ok();
    assert_eq!(answer["replayed"], false);
    bench.admin("POST", "reset", json!({"rows": 40})).await;
    let logs = bench.reseller_get("/reseller/credits/logs").await.ok();
    assert_eq!(logs["data"]["total_records"], 43);
}

#[tokio::test]
async fn set_is_all_or_nothing_and_reports_errors() {
    let bench = Bench::new().await;
    for body in [
        json!({"reseller": {"balance": "1"}, "child": {"id": 1, "balance": "1"}}),
        json!({"reseller": {"balance": "ten"}}),
        json!({"reseller": {"balance": true}}),
        json!({"organization": {"prepaid": "1.5"}}),
        json!({"organization": {"status": "archived"}}),
        json!({"purse": {}}),
    ] {
        let answer = bench
            .send(
                "POST",
                "/__sandbox/set",
                RequestOptions::default(),
                body.to_string(),
            )
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
    let name = "<b>O'Neill & \"Söhne\"</b>";
    bench.set(json!({"child": {"id": 4002, "name": name, "rate": "0.5"}, "organization": {"reserved": 0}})).await;
    let children = bench.reseller_get("/reseller/organizations").await.ok();
    assert_eq!(children["organizations"][1]["name"], name);
    assert_eq!(children["organizations"][1]["cost_per_min"], json!(0.5));
    assert_eq!(
        bench.layers_get("/v1/credits").await.ok()["available"],
        6000
    );
}

#[tokio::test]
async fn only_callers_on_this_machine_are_accepted() {
    let bench = Bench::new().await;
    let foreign = RequestOptions {
        origin: Some("https://evil.example"),
        ..RequestOptions::default()
    };
    let answer = bench
        .send("POST", "/__sandbox/reset", foreign, "")
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
    let rebound =
        "GET /__sandbox/ledger HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    let answer = bench.raw(rebound).await;
    assert!(answer.starts_with(b"HTTP/1.1 403"));
    let answer = bench
        .send("GET", "/__sandbox/nothing", RequestOptions::default(), "")
        .await
        .unwrap();
    assert_eq!(answer.status, 404);
}
