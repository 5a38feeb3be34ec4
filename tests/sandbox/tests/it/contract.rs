//! The contract's example bodies: sends their requests and compares the responses.

use serde_json::{Value, json};

use crate::bench::{Bench, NORTHWIND, assert_contains, example};

#[tokio::test]
async fn the_example_from_calculate_to_revert() {
    let bench = Bench::new().await;
    for name in ["calculate-revert", "transfer", "revert"] {
        let example = example(name);
        let path = example["request"]["path"].as_str().unwrap();
        let body = example["request"]["body"].clone();
        let answer = bench.reseller_post(path, body).await.ok();
        assert_eq!(answer, example["response"]["body"], "{name}");
    }
    assert_eq!(bench.balance("reseller:5678").await, "60.263");
    assert_eq!(bench.balance("child:4002").await, "13");
    assert_eq!(bench.balance("margin:5678").await, "-7.15");
}

#[tokio::test]
async fn the_published_forward_numbers_match_a_rate_of_ten_cents() {
    let bench = Bench::new().await;
    bench.set(json!({"reseller": {"balance": "66.113"}})).await;
    let example = example("calculate-forward");
    let mut body = example["request"]["body"].clone();
    body["cost_per_min"] = json!(0.1);
    let answer = bench
        .reseller_post("/reseller/credits/calculate", body)
        .await
        .ok();
    assert_eq!(answer, example["response"]["body"]);
    // At the rate in the example's title, the definitions give other numbers (§6 point 1).
    let body = example["request"]["body"].clone();
    let answer = bench
        .reseller_post("/reseller/credits/calculate", body)
        .await
        .ok();
    assert_contains(
        &answer,
        &json!({"my_cost": 45, "user_credit": 100, "profit": 55, "margin": 0.11}),
    );
}

#[tokio::test]
async fn the_log_rows_after_one_transfer_match() {
    let bench = Bench::new().await;
    let transfer = example("transfer");
    bench
        .reseller_post(
            "/reseller/credits/transfer",
            transfer["request"]["body"].clone(),
        )
        .await
        .ok();
    let answer = bench.reseller_get("/reseller/credits/logs").await.ok();
    let expected = &example("logs")["response"]["body"]["data"]["logs"];
    let rows = &answer["data"]["logs"];
    let (mut new, mut want) = (rows[0].clone(), expected[0].clone());
    for field in ["transfer_reference", "transfer_date"] {
        let given = new[field].take();
        assert!(given.is_string());
        want[field].take();
    }
    assert_eq!(new, want);
    assert_eq!(
        rows[1], expected[1],
        "the channel row is the contract's own, date and all"
    );
    assert_contains(
        &answer["data"],
        &json!({"total_records": 4, "page": 1, "page_size": 20, "total_pages": 1}),
    );
}

#[tokio::test]
async fn a_reference_contains_the_date_in_utc() {
    let bench = Bench::new().await;
    let body = json!({"from_organization_id": 4002, "minutes": 5});
    bench
        .reseller_post("/reseller/credits/revert", body)
        .await
        .ok();
    let row = bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0].clone();
    let (date, reference) = (
        row["transfer_date"].as_str().unwrap(),
        row["transfer_reference"].as_str().unwrap(),
    );
    assert!(date.ends_with("+05:30"));
    let timestamp: jiff::Timestamp = date.parse().unwrap();
    let expected = timestamp.strftime("CR-%Y%m%d%H%M%S-5678-4002").to_string();
    assert_eq!(reference, expected);
    // O8: from is the child, the amount is positive, the cost is what the reseller receives.
    assert_contains(
        &row,
        &json!({
            "from_organization": {"id": 4002}, "to_organization": {"id": 5678},
            "credit_amount": 1, "cost_amount": 0.45, "transaction_type": "credit_revert",
            "from_balance_before": 10, "from_balance_after": 9,
            "to_balance_before": 61.613, "to_balance_after": 62.063,
            "notes": "Revert of 5 minutes at 0.20/min", "channels_count": 0,
        }),
    );
}

#[tokio::test]
async fn the_children_match() {
    let bench = Bench::new().await;
    for name in ["transfer", "revert"] {
        let request = example(name)["request"].clone();
        bench
            .reseller_post(request["path"].as_str().unwrap(), request["body"].clone())
            .await
            .ok();
    }
    let answer = bench.reseller_get("/reseller/organizations").await.ok();
    let mut expected = example("organizations")["response"]["body"].clone();
    // The example omits 4001's users; everything else must match.
    expected["organizations"][0]
        .as_object_mut()
        .unwrap()
        .remove("users");
    assert_contains(&answer, &expected);
}

#[tokio::test]
async fn the_account_matches() {
    let bench = Bench::new().await;
    let body = bench.reseller_get("/account/balance").await.ok();
    assert_contains(
        &body,
        &json!({
            "success": true, "organization": {"id": 5678, "name": "Demo Reseller"},
            "balance": {"amount": 61.613, "currency": "USD"}, "estimated_minutes_remaining": 684,
            "rates_per_minute_usd": 0.09, "concurrency": {"limit": 10, "in_use": 0, "available": 10},
        }),
    );
    bench.set(json!({"reseller": {"rate": 0}})).await;
    let body = bench.reseller_get("/account/balance").await.ok();
    assert_eq!(body["estimated_minutes_remaining"], Value::Null);
}

#[tokio::test]
async fn the_channels_of_a_child_match() {
    let bench = Bench::new().await;
    let set = |limit| json!({"child_organization_id": 4002, "new_limit": limit});
    let body = bench
        .reseller_post("/reseller/concurrency", set(8))
        .await
        .ok();
    assert_eq!(
        body,
        json!({
            "success": true, "message": "Concurrency limit updated successfully.",
            "child_limit": 8, "reseller_available": 1,
        })
    );
    bench
        .reseller_post("/reseller/concurrency", set(10))
        .await
        .expect_reseller_error(400, "insufficient_channels");
    let body = bench
        .reseller_post("/reseller/concurrency", set(0))
        .await
        .ok();
    assert_eq!(body["reseller_available"], 9);
    let row = bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0].clone();
    assert_contains(
        &row,
        &json!({
            "transaction_type": "channel_allocation", "channels_count": -8, "previous_channels": 8,
            "new_channels": 0, "notes": "Concurrency limit changed from 8 to 0 (Delta: -8)",
        }),
    );
}

#[tokio::test]
async fn the_wallet_matches() {
    let bench = Bench::new().await;
    let body = bench.layers_get("/v1/credits").await.ok();
    assert_contains(&body, &example("wallet")["response"]["body"]);
}

#[tokio::test]
async fn an_allocation_and_its_event_match() {
    let bench = Bench::new().await;
    let allocate = example("allocate");
    let answer = bench
        .allocate(NORTHWIND, "k-1", allocate["request"]["body"].clone())
        .await
        .ok();
    let mut expected = allocate["response"]["body"].clone();
    let expected_fields = expected.as_object_mut().unwrap();
    expected_fields.remove("id");
    expected_fields.remove("created");
    assert_contains(&answer, &expected);
    assert!(answer["created"].as_str().unwrap().ends_with("000+00:00"));

    let events = example("wallet-events");
    let path = events["request"]["path"].as_str().unwrap();
    let page = bench
        .layers_get(&format!("{path}?eventType=allocation"))
        .await
        .ok();
    let item = &page["items"][0];
    for field in events["response"]["body"]["items"][0]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(item.get(field).is_some(), "{field}");
    }
    assert_contains(
        item,
        &json!({
            "credits": 5000, "balanceAfterPrepaid": 5000, "transferId": answer["id"],
            "description": "Q3 budget top-up",
            "metadata": {"invoice": "inv_2026_0142", "direction": "in",
                         "counterpartyOrgId": "org_00000000-0000-4000-8000-000000000001"},
        }),
    );
    assert_eq!(page["nextCursor"], Value::Null);
    let parent = bench.layers_get("/v1/credits/events?limit=1").await.ok()["items"][0].clone();
    assert_contains(
        &parent,
        &json!({
            "credits": -5000, "balanceAfterPrepaid": 400, "transferId": answer["id"],
            "metadata": {"direction": "out", "counterpartyOrgId": NORTHWIND},
        }),
    );
}

#[tokio::test]
async fn every_published_error_can_occur() {
    let bench = Bench::new().await;
    let body = json!({"credits": 100});
    let path = format!("/v1/organizations/{NORTHWIND}/credits/allocate");
    let mut errors = vec![
        bench.layers("POST", &path, None, &body).await,
        bench
            .allocate(NORTHWIND, "a", json!({"credits": 5401}))
            .await,
        bench
            .allocate(
                "org_00000000-0000-4000-8000-00000000abcd",
                "b",
                body.clone(),
            )
            .await,
        bench
            .allocate(crate::bench::ARCHIVED, "c", body.clone())
            .await,
        bench.allocate(NORTHWIND, "d", json!({"credits": 0})).await,
    ];
    bench.allocate(NORTHWIND, "e", body.clone()).await.ok();
    errors.push(
        bench
            .allocate(NORTHWIND, "e", json!({"credits": 101}))
            .await,
    );
    let with = crate::bench::RequestOptions {
        bearer: Some("lp_test_suspended"),
        key: Some("f"),
        ..Default::default()
    };
    errors.push(
        bench
            .send("POST", &path, with, body.to_string())
            .await
            .unwrap(),
    );
    bench
        .admin("PUT", "settings", json!({"rate_limit": 1}))
        .await;
    bench.allocate(NORTHWIND, "g", body.clone()).await.ok();
    errors.push(bench.allocate(NORTHWIND, "h", body).await);
    for error in example("allocate-errors")["errors"].as_array().unwrap() {
        let (status, code) = (&error["status"], &error["body"]["error"]["code"]);
        let found = errors
            .iter()
            .any(|answer| *status == answer.status && answer.json()["error"]["code"] == *code);
        assert!(found, "{status} {code}");
    }
}
