//! The journal from outside: as another tab finds it.

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

/// Forgets everything, for a new test. Pages that a failed test left are closed: they hold the journal.
pub async fn clear() {
    mark(false);
    while let Some(frame) = document().query_selector("iframe").unwrap() {
        frame.remove();
    }
    Database::delete_by_name(DATABASE).unwrap().await.unwrap();
}

/// Sets or takes away the mark that something may be unresolved.
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

/// Puts values under keys.
pub async fn put_all(entries: impl IntoIterator<Item = (JsValue, JsValue)>) {
    // Whoever writes into the journal leaves this beside it.
    mark(true);
    let database = open().await;
    let transaction = database.transaction(STORE);
    let transaction = transaction
        .with_mode(TransactionMode::Readwrite)
        .build()
        .unwrap();
    let store = transaction.object_store(STORE).unwrap();
    for (key, value) in entries {
        store.put(value).with_key(key).build().map(drop).unwrap();
    }
    transaction.commit().await.unwrap();
    database.close();
}

/// Puts an entry under its own key.
pub async fn put(entry: &Value) {
    let key = entry["key"].as_str().unwrap();
    put_all([(key.into(), entry.to_string().into())]).await;
}

/// Every text, by key.
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

/// The one entry that is there.
pub async fn only() -> Value {
    let texts = texts().await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    serde_json::from_str(texts.values().next().unwrap()).unwrap()
}

/// Waits until the one entry has come to its end, and gives what that is.
pub async fn end() -> Value {
    comes_to(|end| !end.is_null()).await["what"].clone()
}

/// Waits until this holds of the one entry's end, and gives it.
pub async fn comes_to(holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..400 {
        let entry = only().await;
        if holds(&entry["end"]) {
            return entry["end"].clone();
        }
        super::sleep(20).await;
    }
    panic!("it never came to that: {}", only().await);
}

/// A transfer of 20 minutes to Beta Co that was confirmed so many milliseconds ago and has no end.
pub fn transfer(key: &str, ago: i64) -> Value {
    entry(
        key,
        ago,
        json!({
            "name": "Beta Co", "base_url": "/api/v1", "path": "/reseller/credits/transfer",
            "body": r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#, "account": "5678",
            "symbol": "$", "own": ["61.613", "59.813"], "child": ["10", "14"], "mark": "",
        }),
    )
}

/// An allocation of 500 credits to Northwind that was confirmed so many milliseconds ago and has no end.
pub fn allocation(key: &str, ago: i64) -> Value {
    entry(
        key,
        ago,
        json!({
            "name": "Northwind", "base_url": "/",
            "path": format!("/v1/organizations/{}/credits/allocate", super::NORTHWIND),
            // Not as the portal would write it today: what is sent again are the bytes.
            "body": r#"{"credits": 500}"#, "account": "org_00000000-0000-4000-8000-000000000001",
            "symbol": null, "own": ["5400", "4900"], "child": ["6000", "6500"], "mark": "",
        }),
    )
}

fn entry(key: &str, ago: i64, mut entry: Value) -> Value {
    let at = credit_desk::browser::clock::now() - ago;
    entry["v"] = 1.into();
    entry["key"] = key.into();
    entry["confirmed"] = at.into();
    entry["attempts"] = json!([{"at": at, "ended": null, "failure": null}]);
    entry["end"] = Value::Null;
    entry
}

/// The same entry as a service left it that promised to recognize its key, sent with the key that the tests sign in with.
pub fn promised(mut entry: Value) -> Value {
    let at = entry["confirmed"].as_i64().unwrap();
    let secret = Secret::parse("lp_test_secret").unwrap();
    let account = entry["account"].as_str().unwrap().to_owned();
    entry["server"] = json!([at - 2000, at + 2000]);
    entry["attempts"][0]["server"] = json!([at - 2000, null]);
    entry["promised_hours"] = 24.into();
    entry["credential"] = secret.fingerprint(&account).into();
    entry
}

/// The same entry with this end.
pub fn ended(mut entry: Value, what: &str) -> Value {
    let at = entry["confirmed"].clone();
    entry["attempts"][0]["ended"] = at.clone();
    entry["end"] = json!({
        "what": what, "at": at, "own": null, "child": null, "transaction": null, "created": null,
        "replayed": false, "fault": null, "lines": [],
    });
    entry
}
