//! What the portal does if the browser's clock is wrong, a feature is missing or broken, or the deployment changed
//! between two visits.

use crate::support::{
    Backend, FAST, KEY, Page, Reply, Rows, Tab, events, happy_backend, journal, log, row, settings,
    silent_backend, sleep, wait_until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60_000;

/// Returns a script that shifts the frame's wall clock by `ms` milliseconds.
fn clock_off(ms: i64) -> String {
    format!("{{ const time = Date.now.bind(Date); Date.now = () => time() + {ms}; }}")
}

/// Reads a number that a script stores in the frame.
fn number(page: &Page, name: &str) -> i64 {
    let text = page.run(&format!("String(window.{name})")).as_string();
    text.unwrap().parse().unwrap()
}

#[wasm_bindgen_test]
async fn a_wrong_clock_is_reported_and_does_not_hide_duplicates() {
    for (off, words) in [
        (20 * MINUTE, "clock is 20 minutes fast"),
        (-15 * MINUTE, "clock is 15 minutes slow"),
    ] {
        // A colleague's identical transfer from a moment ago.
        let backend = Backend::install(|request| match request.reads_ledger() {
            true => log(&[row(70, 2000)]),
            false => happy_backend(request),
        });
        journal::clear().await;
        let page = Tab::new().run(&clock_off(off)).signed_in("/transfer").await;
        page.wait_for_text("This computer's").await;
        page.wait_for_text(words).await;
        page.review_transfer().await;
        page.confirm();
        page.find(".review .asks.alike").await;
        assert_eq!(backend.movements().len(), 0, "{words}");
    }
}

#[wasm_bindgen_test]
async fn a_correct_clock_is_not_mentioned() {
    let _backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    sleep(300).await;
    assert!(!page.has(".clock-notice"), "{}", page.text());
}

#[wasm_bindgen_test]
async fn a_lost_response_is_found_by_the_services_time_despite_a_slow_clock() {
    let rows = Rows::default();
    let backend = silent_backend(&rows);
    journal::clear().await;
    let slow = Tab::settling(30).run(&clock_off(-20 * MINUTE)).run(FAST);
    let page = slow.signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    assert!(wait_until(|| !backend.movements().is_empty()).await);
    rows.borrow_mut().push(row(7, 0));
    page.find(".receipt .evidence").await;
    page.wait_for_text("Completed (found in log)").await;
    // The user rejects the match, so the search continues.
    page.press("This is a colleague's").await;
    page.find(".absent").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::only_record().await["foreign"][0], "7");
}

#[wasm_bindgen_test]
async fn differently_spelled_addresses_are_the_same_service() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/logs") => log(&[row(7, MINUTE)]),
        _ => happy_backend(request),
    });
    let origin = leptos::prelude::window().location().origin().unwrap();
    for address in ["/api/v1/".to_owned(), format!("{origin}/api/v1")] {
        journal::clear().await;
        journal::put_record(&journal::transfer(KEY, MINUTE)).await;
        let mut settings = settings();
        settings["reseller_api"]["base_url"] = address.as_str().into();
        let page = Tab::with(settings).signed_in("/transfer").await;
        page.find(&format!(".receipt[data-key='{KEY}']")).await;
    }
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn a_movement_sent_to_another_service_blocks_nothing_and_can_be_decided() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let mut entry = journal::transfer(KEY, MINUTE);
    entry["base_url"] = "https://elsewhere.example/api/v1".into();
    journal::put_record(&entry).await;
    let page = Tab::settling(1).signed_in("/transfer").await;
    page.find("form.movement").await;
    page.click("nav.main a[href='/activity']");
    page.press("Mark as not completed").await;
    page.wait_until_gone("aside.unresolved").await;
    assert_eq!(journal::outcome().await, "decided_not");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn a_browser_without_locks_can_still_send() {
    for script in [
        "navigator.locks.request = () => Promise.reject(new DOMException('no', 'SecurityError'));",
        "navigator.locks.request = () => { throw new DOMException('no', 'SecurityError'); };",
        "Object.defineProperty(navigator, 'locks', { value: undefined });",
    ] {
        let backend = Backend::install(happy_backend);
        journal::clear().await;
        let page = Tab::new().run(script).signed_in("/transfer").await;
        page.review_transfer().await;
        page.confirm();
        page.find(".receipt").await;
        assert_eq!(backend.movements().len(), 1, "{script}");
    }
}

#[wasm_bindgen_test]
async fn broken_storage_is_not_retried_too_often() {
    let backend = Backend::install(|request| match request {
        request if request.is_movement() => Reply::Broken,
        request => happy_backend(request),
    });
    journal::clear().await;
    let count = "window.opens = 0; window.broken = false;
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...all) {
            window.opens += 1;
            if (window.broken) throw new DOMException('gone', 'UnknownError');
            return open.apply(this, all);
        };";
    let page = Tab::new().run(count).signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    page.run("window.broken = true; window.opens = 0;");
    sleep(3000).await;
    let opens = number(&page, "opens");
    assert!(opens < 20, "{opens} times in three seconds");
    assert!(page.has(".unknown"), "{}", page.text());
    assert!(!backend.movements().is_empty());
}

/// Makes each journal write take ten seconds of the page's time.
const SLOW_JOURNAL: &str = "
    const commit = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        const until = performance.now() + 10000;
        while (performance.now() < until);
        return commit.call(this);
    };";

#[wasm_bindgen_test]
async fn a_slow_journal_write_makes_the_portal_recheck_the_amounts() {
    let backend = Backend::install(happy_backend);
    journal::clear().await;
    let tab = Tab::new().run(FAST).run(SLOW_JOURNAL);
    let page = tab.signed_in("/transfer").await;
    page.review_transfer().await;
    let before = backend.posts("/calculate").len();
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.posts("/calculate").len(), before + 2, "twice");
}

#[wasm_bindgen_test]
async fn amounts_that_change_during_the_journal_write_need_another_confirmation() {
    // How many more previews return the original amounts.
    let left = Rc::new(Cell::new(u32::MAX));
    let count = left.clone();
    let backend = Backend::install(move |request| {
        if !request.path.ends_with("/calculate") {
            return happy_backend(request);
        }
        match count.get() {
            0 => crate::support::transfer_preview("61.613", "59.613", "0.1", "2"),
            left => {
                count.set(left - 1);
                happy_backend(request)
            }
        }
    });
    journal::clear().await;
    let tab = Tab::new().run(FAST).run(SLOW_JOURNAL);
    let page = tab.signed_in("/transfer").await;
    page.review_transfer().await;
    left.set(1);
    page.confirm();
    page.find(".review .asks.expired").await;
    assert_eq!(
        backend.movements().len(),
        0,
        "the rate has changed in the meantime"
    );
    // Nothing is left in the journal.
    journal::wait_for_texts(|texts| texts.is_empty()).await;
}

#[wasm_bindgen_test]
async fn an_undocumented_conflict_is_not_a_rejection() {
    for body in [
        r#"{"error":{"code":"BUSY","message":"try later"}}"#,
        r#"{"error":{"code":"CONFLICT","message":"still in flight"}}"#,
        "{}",
    ] {
        let done = Rc::new(Cell::new(false));
        let switch = done.clone();
        let _backend = Backend::install(move |request| match request {
            request if request.is_movement() && !switch.get() => Reply::Json(409, body.to_owned()),
            request => happy_backend(request),
        });
        let page = Page::signed_in("/allocate").await;
        page.review_allocation().await;
        page.confirm();
        page.find(".unknown").await;
        assert!(!page.text().contains("No credits moved."), "{body}");
        done.set(true);
        page.find(".receipt").await;
    }
}

#[wasm_bindgen_test]
async fn a_colleagues_allocation_with_another_description_is_not_matched() {
    let sent = Rc::new(Cell::new(false));
    let switch = sent.clone();
    let backend = Backend::install(move |request| match request {
        request if request.is_movement() => {
            switch.set(true);
            Reply::Silent
        }
        request if request.reads_ledger() && switch.get() => {
            let Reply::Json(status, body) = events(&[500]) else {
                unreachable!()
            };
            let named = r#""transferId":"txn_9","description":"a colleague's","#;
            Reply::Json(
                status,
                body.replacen("{\"balance", &format!("{{{named}\"balance"), 1),
            )
        }
        request => happy_backend(request),
    });
    journal::clear().await;
    let mut settings = settings();
    settings["organizations_api"]["settles_after_seconds"] = 1.into();
    settings["organizations_api"]["replays_idempotency_keys"] = false.into();
    let page = Tab::with(settings).signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    let read = backend.ledger_reads();
    assert!(wait_until(|| backend.ledger_reads() > read + 1).await);
    assert!(
        !page.has(".receipt") && !page.has(".candidates"),
        "{}",
        page.text()
    );
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn behind_a_gateway_the_account_comes_from_the_service() {
    let other = Rc::new(Cell::new(false));
    let switch = other.clone();
    let backend = Backend::install(move |request| match request {
        request if request.path == "/v1/whoami" && switch.get() => Reply::Json(
            200,
            r#"{"organizationId":"org_00000000-0000-4000-8000-000000000009"}"#.to_owned(),
        ),
        request if request.is_movement() => Reply::Broken,
        request => happy_backend(request),
    });
    journal::clear().await;
    let mut settings = settings();
    settings["credentials"] = "gateway".into();
    settings
        .as_object_mut()
        .unwrap()
        .remove("lock_after_minutes");
    settings["organizations_api"]["base_url"] = "/".into();
    let page = Tab::with(settings.clone()).open("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    let account = journal::only_record().await["account"].clone();
    assert_eq!(account, "org_00000000-0000-4000-8000-000000000001");
    drop(page);
    // When the portal opens again, the gateway serves another account: nothing is sent to or shown for it.
    other.set(true);
    let sent = backend.movements().len();
    let page = Tab::with(settings).open("/allocate").await;
    page.find("form.movement").await;
    sleep(2500).await;
    assert_eq!(backend.movements().len(), sent);
    page.wait_for_text("1 transaction is pending.").await;
    assert!(!page.has("aside.unresolved [data-key]"), "{}", page.text());
}
