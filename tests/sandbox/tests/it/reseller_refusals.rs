//! Every error of the reseller API, and that nothing moves when it occurs (§7 O1-O24).

use serde_json::{Value, json};

use crate::bench::{Bench, RESELLER_KEY, RequestOptions};

const CALCULATE: &str = "/reseller/credits/calculate";
const TRANSFER: &str = "/reseller/credits/transfer";
const REVERT: &str = "/reseller/credits/revert";

fn to(child: i64, minutes: i64, rate: &str) -> Value {
    let rate: Value = serde_json::from_str(rate).unwrap();
    json!({"to_organization_id": child, "minutes": minutes, "cost_per_min": rate})
}

fn from(child: i64, minutes: i64) -> Value {
    json!({"from_organization_id": child, "minutes": minutes})
}

#[tokio::test]
async fn o1_a_transfer_beyond_the_balance_and_one_that_just_fits() {
    let bench = Bench::new().await;
    let before = bench.movement_count().await;
    // 61.613 buys 684 minutes at 0.09.
    bench
        .reseller_post(TRANSFER, to(4002, 685, "0.2"))
        .await
        .expect_reseller_error(400, "insufficient_balance");
    let preview = json!({"minutes": 685, "cost_per_min": 0.2});
    bench
        .reseller_post(CALCULATE, preview)
        .await
        .expect_reseller_error(400, "insufficient_balance");
    assert_eq!(
        bench.movement_count().await,
        before,
        "O16: not logged either"
    );
    bench.set(json!({"reseller": {"balance": "61.65"}})).await;
    let body = bench
        .reseller_post(TRANSFER, to(4002, 685, "0.2"))
        .await
        .ok();
    assert_eq!(body["new_from_balance"], 0, "equality is allowed");
}

#[tokio::test]
async fn o2_a_revert_beyond_the_unused_minutes() {
    let bench = Bench::new().await;
    bench
        .reseller_post(REVERT, from(4002, 51))
        .await
        .expect_reseller_error(400, "insufficient_child_balance");
    let preview = json!({"minutes": 51, "is_revert": true, "child_organization_id": 4002});
    bench
        .reseller_post(CALCULATE, preview)
        .await
        .expect_reseller_error(400, "insufficient_child_balance");
    let body = bench.reseller_post(REVERT, from(4002, 50)).await.ok();
    assert_eq!(
        (&body["new_from_balance"], &body["new_to_balance"]),
        (&json!(0), &json!(66.113))
    );
}

#[tokio::test]
async fn o3_no_such_child() {
    let bench = Bench::new().await;
    for child in [4999, 5678, 7001, -1] {
        let text = bench
            .reseller_post(TRANSFER, to(child, 1, "0.2"))
            .await
            .expect_reseller_error(404, "not_found");
        assert_eq!(text, "Organization not found");
        bench
            .reseller_post(REVERT, from(child, 1))
            .await
            .expect_reseller_error(404, "not_found");
        let preview = json!({"minutes": 1, "is_revert": true, "child_organization_id": child});
        bench
            .reseller_post(CALCULATE, preview)
            .await
            .expect_reseller_error(404, "not_found");
        let limit = json!({"child_organization_id": child, "new_limit": 1});
        bench
            .reseller_post("/reseller/concurrency", limit)
            .await
            .expect_reseller_error(404, "not_found");
    }
}

#[tokio::test]
async fn o4_a_rate_below_the_resellers() {
    let bench = Bench::new().await;
    bench
        .reseller_post(TRANSFER, to(4002, 1, "0.089999"))
        .await
        .expect_reseller_error(400, "invalid_rate");
    let preview = json!({"minutes": 1, "cost_per_min": 0.05});
    bench
        .reseller_post(CALCULATE, preview)
        .await
        .expect_reseller_error(400, "invalid_rate");
    bench
        .reseller_post(TRANSFER, to(4002, 1, "0.09"))
        .await
        .ok();
}

#[tokio::test]
async fn o5_invalid_minutes_and_rates_are_rejected() {
    let bench = Bench::new().await;
    let before = bench.movement_count().await;
    for minutes in [
        "0",
        "-1",
        "1.5",
        "1.0",
        "1e2",
        "true",
        "\"20\"",
        "[]",
        "99999999999999999999",
    ] {
        let body =
            format!(r#"{{"to_organization_id":4002,"minutes":{minutes},"cost_per_min":0.2}}"#);
        let body: Value = serde_json::from_str(&body).unwrap();
        let text = bench
            .reseller_post(TRANSFER, body)
            .await
            .expect_reseller_error(400, "invalid_request");
        assert!(
            text.contains("minutes") && !text.contains("cost_per_min"),
            "{minutes}: {text}"
        );
    }
    for rate in ["0", "-0.2", "0.2000001", "true", "\"0.2\"", "1e-7", "1e99"] {
        let text = bench
            .reseller_post(TRANSFER, to(4002, 1, rate))
            .await
            .expect_reseller_error(400, "invalid_request");
        assert!(
            text.contains("cost_per_min") && !text.contains("minutes"),
            "{rate}: {text}"
        );
    }
    assert_eq!(bench.movement_count().await, before);
    // The same values in other spellings are valid.
    bench
        .reseller_post(TRANSFER, to(4002, 1, "0.2000000"))
        .await
        .ok();
    bench
        .reseller_post(TRANSFER, to(4002, 1, "2E-1"))
        .await
        .ok();
}

#[tokio::test]
async fn o5_missing_fields_and_malformed_bodies_are_named() {
    let bench = Bench::new().await;
    let text = bench
        .reseller_post(TRANSFER, json!({}))
        .await
        .expect_reseller_error(400, "invalid_request");
    assert_eq!(
        text,
        "Missing fields: to_organization_id, minutes, cost_per_min"
    );
    let text = bench
        .reseller_post(REVERT, json!({"minutes": 1}))
        .await
        .expect_reseller_error(400, "invalid_request");
    assert_eq!(text, "Missing fields: from_organization_id");
    let text = bench
        .reseller_post(CALCULATE, json!({"minutes": 1, "is_revert": true}))
        .await;
    assert!(
        text.expect_reseller_error(400, "invalid_request")
            .contains("child_organization_id")
    );
    let with = RequestOptions {
        bearer: Some(RESELLER_KEY),
        ..RequestOptions::default()
    };
    let path = format!("/api/v1{TRANSFER}");
    for body in ["", "{", "nonsense", "[1]", "null", r#"{"minutes":NaN}"#] {
        let answer = bench.send("POST", &path, with, body).await.unwrap();
        let text = answer.expect_reseller_error(400, "invalid_request");
        assert!(
            text.contains("minutes") && text.contains("cost_per_min"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn o6_and_o7_a_lower_rate_does_not_create_money() {
    let bench = Bench::new().await;
    // 4002 has 10 = 50 minutes at 0.20, charged 4.5. At 0.09 the same credit is more than 111 minutes.
    bench
        .reseller_post(TRANSFER, to(4002, 10, "0.09"))
        .await
        .ok();
    let children = bench.reseller_get("/reseller/organizations").await.ok();
    assert_eq!(children["organizations"][1]["cost_per_min"], 0.09, "O6");
    // Charged so far: 4.5 + 0.9 = 5.4, which is 60 minutes at 0.09.
    bench
        .reseller_post(REVERT, from(4002, 61))
        .await
        .expect_reseller_error(400, "exceeds_transferred");
    let preview = json!({"minutes": 61, "is_revert": true, "child_organization_id": 4002});
    bench
        .reseller_post(CALCULATE, preview)
        .await
        .expect_reseller_error(400, "exceeds_transferred");
    bench.reseller_post(REVERT, from(4002, 60)).await.ok();
    bench
        .reseller_post(REVERT, from(4002, 1))
        .await
        .expect_reseller_error(400, "exceeds_transferred");
}

#[tokio::test]
async fn o10_unneeded_fields_are_ignored() {
    let bench = Bench::new().await;
    let forward =
        json!({"minutes": 1, "cost_per_min": 0.2, "child_organization_id": "x", "more": []});
    bench.reseller_post(CALCULATE, forward).await.ok();
    let revert = json!({"minutes": 1, "is_revert": true, "child_organization_id": 4002, "cost_per_min": "x"});
    bench.reseller_post(CALCULATE, revert).await.ok();
    let text = bench
        .reseller_post(CALCULATE, json!({"minutes": 1, "is_revert": "yes"}))
        .await;
    assert!(
        text.expect_reseller_error(400, "invalid_request")
            .contains("is_revert")
    );
}

#[tokio::test]
async fn only_resellers_may_call() {
    let bench = Bench::new().await;
    for bearer in [None, Some("wrong"), Some("lp_test_demo")] {
        let with = RequestOptions {
            bearer,
            ..RequestOptions::default()
        };
        let answer = bench
            .send("POST", "/api/v1/reseller/credits/transfer", with, "{}")
            .await
            .unwrap();
        let text = answer.expect_reseller_error(401, "unauthorized");
        assert_eq!(text, "Missing or invalid API key");
    }
    let with = RequestOptions {
        bearer: Some("demo-not-a-reseller"),
        ..RequestOptions::default()
    };
    let answer = bench
        .send("POST", "/api/v1/reseller/credits/transfer", with, "{")
        .await
        .unwrap();
    assert_eq!(
        answer.expect_reseller_error(403, "forbidden"),
        "Reseller access required"
    );
    let own = bench
        .send("GET", "/api/v1/account/balance", with, "")
        .await
        .unwrap()
        .ok();
    assert_eq!(own["organization"]["id"], 7001);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_rejected() {
    let bench = Bench::new().await;
    for path in [
        "/api",
        "/api/v1/nope",
        "/api/v1/reseller/credits/transfer/",
        "/api/v2/account/balance",
    ] {
        let answer = bench
            .send("GET", path, RequestOptions::default(), "")
            .await
            .unwrap();
        let body = answer.json();
        answer.expect_reseller_error(404, "not_found");
        assert!(
            body["docs"].is_string() && body["openapi"].is_string(),
            "{body}"
        );
    }
    let answer = bench.reseller("DELETE", TRANSFER, &Value::Null).await;
    assert_eq!(answer.header("allow"), Some("POST"));
    answer.expect_reseller_error(405, "method_not_allowed");
    let answer = bench
        .reseller("POST", "/reseller/credits/logs", &Value::Null)
        .await;
    assert!(answer.header("allow").unwrap().contains("GET"));
    answer.expect_reseller_error(405, "method_not_allowed");
}

#[tokio::test]
async fn o19_a_rate_limit_applies_if_set() {
    let bench = Bench::new().await;
    bench
        .admin("PUT", "settings", json!({"rate_limit": 0}))
        .await;
    let answer = bench.reseller_get("/account/balance").await;
    assert_eq!(answer.header("retry-after"), Some("60"));
    answer.expect_reseller_error(429, "rate_limited");
    bench
        .admin("PUT", "settings", json!({"rate_limit": null}))
        .await;
    bench.reseller_get("/account/balance").await.ok();
}
