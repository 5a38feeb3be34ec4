//! Resuming movements that are unresolved in the journal when the portal starts: every screen shows them, and they
//! resume once the user signs in.

use crate::support::{Backend, KEY, Tab, events, happy_backend, journal, row, sleep, wait_until};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60 * 1000;

/// Replaces the journal with this one record.
async fn set_journal(record: &Value) {
    journal::clear().await;
    journal::put_record(record).await;
}

#[wasm_bindgen_test]
async fn unresolved_movements_are_shown_on_every_screen_and_resume_with_the_same_key_and_bytes() {
    let backend = Backend::install(happy_backend);
    let record = journal::with_key_promise(journal::allocation(KEY, MINUTE));
    set_journal(&record).await;
    let page = Tab::new().open("/").await;
    page.wait_for_text("1 transaction is pending.").await;
    assert!(page.has("form.sign-in"), "even before signing in");
    let details = [KEY, "500 credits", "org_"];
    sleep(600).await;
    assert_eq!(
        backend.requests.borrow().len(),
        0,
        "nothing is sent before signing in"
    );

    // The other service's key doesn't count for this one.
    page.fill("#reseller-key", "reseller-secret").await;
    page.submit("form.sign-in");
    for screen in ["/calculate", "/transfer", "/log", "/activity"] {
        page.find(&format!("nav.main a[href='{screen}']")).await;
        page.click(&format!("nav.main a[href='{screen}']"));
        page.find("h1").await;
        page.wait_for_text("1 transaction is pending.").await;
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
    page.wait_until_gone("aside.unresolved").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].key.as_deref(), Some(KEY));
    assert_eq!(record["body"], sent[0].body.as_str(), "byte for byte");
    assert_eq!(
        sent[0].authorization.as_deref(),
        Some("Bearer lp_test_secret")
    );
    assert_eq!(journal::outcome().await, "done");
    page.click("nav.main a[href='/allocate']");
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
}

#[wasm_bindgen_test]
async fn without_key_replay_the_log_is_searched_and_nothing_is_sent() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/logs") => crate::support::log(&[row(7, MINUTE)]),
        _ => happy_backend(request),
    });
    set_journal(&journal::transfer(KEY, MINUTE)).await;
    let page = Tab::new().signed_in("/transfer").await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    page.wait_until_gone("aside.unresolved").await;
    assert_eq!(journal::outcome().await, "found");
    assert_eq!(journal::only_record().await["end"]["line"]["id"], "7");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn after_ten_minutes_the_ledger_is_searched_and_nothing_is_sent_automatically() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/events") => events(&[500]),
        _ => happy_backend(request),
    });
    set_journal(&journal::allocation(KEY, 11 * MINUTE)).await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    assert_eq!(journal::outcome().await, "found");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn after_ten_minutes_the_user_can_still_retry() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/events") => events(&[500, 500]),
        _ => happy_backend(request),
    });
    set_journal(&journal::with_key_promise(journal::allocation(
        KEY,
        11 * MINUTE,
    )))
    .await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(".unknown .candidates").await;
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0, "not automatically");
    page.press("Retry now").await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!((sent.len(), sent[0].key.as_deref()), (1, Some(KEY)));
    assert_eq!(journal::outcome().await, "done");
}

/// If key replay was enabled between two visits, or the account's API key was replaced, the service may not recognize
/// the idempotency key.
#[wasm_bindgen_test]
async fn submissions_the_service_may_not_recognize_are_searched_for_and_not_sent() {
    let mut without_promise = journal::with_key_promise(journal::allocation(KEY, MINUTE));
    without_promise["promised_hours"] = Value::Null;
    let mut with_rotated_key = journal::with_key_promise(journal::allocation(KEY, MINUTE));
    with_rotated_key["credential"] = "0000".into();
    for record in [
        without_promise,
        with_rotated_key,
        journal::allocation(KEY, MINUTE),
    ] {
        let backend = Backend::install(happy_backend);
        set_journal(&record).await;
        let page = Tab::new().signed_in("/allocate").await;
        page.find(".unknown").await;
        assert!(wait_until(|| backend.ledger_reads() > 0).await);
        sleep(600).await;
        assert!(!page.text().contains("Retry now"), "{}", page.text());
        assert_eq!(backend.movements().len(), 0);
    }
}

#[wasm_bindgen_test]
async fn outside_the_replay_window_nothing_is_sent_even_on_request() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/events") => events(&[500, 500]),
        _ => happy_backend(request),
    });
    set_journal(&journal::allocation(KEY, 25 * 60 * MINUTE)).await;
    let page = Tab::new().signed_in("/allocate").await;
    page.find(".unknown .candidates").await;
    assert!(!page.text().contains("Retry now"));
    let reads = backend.ledger_reads();
    page.press("Check again").await;
    assert!(wait_until(|| backend.ledger_reads() > reads).await);
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0);
}

/// A submission rejected for its API key moved nothing. It may be sent with a valid key, whatever the service.
#[wasm_bindgen_test]
async fn a_movement_without_a_valid_key_is_sent_after_signing_in() {
    let backend = Backend::install(happy_backend);
    let mut record = journal::transfer(KEY, MINUTE);
    record["attempts"][0]["ended"] = record["confirmed"].clone();
    record["attempts"][0]["failure"] = json!({
        "why": "unauthorized", "detail": null, "status": 401, "code": null, "message": null, "request_id": null,
    });
    set_journal(&record).await;
    let page = Tab::new().open("/transfer").await;
    page.wait_for_text("1 transaction is pending.").await;
    page.sign_in().await;
    page.find(&format!(".receipt[data-key='{KEY}']")).await;
    let sent = backend.movements();
    assert_eq!((sent.len(), sent[0].key.as_deref()), (1, Some(KEY)));
    assert_eq!(record["body"], sent[0].body.as_str());
}
