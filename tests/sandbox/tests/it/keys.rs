//! Several API keys of one account, and replacing the main key.

use serde_json::{Value, json};

use crate::bench::{Answer, Bench, LAYERS_KEY, NORTHWIND, RESELLER_KEY, RequestOptions};

const COLLEAGUE: &str = "demo-colleague-key";
const LAYERS_COLLEAGUE: &str = "lp_test_colleague";

async fn transfer(bench: &Bench, bearer: &str, key: &str) -> Answer {
    let with = RequestOptions {
        bearer: Some(bearer),
        key: Some(key),
        ..RequestOptions::default()
    };
    let body = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2});
    let path = "/api/v1/reseller/credits/transfer";
    bench
        .send("POST", path, with, body.to_string())
        .await
        .unwrap()
}

async fn allocate(bench: &Bench, bearer: &str, key: &str) -> Answer {
    let with = RequestOptions {
        bearer: Some(bearer),
        key: Some(key),
        ..RequestOptions::default()
    };
    let path = format!("/v1/organizations/{NORTHWIND}/credits/allocate");
    let body = json!({"credits": 5}).to_string();
    bench.send("POST", &path, with, body).await.unwrap()
}

async fn get(bench: &Bench, bearer: &str, path: &str) -> Answer {
    let with = RequestOptions {
        bearer: Some(bearer),
        ..RequestOptions::default()
    };
    bench.send("GET", path, with, "").await.unwrap()
}

async fn rotate(bench: &Bench, keys: Value) {
    let answer = bench.admin("POST", "keys", keys).await;
    assert_eq!(answer, json!({"ok": true}));
}

#[tokio::test]
async fn the_log_names_the_user() {
    let bench = Bench::new().await;
    transfer(&bench, RESELLER_KEY, "mine").await.ok();
    transfer(&bench, COLLEAGUE, "theirs").await.ok();
    let balance = get(&bench, COLLEAGUE, "/api/v1/account/balance").await.ok();
    assert_eq!(balance["organization"]["id"], 5678);
    assert_eq!(balance["balance"]["amount"].to_string(), "58.013");
    let logs = bench.reseller_get("/reseller/credits/logs").await.ok();
    let rows = &logs["data"]["logs"];
    assert_eq!(
        rows[0]["performed_by"],
        json!({"id": 1001, "name": "Casey Colleague", "email": "casey@example.com"})
    );
    for row in [&rows[1], &rows[2]] {
        assert_eq!(row["performed_by"]["id"], 1000);
    }
}

#[tokio::test]
async fn an_idempotency_key_is_scoped_to_its_api_key() {
    let bench = Bench::new().await;
    let replay = json!({"reseller_idempotency": "replay"});
    bench.admin("PUT", "settings", replay).await;
    transfer(&bench, RESELLER_KEY, "k").await.ok();
    transfer(&bench, RESELLER_KEY, "k").await.ok();
    assert_eq!(bench.balance("reseller:5678").await, "59.813", "once");
    transfer(&bench, COLLEAGUE, "k").await.ok();
    assert_eq!(bench.balance("reseller:5678").await, "58.013", "twice");
    rotate(&bench, json!({"reseller": "rk-2"})).await;
    transfer(&bench, "rk-2", "k").await.ok();
    transfer(&bench, "rk-2", "k").await.ok();
    assert_eq!(
        bench.balance("reseller:5678").await,
        "56.213",
        "three times"
    );
    let movements = bench.ledger().await["movements"].clone();
    let of_key = movements.as_array().unwrap().iter();
    let of_key = of_key.filter(|movement| movement["idempotency_key"] == "k");
    assert_eq!(of_key.count(), 3);
}

#[tokio::test]
async fn a_replaced_key_stops_working() {
    let bench = Bench::new().await;
    rotate(
        &bench,
        json!({"reseller": "rk-2", "organizations": "lp_test_2"}),
    )
    .await;
    let balance = "/api/v1/account/balance";
    get(&bench, RESELLER_KEY, balance)
        .await
        .expect_reseller_error(401, "unauthorized");
    get(&bench, LAYERS_KEY, "/v1/whoami")
        .await
        .expect_layers_error(401, "UNAUTHENTICATED");
    let account = get(&bench, "rk-2", balance).await.ok();
    assert_eq!(account["organization"]["id"], 5678);
    get(&bench, "lp_test_2", "/v1/credits").await.ok();
    // The other keys keep working, and each API is rotated separately.
    get(&bench, COLLEAGUE, balance).await.ok();
    get(&bench, LAYERS_COLLEAGUE, "/v1/credits").await.ok();
    rotate(&bench, json!({"reseller": "rk-3"})).await;
    get(&bench, "rk-2", balance)
        .await
        .expect_reseller_error(401, "unauthorized");
    get(&bench, "lp_test_2", "/v1/credits").await.ok();
    bench.admin("POST", "reset", Value::Null).await;
    get(&bench, RESELLER_KEY, balance).await.ok();
    get(&bench, LAYERS_KEY, "/v1/credits").await.ok();
    get(&bench, "rk-3", balance)
        .await
        .expect_reseller_error(401, "unauthorized");
}

#[tokio::test]
async fn each_organizations_key_has_a_different_id() {
    let bench = Bench::new().await;
    let id = async |bearer: &str| {
        let who = get(&bench, bearer, "/v1/whoami").await.ok();
        assert_eq!(who["organizationName"], "Acme Growth");
        who["apiKeyId"].as_str().unwrap().to_owned()
    };
    let mut ids = vec![id(LAYERS_KEY).await, id(LAYERS_COLLEAGUE).await];
    for key in ["lp_test_2", "lp_test_3"] {
        rotate(&bench, json!({"organizations": key})).await;
        ids.push(id(key).await);
    }
    rotate(&bench, json!({"organizations": LAYERS_KEY})).await;
    assert_eq!(id(LAYERS_KEY).await, ids[0], "the same key, the same id");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert!(
        ids.iter()
            .all(|id| id.len() == 20 && id.starts_with("key_"))
    );
}

#[tokio::test]
async fn organizations_share_their_idempotency_keys_by_default() {
    let bench = Bench::new().await;
    allocate(&bench, LAYERS_KEY, "k").await.ok();
    let answer = allocate(&bench, LAYERS_COLLEAGUE, "k").await.ok();
    assert_eq!(answer["replayed"], true, "the ledger's own guard (L6)");
    let scope = json!({"organizations_key_scope": "api-key"});
    bench.admin("PUT", "settings", scope).await;
    for (bearer, replayed) in [
        (LAYERS_COLLEAGUE, false),
        (LAYERS_COLLEAGUE, true),
        (LAYERS_KEY, false),
    ] {
        let answer = allocate(&bench, bearer, "k").await.ok();
        assert_eq!(answer["replayed"], replayed);
    }
    assert_eq!(bench.balance(&format!("prepaid:{NORTHWIND}")).await, "15");
}

#[tokio::test]
async fn invalid_keys_are_rejected() {
    let bench = Bench::new().await;
    for body in [
        json!({"reseller": ""}),
        json!({"reseller": "two words"}),
        json!({"reseller": "clé"}),
        json!({"reseller": COLLEAGUE}),
        json!({"organizations": "ok", "reseller": "lp_test_suspended"}),
        json!({"wallet": "x"}),
    ] {
        let text = body.to_string();
        let answer = bench
            .send("POST", "/__sandbox/keys", RequestOptions::default(), text)
            .await
            .unwrap();
        assert_eq!(answer.status, 400, "{body}");
    }
    bench.layers_get("/v1/credits").await.ok();
}
