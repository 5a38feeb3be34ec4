//! The journal, in a real browser: it is written before anything leaves, and nothing leaves that it could not take.

use crate::support::{Backend, Page, Reply, Tab, WATCH, journal, sleep, story, until};
use serde_json::Value;
use std::cell::Cell;
use wasm_bindgen_test::wasm_bindgen_test;

/// What became of a written attempt: asked for durably, and there.
const KEPT: [&str; 3] = ["begin strict", "put", "complete"];

/// The journal's transactions and the movements that left, in order.
fn steps(page: &Page) -> Vec<String> {
    let is_step = |noted: &String| {
        !noted.starts_with("GET") && !noted.ends_with("/calculate") && !noted.ends_with("/whoami")
    };
    page.order().into_iter().filter(is_step).collect()
}

#[wasm_bindgen_test]
async fn an_attempt_is_durably_there_before_it_leaves_and_its_end_after() {
    let backend = Backend::install(story);
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/transfer").await;
    page.review_transfer().await;
    assert_eq!(page.written().len(), 0, "nothing is asked for yet");
    let before = credit_desk::browser::clock::now();
    page.confirm();
    page.find(".receipt").await;
    assert!(
        until(|| steps(&page).len() == 7).await,
        "{:?}",
        steps(&page)
    );
    let post = "POST /api/v1/reseller/credits/transfer";
    assert_eq!(steps(&page), [&KEPT[..], &[post], &KEPT[..]].concat());

    let posts = backend.posts("/transfer");
    let [(place, first), (same_place, last)] = &page.written()[..] else {
        panic!("an attempt and its end: {:?}", page.written());
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
    assert_eq!(&journal::only().await, last);
}

#[wasm_bindgen_test]
async fn every_further_attempt_is_there_before_it_leaves_too() {
    let first = Cell::new(true);
    let backend = Backend::install(move |seen| {
        if seen.moves() && first.replace(false) {
            Reply::Broken
        } else {
            story(seen)
        }
    });
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        until(|| steps(&page).len() == 14).await,
        "{:?}",
        steps(&page)
    );
    let post = format!("POST {}", backend.movements()[0].path);
    let attempt = [&KEPT[..], &[post.as_str()], &KEPT[..]].concat();
    assert_eq!(steps(&page), [&attempt[..], &attempt[..]].concat());
    let written = page.written();
    let attempts: Vec<_> = written
        .iter()
        .map(|(_, text)| text["attempts"].as_array().unwrap().len())
        .collect();
    assert_eq!(attempts, [1, 1, 2, 2]);
    assert_eq!(written[1].1["attempts"][0]["failure"]["why"], "network");
    assert!(written.iter().all(|(key, _)| *key == written[0].0));
}

#[wasm_bindgen_test]
async fn no_key_of_a_backend_comes_into_it() {
    let _backend = Backend::install(story);
    journal::clear().await;
    let page = Tab::new().run(WATCH).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click("nav.main a[href='/allocate']");
    page.review_allocation().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(until(|| page.written().len() == 4).await);
    // Everything the browser keeps for this page, however it got there.
    let kept = format!("{:?} {:?}", page.written(), journal::texts().await);
    let storage = page.run("JSON.stringify([localStorage, sessionStorage, document.cookie])");
    let kept = kept + &storage.as_string().unwrap();
    assert!(kept.contains("/reseller/credits/transfer"), "{kept}");
    assert!(
        !kept.contains("-secret") && !kept.contains("Bearer"),
        "{kept}"
    );
}

/// A page that has no journal, at the review of a transfer: the person is told, accepts once, and goes on.
async fn goes_on_once_accepted(backend: &Backend, page: &Page) {
    page.find(".review .no-journal").await;
    page.confirm();
    sleep(300).await;
    assert_eq!(backend.movements().len(), 0, "it is to be accepted first");
    page.press("I accept this").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
    page.press("New transfer").await;
    page.review_transfer().await;
    page.find(".review .no-journal").await;
    assert!(!page.text().contains("I accept this"), "accepted once");
    page.confirm();
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn without_a_journal_the_person_is_told_and_must_accept_it_once() {
    let backend = Backend::install(story);
    journal::clear().await;
    let denied = "indexedDB.constructor.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };";
    let page = Tab::new().run(denied).signed_in("/transfer").await;
    page.review_transfer().await;
    goes_on_once_accepted(&backend, &page).await;
    page.click("nav.main a[href='/activity']");
    page.find("article.submission").await;
    page.says("does not let the portal keep its journal").await;
}

#[wasm_bindgen_test]
async fn a_journal_of_a_later_version_is_left_alone_and_is_none() {
    let backend = Backend::install(story);
    journal::clear().await;
    // What a later version of the portal may have done to it.
    let later = Tab::new().run("window.later = indexedDB.open('credit-desk', 2);");
    let opener = later.open("/").await;
    opener.find("form.sign-in").await;
    assert!(until(|| opener.run("later.readyState").as_string().as_deref() == Some("done")).await);
    drop(opener);
    let page = Tab::new().signed_in("/transfer").await;
    page.review_transfer().await;
    goes_on_once_accepted(&backend, &page).await;
}

/// What makes the journal fail at its first write; it can be read all the same.
fn failing(how: &str) -> String {
    format!(
        "const write = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (text, key) {{
           IDBObjectStore.prototype.put = write;
           {how}
         }};"
    )
}

async fn a_failing_write_sends_nothing(how: &str) {
    let backend = Backend::install(story);
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
    goes_on_once_accepted(&backend, &page).await;
}

#[wasm_bindgen_test]
async fn a_write_that_is_refused_at_once_sends_nothing() {
    a_failing_write_sends_nothing("throw new DOMException('full', 'QuotaExceededError');").await;
}

#[wasm_bindgen_test]
async fn a_write_that_is_undone_later_sends_nothing() {
    // As when the disk is found full while the transaction is committed.
    let how =
        "const request = write.call(this, text, key); this.transaction.abort(); return request;";
    a_failing_write_sends_nothing(how).await;
}

#[wasm_bindgen_test]
async fn an_answer_counts_though_the_journal_cannot_take_it() {
    let backend = Backend::install(story);
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
    // The next start finds the attempt, and looks.
    assert_eq!(journal::only().await["end"], Value::Null);
    let page = Tab::new().open("/").await;
    page.says("1 transaction is pending.").await;
}

#[wasm_bindgen_test]
async fn a_journal_that_does_not_open_neither_lets_a_movement_pass_nor_holds_it_up_for_ever() {
    let backend = Backend::install(story);
    journal::clear().await;
    let silent = "IDBFactory.prototype.open = () => ({ readyState: 'pending' });";
    let page = Tab::new().run(silent).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .no-journal").await;
    page.gone("button[aria-busy]").await;
    sleep(300).await;
    assert!(
        page.has(".review"),
        "it is to be accepted first: {}",
        page.text()
    );
    goes_on_once_accepted(&backend, &page).await;
}

#[wasm_bindgen_test]
async fn an_open_page_does_not_keep_a_later_version_from_its_journal() {
    let _backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    sleep(100).await;
    // As a later version in another tab, which has to wait until nobody holds the stores of this one.
    let later = Tab::new().run(
        "const later = indexedDB.open('credit-desk', 2);
         window.became = 'nothing';
         later.onblocked = () => became = 'blocked';
         later.onsuccess = () => { became = became === 'blocked' ? became : 'opened'; later.result.close(); };",
    );
    let other = later.open("/").await;
    let became = || other.run("became").as_string().unwrap();
    assert!(until(|| became() != "nothing").await);
    assert_eq!(became(), "opened");
}
