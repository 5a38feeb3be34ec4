//! Kills the sandbox repeatedly while it works: everything it confirmed is in the ledger, once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credit_desk_sandbox::units::Micro;
use serde_json::json;
use tokio::task::JoinSet;

use crate::bench::{Client, NORTHWIND, RESELLER_KEY, RequestOptions};
use crate::command::{Running, start};

const ROUNDS: u32 = 4;
const CALLERS: u32 = 6;

/// The keys that were sent, and whether they got a response.
type Sent = Arc<Mutex<HashMap<String, bool>>>;

fn answered(sent: &Sent) -> usize {
    let sent = sent.lock().unwrap();
    sent.values().filter(|answered| **answered).count()
}

async fn call_until_killed(client: Client, name: String, sent: Sent) {
    for index in 0.. {
        let key = format!("{name}-{index}");
        sent.lock().unwrap().insert(key.clone(), false);
        let (path, bearer, body) = if index % 3 == 2 {
            let path = format!("/v1/organizations/{NORTHWIND}/credits/allocate");
            (path, "lp_test_demo", json!({"credits": 1}))
        } else {
            let path = "/api/v1/reseller/credits/transfer".to_owned();
            (
                path,
                RESELLER_KEY,
                json!({"to_organization_id": 4002, "minutes": 1, "cost_per_min": 0.2}),
            )
        };
        let with = RequestOptions {
            bearer: Some(bearer),
            key: Some(&key),
            ..RequestOptions::default()
        };
        let Ok(answer) = client.send("POST", &path, with, body.to_string()).await else {
            return;
        };
        assert_eq!(answer.status, 200, "{}", answer.text);
        sent.lock().unwrap().insert(key, true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_confirmed_request_is_in_the_ledger_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("ledger.db");
    let sent: Sent = Arc::default();
    let running = start(&db, &[]).await;
    running
        .client
        .set(json!({"reseller": {"balance": "1000000"}, "organization": {"prepaid": 1_000_000}}))
        .await;
    let mut running = Some(running);
    for round in 0..ROUNDS {
        let Running {
            client, mut child, ..
        } = match running.take() {
            Some(running) => running,
            None => start(&db, &[]).await,
        };
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let name = format!("{round}-{caller}");
            callers.spawn(call_until_killed(client.clone(), name, Arc::clone(&sent)));
        }
        tokio::time::sleep(Duration::from_millis(300 + u64::from(round) * 70)).await;
        // On a busy machine, wait for enough responses to be conclusive.
        let enough = (usize::try_from(round).unwrap() + 1) * 8;
        let deadline = Instant::now() + Duration::from_secs(10);
        while answered(&sent) < enough && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill().await.unwrap();
        callers.join_all().await;
    }

    let running = start(&db, &[]).await;
    let mut found: HashMap<String, u32> = HashMap::new();
    let (mut since, mut transfers, mut allocations) = (0, 0_i64, 0_i64);
    loop {
        // Reading the ledger also checks that postings sum to zero and match the balances.
        let page = running
            .client
            .ledger_page(&format!("?since_id={since}&count=5000"))
            .await;
        let movements = page["movements"].as_array().unwrap();
        let Some(last) = movements.last() else { break };
        since = last["id"].as_i64().unwrap();
        for movement in movements {
            let Some(key) = movement["idempotency_key"].as_str() else {
                continue;
            };
            *found.entry(key.to_owned()).or_default() += 1;
            match movement["kind"].as_str() {
                Some("credit_transfer") => transfers += 1,
                Some("allocation") => allocations += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    let count = answered(&sent);
    assert!(
        count > 20,
        "only {count} got a response: too few to be conclusive"
    );
    let sent = sent.lock().unwrap().clone();
    for (key, answered) in &sent {
        let times = found.get(key).copied().unwrap_or(0);
        assert!(times <= 1, "{key} is in the ledger {times} times");
        assert!(
            !answered || times == 1,
            "{key} got a response and is missing"
        );
    }
    let unit = |text: &str| text.parse::<Micro>().unwrap();
    let spent = unit("0.09").times(transfers).unwrap();
    let left = unit("1000000").minus(spent).unwrap();
    assert_eq!(
        running.client.balance("reseller:5678").await,
        left.to_string()
    );
    let account = format!("prepaid:{NORTHWIND}");
    assert_eq!(
        running.client.balance(&account).await,
        allocations.to_string()
    );
    let logs = running
        .client
        .reseller_get("/reseller/credits/logs")
        .await
        .ok();
    assert_eq!(
        logs["data"]["total_records"],
        transfers + 3,
        "a log row for each, and the example's three"
    );
}
