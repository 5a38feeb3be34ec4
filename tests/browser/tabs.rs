//! Several tabs of one browser: one drives a movement, the others watch, and take over when it is gone.

use crate::support::{
    Backend, KEY, Page, Reply, Rows, Tab, journal, row, sleep, story, unanswered, until,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// Two tabs that stand at the transfer form.
async fn two(second: &Tab) -> (Page, Page) {
    journal::clear().await;
    let one = Tab::new().signed_in("/transfer").await;
    let two = second.signed_in("/transfer").await;
    (one, two)
}

#[wasm_bindgen_test]
async fn what_one_tab_does_the_other_shows_and_leaves_alone() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let (one, two) = two(&Tab::new()).await;
    two.review_transfer().await;
    one.review_transfer().await;
    one.confirm();
    // From the first moment on, and without anybody touching the second one.
    two.find("aside.unresolved li").await;
    two.find(".unknown").await;
    two.says("another tab").await;
    assert!(
        !two.has(".review") && !two.has(".unknown button"),
        "{}",
        two.text()
    );
    assert!(until(|| !backend.movements().is_empty()).await);
    let key = backend.movements()[0].key.clone().unwrap();
    assert_eq!(two.attribute("aside.unresolved li", "data-key").await, key);
    one.find(".unknown").await;
    rows.borrow_mut().push(row(7, 0));
    one.find(".receipt").await;
    two.gone("aside.unresolved").await;
    // What was under review is not taken from under their hands, and is asked about.
    two.find(".review").await;
    two.confirm();
    two.find(".review .asks.alike").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn of_two_confirmations_at_once_one_is_sent() {
    let backend = unanswered(&Rows::default());
    let (one, two) = two(&Tab::new()).await;
    one.review_transfer().await;
    two.review_transfer().await;
    one.confirm();
    two.confirm();
    one.find("aside.unresolved li").await;
    two.find("aside.unresolved li").await;
    sleep(1500).await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::texts().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_tab_that_heard_nothing_finds_it_in_the_journal_before_it_sends() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    // Messages between tabs may be late, or never come.
    let deaf = Tab::new().run("BroadcastChannel.prototype.postMessage = () => {};");
    journal::clear().await;
    let one = deaf.signed_in("/transfer").await;
    let two = deaf.signed_in("/transfer").await;
    two.review_transfer().await;
    one.review_transfer().await;
    one.confirm();
    one.find(".unknown").await;
    assert!(two.has(".review"), "it does not know yet");
    two.confirm();
    two.find("aside.unresolved li").await;
    sleep(300).await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::texts().await.len(), 1);
    // Its outcome comes first; then what was under review is there again, and is asked about.
    assert!(!two.has(".review button.primary"));
    rows.borrow_mut().push(row(7, 0));
    one.find(".receipt").await;
    two.find(".review").await;
    two.confirm();
    two.find(".review .asks.alike").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn another_kind_does_not_have_to_wait() {
    let backend = Backend::install(|seen| match seen {
        seen if seen.path.ends_with("/transfer") => Reply::Silent,
        seen => story(seen),
    });
    let (one, two) = two(&Tab::new()).await;
    one.review_transfer().await;
    one.confirm();
    two.find(".unknown").await;
    two.click("nav.main a[href='/allocate']");
    two.review_allocation().await;
    two.confirm();
    two.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn a_tab_takes_over_what_another_was_at_when_it_was_closed() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let (one, two) = two(&Tab::new()).await;
    one.review_transfer().await;
    one.confirm();
    // Closed before an answer could come: nobody but the journal knows of it.
    assert!(until(|| backend.movements().len() == 1).await);
    drop(one);
    rows.borrow_mut().push(row(7, 0));
    two.find(".receipt").await;
    two.gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::only().await["end"]["what"], "found");
}

#[wasm_bindgen_test]
async fn one_tab_at_a_time_asks_again() {
    let backend = Backend::install(|seen| match seen {
        seen if seen.moves() => Reply::Broken,
        seen => story(seen),
    });
    journal::clear().await;
    journal::put(&journal::promised(journal::allocation(KEY, 1000))).await;
    let one = Tab::new().signed_in("/allocate").await;
    let two = Tab::new().signed_in("/allocate").await;
    assert!(until(|| backend.movements().len() == 3).await);
    let sent = backend.movements();
    let pauses: Vec<_> = sent
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect();
    // After the second attempt of all two seconds, after the third four, a quarter more or less.
    assert!(pauses[0] >= 1500 && pauses[1] >= 3000, "{pauses:?}");
    drop((one, two));
}

#[wasm_bindgen_test]
async fn a_tab_that_comes_later_says_that_another_is_at_it() {
    let _backend = unanswered(&Rows::default());
    let one = Page::reviewed_transfer().await;
    one.confirm();
    one.find(".unknown").await;
    let two = Tab::new().signed_in("/transfer").await;
    two.find(".unknown").await;
    two.says("another tab").await;
    assert!(
        !two.has(".unknown button"),
        "it would do nothing: {}",
        two.text()
    );
}

/// As after a browser was killed: it opens its tabs again, and somebody signs in to one of them.
#[wasm_bindgen_test]
async fn a_tab_in_which_nobody_signs_in_does_not_hold_a_movement_back() {
    let backend = Backend::install(story);
    journal::clear().await;
    journal::put(&journal::promised(journal::allocation(KEY, 1000))).await;
    let idle = Tab::new().open("/").await;
    idle.find("aside.unresolved").await;
    sleep(500).await;
    let used = Tab::new().signed_in("/allocate").await;
    used.find(&format!(".receipt[data-key='{KEY}']")).await;
    assert_eq!(backend.movements().len(), 1);
    idle.gone("aside.unresolved").await;
}

#[wasm_bindgen_test]
async fn a_sign_out_in_one_tab_is_one_in_all_and_the_next_sign_in_goes_on() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let (one, two) = two(&Tab::new()).await;
    one.review_transfer().await;
    one.confirm();
    one.find(".unknown").await;
    one.press("Sign out").await;
    one.find("form.sign-in").await;
    two.find("form.sign-in").await;
    rows.borrow_mut().push(row(7, 0));
    two.sign_in().await;
    two.find(".receipt").await;
    one.gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
}

/// Tabs hear of a sign-out from a channel and from what is stored, and the second of them may come late.
#[wasm_bindgen_test]
async fn a_sign_out_that_is_heard_twice_keeps_the_key_that_was_typed_in_between() {
    let _backend = Backend::install(story);
    let (one, two) = two(&Tab::new()).await;
    one.press("Sign out").await;
    two.find("form.sign-in").await;
    sleep(200).await;
    two.fill("#reseller-key", "reseller-secret").await;
    two.run("new BroadcastChannel('credit-desk').postMessage('another-page sign-out')");
    sleep(200).await;
    assert_eq!(two.value("#reseller-key").await, "reseller-secret");
}

/// A suspended page hears nothing, and some browsers have no channels.
#[wasm_bindgen_test]
async fn a_sign_out_reaches_tabs_that_heard_nothing_of_it() {
    let _backend = Backend::install(story);
    let (one, two) = two(&Tab::new().run("delete window.BroadcastChannel;")).await;
    one.press("Sign out").await;
    two.find("form.sign-in").await;
    two.sign_in().await;
    // Nor does a storage event reach a suspended page.
    two.run("addEventListener('storage', (event) => event.stopImmediatePropagation(), { capture: true })");
    leptos::prelude::window()
        .local_storage()
        .unwrap()
        .unwrap()
        .set_item("credit-desk.left", "lock 1")
        .unwrap();
    two.run("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    two.says("Locked").await;
}

#[wasm_bindgen_test]
async fn a_decision_in_one_tab_is_one_in_all() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    journal::clear().await;
    let one = Tab::settling(1).signed_in("/transfer").await;
    let two = Tab::settling(1).signed_in("/transfer").await;
    one.review_transfer().await;
    one.confirm();
    one.find(".unknown").await;
    rows.borrow_mut().extend([row(8, 0), row(7, 0)]);
    one.press("It was not made").await;
    one.find(".absent").await;
    two.gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1);
    sleep(500).await;
    assert_eq!(journal::only().await["end"]["what"], "decided_not");
}

/// A tab hears of every change, of its own too. What it knows and the journal does not keep must not be lost by that.
#[wasm_bindgen_test]
async fn a_receipt_keeps_all_its_figures() {
    let _backend = Backend::install(story);
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        page.text().contains("Available to the child"),
        "{}",
        page.text()
    );
    sleep(500).await;
    assert!(
        page.text().contains("Available to the child"),
        "{}",
        page.text()
    );
}
