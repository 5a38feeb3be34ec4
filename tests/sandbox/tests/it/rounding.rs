//! A service that rounds amounts to whole cents.

use credit_desk_sandbox::units::Micro;
use serde_json::{Value, json};

use crate::bench::Bench;

const CALCULATE: &str = "/reseller/credits/calculate";

async fn rounding() -> Bench {
    let bench = Bench::new().await;
    bench
        .admin("PUT", "settings", json!({"rounding": "cents"}))
        .await;
    bench
}

fn amount(body: &Value, field: &str) -> Micro {
    body[field].to_string().parse().unwrap()
}

async fn newest(bench: &Bench) -> Value {
    bench.reseller_get("/reseller/credits/logs").await.ok()["data"]["logs"][0].clone()
}

#[tokio::test]
async fn a_transfer_moves_the_quoted_amounts() {
    let bench = rounding().await;
    bench.set(json!({"reseller": {"rate": "0.095"}})).await;
    // 1 minute: 0.095 is 0.10, 0.2049 is 0.20. 3 minutes: 0.285 is 0.29, 0.6147 is 0.61.
    for (minutes, cost, credit) in [(1, "0.1", "0.2"), (3, "0.29", "0.61")] {
        let body = json!({"to_organization_id": 4002, "minutes": minutes, "cost_per_min": 0.2049});
        let quote = bench.reseller_post(CALCULATE, body.clone()).await.ok();
        assert_eq!(quote["my_cost"].to_string(), cost);
        assert_eq!(quote["user_credit"].to_string(), credit);
        let profit = amount(&quote, "user_credit").minus(amount(&quote, "my_cost"));
        assert_eq!(amount(&quote, "profit"), profit.unwrap());
        assert_eq!(quote["margin"].to_string(), "0.1099", "rates stay exact");
        let moved = bench
            .reseller_post("/reseller/credits/transfer", body)
            .await
            .ok();
        assert_eq!(moved["new_from_balance"], quote["new_reseller_balance"]);
        let row = newest(&bench).await;
        assert_eq!(row["cost_amount"].to_string(), format!("-{cost}"));
        assert_eq!(row["credit_amount"].to_string(), credit);
    }
    // 61.613 - 0.1 - 0.29. Reading the balance also checks the ledger's consistency.
    assert_eq!(bench.balance("reseller:5678").await, "61.223");
}

#[tokio::test]
async fn a_revert_moves_the_quoted_amounts() {
    let bench = rounding().await;
    bench
        .set(json!({"reseller": {"rate": "0.095"}, "child": {"id": 4002, "rate": "0.205"}}))
        .await;
    let quote = json!({"is_revert": true, "child_organization_id": 4002, "minutes": 3});
    let quote = bench.reseller_post(CALCULATE, quote).await.ok();
    assert_eq!(quote["refund_amount"].to_string(), "0.29");
    assert_eq!(quote["deduction_amount"].to_string(), "0.62");
    let revert = json!({"from_organization_id": 4002, "minutes": 3});
    let moved = bench
        .reseller_post("/reseller/credits/revert", revert)
        .await
        .ok();
    assert_eq!(moved["new_from_balance"], quote["new_child_balance"]);
    assert_eq!(bench.balance("reseller:5678").await, "61.903");
    assert_eq!(bench.balance("child:4002").await, "9.38");
    let row = newest(&bench).await;
    assert_eq!(row["cost_amount"].to_string(), "0.29");
    assert_eq!(row["credit_amount"].to_string(), "0.62");
}

#[tokio::test]
async fn notes_can_be_empty() {
    let bench = Bench::new().await;
    for (setting, shown) in [("none", json!(false)), ("empty", json!(""))] {
        bench
            .admin("PUT", "settings", json!({"notes": setting}))
            .await;
        let logs = bench.reseller_get("/reseller/credits/logs").await.ok();
        for row in logs["data"]["logs"].as_array().unwrap() {
            assert_eq!(row["notes"], shown);
        }
    }
    bench
        .admin("PUT", "settings", json!({"notes": "plain"}))
        .await;
    let row = newest(&bench).await;
    assert_eq!(
        row["notes"],
        "Concurrency limit changed from 4 to 5 (Delta: 1)"
    );
}
