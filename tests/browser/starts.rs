//! What a start finds unresolved in the journal, in a real browser: it is on every screen, and goes on once somebody
//! signs in.

use crate::support::{Backend, KEY, Tab, events, journal, row, sleep, story, until};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60 * 1000;

/// A journal with just this entry.
async fn journal_of(entry: &Value) {
    journal::clear().await;
    journal::put(entry).await;
}

#[wasm_bindgen_test]
async fn what_is_open_is_announced_on_every_screen_and_goes_on_with_the_same_key_and_bytes() {
    let backend = Backend::install(story);
    let entry = journal::promised(journal::allocation(KEY, MINUTE));
    journal_of(&entry).await;
    let page = Tab::new().open("/").await;
    page.says("1 transaction is pending.").await;
    assert!(page.has("form.sign-in"), "even before somebody signs in");
    let details = [KEY, "500 credits", "org_"];
    sleep(600).await;
    assert_eq!(backend.seen.borrow().len(), 0, "nobody is signed in");

    // The other backend's key is none for this one.
    page.fill("#reseller-key", "reseller-secret").await;
    page.submit("form.sign-in");
    for screen in ["/calculate", "/transfer", "/log", "/activity"] {
        page.find(&format!("nav.main a[href='{screen}']")).await;
        page.click(&format!("nav.main a[href='{screen}']"));
        page.find("h1").await;
        page.says("1 transaction is pending.").await;
        let text = page.text();
        assert!(
            details.iter().all(|detail| !text.contains(detail)),
            "{text}"
        );
    }
    assert!(!page.has("article.submission"));
    assert_eq!(backend.movements().len(), 0);

    page.click("a[href='/keys']");
    page.fill("#organizations-key", "lp_test_secret").await;
    page.submit("form.sign-in");
    page.gone("aside.unresolved").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].key.as_deref(), Some(KEY));
    assert_eq!(entry["body"], sent[0].body.as_str(), "byte for byte");
    assert_eq!(
        sent[0].authorization.as_deref(),
        Some("Bearer lp_test_secret")
    );
    assert_eq!(journal::end().await, "done");
    page.click("nav.main a[href='/allocate']");
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
}

#[wasm_bindgen_test]
async fn where_keys_are_not_recognised_the_log_is_searched_and_nothing_sent() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        path if path.contains("/credits/logs") => crate::support::log(&[row(7, MINUTE)]),
        _ => story(seen),
    });
    journal_of(&journal::transfer(KEY, MINUTE)).await;
    let page = Tab::new().signed_in("/transfer").await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    page.gone("aside.unresolved").await;
    assert_eq!(journal::end().await, "found");
    assert_eq!(journal::only().await["end"]["line"]["id"], "7");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn after_ten_minutes_the_books_are_searched_and_nothing_is_sent_by_itself() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        path if path.contains("/credits/events") => events(&[500]),
        _ => story(seen),
    });
    journal_of(&journal::allocation(KEY, 11 * MINUTE)).await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    assert_eq!(journal::end().await, "found");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn after_ten_minutes_a_person_may_have_it_sent_again_all_the_same() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        path if path.contains("/credits/events") => events(&[500, 500]),
        _ => story(seen),
    });
    journal_of(&journal::promised(journal::allocation(KEY, 11 * MINUTE))).await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(".unknown .candidates").await;
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0, "not by itself");
    page.press("Ask again now").await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!((sent.len(), sent[0].key.as_deref()), (1, Some(KEY)));
    assert_eq!(journal::end().await, "done");
}

/// Switched on between two openings, or replaced by another key of the account: the service may not know the key.
#[wasm_bindgen_test]
async fn what_the_service_may_not_recognize_is_looked_for_and_not_sent() {
    let mut unpromised = journal::promised(journal::allocation(KEY, MINUTE));
    unpromised["promised_hours"] = Value::Null;
    let mut rotated = journal::promised(journal::allocation(KEY, MINUTE));
    rotated["credential"] = "0000".into();
    for entry in [unpromised, rotated, journal::allocation(KEY, MINUTE)] {
        let backend = Backend::install(story);
        journal_of(&entry).await;
        let page = Tab::new().signed_in("/allocate").await;
        page.find(".unknown").await;
        assert!(until(|| backend.readings() > 0).await);
        sleep(600).await;
        assert!(!page.text().contains("Ask again now"), "{}", page.text());
        assert_eq!(backend.movements().len(), 0);
    }
}

#[wasm_bindgen_test]
async fn outside_the_replay_window_nothing_is_sent_whoever_asks() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        path if path.contains("/credits/events") => events(&[500, 500]),
        _ => story(seen),
    });
    journal_of(&journal::allocation(KEY, 25 * 60 * MINUTE)).await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(".unknown .candidates").await;
    assert!(!page.text().contains("Ask again now"));
    let read = backend.readings();
    page.press("Read again now").await;
    assert!(until(|| backend.readings() > read).await);
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0);
}

/// A submission whose key was refused has moved nothing: it may be sent with a good one, whatever the backend.
#[wasm_bindgen_test]
async fn what_lacked_a_key_is_sent_once_there_is_one() {
    let backend = Backend::install(story);
    let mut entry = journal::transfer(KEY, MINUTE);
    entry["attempts"][0]["ended"] = entry["confirmed"].clone();
    entry["attempts"][0]["failure"] = json!({
        "why": "unauthorized", "detail": null, "status": 401, "code": null, "message": null, "request_id": null,
    });
    journal_of(&entry).await;
    let page = Tab::new().open("/transfer").await;
    page.says("1 transaction is pending.").await;
    page.sign_in().await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    let sent = backend.movements();
    assert_eq!((sent.len(), sent[0].key.as_deref()), (1, Some(KEY)));
    assert_eq!(entry["body"], sent[0].body.as_str());
}
