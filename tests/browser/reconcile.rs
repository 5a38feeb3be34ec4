//! Reconciling a movement that got no response from a service that doesn't recognize idempotency keys: the log is
//! searched, and if that is inconclusive, the user decides.

use crate::support::{
    Backend, FAST, Page, RecordedRequest, Reply, Rows, Tab, happy_backend, journal, log, row,
    silent_backend, sleep, wait_until,
};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// In this tab, sends a transfer of 20 minutes to Beta Co that gets no response.
async fn send_unknown(tab: Tab) -> Page {
    journal::clear().await;
    let page = tab.signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".unknown[data-state=unknown]").await;
    page
}

/// Checks that nothing but the one attempt was sent and that its outcome is `what`. Returns the outcome.
async fn check_outcome(backend: &Backend, page: &Page, what: &str) -> Value {
    page.wait_until_gone("aside.unresolved").await;
    assert_eq!(journal::outcome().await, what);
    assert_eq!(backend.movements().len(), 1, "never sent again");
    let record = journal::only_record().await;
    assert_eq!(
        record["key"].as_str(),
        backend.movements()[0].key.as_deref()
    );
    record["end"].clone()
}

#[wasm_bindgen_test]
async fn a_unique_matching_entry_is_the_movement() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let page = send_unknown(Tab::settling(60).run(FAST)).await;
    page.find("aside.unresolved li[data-state=unknown]").await;
    assert!(
        !page.has(".review") && !page.has("form.movement"),
        "nothing else until it is settled"
    );
    rows.borrow_mut().push(row(7, 0));
    page.find(".receipt").await;
    page.wait_for_text("it's in the log").await;
    let outcome = check_outcome(&backend, &page, "found").await;
    assert_eq!(outcome["line"]["id"], "7");
    page.press("New transfer").await;
    assert_eq!(
        page.value("#minutes").await,
        "",
        "the form is empty after a completed transfer"
    );
}

#[wasm_bindgen_test]
async fn an_entry_from_before_is_not_the_movement() {
    let rows = Rows::default();
    // Recent enough to match by its time alone.
    rows.borrow_mut().push(row(7, 60 * 1000));
    let backend = silent_backend(&rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".absent").await;
    check_outcome(&backend, &page, "absent").await;
}

#[wasm_bindgen_test]
async fn a_movement_counts_as_not_completed_only_once_it_can_no_longer_take_effect() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let page = send_unknown(Tab::settling(3)).await;
    page.wait_for_text("could still go through until").await;
    page.find(".absent").await;
    let sent = backend.movements()[0].at;
    let read_at = backend
        .requests
        .borrow()
        .iter()
        .rfind(|request| request.reads_ledger())
        .unwrap()
        .at;
    assert!(
        read_at - sent >= 2900,
        "{} ms after it was sent",
        read_at - sent
    );
    assert!(page.text().contains("Not in the log"), "{}", page.text());
    check_outcome(&backend, &page, "absent").await;
    page.press("Try again").await;
    page.find("form.movement").await;
    assert_eq!(page.value("#child").await, "4002");
    assert_eq!(page.value("#minutes").await, "20");
    // A movement that wasn't completed isn't a duplicate.
    page.find(".quote:not(.stale) .balances").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    assert!(wait_until(|| backend.movements().len() == 2).await);
    assert_ne!(
        backend.movements()[0].key,
        backend.movements()[1].key,
        "safe to try again"
    );
}

/// Sends a transfer for which two log entries could match.
async fn two_candidates(rows: &Rows, tab: Tab) -> Page {
    let page = send_unknown(tab).await;
    rows.borrow_mut().extend([row(8, 0), row(7, 0)]);
    page.find(".unknown .candidates li:nth-child(2)").await;
    sleep(600).await;
    assert!(page.has(".unknown .candidates"), "nothing is guessed");
    page
}

#[wasm_bindgen_test]
async fn the_user_can_choose_the_matching_entry() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let page = two_candidates(&rows, Tab::settling(60).run(FAST)).await;
    page.click(".candidates li:nth-child(2) button");
    page.find(".receipt").await;
    page.wait_for_text("by a user").await;
    let outcome = check_outcome(&backend, &page, "decided_made").await;
    assert_eq!(outcome["transaction"], "7");
    page.press("New transfer").await;
    assert_eq!(page.value("#minutes").await, "");
    drop(page);
    // The decision survives a restart.
    let page = Tab::settling(60).signed_in("/activity").await;
    page.find("article[data-state=decided-made]").await;
    assert!(!page.has("aside.unresolved"));
}

#[wasm_bindgen_test]
async fn the_user_can_decide_whether_it_was_completed() {
    for (label, selector, what) in [
        ("Mark as completed", ".receipt", "decided_made"),
        ("Mark as not completed", ".absent", "decided_not"),
    ] {
        let rows = Rows::default();
        let backend = silent_backend(&rows);
        let page = two_candidates(&rows, Tab::settling(60).run(FAST)).await;
        page.press(label).await;
        page.find(selector).await;
        check_outcome(&backend, &page, what).await;
    }
}

#[wasm_bindgen_test]
async fn a_form_refilled_immediately_stays_filled() {
    let rows = Rows::default();
    let _backend = silent_backend(&rows);
    let page = two_candidates(&rows, Tab::settling(1)).await;
    page.press("Mark as not completed").await;
    page.press("Try again").await;
    assert_eq!(page.value("#minutes").await, "20");
    sleep(500).await;
    assert_eq!(page.value("#minutes").await, "20");
}

#[wasm_bindgen_test]
async fn a_balance_change_of_exactly_this_amount_prevents_concluding_absence() {
    let sent = Rc::new(Cell::new(false));
    let switch = sent.clone();
    let backend = Backend::install(
        move |request: &RecordedRequest| match request.path.as_str() {
            _ if request.is_movement() => {
                switch.set(true);
                Reply::Silent
            }
            "/api/v1/account/balance" if switch.get() => Reply::Json(
                200,
                r#"{"success":true,"balance":{"amount":59.813,"currency":"USD"}}"#.to_owned(),
            ),
            _ => happy_backend(request),
        },
    );
    let page = send_unknown(Tab::settling(30).run(FAST)).await;
    page.wait_for_text("your balance changed by exactly this amount")
        .await;
    sleep(600).await;
    assert!(page.has(".unknown") && !page.has(".absent"));
    page.press("Mark as completed").await;
    page.find(".receipt").await;
    check_outcome(&backend, &page, "decided_made").await;
}

#[wasm_bindgen_test]
async fn an_unreadable_log_is_reported_and_reloaded() {
    let (broken, rows) = (Rc::new(Cell::new(false)), Rows::default());
    let (switch, log_rows) = (broken.clone(), rows.clone());
    let backend = Backend::install(move |request: &RecordedRequest| match request {
        request if request.is_movement() => {
            switch.set(true);
            Reply::Silent
        }
        request if request.reads_ledger() && switch.get() => Reply::Json(500, "{}".to_owned()),
        request if request.reads_ledger() => log(&log_rows.borrow()),
        request => happy_backend(request),
    });
    let page = send_unknown(Tab::settling(30).run(FAST)).await;
    page.wait_for_text("couldn't load the log (Service error.)")
        .await;
    sleep(1500).await;
    assert!(page.has(".unknown"), "an unreadable log proves nothing");
    assert!(
        page.text().contains("Mark as not completed"),
        "the user may know the outcome"
    );
    broken.set(false);
    rows.borrow_mut().push(row(7, 0));
    page.press("Check again").await;
    page.find(".receipt").await;
    check_outcome(&backend, &page, "found").await;
}
