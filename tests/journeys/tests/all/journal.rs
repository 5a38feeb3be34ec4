//! The journal: written before anything is sent, without a credential, and never taken for granted.

use anyhow::Result;
use credit_desk_journeys::{Desk, Setup, journey};
use serde_json::{Value, json};

use crate::steps::{
    self, Kind, TRANSFER, before_every_page, ended, give_keys, go, key_of, made, no_longer,
    refusals_are_expected, requests_of, sign_in,
};

const CREDENTIALS: [&str; 2] = ["demo-reseller-key", "lp_test_demo"];

/// Everything that is kept in this browser for the portal, as text.
const KEPT: &str = "
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

async fn kept(desk: &Desk) -> Result<String> {
    let script = format!("return (async () => {{ {KEPT} }})()");
    let kept = desk.js(&script).await?;
    Ok(kept.as_str().unwrap_or_default().to_owned())
}

fn holds_no_credential(text: &str) {
    for credential in CREDENTIALS {
        assert!(!text.contains(credential), "{credential} in {text}");
    }
}

#[test]
fn what_is_kept_and_what_is_copied_hold_no_credential() {
    let close = Setup::default().sandbox(["--connections", "close"]);
    close.journey(async |desk| {
        refusals_are_expected(desk);
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        let transfer = key_of(desk, "receipt").await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after", "delay_ms": 2000 })).await?;
        let key = kind.is_sending(desk, 20).await?;
        let text = kept(desk).await?;
        assert!(text.contains(&transfer) && text.contains(&key), "{text}");
        holds_no_credential(&text);
        ended(desk, &key, "done").await?;
        let text = kept(desk).await?;
        assert!(text.contains("5678"), "whose it is: {text}");
        holds_no_credential(&text);

        // What a backend's support needs: the key, what was sent, and every attempt.
        let told = desk.css(&format!("article.submission[data-key='{key}']"));
        desk.css("summary").within(&told).click().await?;
        // The page's policy lets nobody read the clipboard.
        desk.js("window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };").await?;
        desk.button("Copy for support").within(&told).click().await?;
        told.shows("Copied.").await?;
        let copied = desk.js("return copied.at(-1)").await?;
        let copied = copied.as_str().unwrap_or_default();
        for words in [
            format!("Idempotency-Key: {key}"),
            format!("/v1/organizations/{}/credits/allocate", steps::NORTHWIND),
            "\"credits\":20".to_owned(),
            "Attempt 1: ".to_owned(),
            ": Network".to_owned(),
            "Attempt 2: ".to_owned(),
            ": a good answer".to_owned(),
            "State: done".to_owned(),
            "Transaction: txn_".to_owned(),
        ] {
            assert!(copied.contains(&words), "{words:?} in {copied}");
        }
        assert!(!copied.contains("Attempt 3"), "{copied}");
        holds_no_credential(copied);
        Ok(())
    });
}

/// Notes, in their order, when a submission was written for good and when a request with its key left.
const IN_ORDER: &str = "
    window.order = [];
    // Listened to from the beginning: whoever else waits for its end hears of it later.
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...how) {
        const begun = transaction.call(this, ...how);
        begun.puts = [];
        begun.addEventListener('complete', () => {
            for (const key of begun.puts) order.push(`written ${key} ${begun.durability}`);
        });
        return begun;
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
fn every_attempt_is_written_for_good_before_it_is_sent() {
    let close = Setup::default().sandbox(["--connections", "close"]);
    close.journey(async |desk| {
        refusals_are_expected(desk);
        before_every_page(desk, IN_ORDER).await?;
        sign_in(desk, "/").await?;
        let kind = Kind::Allocation;
        kind.fault(desk, json!({ "fault": "drop_after" })).await?;
        kind.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
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

/// Ways in which a browser has no journal.
const NONE: [&str; 3] = [
    "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "IDBFactory.prototype.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError') }",
    "const open = IDBFactory.prototype.open;
     IDBFactory.prototype.open = function (name) { return open.call(this, name, 0.5) }",
];

#[test]
fn without_a_journal_nothing_is_sent_before_that_is_accepted() {
    journey(async |desk| {
        let kind = Kind::Transfer;
        for (round, way) in NONE.into_iter().enumerate() {
            let script = before_every_page(desk, way).await?;
            let (size, sent) = (20 + u32::try_from(round)?, 2 * round as u64);
            sign_in(desk, "/").await?;
            kind.open(desk).await?;
            kind.review(desk, size).await?;
            let warning = desk.css(".review .no-journal");
            warning
                .shows("does not let the portal keep its journal")
                .await?;
            kind.confirm(desk, size).double_click().await?;
            kind.confirm(desk, size).click().await?;
            // A confirmation that counted would have read the figures anew, and sent.
            go(desk, "Overview").await?;
            desk.heading("Overview").seen().await?;
            kind.has_asked(desk, sent).await?;
            kind.open(desk).await?;
            desk.button("Review transfer").click().await?;
            desk.button("I accept this")
                .within(&warning)
                .click()
                .await?;
            kind.confirm(desk, size).click().await?;
            let key = key_of(desk, "receipt").await?;
            assert_eq!(requests_of(desk, &key).await?.len(), 1);
            // Accepted once, for as long as the page lives.
            desk.button("New transfer").click().await?;
            kind.review(desk, size + 10).await?;
            kind.confirm(desk, size + 10).click().await?;
            let key = key_of(desk, "receipt").await?;
            ended(desk, &key, "done").await?;
            desk.text("does not let the portal keep its journal")
                .seen()
                .await?;
            kind.has_asked(desk, sent + 2).await?;
            no_longer(desk, script).await?;
        }
        assert_eq!(made(desk, kind).await?, 6);
        Ok(())
    });
}

#[test]
fn without_a_journal_the_page_asks_before_it_is_left_with_something_unknown() {
    let close = Setup::default().sandbox(["--connections", "close"]);
    let slow = json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } });
    close.config(slow).journey(async |desk| {
        refusals_are_expected(desk);
        before_every_page(desk, NONE[0]).await?;
        let asks = async || {
            desk.js("return !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
                .await
        };
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        desk.button("I accept this").click().await?;
        kind.fault(desk, json!({ "fault": "drop_before" })).await?;
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "unknown").await?;
        assert_eq!(asks().await?, true, "only this page knows of it");
        ended(desk, &key, "absent").await?;
        assert_eq!(asks().await?, false);
        Ok(())
    });
}

#[test]
fn a_journal_that_cannot_be_written_any_more_sends_nothing() {
    journey(async |desk| {
        sign_in(desk, "/").await?;
        let kind = Kind::Transfer;
        kind.open(desk).await?;
        kind.review(desk, 20).await?;
        desk.js("IDBObjectStore.prototype.put = () => { throw new DOMException('There is no room.', 'QuotaExceededError') }")
            .await?;
        kind.confirm(desk, 20).click().await?;
        let unwritten = desk.css(".review .asks.unwritten");
        unwritten.shows("Nothing was sent").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        kind.confirm(desk, 20).click().await?;
        desk.button("I accept this").click().await?;
        kind.confirm(desk, 20).click().await?;
        let key = key_of(desk, "receipt").await?;
        ended(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn entries_of_a_later_version_are_shown_and_left_alone() {
    const WRITE: &str = "
        const opened = indexedDB.open('credit-desk');
        return new Promise((resolve, reject) => {
            opened.onerror = () => reject(opened.error);
            opened.onsuccess = () => {
                const write = opened.result.transaction('submissions', 'readwrite');
                write.objectStore('submissions').put('{\"v\":99,\"of\":\"tomorrow\"}', 'key-of-tomorrow');
                write.oncomplete = () => { opened.result.close(); resolve(true) };
            };
        });";
    journey(async |desk| {
        sign_in(desk, "/").await?;
        Kind::Transfer.send(desk, 20).await?;
        let key = key_of(desk, "receipt").await?;
        desk.js(WRITE).await?;
        desk.reload().await?;
        give_keys(desk).await?;
        ended(desk, &key, "done").await?;
        desk.text("entries that this version cannot read")
            .seen()
            .await?;
        desk.button("Show them").click().await?;
        desk.text("key-of-tomorrow").seen().await?;
        assert!(
            kept(desk).await?.contains("tomorrow"),
            "it is left as it is"
        );
        Ok(())
    });
}
