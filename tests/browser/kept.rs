//! What the journal keeps, what it forgets, and what is left as it is, in a real browser.

use crate::support::{Backend, Page, Tab, journal, sleep, story, until};
use serde_json::Value;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A key that nobody else has.
fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

async fn put_texts(entries: &BTreeMap<String, String>) {
    let entries = entries.iter();
    journal::put_all(entries.map(|(key, text)| (key.into(), text.into()))).await;
}

/// Makes a transfer in a page that stands at its form.
async fn make_a_transfer(page: &Page) {
    page.click("nav.main a[href='/transfer']");
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_kept_as_it_is_and_shown() {
    let _backend = Backend::install(story);
    journal::clear().await;
    let mut later = journal::transfer(&key(), 100 * DAY);
    later["v"] = 99.into();
    later["end"] = "of another shape".into();
    let strange: BTreeMap<String, String> = [
        (later["key"].as_str().unwrap(), later.to_string().as_str()),
        (&key(), r#"{"v":99,"another":"shape","end":{}}"#),
        (&key(), r#"{"v":1}"#),
        ("no key", "no entry"),
        ("", ""),
    ]
    .map(|(key, text)| (key.to_owned(), text.to_owned()))
    .into();
    put_texts(&strange).await;
    let page = Tab::new().signed_in("/activity").await;
    page.says("entries that this version cannot read").await;
    let text = page.text();
    for (key, kept) in &strange {
        assert!(text.contains(key), "{key}: {text}");
        // Nobody knows whose the others are.
        let is_own = kept.contains(r#""account":"5678""#);
        assert_eq!(!kept.is_empty() && text.contains(kept), is_own, "{kept}");
    }
    assert!(!page.has("article.submission"));
    make_a_transfer(&page).await;
    // Its end is written behind the receipt; a page that goes before that looks for it once more.
    for _ in 0..400 {
        let texts = journal::texts().await;
        let mut own = texts.iter().filter(|(key, _)| !strange.contains_key(*key));
        if own.any(|(_, text)| text.contains("\"what\":\"done\"")) {
            break;
        }
        crate::support::sleep(20).await;
    }
    drop(page);
    // Neither that nor the next start has touched them.
    let page = Tab::new().signed_in("/activity").await;
    page.find("article.submission[data-state=done]").await;
    let mut texts = journal::texts().await;
    texts.retain(|key, _| strange.contains_key(key));
    assert_eq!(texts, strange);
}

/// A value that is no text, and a key that is none, may have come from anything. They must not cost the journal.
#[wasm_bindgen_test]
async fn what_is_no_text_does_not_hide_what_is_unresolved() {
    let _backend = Backend::install(story);
    for (strange_key, value) in [
        (JsValue::from("strange"), js_sys::Object::new().into()),
        (JsValue::from("strange"), JsValue::from(7)),
        (JsValue::from(7), JsValue::from("text")),
    ] {
        journal::clear().await;
        let open = key();
        journal::put(&journal::transfer(&open, 1000)).await;
        journal::put_all([(strange_key, value)]).await;
        let page = Tab::new().open("/").await;
        page.says("1 transaction is pending.").await;
        drop(page);
        assert_eq!(journal::texts().await.len(), 2);
    }
}

#[wasm_bindgen_test]
async fn what_ended_long_ago_is_forgotten_and_what_is_open_never() {
    let _backend = Backend::install(story);
    journal::clear().await;
    let [old, young, open] = [key(), key(), key()];
    journal::put(&journal::ended(journal::transfer(&old, 91 * DAY), "absent")).await;
    journal::put(&journal::ended(
        journal::transfer(&young, 89 * DAY),
        "absent",
    ))
    .await;
    journal::put(&journal::transfer(&open, 400 * DAY)).await;
    let page = Tab::new().open("/").await;
    page.says("1 transaction is pending.").await;
    sleep(200).await;
    let left: Vec<_> = journal::texts().await.into_keys().collect();
    let mut expected = vec![young, open];
    expected.sort();
    assert_eq!(left, expected);
}

#[wasm_bindgen_test]
async fn of_what_ended_the_newest_five_hundred_are_kept() {
    let _backend = Backend::install(story);
    journal::clear().await;
    let minute = 60 * 1000;
    let mut entries = BTreeMap::new();
    let (mut oldest, mut kept) = (Vec::new(), Vec::new());
    for place in 0..503 {
        let key = key();
        // The first three are the oldest.
        let entry = journal::transfer(&key, DAY - place * minute);
        entries.insert(key.clone(), journal::ended(entry, "absent").to_string());
        if place < 3 { &mut oldest } else { &mut kept }.push(key);
    }
    let open = key();
    entries.insert(open.clone(), journal::transfer(&open, 2 * DAY).to_string());
    put_texts(&entries).await;
    let page = Tab::new().signed_in("/activity").await;
    page.find("aside.unresolved").await;
    sleep(200).await;
    let left = journal::texts().await;
    assert!(oldest.iter().all(|key| !left.contains_key(key)));
    assert!(kept.iter().all(|key| left.contains_key(key)));
    assert!(left.contains_key(&open), "the oldest of all, but open");
    // A long list is shown in portions.
    let shown = || page.run("`${document.querySelectorAll('article.submission').length}`");
    assert!(until(|| shown() == "50").await);
    page.press("Show older ones").await;
    assert!(until(|| shown() == "100").await);
}

#[wasm_bindgen_test]
async fn activity_shows_every_end_newest_first() {
    let _backend = Backend::install(story);
    journal::clear().await;
    let [refused, absent, decided] = [key(), key(), key()];
    let mut refusal = journal::ended(journal::transfer(&refused, 3 * DAY), "refused");
    refusal["end"]["fault"] = serde_json::json!({
        "why": "insufficient", "detail": null, "status": 402, "code": "insufficient_balance",
        "message": null, "request_id": "req_7",
    });
    journal::put(&refusal).await;
    journal::put(&journal::ended(
        journal::allocation(&absent, 2 * DAY),
        "absent",
    ))
    .await;
    let decision = journal::ended(journal::transfer(&decided, DAY), "decided_made");
    journal::put(&decision).await;
    let page = Tab::new().signed_in("/activity").await;
    make_a_transfer(&page).await;
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
    // What support needs is there, and no credential.
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
async fn what_a_later_version_holds_unresolved_is_asked_about_once() {
    let backend = Backend::install(story);
    journal::clear().await;
    let mut later = journal::transfer(&key(), 1000);
    later["v"] = 2.into();
    journal::put(&later).await;
    let page = Tab::new().signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .asks.newer").await;
    assert_eq!(backend.movements().len(), 0, "asked instead");
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}
