//! Accesses the journal from outside the portal, as another tab would.

use credit_desk::session::Secret;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::TransactionMode;
use leptos::prelude::document;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

const DATABASE: &str = "credit-desk";
const STORE: &str = "submissions";

/// Deletes the journal for a new test. First closes pages that a failed test left open, since they keep the database
/// open.
pub async fn clear() {
    mark(false);
    while let Some(frame) = document().query_selector("iframe").unwrap() {
        frame.remove();
    }
    Database::delete_by_name(DATABASE).unwrap().await.unwrap();
}

/// Sets or removes the marker that something may be unresolved.
fn mark(set: bool) {
    let storage = leptos::prelude::window().local_storage().unwrap().unwrap();
    if set {
        storage.set_item("credit-desk.unresolved", "1").unwrap();
    } else {
        storage.remove_item("credit-desk.unresolved").unwrap();
    }
}

async fn open() -> Database {
    Database::open(DATABASE)
        .with_version(1u32)
        .with_on_upgrade_needed(|event, database| {
            if event.old_version() as u32 == 0 {
                database.create_object_store(STORE).build()?;
            }
            Ok(())
        })
        .await
        .unwrap()
}

/// Writes values under their keys.
pub async fn put_all(records: impl IntoIterator<Item = (JsValue, JsValue)>) {
    // The portal sets this marker whenever it writes to the journal.
    mark(true);
    let database = open().await;
    let transaction = database.transaction(STORE);
    let transaction = transaction
        .with_mode(TransactionMode::Readwrite)
        .build()
        .unwrap();
    let store = transaction.object_store(STORE).unwrap();
    for (key, value) in records {
        store.put(value).with_key(key).build().map(drop).unwrap();
    }
    transaction.commit().await.unwrap();
    database.close();
}

/// Writes a record under its own key.
pub async fn put_record(record: &Value) {
    let key = record["key"].as_str().unwrap();
    put_all([(key.into(), record.to_string().into())]).await;
}

/// Returns every text, by key.
pub async fn texts() -> BTreeMap<String, String> {
    let database = open().await;
    let transaction = database.transaction(STORE).build().unwrap();
    let store = transaction.object_store(STORE).unwrap();
    let keys = store.get_all_keys::<JsValue>().await.unwrap();
    let values = store.get_all::<JsValue>().await.unwrap();
    let text = |value: JsValue| value.as_string().unwrap_or_else(|| format!("{value:?}"));
    let all = keys
        .zip(values)
        .map(|(key, value)| (text(key.unwrap()), text(value.unwrap())))
        .collect();
    drop(transaction);
    database.close();
    all
}

/// Waits until the journal's texts, by key, satisfy `matches`, and returns them.
pub async fn wait_for_texts(
    matches: impl Fn(&BTreeMap<String, String>) -> bool,
) -> BTreeMap<String, String> {
    for _ in 0..400 {
        let texts = texts().await;
        if matches(&texts) {
            return texts;
        }
        super::sleep(20).await;
    }
    panic!("the journal never matched: {:?}", texts().await);
}

/// Returns the only record.
///
/// # Panics
///
/// If there isn't exactly one record.
pub async fn only_record() -> Value {
    let texts = texts().await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    serde_json::from_str(texts.values().next().unwrap()).unwrap()
}

/// Waits until the only record has an outcome, and returns its name.
pub async fn outcome() -> Value {
    wait_for_outcome(|outcome| !outcome.is_null()).await["what"].clone()
}

/// Waits until the outcome of the only record satisfies `matches`, and returns it.
pub async fn wait_for_outcome(matches: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let record = only_record().await;
        if matches(&record["end"]) {
            return record["end"].clone();
        }
        super::sleep(20).await;
    }
    panic!("the outcome never matched: {}", only_record().await);
}

/// Returns the record of a transfer of 20 minutes to Beta Co that was confirmed `ago` milliseconds ago and has no
/// outcome.
pub fn transfer(key: &str, ago: i64) -> Value {
    record(
        key,
        ago,
        json!({
            "name": "Beta Co", "base_url": "/api/v1", "path": "/reseller/credits/transfer",
            "body": r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#, "account": "5678",
            "symbol": "$", "own": ["61.613", "59.813"], "child": ["10", "14"], "mark": "",
        }),
    )
}

/// Returns the record of an allocation of 500 credits to Northwind that was confirmed `ago` milliseconds ago and has no
/// outcome.
pub fn allocation(key: &str, ago: i64) -> Value {
    record(
        key,
        ago,
        json!({
            "name": "Northwind", "base_url": "/",
            "path": format!("/v1/organizations/{}/credits/allocate", super::NORTHWIND),
            // Formatted differently from what the portal writes today: retries must send these exact bytes.
            "body": r#"{"credits": 500}"#, "account": "org_00000000-0000-4000-8000-000000000001",
            "symbol": null, "own": ["5400", "4900"], "child": ["6000", "6500"], "mark": "",
        }),
    )
}

fn record(key: &str, ago: i64, mut record: Value) -> Value {
    let at = credit_desk::browser::clock::now() - ago;
    record["v"] = 1.into();
    record["key"] = key.into();
    record["confirmed"] = at.into();
    record["attempts"] = json!([{"at": at, "ended": null, "failure": null}]);
    record["end"] = Value::Null;
    record
}

/// Marks the record as sent to a service that promised to recognize its idempotency key, with the API key that the
/// tests sign in with.
pub fn with_key_promise(mut record: Value) -> Value {
    let at = record["confirmed"].as_i64().unwrap();
    let secret = Secret::parse("lp_test_secret").unwrap();
    let account = record["account"].as_str().unwrap().to_owned();
    record["server"] = json!([at - 2000, at + 2000]);
    record["attempts"][0]["server"] = json!([at - 2000, null]);
    record["promised_hours"] = 24.into();
    record["credential"] = secret.fingerprint(&account).into();
    record
}

/// Adds this outcome to the record.
pub fn with_outcome(mut record: Value, what: &str) -> Value {
    let at = record["confirmed"].clone();
    record["attempts"][0]["ended"] = at.clone();
    record["end"] = json!({
        "what": what, "at": at, "own": null, "child": null, "transaction": null, "created": null,
        "replayed": false, "fault": null, "lines": [],
    });
    record
}
