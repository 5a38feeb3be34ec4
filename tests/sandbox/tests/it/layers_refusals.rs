//! Every error of the organizations API, and the order of its checks (§7 L1-L15).

use serde_json::{Value, json};

use crate::bench::{ARCHIVED, Answer, Bench, NORTHWIND, RequestOptions, SUSPENDED};

const UNKNOWN: &str = "org_00000000-0000-4000-8000-00000000abcd";

async fn post(
    bench: &Bench,
    bearer: Option<&str>,
    org: &str,
    key: Option<&str>,
    body: &str,
) -> Answer {
    let path = format!("/v1/organizations/{org}/credits/allocate");
    let with = RequestOptions {
        bearer,
        key,
        ..RequestOptions::default()
    };
    bench
        .send("POST", &path, with, body.to_owned())
        .await
        .unwrap()
}

#[tokio::test]
async fn l1_the_order_of_the_checks() {
    let bench = Bench::new().await;
    let demo = Some("lp_test_demo");
    // Each request also fails every later check.
    post(&bench, None, "x", None, "{")
        .await
        .expect_layers_error(401, "UNAUTHENTICATED");
    post(&bench, Some("lp_test_suspended"), "x", None, "{")
        .await
        .expect_layers_error(503, "KILL_SWITCH");
    post(&bench, Some("lp_test_noscope"), "x", None, "{")
        .await
        .expect_layers_error(403, "FORBIDDEN_SCOPE");
    bench
        .admin("PUT", "settings", json!({"rate_limit": 0}))
        .await;
    let answer = post(&bench, demo, "x", None, "{").await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    answer.expect_layers_error(429, "RATE_LIMITED");
    bench
        .admin("PUT", "settings", json!({"rate_limit": null}))
        .await;
    post(&bench, demo, "x", None, "{")
        .await
        .expect_layers_error(400, "IDEMPOTENCY_REQUIRED");
    post(&bench, demo, "x", Some("k"), "{")
        .await
        .expect_layers_error(422, "VALIDATION");
    post(&bench, demo, UNKNOWN, Some("k"), "{")
        .await
        .expect_layers_error(422, "VALIDATION");
    post(&bench, demo, NORTHWIND, Some("used"), r#"{"credits":1}"#)
        .await
        .ok();
    post(&bench, demo, UNKNOWN, Some("used"), r#"{"credits":9000}"#)
        .await
        .expect_layers_error(409, "IDEMPOTENCY_CONFLICT");
    post(&bench, demo, UNKNOWN, Some("k"), r#"{"credits":9000}"#)
        .await
        .expect_layers_error(404, "NOT_FOUND");
    post(&bench, demo, ARCHIVED, Some("k"), r#"{"credits":9000}"#)
        .await
        .expect_layers_error(409, "CONFLICT");
    let error = post(&bench, demo, NORTHWIND, Some("k"), r#"{"credits":9000}"#).await;
    let error = error.expect_layers_error(402, "BILLING_EXHAUSTED");
    assert_eq!(
        error["details"],
        json!({"required": 9000, "available": 5399}),
        "L8"
    );
    post(&bench, demo, SUSPENDED, Some("k"), r#"{"credits":1}"#)
        .await
        .ok();
}

#[tokio::test]
async fn l5_malformed_keys_are_rejected() {
    let bench = Bench::new().await;
    let long = "x".repeat(256);
    for key in ["", &long, "schlüssel"] {
        post(
            &bench,
            Some("lp_test_demo"),
            NORTHWIND,
            Some(key),
            r#"{"credits":1}"#,
        )
        .await
        .expect_layers_error(422, "VALIDATION");
    }
    let longest = "x".repeat(255);
    post(
        &bench,
        Some("lp_test_demo"),
        NORTHWIND,
        Some(&longest),
        r#"{"credits":1}"#,
    )
    .await
    .ok();
}

#[tokio::test]
async fn invalid_bodies_are_rejected() {
    let bench = Bench::new().await;
    let many: serde_json::Map<_, _> = (0..51).map(|at| (format!("k{at}"), json!("v"))).collect();
    let wide: serde_json::Map<_, _> = (0..50)
        .map(|at| (format!("{at:040}"), json!("é".repeat(499))))
        .collect();
    let before = bench.movement_count().await;
    for body in [
        json!({}),
        json!([]),
        json!({"credits": 0}),
        json!({"credits": -5}),
        json!({"credits": 1.5}),
        json!({"credits": "5"}),
        json!({"credits": true}),
        json!({"credits": 9_007_199_254_740_992_i64}),
        json!({"credits": 1, "description": 5}),
        json!({"credits": 1, "description": "d".repeat(501)}),
        json!({"credits": 1, "metadata": []}),
        json!({"credits": 1, "metadata": {"a": 1}}),
        json!({"credits": 1, "metadata": {"k".repeat(41): "v"}}),
        json!({"credits": 1, "metadata": {"k": "v".repeat(501)}}),
        json!({"credits": 1, "metadata": many}),
        json!({"credits": 1, "metadata": wide}),
    ] {
        bench
            .allocate(NORTHWIND, "k", body)
            .await
            .expect_layers_error(422, "VALIDATION");
    }
    assert_eq!(bench.movement_count().await, before);
    // The maximum is only rejected by the wallet (L14); unknown fields are ignored (L15).
    let largest = json!({"credits": 9_007_199_254_740_991_i64});
    bench
        .allocate(NORTHWIND, "k", largest)
        .await
        .expect_layers_error(402, "BILLING_EXHAUSTED");
    bench
        .allocate(NORTHWIND, "k", json!({"credits": 1, "colour": "red"}))
        .await
        .ok();
}

#[tokio::test]
async fn bare_and_malformed_ids() {
    let bench = Bench::new().await;
    let bare = NORTHWIND.strip_prefix("org_").unwrap();
    let body = bench
        .layers_get(&format!("/v1/organizations/{bare}"))
        .await
        .ok();
    assert_eq!(body["id"], NORTHWIND);
    for bad in [
        "org_1",
        "txn_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80",
        "d4e5f6a78b9c4d0e9f2a3b4c5d6e7f80",
    ] {
        for tail in ["", "/credits", "/credits/events"] {
            let path = format!("/v1/organizations/{bad}{tail}");
            bench
                .layers_get(&path)
                .await
                .expect_layers_error(422, "VALIDATION");
        }
        bench
            .layers(
                "POST",
                &format!("/v1/organizations/{bad}/suspend"),
                None,
                &Value::Null,
            )
            .await
            .expect_layers_error(422, "VALIDATION");
    }
    for org in [
        UNKNOWN,
        crate::bench::PARENT,
        "org_00000000-0000-4000-8000-000000000002",
    ] {
        for tail in ["", "/credits", "/credits/events"] {
            let path = format!("/v1/organizations/{org}{tail}");
            bench
                .layers_get(&path)
                .await
                .expect_layers_error(404, "NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn a_key_without_scopes_reads_only_its_own_wallet() {
    let bench = Bench::new().await;
    let with = RequestOptions {
        bearer: Some("lp_test_noscope"),
        ..RequestOptions::default()
    };
    for path in ["/v1/whoami", "/v1/credits", "/v1/credits/events"] {
        bench.send("GET", path, with, "").await.unwrap().ok();
    }
    let whoami = bench
        .send("GET", "/v1/whoami", with, "")
        .await
        .unwrap()
        .ok();
    assert_eq!(whoami["scopes"], json!([]));
    for path in [
        "/v1/organizations".to_owned(),
        format!("/v1/organizations/{NORTHWIND}/credits"),
    ] {
        bench
            .send("GET", &path, with, "")
            .await
            .unwrap()
            .expect_layers_error(403, "FORBIDDEN_SCOPE");
    }
}

#[tokio::test]
async fn a_suspended_caller_gets_503_everywhere() {
    let bench = Bench::new().await;
    bench
        .set(json!({"organization": {"status": "suspended"}}))
        .await;
    for path in ["/v1/whoami", "/v1/credits", "/v1/organizations"] {
        bench
            .layers_get(path)
            .await
            .expect_layers_error(503, "KILL_SWITCH");
    }
}

#[tokio::test]
async fn paths_methods_and_headers() {
    let bench = Bench::new().await;
    let answer = bench
        .send("GET", "/v1/nope", RequestOptions::default(), "")
        .await
        .unwrap();
    answer.expect_layers_error(404, "NOT_FOUND");
    let answer = bench
        .layers(
            "PUT",
            &format!("/v1/organizations/{NORTHWIND}"),
            None,
            &Value::Null,
        )
        .await;
    let allow = answer.header("allow").unwrap();
    assert!(allow.contains("GET") && allow.contains("DELETE"), "{allow}");
    answer.expect_layers_error(405, "METHOD_NOT_ALLOWED");
    let answer = bench.layers_get("/v1/whoami").await;
    assert_eq!(
        answer.header("x-ratelimit-endpoint-class"),
        Some("read-light")
    );
    assert_eq!(answer.header("x-ratelimit-limit"), Some("6000"));
    let id = answer.header("x-request-id").unwrap();
    assert!(id.starts_with("req_") && id.len() == 30, "{id}");
    let answer = bench.allocate(NORTHWIND, "k", json!({"credits": 1})).await;
    assert_eq!(
        answer.header("x-ratelimit-endpoint-class"),
        Some("write-light")
    );
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("2999"));
}

#[tokio::test]
async fn l12_invalid_queries_are_rejected() {
    let bench = Bench::new().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "cursor=",
        "eventType=gift",
        "since=2026-06-01",
        "since=2026-06-01T00:00:00%2B00:00",
        "until=yesterday",
    ] {
        let path = format!("/v1/credits/events?{query}");
        bench
            .layers_get(&path)
            .await
            .expect_layers_error(422, "VALIDATION");
    }
    for query in ["limit=0", "limit=201", "cursor=x", "status=open"] {
        let path = format!("/v1/organizations?{query}");
        bench
            .layers_get(&path)
            .await
            .expect_layers_error(422, "VALIDATION");
    }
}
