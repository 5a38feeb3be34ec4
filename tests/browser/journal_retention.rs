//! What the journal keeps, what it deletes, and what it leaves unchanged.

use crate::support::{Backend, Page, Tab, happy_backend, journal, wait_until};
use serde_json::Value;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Returns a new unique key.
fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

async fn put_texts(entries: &BTreeMap<String, String>) {
    let entries = entries.iter();
    journal::put_all(entries.map(|(key, text)| (key.into(), text.into()))).await;
}

/// Makes a transfer in a page, starting from the navigation.
async fn make_transfer(page: &Page) {
    page.click("nav.main a[href='/transfer']");
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
}

#[wasm_bindgen_test]
async fn unreadable_records_are_kept_unchanged_and_shown() {
    let _backend = Backend::install(happy_backend);
    journal::clear().await;
    let mut later = journal::transfer(&key(), 100 * DAY);
    later["v"] = 99.into();
    later["end"] = "of another shape".into();
    let unreadable: BTreeMap<String, String> = [
        (later["key"].as_str().unwrap(), later.to_string().as_str()),
        (&key(), r#"{"v":99,"another":"shape","end":{}}"#),
        (&key(), r#"{"v":1}"#),
        ("no key", "no entry"),
        ("", ""),
    ]
    .map(|(key, text)| (key.to_owned(), text.to_owned()))
    .into();
    put_texts(&unreadable).await;
    let page = Tab::new().signed_in("/activity").await;
    page.wait_for_text("saved requests can't be read by this version")
        .await;
    let text = page.text();
    for (key, kept) in &unreadable {
        assert!(text.contains(key), "{key}: {text}");
        // The owner of the other records is unknown.
        let is_own = kept.contains(r#""account":"5678""#);
        assert_eq!(!kept.is_empty() && text.contains(kept), is_own, "{kept}");
    }
    assert!(!page.has("article.submission"));
    make_transfer(&page).await;
    // The outcome is written after the receipt appears. A page closed before that would search for it again.
    journal::wait_for_texts(|texts| {
        let mut own = texts
            .iter()
            .filter(|(key, _)| !unreadable.contains_key(*key));
        own.any(|(_, text)| text.contains("\"what\":\"done\""))
    })
    .await;
    drop(page);
    // Neither the transfer nor the next start has changed them.
    let page = Tab::new().signed_in("/activity").await;
    page.find("article.submission[data-state=done]").await;
    let mut texts = journal::texts().await;
    texts.retain(|key, _| unreadable.contains_key(key));
    assert_eq!(texts, unreadable);
}

/// Values or keys that aren't strings can come from anywhere. They must not make the journal unusable.
#[wasm_bindgen_test]
async fn records_that_are_not_text_do_not_hide_unresolved_movements() {
    let _backend = Backend::install(happy_backend);
    for (odd_key, value) in [
        (JsValue::from("strange"), js_sys::Object::new().into()),
        (JsValue::from("strange"), JsValue::from(7)),
        (JsValue::from(7), JsValue::from("text")),
    ] {
        journal::clear().await;
        let open = key();
        journal::put_record(&journal::transfer(&open, 1000)).await;
        journal::put_all([(odd_key, value)]).await;
        let page = Tab::new().open("/").await;
        page.wait_for_text("1 transaction is pending.").await;
        drop(page);
        assert_eq!(journal::texts().await.len(), 2);
    }
}

#[wasm_bindgen_test]
async fn old_settled_records_are_deleted_and_unresolved_ones_never() {
    let _backend = Backend::install(happy_backend);
    journal::clear().await;
    let [old, young, open] = [key(), key(), key()];
    journal::put_record(&journal::with_outcome(
        journal::transfer(&old, 91 * DAY),
        "absent",
    ))
    .await;
    journal::put_record(&journal::with_outcome(
        journal::transfer(&young, 89 * DAY),
        "absent",
    ))
    .await;
    journal::put_record(&journal::transfer(&open, 400 * DAY)).await;
    let page = Tab::new().open("/").await;
    page.wait_for_text("1 transaction is pending.").await;
    let left = journal::wait_for_texts(|texts| !texts.contains_key(&old)).await;
    let left: Vec<_> = left.into_keys().collect();
    let mut expected = vec![young, open];
    expected.sort();
    assert_eq!(left, expected);
}

#[wasm_bindgen_test]
async fn the_newest_five_hundred_settled_records_are_kept() {
    let _backend = Backend::install(happy_backend);
    journal::clear().await;
    let minute = 60 * 1000;
    let mut entries = BTreeMap::new();
    let (mut oldest, mut kept) = (Vec::new(), Vec::new());
    for place in 0..503 {
        let key = key();
        // The first three are the oldest.
        let entry = journal::transfer(&key, DAY - place * minute);
        entries.insert(
            key.clone(),
            journal::with_outcome(entry, "absent").to_string(),
        );
        if place < 3 { &mut oldest } else { &mut kept }.push(key);
    }
    let open = key();
    entries.insert(open.clone(), journal::transfer(&open, 2 * DAY).to_string());
    put_texts(&entries).await;
    let page = Tab::new().signed_in("/activity").await;
    page.find("aside.unresolved").await;
    let is_pruned =
        |texts: &BTreeMap<String, String>| oldest.iter().all(|key| !texts.contains_key(key));
    let left = journal::wait_for_texts(is_pruned).await;
    assert!(kept.iter().all(|key| left.contains_key(key)));
    assert!(
        left.contains_key(&open),
        "the oldest record, but unresolved"
    );
    // A long list is paginated.
    let shown = || page.run("`${document.querySelectorAll('article.submission').length}`");
    assert!(wait_until(|| shown() == "50").await);
    page.press("Load more").await;
    assert!(wait_until(|| shown() == "100").await);
}

#[wasm_bindgen_test]
async fn activity_shows_every_outcome_newest_first() {
    let _backend = Backend::install(happy_backend);
    journal::clear().await;
    let [refused, absent, decided] = [key(), key(), key()];
    let mut refusal = journal::with_outcome(journal::transfer(&refused, 3 * DAY), "refused");
    refusal["end"]["fault"] = serde_json::json!({
        "why": "insufficient", "detail": null, "status": 402, "code": "insufficient_balance",
        "message": null, "request_id": "req_7",
    });
    journal::put_record(&refusal).await;
    journal::put_record(&journal::with_outcome(
        journal::allocation(&absent, 2 * DAY),
        "absent",
    ))
    .await;
    let decision = journal::with_outcome(journal::transfer(&decided, DAY), "decided_made");
    journal::put_record(&decision).await;
    let page = Tab::new().signed_in("/activity").await;
    make_transfer(&page).await;
    page.click("nav.main a[href='/activity']");
    page.find("article.submission:nth-child(4)").await;
    let shown = page.run(
        "JSON.stringify([...document.querySelectorAll('article.submission')].map(article =>
           [article.dataset.key, article.dataset.kind, article.dataset.state]))",
    );
    let shown: Value = serde_json::from_str(&shown.as_string().unwrap()).unwrap();
    assert_eq!(shown[0][2], "done");
    let older = serde_json::json!([
        [decided, "transfer", "decided-made"],
        [absent, "allocate", "absent"],
        [refused, "transfer", "refused"],
    ]);
    for place in 0..3 {
        assert_eq!(shown[place + 1], older[place]);
    }
    // The support details are complete and contain no credential.
    let made = shown[0][0].as_str().unwrap();
    let text = page.find(&format!("article[data-key='{made}'] pre")).await;
    let text = text.text_content().unwrap();
    for part in [
        made,
        "POST /api/v1/reseller/credits/transfer",
        r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#,
        "Attempt 1",
        "State: done",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("secret"), "{text}");
}

#[wasm_bindgen_test]
async fn an_unresolved_movement_of_a_newer_version_needs_one_more_confirmation() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let mut later = journal::transfer(&key(), 1000);
    later["v"] = 2.into();
    journal::put_record(&later).await;
    let page = Tab::new().signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .asks.newer").await;
    assert_eq!(backend.movements().len(), 0, "nothing is sent yet");
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}
