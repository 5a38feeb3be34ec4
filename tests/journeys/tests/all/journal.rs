//! The journal: written before anything is sent, without credentials, and not always available.

use anyhow::Result;
use credit_desk_journeys::{Desk, journey};
use serde_json::{Value, json};

use crate::steps::{
    self, Kind, TRANSFER, allow_failed_requests, asks_before_leaving, assert_outcome,
    completed_count, enter_keys, open_screen, requests_with_key, sign_in, submission_key,
    unknown::{setup, setup_with_short_timeouts},
};

const CREDENTIALS: [&str; 2] = ["demo-reseller-key", "lp_test_demo"];

/// Collects everything that this browser stores for the portal, as text.
const STORED: &str = "
    const request = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const kept = [{ ...localStorage }, { ...sessionStorage }, document.cookie, await caches.keys()];
    for (const { name } of await indexedDB.databases()) {
        const database = await request(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const content = database.transaction(store).objectStore(store);
            kept.push(name, store, await request(content.getAllKeys()), await request(content.getAll()));
        }
        database.close();
    }
    return JSON.stringify(kept);";

async fn stored(desk: &Desk) -> Result<String> {
    let script = format!("return (async () => {{ {STORED} }})()");
    let text = desk.js(&script).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn assert_no_credential(text: &str) {
    for credential in CREDENTIALS {
        assert!(!text.contains(credential), "{credential} in {text}");
    }
}

#[test]
fn stored_and_copied_data_contain_no_credentials() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        let transfer = submission_key(desk, "receipt").await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after", "delay_ms": 2000 })).await?;
        let key = kind.send_and_wait(desk, 20).await?;
        let text = stored(desk).await?;
        assert!(text.contains(&transfer) && text.contains(&key), "{text}");
        assert_no_credential(&text);
        assert_outcome(desk, &key, "done").await?;
        let text = stored(desk).await?;
        assert!(text.contains("5678"), "the account is recorded: {text}");
        assert_no_credential(&text);

        // What the provider's support needs: the key, what was sent, and every attempt.
        let article = desk.css(&format!("article.submission[data-key='{key}']"));
        desk.css("summary").within(&article).click().await?;
        // The page's policy blocks reading the clipboard.
        desk.js("window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };").await?;
        desk.button("Copy support details").within(&article).click().await?;
        article.shows("Copied.").await?;
        let copied = desk.js("return copied.at(-1)").await?;
        let copied = copied.as_str().unwrap_or_default();
        for words in [
            format!("Idempotency-Key: {key}"),
            format!("/v1/organizations/{}/credits/allocate", steps::NORTHWIND),
            "\"credits\":20".to_owned(),
            "Attempt 1: ".to_owned(),
            ": Network".to_owned(),
            "Attempt 2: ".to_owned(),
            ": success".to_owned(),
            "State: done".to_owned(),
            "Transaction: txn_".to_owned(),
        ] {
            assert!(copied.contains(&words), "{words:?} in {copied}");
        }
        assert!(!copied.contains("Attempt 3"), "{copied}");
        assert_no_credential(copied);
        Ok(())
    });
}

/// Records, in order, when a submission was durably written and when a request with its key was sent.
const RECORD_ORDER: &str = "
    window.order = [];
    // Listeners run in the order they were added, so this one is added as soon as the transaction is created.
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...parameters) {
        const created = transaction.call(this, ...parameters);
        created.puts = [];
        created.addEventListener('complete', () => {
            for (const key of created.puts) order.push(`written ${key} ${created.durability}`);
        });
        return created;
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
        this.transaction.puts.push(key);
        return put.call(this, value, key);
    };
    const realFetch = window.fetch;
    window.fetch = (request, ...rest) => {
        if (request.method === 'POST') order.push(`sent ${request.headers.get('idempotency-key')}`);
        return realFetch.call(window, request, ...rest);
    };";

#[test]
fn every_attempt_is_durably_written_before_it_is_sent() {
    setup().journey(async |desk| {
        allow_failed_requests(desk);
        desk.before_every_page(RECORD_ORDER).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        let order = desk.js("return order").await?;
        let order: Vec<_> = order
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .filter(|entry| entry.contains(&key))
            .collect();
        let (written, sent) = (format!("written {key} strict"), format!("sent {key}"));
        // Before and after each of the two attempts.
        assert_eq!(
            order,
            [&written, &sent, &written, &written, &sent, &written]
        );
        Ok(())
    });
}

/// Ways for a browser to have no journal.
const NO_JOURNAL: [&str; 3] = [
    "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "IDBFactory.prototype.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError') }",
    "const open = IDBFactory.prototype.open;
     IDBFactory.prototype.open = function (name) { return open.call(this, name, 0.5) }",
];

#[test]
fn without_a_journal_nothing_is_sent_until_the_user_accepts() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        for (round, cause) in NO_JOURNAL.into_iter().enumerate() {
            let script = desk.before_every_page(cause).await?;
            let (size, sent) = (20 + u32::try_from(round)?, 2 * round as u64);
            sign_in(desk, "/").await?;
            kind.open(desk).await?;
            kind.review(desk, size).await?;
            let warning = desk.css(".review .no-journal");
            warning.shows("is blocking local storage").await?;
            kind.confirm_button(desk, size).double_click().await?;
            kind.confirm_button(desk, size).click().await?;
            // A confirmation that counted would have refreshed the amounts and sent the request.
            open_screen(desk, "Overview").await?;
            desk.heading("Overview").seen().await?;
            kind.wait_for_requests(desk, sent).await?;
            kind.open(desk).await?;
            desk.button("Review transfer").click().await?;
            desk.button("Continue anyway")
                .within(&warning)
                .click()
                .await?;
            kind.confirm_button(desk, size).click().await?;
            let key = submission_key(desk, "receipt").await?;
            assert_eq!(requests_with_key(desk, &key).await?.len(), 1);
            // Accepted once, until the page is closed.
            desk.button("New transfer").click().await?;
            kind.review(desk, size + 10).await?;
            kind.confirm_button(desk, size + 10).click().await?;
            let key = submission_key(desk, "receipt").await?;
            assert_outcome(desk, &key, "done").await?;
            desk.text("is blocking local storage").seen().await?;
            kind.wait_for_requests(desk, sent + 2).await?;
            desk.remove_page_script(&script).await?;
        }
        assert_eq!(completed_count(desk, kind).await?, 6);
        Ok(())
    });
}

#[test]
fn without_a_journal_the_page_asks_before_it_is_left_with_an_unknown_outcome() {
    setup_with_short_timeouts().journey(async |desk| {
        allow_failed_requests(desk);
        desk.before_every_page(NO_JOURNAL[0]).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        desk.button("Continue anyway").click().await?;
        kind.fault(desk, json!({ "fault": "drop_before" })).await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "unknown").await?;
        assert!(
            asks_before_leaving(desk).await?,
            "only this page knows about it"
        );
        assert_outcome(desk, &key, "absent").await?;
        assert!(!asks_before_leaving(desk).await?);
        Ok(())
    });
}

#[test]
fn nothing_is_sent_when_the_journal_cannot_be_written() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        desk.js("IDBObjectStore.prototype.put = () => { throw new DOMException('There is no room.', 'QuotaExceededError') }")
            .await?;
        kind.confirm_button(desk, 20).click().await?;
        let unwritten = desk.css(".review .asks.unwritten");
        unwritten.shows("Nothing was sent").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        kind.confirm_button(desk, 20).click().await?;
        desk.button("Continue anyway").click().await?;
        kind.confirm_button(desk, 20).click().await?;
        let key = submission_key(desk, "receipt").await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn records_of_a_newer_version_are_listed_and_left_unchanged() {
    const WRITE: &str = "
        const opened = indexedDB.open('credit-desk');
        return new Promise((resolve, reject) => {
            opened.onerror = () => reject(opened.error);
            opened.onsuccess = () => {
                const write = opened.result.transaction('submissions', 'readwrite');
                write.objectStore('submissions').put('{\"v\":99,\"of\":\"unknown content\"}', 'key-of-future-version');
                write.oncomplete = () => { opened.result.close(); resolve(true) };
            };
        });";
    journey(async |desk| {
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        let key = submission_key(desk, "receipt").await?;
        desk.js(WRITE).await?;
        desk.reload().await?;
        enter_keys(desk).await?;
        assert_outcome(desk, &key, "done").await?;
        desk.text("saved requests can't be read by this version")
            .seen()
            .await?;
        desk.button("View").click().await?;
        desk.text("key-of-future-version").seen().await?;
        assert!(
            stored(desk).await?.contains("unknown content"),
            "the record is unchanged"
        );
        Ok(())
    });
}
