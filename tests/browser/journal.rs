//! The journal is written before anything is sent, and nothing is sent that it couldn't store.

use crate::support::{Backend, Page, Reply, Tab, WATCH, happy_backend, journal, sleep, wait_until};
use serde_json::Value;
use std::cell::Cell;
use wasm_bindgen_test::wasm_bindgen_test;

/// The steps of a durable journal write.
const DURABLE_WRITE: [&str; 3] = ["begin strict", "put", "complete"];

/// Returns the journal's transactions and the movements that were sent, in order.
fn steps(page: &Page) -> Vec<String> {
    let is_step = |event: &String| {
        !event.starts_with("GET") && !event.ends_with("/calculate") && !event.ends_with("/whoami")
    };
    page.events().into_iter().filter(is_step).collect()
}

#[wasm_bindgen_test]
async fn an_attempt_is_stored_before_it_is_sent_and_its_outcome_after() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/transfer").await;
    page.review_transfer().await;
    assert_eq!(page.journal_writes().len(), 0, "nothing is confirmed yet");
    let before = credit_desk::browser::clock::now();
    page.confirm();
    page.find(".receipt").await;
    assert!(
        wait_until(|| steps(&page).len() == 7).await,
        "{:?}",
        steps(&page)
    );
    let post = "POST /api/v1/reseller/credits/transfer";
    assert_eq!(
        steps(&page),
        [&DURABLE_WRITE[..], &[post], &DURABLE_WRITE[..]].concat()
    );

    let posts = backend.posts("/transfer");
    let [(place, first), (same_place, last)] = &page.journal_writes()[..] else {
        panic!("an attempt and its outcome: {:?}", page.journal_writes());
    };
    assert_eq!((Some(place), place), (posts[0].key.as_ref(), same_place));
    assert_eq!(first["key"], place.as_str());
    assert_eq!(first["body"], posts[0].body.as_str(), "byte for byte");
    assert_eq!(first["base_url"], "/api/v1");
    assert_eq!(first["path"], "/reseller/credits/transfer");
    assert_eq!(first["account"], "5678");
    let at = first["attempts"][0]["at"].as_i64().unwrap();
    assert!((before..=posts[0].at).contains(&at), "{first}");
    assert_eq!(first["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(first["attempts"][0]["ended"], Value::Null);
    assert_eq!(first["end"], Value::Null);

    assert_eq!(last["end"]["what"], "done");
    assert_eq!(last["attempts"][0]["failure"], Value::Null);
    assert!(last["attempts"][0]["ended"].as_i64().unwrap() >= at);
    assert_eq!(&journal::only_record().await, last);
}

#[wasm_bindgen_test]
async fn every_retry_is_stored_before_it_is_sent() {
    let first = Cell::new(true);
    let backend = Backend::install(move |request| {
        if request.is_movement() && first.replace(false) {
            Reply::Broken
        } else {
            happy_backend(request)
        }
    });
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        wait_until(|| steps(&page).len() == 14).await,
        "{:?}",
        steps(&page)
    );
    let post = format!("POST {}", backend.movements()[0].path);
    let attempt = [&DURABLE_WRITE[..], &[post.as_str()], &DURABLE_WRITE[..]].concat();
    assert_eq!(steps(&page), [&attempt[..], &attempt[..]].concat());
    let written = page.journal_writes();
    let attempts: Vec<_> = written
        .iter()
        .map(|(_, text)| text["attempts"].as_array().unwrap().len())
        .collect();
    assert_eq!(attempts, [1, 1, 2, 2]);
    assert_eq!(written[1].1["attempts"][0]["failure"]["why"], "network");
    assert!(written.iter().all(|(key, _)| *key == written[0].0));
}

#[wasm_bindgen_test]
async fn the_journal_contains_no_api_keys() {
    let _backend = Backend::install(happy_backend);
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click("nav.main a[href='/allocate']");
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(wait_until(|| page.journal_writes().len() == 4).await);
    // Everything that the browser stores for this page.
    let stored = format!("{:?} {:?}", page.journal_writes(), journal::texts().await);
    let storage = page.run("JSON.stringify([localStorage, sessionStorage, document.cookie])");
    let stored = stored + &storage.as_string().unwrap();
    assert!(stored.contains("/reseller/credits/transfer"), "{stored}");
    assert!(
        !stored.contains("-secret") && !stored.contains("Bearer"),
        "{stored}"
    );
}

/// Checks that the user must accept the warning once and can then continue. Expects the review of a transfer on a page
/// without a journal.
async fn check_accepting_no_journal(backend: &Backend, page: &Page) {
    page.find(".review .no-journal").await;
    page.confirm();
    sleep(300).await;
    assert_eq!(
        backend.movements().len(),
        0,
        "the warning must be accepted first"
    );
    page.press("Continue anyway").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
    page.press("New transfer").await;
    page.review_transfer().await;
    page.find(".review .no-journal").await;
    assert!(!page.text().contains("Continue anyway"), "accepted once");
    page.confirm();
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn without_a_journal_the_user_must_accept_a_warning_once() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let denied = "indexedDB.constructor.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };";
    let page = Tab::new().run(denied).signed_in("/transfer").await;
    page.review_transfer().await;
    check_accepting_no_journal(&backend, &page).await;
    page.click("nav.main a[href='/activity']");
    page.find("article.submission").await;
    page.wait_for_text("is blocking local storage").await;
}

#[wasm_bindgen_test]
async fn a_newer_journal_is_left_unchanged_and_counts_as_missing() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    // As a newer version of the portal would upgrade it.
    let later = Tab::new().run("window.later = indexedDB.open('credit-desk', 2);");
    let opener = later.open("/").await;
    opener.find("form.sign-in").await;
    assert!(
        wait_until(|| opener.run("later.readyState").as_string().as_deref() == Some("done")).await
    );
    drop(opener);
    let page = Tab::new().signed_in("/transfer").await;
    page.review_transfer().await;
    check_accepting_no_journal(&backend, &page).await;
}

/// Returns a script that makes the journal's first write fail; reading still works.
fn failing(how: &str) -> String {
    format!(
        "const write = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (text, key) {{
           IDBObjectStore.prototype.put = write;
           {how}
         }};"
    )
}

async fn check_failing_write_sends_nothing(how: &str) {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let page = Tab::new().run(&failing(how)).signed_in("/transfer").await;
    page.review_transfer().await;
    assert!(!page.has(".no-journal"));
    page.confirm();
    page.find(".review .asks.unwritten").await;
    page.find(".review .no-journal").await;
    assert_eq!(backend.movements().len(), 0);
    assert!(!page.has("aside.unresolved"), "nothing was sent");
    assert_eq!(journal::texts().await.len(), 0);
    check_accepting_no_journal(&backend, &page).await;
}

#[wasm_bindgen_test]
async fn a_write_that_fails_immediately_sends_nothing() {
    check_failing_write_sends_nothing("throw new DOMException('full', 'QuotaExceededError');")
        .await;
}

#[wasm_bindgen_test]
async fn a_write_that_is_rolled_back_sends_nothing() {
    // As if the disk were found to be full while the transaction commits.
    let how =
        "const request = write.call(this, text, key); this.transaction.abort(); return request;";
    check_failing_write_sends_nothing(how).await;
}

#[wasm_bindgen_test]
async fn a_response_counts_even_if_the_journal_cannot_store_it() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let second = "const put = IDBObjectStore.prototype.put;
        let writes = 0;
        IDBObjectStore.prototype.put = function (text, key) {
          if (writes++ > 0) throw new DOMException('full', 'QuotaExceededError');
          return put.call(this, text, key);
        };";
    let page = Tab::new().run(second).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(!page.has("aside.unresolved"));
    assert_eq!(backend.movements().len(), 1);
    drop(page);
    // The next start finds the attempt and searches for it.
    assert_eq!(journal::only_record().await["end"], Value::Null);
    let page = Tab::new().open("/").await;
    page.wait_for_text("1 transaction is pending.").await;
}

#[wasm_bindgen_test]
async fn a_journal_that_never_opens_blocks_a_movement_only_until_the_warning_is_accepted() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let silent = "IDBFactory.prototype.open = () => ({ readyState: 'pending' });";
    let page = Tab::new().run(silent).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .no-journal").await;
    page.wait_until_gone("button[aria-busy]").await;
    sleep(300).await;
    assert!(
        page.has(".review"),
        "the warning must be accepted first: {}",
        page.text()
    );
    check_accepting_no_journal(&backend, &page).await;
}

#[wasm_bindgen_test]
async fn an_open_page_does_not_block_a_newer_version_from_the_journal() {
    let _backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    sleep(100).await;
    // A newer version in another tab has to wait until this version's connections are closed.
    let later = Tab::new().run(
        "const later = indexedDB.open('credit-desk', 2);
         window.became = 'nothing';
         later.onblocked = () => became = 'blocked';
         later.onsuccess = () => { became = became === 'blocked' ? became : 'opened'; later.result.close(); };",
    );
    let other = later.open("/").await;
    let became = || other.run("became").as_string().unwrap();
    assert!(wait_until(|| became() != "nothing").await);
    assert_eq!(became(), "opened");
}
