//! What the portal does where the browser's clock is wrong, a feature is missing or broken, or the deployment has changed
//! between two openings. In a real browser.

use crate::support::{
    Backend, FAST, KEY, Page, Reply, Rows, Tab, events, journal, log, row, settings, sleep, story,
    unanswered, until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60_000;

/// A script that sets the frame's wall clock off by so many milliseconds.
fn clock_off(ms: i64) -> String {
    format!("{{ const time = Date.now.bind(Date); Date.now = () => time() + {ms}; }}")
}

/// A number that a script keeps in the frame.
fn number(page: &Page, name: &str) -> i64 {
    let text = page.run(&format!("String(window.{name})")).as_string();
    text.unwrap().parse().unwrap()
}

#[wasm_bindgen_test]
async fn a_clock_that_is_off_is_reported_and_misleads_nobody() {
    for (off, words) in [
        (20 * MINUTE, "clock is 20 minutes fast"),
        (-15 * MINUTE, "clock is 15 minutes slow"),
    ] {
        // A colleague's identical transfer of a moment ago.
        let backend = Backend::install(|seen| match seen.reads_books() {
            true => log(&[row(70, 2000)]),
            false => story(seen),
        });
        journal::clear().await;
        let page = Tab::new().run(&clock_off(off)).signed_in("/transfer").await;
        page.says("This computer's").await;
        page.says(words).await;
        page.review_transfer().await;
        page.confirm();
        page.find(".review .asks.alike").await;
        assert_eq!(backend.movements().len(), 0, "{words}");
    }
}

#[wasm_bindgen_test]
async fn a_clock_that_is_right_is_not_mentioned() {
    let _backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    sleep(300).await;
    assert!(!page.has(".clock-notice"), "{}", page.text());
}

#[wasm_bindgen_test]
async fn an_answer_that_is_lost_on_a_slow_clock_is_found_by_the_services_time() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    journal::clear().await;
    let slow = Tab::settling(30).run(&clock_off(-20 * MINUTE)).run(FAST);
    let page = slow.signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    assert!(until(|| !backend.movements().is_empty()).await);
    rows.borrow_mut().push(row(7, 0));
    page.find(".receipt .evidence").await;
    page.says("Completed (found in the log)").await;
    // A person knows better: then it is looked for again.
    page.press("This is a colleague's").await;
    page.find(".absent").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::only().await["foreign"][0], "7");
}

#[wasm_bindgen_test]
async fn an_address_written_otherwise_is_the_same_service() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        path if path.contains("/credits/logs") => log(&[row(7, MINUTE)]),
        _ => story(seen),
    });
    let origin = leptos::prelude::window().location().origin().unwrap();
    for address in ["/api/v1/".to_owned(), format!("{origin}/api/v1")] {
        journal::clear().await;
        journal::put(&journal::transfer(KEY, MINUTE)).await;
        let mut settings = settings();
        settings["reseller_api"]["base_url"] = address.as_str().into();
        let page = Tab::with(settings).signed_in("/transfer").await;
        page.find(&format!(".receipt[data-key='{KEY}']")).await;
    }
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn what_went_to_another_service_blocks_nothing_and_can_be_decided() {
    let backend = Backend::install(story);
    journal::clear().await;
    let mut entry = journal::transfer(KEY, MINUTE);
    entry["base_url"] = "https://elsewhere.example/api/v1".into();
    journal::put(&entry).await;
    let page = Tab::settling(1).signed_in("/transfer").await;
    page.find("form.movement").await;
    page.click("nav.main a[href='/activity']");
    page.press("It was not made").await;
    page.gone("aside.unresolved").await;
    assert_eq!(journal::end().await, "decided_not");
    assert_eq!(backend.movements().len(), 0);
}

#[wasm_bindgen_test]
async fn a_browser_that_refuses_locks_sends_all_the_same() {
    for script in [
        "navigator.locks.request = () => Promise.reject(new DOMException('no', 'SecurityError'));",
        "navigator.locks.request = () => { throw new DOMException('no', 'SecurityError'); };",
        "Object.defineProperty(navigator, 'locks', { value: undefined });",
    ] {
        let backend = Backend::install(story);
        journal::clear().await;
        let page = Tab::new().run(script).signed_in("/transfer").await;
        page.review_transfer().await;
        page.confirm();
        page.find(".receipt").await;
        assert_eq!(backend.movements().len(), 1, "{script}");
    }
}

#[wasm_bindgen_test]
async fn storage_that_breaks_while_a_request_is_open_is_not_hammered() {
    let backend = Backend::install(|seen| match seen {
        seen if seen.moves() => Reply::Broken,
        seen => story(seen),
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

/// Ten seconds of the page's own time for each write of the journal.
const SLOW_JOURNAL: &str = "
    const commit = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
        const until = performance.now() + 10000;
        while (performance.now() < until);
        return commit.call(this);
    };";

#[wasm_bindgen_test]
async fn a_journal_that_takes_long_has_the_figures_checked_again() {
    let backend = Backend::install(story);
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
async fn figures_that_change_while_the_journal_is_written_ask_once_more() {
    // How many more previews are as they were.
    let left = Rc::new(Cell::new(u32::MAX));
    let count = left.clone();
    let backend = Backend::install(move |seen| {
        if !seen.path.ends_with("/calculate") {
            return story(seen);
        }
        match count.get() {
            0 => crate::support::forward("61.613", "59.613", "0.1", "2"),
            left => {
                count.set(left - 1);
                story(seen)
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
    assert_eq!(backend.movements().len(), 0, "the rate is another by now");
    assert!(
        until_forgotten().await,
        "and nothing is left in the journal"
    );
}

/// Whether the journal comes to be empty.
async fn until_forgotten() -> bool {
    for _ in 0..100 {
        if journal::texts().await.is_empty() {
            return true;
        }
        sleep(50).await;
    }
    false
}

#[wasm_bindgen_test]
async fn an_undocumented_conflict_is_no_rejection() {
    for body in [
        r#"{"error":{"code":"BUSY","message":"try later"}}"#,
        r#"{"error":{"code":"CONFLICT","message":"still in flight"}}"#,
        "{}",
    ] {
        let done = Rc::new(Cell::new(false));
        let switch = done.clone();
        let _backend = Backend::install(move |seen| match seen {
            seen if seen.moves() && !switch.get() => Reply::Json(409, body.to_owned()),
            seen => story(seen),
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
async fn a_colleagues_allocation_with_other_words_is_not_taken_for_ones_own() {
    let sent = Rc::new(Cell::new(false));
    let switch = sent.clone();
    let backend = Backend::install(move |seen| match seen {
        seen if seen.moves() => {
            switch.set(true);
            Reply::Silent
        }
        seen if seen.reads_books() && switch.get() => {
            let Reply::Json(status, body) = events(&[500]) else {
                unreachable!()
            };
            let named = r#""transferId":"txn_9","description":"a colleague's","#;
            Reply::Json(
                status,
                body.replacen("{\"balance", &format!("{{{named}\"balance"), 1),
            )
        }
        seen => story(seen),
    });
    journal::clear().await;
    let mut settings = settings();
    settings["organizations_api"]["settles_after_seconds"] = 1.into();
    settings["organizations_api"]["replays_idempotency_keys"] = false.into();
    let page = Tab::with(settings).signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    let read = backend.readings();
    assert!(until(|| backend.readings() > read + 1).await);
    assert!(
        !page.has(".receipt") && !page.has(".candidates"),
        "{}",
        page.text()
    );
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn behind_a_gateway_the_account_is_what_the_service_says() {
    let other = Rc::new(Cell::new(false));
    let switch = other.clone();
    let backend = Backend::install(move |seen| match seen {
        seen if seen.path == "/v1/whoami" && switch.get() => Reply::Json(
            200,
            r#"{"organizationId":"org_00000000-0000-4000-8000-000000000009"}"#.to_owned(),
        ),
        seen if seen.moves() => Reply::Broken,
        seen => story(seen),
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
    let account = journal::only().await["account"].clone();
    assert_eq!(account, "org_00000000-0000-4000-8000-000000000001");
    drop(page);
    // The gateway serves another account when the portal is opened again: nothing is sent there, or shown.
    other.set(true);
    let sent = backend.movements().len();
    let page = Tab::with(settings).open("/allocate").await;
    page.find("form.movement").await;
    sleep(2500).await;
    assert_eq!(backend.movements().len(), sent);
    page.says("1 transaction is pending.").await;
    assert!(!page.has("aside.unresolved [data-key]"), "{}", page.text());
}
