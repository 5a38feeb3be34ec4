//! Retrying movements that had no response: automatically a few times if that is safe, and always with the same
//! request.

use crate::support::{
    Backend, FAST, Page, Reply, Tab, events, happy_backend, journal, replies_by_attempt, settings,
    sleep, wait_until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Sends an allocation of 500 credits to Northwind.
async fn send(page: &Page) {
    page.review_allocation().await;
    page.confirm();
}

#[wasm_bindgen_test]
async fn a_key_rejected_for_a_movement_can_be_replaced() {
    let refused = r#"{"success":false,"error":"unauthorized"}"#;
    let backend = Backend::install(replies_by_attempt(move |attempt| {
        (attempt == 1).then(|| Reply::Json(401, refused.to_owned()))
    }));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".unknown[data-state=key-needed]").await;
    sleep(600).await;
    assert_eq!(
        backend.movements().len(),
        1,
        "not retried with the same key"
    );
    page.click(".unknown a[href='/keys']");
    page.fill("#reseller-key", "new-secret").await;
    page.submit("form.sign-in");
    page.wait_until_gone("aside.unresolved").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    assert_eq!(sent[1].authorization.as_deref(), Some("Bearer new-secret"));
    assert_eq!(journal::outcome().await, "done");
}

#[wasm_bindgen_test]
async fn retry_after_is_respected() {
    let backend = Backend::install(replies_by_attempt(|attempt| {
        (attempt == 1).then(|| Reply::With(503, "retry-after", "3", String::new()))
    }));
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    let waited = sent[1].at - sent[0].at;
    assert!((2900..6000).contains(&waited), "{waited} ms");
}

#[wasm_bindgen_test]
async fn a_submission_still_in_flight_is_retried_until_it_is_done() {
    let busy = r#"{"error":{"code":"CONFLICT","message":"in flight"}}"#;
    let backend = Backend::install(replies_by_attempt(move |attempt| match attempt {
        1 => Some(Reply::Broken),
        2 => Some(Reply::With(409, "retry-after", "1", busy.to_owned())),
        _ => None,
    }));
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|post| post.key == sent[0].key && post.body == sent[0].body)
    );
}

#[wasm_bindgen_test]
async fn automatic_retries_back_off_and_then_the_log_is_searched() {
    let backend = Backend::install(replies_by_attempt(|_| Some(Reply::Broken)));
    journal::clear().await;
    let mut slow = settings();
    slow["organizations_api"]["settles_after_seconds"] = 600.into();
    let page = Tab::with(slow).run(FAST).signed_in("/allocate").await;
    send(&page).await;
    let before = backend.ledger_reads();
    assert!(wait_until(|| backend.movements().len() == 5).await);
    // 30 s of the page's time.
    sleep(1500).await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 5, "only a few retries");
    assert!(backend.ledger_reads() > before, "then the log is searched");
    let pauses: Vec<_> = sent
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect();
    // 1, 2, 4 and 8 seconds at twenty times the speed, ±25%, plus the time that the requests took.
    assert!(
        pauses[0] >= 37 && pauses[1] >= 75 && pauses[2] >= 150 && pauses[3] >= 300,
        "{pauses:?}"
    );
    page.find("aside.unresolved").await;
    page.press("Retry now").await;
    assert!(
        wait_until(|| backend.movements().len() == 6).await,
        "the user can retry at any time"
    );
}

#[wasm_bindgen_test]
async fn the_ledger_is_searched_during_a_long_retry_after() {
    let made = Rc::new(Cell::new(false));
    let switch = made.clone();
    let backend = Backend::install(move |request| {
        if request.is_movement() {
            switch.set(true);
            return Reply::With(503, "retry-after", "900", String::new());
        }
        match request.path.as_str() {
            path if path.contains("/credits/events") && switch.get() => events(&[500]),
            _ => happy_backend(request),
        }
    });
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::outcome().await, "found");
}

#[wasm_bindgen_test]
async fn a_user_without_another_key_can_return_to_the_form() {
    let refused = r#"{"success":false,"error":"unauthorized"}"#;
    let backend = Backend::install(replies_by_attempt(move |_| {
        Some(Reply::Json(401, refused.to_owned()))
    }));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.press("Back to the form").await;
    page.find("form.movement").await;
    assert_eq!(page.value("#minutes").await, "20");
    page.wait_for_text("Invalid API key.").await;
    page.wait_until_gone("aside.unresolved").await;
    assert_eq!(journal::outcome().await, "refused");
    sleep(200).await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn a_wrong_offline_status_does_not_prevent_retrying() {
    let backend = Backend::install(replies_by_attempt(|attempt| {
        (attempt == 1).then_some(Reply::Broken)
    }));
    journal::clear().await;
    let offline = "Object.defineProperty(navigator, 'onLine', { get: () => false });";
    let page = Tab::new().run(offline).signed_in("/allocate").await;
    send(&page).await;
    page.wait_for_text("Retry now").await;
    assert_eq!(
        backend.movements().len(),
        1,
        "the automatic retry waits longer than usual"
    );
    page.press("Retry now").await;
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn closing_asks_only_while_a_response_could_be_lost() {
    let _backend = Backend::install(replies_by_attempt(|_| Some(Reply::Silent)));
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    assert!(!page.asks_before_closing(), "nothing was sent");
    page.confirm();
    page.find(".sending").await;
    assert!(page.asks_before_closing());
    page.find(".unknown").await;
    assert!(!page.asks_before_closing(), "the journal has it");
}
