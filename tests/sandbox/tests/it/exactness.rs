//! Amounts of any length are exact to the last digit, and never overflow.

use serde_json::{Value, json};

use crate::bench::Bench;

const HUGE: &str = "12345678901234567890.123456";

#[tokio::test]
async fn amounts_with_twenty_six_digits_are_exact() {
    let bench = Bench::new().await;
    bench
        .set(json!({"reseller": {"balance": HUGE}, "child": {"id": 4002, "balance": HUGE}}))
        .await;
    let answer = bench.reseller_get("/account/balance").await;
    assert!(
        answer.text.contains(&format!("\"amount\":{HUGE}")),
        "{}",
        answer.text
    );
    let body = json!({"to_organization_id": 4002, "minutes": 1, "cost_per_min": 0.2});
    let answer = bench
        .reseller_post("/reseller/credits/transfer", body)
        .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .text
            .contains(r#""new_from_balance":12345678901234567890.033456"#),
        "{}",
        answer.text
    );
    assert!(
        answer
            .text
            .contains(r#""new_to_balance":12345678901234567890.323456"#),
        "{}",
        answer.text
    );
    let logs = bench
        .reseller_get("/reseller/credits/logs?page_size=1")
        .await;
    assert!(
        logs.text
            .contains(&format!("\"from_balance_before\":{HUGE}")),
        "{}",
        logs.text
    );
    assert_eq!(
        bench.balance("child:4002").await,
        "12345678901234567890.323456"
    );
    let preview = json!({"minutes": 1, "is_revert": true, "child_organization_id": 4002});
    let preview = bench
        .reseller_post("/reseller/credits/calculate", preview)
        .await;
    // floor(12345678901234567890.323456 / 0.2)
    assert!(
        preview
            .text
            .contains(r#""child_available_minutes":61728394506172839451"#),
        "{}",
        preview.text
    );
}

#[tokio::test]
async fn amounts_can_be_set_as_numbers_too() {
    let bench = Bench::new().await;
    let body: Value = serde_json::from_str(r#"{"reseller":{"balance":0.000001}}"#).unwrap();
    bench.set(body).await;
    assert_eq!(bench.balance("reseller:5678").await, "0.000001");
    let answer = bench.reseller_get("/account/balance").await.ok();
    assert_eq!(answer["estimated_minutes_remaining"], 0);
    bench.set(json!({"reseller": {"balance": "-3.5"}})).await;
    let answer = bench.reseller_get("/account/balance").await.ok();
    assert_eq!(
        (
            &answer["balance"]["amount"],
            &answer["estimated_minutes_remaining"]
        ),
        (&json!(-3.5), &json!(0))
    );
}

#[tokio::test]
async fn an_overflow_is_rejected() {
    let bench = Bench::new().await;
    let before = bench.movement_count().await;
    let largest = "170141183460469231731687303715884.105727";
    let child = json!({"child": {"id": 4002, "balance": largest}});
    let answer = bench
        .client
        .send(
            "POST",
            "/__sandbox/set",
            Default::default(),
            child.to_string(),
        )
        .await
        .unwrap();
    assert_eq!(
        answer.status, 400,
        "equity cannot hold this much in addition to its balance: {}",
        answer.text
    );
    let near = "170141183460469231731687303000000";
    bench
        .set(json!({"child": {"id": 4002, "balance": near}, "reseller": {"balance": "100"}}))
        .await;
    for rate in ["9223372036854775807", "1000000000000"] {
        let body = format!(r#"{{"to_organization_id":4002,"minutes":1000,"cost_per_min":{rate}}}"#);
        let body: Value = serde_json::from_str(&body).unwrap();
        bench
            .reseller_post("/reseller/credits/transfer", body)
            .await
            .expect_reseller_error(400, "invalid_request");
    }
    let body = json!({"minutes": i64::MAX, "cost_per_min": 99_999_999_999_999_i64});
    bench
        .reseller_post("/reseller/credits/calculate", body)
        .await
        .expect_reseller_error(400, "invalid_request");
    assert_eq!(bench.movement_count().await, before + 2);
}

#[tokio::test]
async fn notes_print_a_rate_with_two_decimals() {
    let bench = Bench::new().await;
    let body = json!({"to_organization_id": 4001, "minutes": 3, "cost_per_min": 0.123456});
    let answer = bench
        .reseller_post("/reseller/credits/transfer", body)
        .await
        .ok();
    assert_eq!(answer["new_to_balance"], json!(24_442.970_368));
    let row = bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0].clone();
    assert_eq!(row["notes"], "Transfer of 3 minutes at 0.12/min");
    assert_eq!(row["credit_amount"], json!(0.370_368));
}
