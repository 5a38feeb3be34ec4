//! Several tabs of one browser: one drives a movement, and the others follow it and take over if that tab is closed.

use crate::support::{
    Backend, KEY, Page, Reply, Rows, Tab, happy_backend, journal, row, silent_backend, sleep,
    wait_until,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// Opens two tabs at the transfer form.
async fn open_two(second_tab: &Tab) -> (Page, Page) {
    journal::clear().await;
    let first = Tab::new().signed_in("/transfer").await;
    let second = second_tab.signed_in("/transfer").await;
    (first, second)
}

#[wasm_bindgen_test]
async fn a_movement_in_one_tab_is_shown_but_not_driven_by_the_other() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let (first, second) = open_two(&Tab::new()).await;
    second.review_transfer().await;
    first.review_transfer().await;
    first.confirm();
    // Immediately, without any input in the second tab.
    second.find("aside.unresolved li").await;
    second.find(".unknown").await;
    second.wait_for_text("another tab").await;
    assert!(
        !second.has(".review") && !second.has(".unknown button"),
        "{}",
        second.text()
    );
    assert!(wait_until(|| !backend.movements().is_empty()).await);
    let key = backend.movements()[0].key.clone().unwrap();
    assert_eq!(
        second.attribute("aside.unresolved li", "data-key").await,
        key
    );
    first.find(".unknown").await;
    rows.borrow_mut().push(row(7, 0));
    first.find(".receipt").await;
    second.wait_until_gone("aside.unresolved").await;
    // The second tab's review stays, and now reports a duplicate.
    second.find(".review").await;
    second.confirm();
    second.find(".review .asks.alike").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn of_two_simultaneous_confirmations_only_one_is_sent() {
    let backend = silent_backend(&Rows::default());
    let (first, second) = open_two(&Tab::new()).await;
    first.review_transfer().await;
    second.review_transfer().await;
    first.confirm();
    second.confirm();
    first.find("aside.unresolved li").await;
    second.find("aside.unresolved li").await;
    sleep(1500).await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::texts().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_tab_without_messages_checks_the_journal_before_sending() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    // Messages between tabs may be late or lost.
    let without_messages = Tab::new().run("BroadcastChannel.prototype.postMessage = () => {};");
    journal::clear().await;
    let first = without_messages.signed_in("/transfer").await;
    let second = without_messages.signed_in("/transfer").await;
    second.review_transfer().await;
    first.review_transfer().await;
    first.confirm();
    first.find(".unknown").await;
    assert!(second.has(".review"), "the second tab does not know yet");
    second.confirm();
    second.find("aside.unresolved li").await;
    sleep(300).await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::texts().await.len(), 1);
    // The second tab first waits for the outcome. Then its review returns and reports a duplicate.
    assert!(!second.has(".review button.primary"));
    rows.borrow_mut().push(row(7, 0));
    first.find(".receipt").await;
    second.find(".review").await;
    second.confirm();
    second.find(".review .asks.alike").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn movements_of_another_kind_do_not_wait() {
    let backend = Backend::install(|request| match request {
        request if request.path.ends_with("/transfer") => Reply::Silent,
        request => happy_backend(request),
    });
    let (first, second) = open_two(&Tab::new()).await;
    first.review_transfer().await;
    first.confirm();
    second.find(".unknown").await;
    second.click("nav.main a[href='/allocate']");
    second.review_allocation().await;
    second.confirm();
    second.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn a_tab_takes_over_the_movement_of_a_closed_tab() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let (first, second) = open_two(&Tab::new()).await;
    first.review_transfer().await;
    first.confirm();
    // Closed before a response could arrive: only the journal knows of it.
    assert!(wait_until(|| backend.movements().len() == 1).await);
    drop(first);
    rows.borrow_mut().push(row(7, 0));
    second.find(".receipt").await;
    second.wait_until_gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::only_record().await["end"]["what"], "found");
}

#[wasm_bindgen_test]
async fn only_one_tab_at_a_time_retries() {
    let backend = Backend::install(|request| match request {
        request if request.is_movement() => Reply::Broken,
        request => happy_backend(request),
    });
    journal::clear().await;
    journal::put_record(&journal::with_key_promise(journal::allocation(KEY, 1000))).await;
    let first = Tab::new().signed_in("/allocate").await;
    let second = Tab::new().signed_in("/allocate").await;
    assert!(wait_until(|| backend.movements().len() == 3).await);
    let sent = backend.movements();
    let pauses: Vec<_> = sent
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect();
    // Two seconds after the second attempt overall, four after the third, ±25%.
    assert!(pauses[0] >= 1500 && pauses[1] >= 3000, "{pauses:?}");
    drop((first, second));
}

#[wasm_bindgen_test]
async fn a_later_tab_says_that_another_is_handling_it() {
    let _backend = silent_backend(&Rows::default());
    let first = Page::reviewed_transfer().await;
    first.confirm();
    first.find(".unknown").await;
    let second = Tab::new().signed_in("/transfer").await;
    second.find(".unknown").await;
    second.wait_for_text("another tab").await;
    assert!(
        !second.has(".unknown button"),
        "the buttons would have no effect: {}",
        second.text()
    );
}

/// As after a crash: the browser restores its tabs, and the user signs in to one of them.
#[wasm_bindgen_test]
async fn a_tab_that_is_not_signed_in_does_not_block_a_movement() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    journal::put_record(&journal::with_key_promise(journal::allocation(KEY, 1000))).await;
    let signed_out = Tab::new().open("/").await;
    signed_out.find("aside.unresolved").await;
    sleep(500).await;
    let signed_in = Tab::new().signed_in("/allocate").await;
    signed_in.find(&format!(".receipt[data-key='{KEY}']")).await;
    assert_eq!(backend.movements().len(), 1);
    signed_out.wait_until_gone("aside.unresolved").await;
}

#[wasm_bindgen_test]
async fn signing_out_in_one_tab_signs_out_in_all_and_the_next_sign_in_resumes() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    let (first, second) = open_two(&Tab::new()).await;
    first.review_transfer().await;
    first.confirm();
    first.find(".unknown").await;
    first.press("Sign out").await;
    first.find("form.sign-in").await;
    second.find("form.sign-in").await;
    rows.borrow_mut().push(row(7, 0));
    second.sign_in().await;
    second.find(".receipt").await;
    first.wait_until_gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
}

/// Tabs learn of a sign-out from a channel and from storage, and the second notification may be late.
#[wasm_bindgen_test]
async fn a_repeated_sign_out_notice_keeps_the_key_typed_in_between() {
    let _backend = Backend::install(happy_backend);
    let (first, second) = open_two(&Tab::new()).await;
    first.press("Sign out").await;
    second.find("form.sign-in").await;
    sleep(200).await;
    second.fill("#reseller-key", "reseller-secret").await;
    second.run("new BroadcastChannel('credit-desk').postMessage('another-page sign-out')");
    sleep(200).await;
    assert_eq!(second.value("#reseller-key").await, "reseller-secret");
}

/// A suspended page receives no messages, and some browsers have no channels.
#[wasm_bindgen_test]
async fn a_sign_out_reaches_tabs_that_missed_its_notice() {
    let _backend = Backend::install(happy_backend);
    let (first, second) = open_two(&Tab::new().run("delete window.BroadcastChannel;")).await;
    first.press("Sign out").await;
    second.find("form.sign-in").await;
    second.sign_in().await;
    // Storage events don't reach a suspended page either.
    second.run("addEventListener('storage', (event) => event.stopImmediatePropagation(), { capture: true })");
    leptos::prelude::window()
        .local_storage()
        .unwrap()
        .unwrap()
        .set_item("credit-desk.left", "lock 1")
        .unwrap();
    second.run("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    second.wait_for_text("Locked").await;
}

#[wasm_bindgen_test]
async fn a_decision_in_one_tab_applies_in_all() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    journal::clear().await;
    let first = Tab::settling(1).signed_in("/transfer").await;
    let second = Tab::settling(1).signed_in("/transfer").await;
    first.review_transfer().await;
    first.confirm();
    first.find(".unknown").await;
    rows.borrow_mut().extend([row(8, 0), row(7, 0)]);
    first.press("Mark as not completed").await;
    first.find(".absent").await;
    second.wait_until_gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::outcome().await, "decided_not");
    // The other tab doesn't overwrite it.
    sleep(300).await;
    assert_eq!(journal::only_record().await["end"]["what"], "decided_not");
}

/// A tab is notified of every change, including its own. That must not lose details that the journal doesn't store.
#[wasm_bindgen_test]
async fn a_receipt_keeps_all_its_amounts() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        page.text().contains("Available to the client"),
        "{}",
        page.text()
    );
    assert_eq!(journal::outcome().await, "done");
    sleep(300).await;
    assert!(
        page.text().contains("Available to the client"),
        "{}",
        page.text()
    );
}
