//! Reading and changing the settings.

use serde_json::{Value, json};

use crate::bench::{Bench, RequestOptions};

#[tokio::test]
async fn omitted_settings_stay_unchanged() {
    let bench = Bench::new().await;
    let start = bench.admin("GET", "settings", Value::Null).await;
    let change = json!({"clock_offset_ms": -5000, "rate_limit": 100});
    let mut expected = start.clone();
    expected["clock_offset_ms"] = json!(-5000);
    expected["rate_limit"] = json!(100);
    assert_eq!(bench.admin("PUT", "settings", change).await, expected);
    let other = json!({"date_header": "omit", "rate_limit": null});
    expected["date_header"] = json!("omit");
    expected["rate_limit"] = Value::Null;
    assert_eq!(bench.admin("PUT", "settings", other).await, expected);
    bench.admin("POST", "reset", Value::Null).await;
    assert_eq!(bench.admin("GET", "settings", Value::Null).await, start);
}

#[tokio::test]
async fn invalid_settings_change_nothing() {
    let bench = Bench::new().await;
    let start = bench.admin("GET", "settings", Value::Null).await;
    for change in [
        json!({"expose_date": true, "colour": "red"}),
        json!({"expose_date": true, "date_header": "maybe"}),
        json!({"expose_date": true, "clock_offset_ms": 9_000_000_000_000_i64}),
        json!({"expose_date": true, "clock_offset_ms": 1.5}),
        json!({"expose_date": "yes"}),
        json!([]),
    ] {
        let text = change.to_string();
        let answer = bench
            .send(
                "PUT",
                "/__sandbox/settings",
                RequestOptions::default(),
                text,
            )
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{change}: {}", answer.text);
    }
    assert_eq!(bench.admin("GET", "settings", Value::Null).await, start);
}
