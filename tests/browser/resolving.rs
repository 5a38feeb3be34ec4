//! What became of a movement that had no answer, on a backend that does not recognise keys: its log is searched, and
//! where that does not tell, a person decides. In a real browser.

use crate::support::{
    Backend, FAST, Page, Reply, Rows, Seen, Tab, journal, log, row, sleep, story, unanswered, until,
};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A transfer of 20 minutes to Beta Co that was sent and has no answer, in such a tab.
async fn unknown(tab: Tab) -> Page {
    journal::clear().await;
    let page = tab.signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".unknown[data-state=unknown]").await;
    page
}

/// Nothing was sent but the one attempt, and it has come to this end.
async fn ended(backend: &Backend, page: &Page, what: &str) -> Value {
    page.gone("aside.unresolved").await;
    assert_eq!(backend.movements().len(), 1, "never sent again");
    let entry = journal::only().await;
    assert_eq!(entry["end"]["what"], what);
    assert_eq!(entry["key"].as_str(), backend.movements()[0].key.as_deref());
    entry["end"].clone()
}

#[wasm_bindgen_test]
async fn a_line_that_can_be_nothing_else_is_the_movement() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let page = unknown(Tab::settling(60).run(FAST)).await;
    page.find("aside.unresolved li[data-state=unknown]").await;
    assert!(
        !page.has(".review") && !page.has("form.movement"),
        "nothing else before its end"
    );
    rows.borrow_mut().push(row(7, 0));
    page.find(".receipt").await;
    page.says("it stands in the log").await;
    let end = ended(&backend, &page, "found").await;
    assert_eq!(end["line"]["id"], "7");
    page.press("New transfer").await;
    assert_eq!(
        page.value("#minutes").await,
        "",
        "the form does not keep what was made"
    );
}

#[wasm_bindgen_test]
async fn what_stood_in_the_log_before_is_not_the_movement() {
    let rows = Rows::default();
    // Late enough that by its time alone it could be.
    rows.borrow_mut().push(row(7, 60 * 1000));
    let backend = unanswered(&rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".absent").await;
    ended(&backend, &page, "absent").await;
}

#[wasm_bindgen_test]
async fn only_what_can_no_longer_take_effect_is_said_not_to_be_made() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let page = unknown(Tab::settling(3)).await;
    page.says("can still take effect until").await;
    page.find(".absent").await;
    let sent = backend.movements()[0].at;
    let reading = backend
        .seen
        .borrow()
        .iter()
        .rfind(|seen| seen.reads_books())
        .unwrap()
        .at;
    assert!(
        reading - sent >= 2900,
        "{} ms after it left",
        reading - sent
    );
    assert!(
        page.text().contains("It is not in the log"),
        "{}",
        page.text()
    );
    ended(&backend, &page, "absent").await;
    page.press("Fill the form again").await;
    page.find("form.movement").await;
    assert_eq!(page.value("#child").await, "4002");
    assert_eq!(page.value("#minutes").await, "20");
    // What was not made is nothing to ask about.
    page.find(".quote:not(.stale) .balances").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    assert!(until(|| backend.movements().len() == 2).await);
    assert_ne!(
        backend.movements()[0].key,
        backend.movements()[1].key,
        "another submission"
    );
}

/// Two lines may be the movement.
async fn two_candidates(rows: &Rows, tab: Tab) -> Page {
    let page = unknown(tab).await;
    rows.borrow_mut().extend([row(8, 0), row(7, 0)]);
    page.find(".unknown .candidates li:nth-child(2)").await;
    sleep(600).await;
    assert!(page.has(".unknown .candidates"), "nothing is guessed");
    page
}

#[wasm_bindgen_test]
async fn a_person_may_point_at_the_line() {
    let rows = Rows::default();
    let backend = unanswered(&rows);
    let page = two_candidates(&rows, Tab::settling(60).run(FAST)).await;
    page.click(".candidates li:nth-child(2) button");
    page.find(".receipt").await;
    page.says("what a person decided").await;
    assert!(until(|| !page.has("aside.unresolved")).await);
    sleep(200).await;
    let end = ended(&backend, &page, "decided_made").await;
    assert_eq!(end["transaction"], "7");
    page.press("New transfer").await;
    assert_eq!(page.value("#minutes").await, "");
    drop(page);
    // It is still decided at the next start.
    let page = Tab::settling(60).signed_in("/activity").await;
    page.find("article[data-state=decided-made]").await;
    assert!(!page.has("aside.unresolved"));
}

#[wasm_bindgen_test]
async fn a_person_may_say_whether_it_was_made() {
    for (label, part, what) in [
        ("It was made", ".receipt", "decided_made"),
        ("It was not made", ".absent", "decided_not"),
    ] {
        let rows = Rows::default();
        let backend = unanswered(&rows);
        let page = two_candidates(&rows, Tab::settling(60).run(FAST)).await;
        page.press(label).await;
        page.find(part).await;
        sleep(200).await;
        ended(&backend, &page, what).await;
    }
}

#[wasm_bindgen_test]
async fn a_form_that_is_filled_again_at_once_stays_filled() {
    let rows = Rows::default();
    let _backend = unanswered(&rows);
    let page = two_candidates(&rows, Tab::settling(1)).await;
    page.press("It was not made").await;
    page.press("Fill the form again").await;
    assert_eq!(page.value("#minutes").await, "20");
    sleep(500).await;
    assert_eq!(page.value("#minutes").await, "20");
}

#[wasm_bindgen_test]
async fn a_balance_that_moved_by_just_this_much_is_no_proof_of_absence() {
    let sent = Rc::new(Cell::new(false));
    let switch = sent.clone();
    let backend = Backend::install(move |seen: &Seen| match seen.path.as_str() {
        _ if seen.moves() => {
            switch.set(true);
            Reply::Silent
        }
        "/api/v1/account/balance" if switch.get() => Reply::Json(
            200,
            r#"{"success":true,"balance":{"amount":59.813,"currency":"USD"}}"#.to_owned(),
        ),
        _ => story(seen),
    });
    let page = unknown(Tab::settling(30).run(FAST)).await;
    page.says("your balance has moved by just this much").await;
    sleep(600).await;
    assert!(page.has(".unknown") && !page.has(".absent"));
    page.press("It was made").await;
    page.find(".receipt").await;
    sleep(200).await;
    ended(&backend, &page, "decided_made").await;
}

#[wasm_bindgen_test]
async fn a_log_that_cannot_be_read_is_told_and_read_again() {
    let (broken, rows) = (Rc::new(Cell::new(false)), Rows::default());
    let (switch, there) = (broken.clone(), rows.clone());
    let backend = Backend::install(move |seen: &Seen| match seen {
        seen if seen.moves() => {
            switch.set(true);
            Reply::Silent
        }
        seen if seen.reads_books() && switch.get() => Reply::Json(500, "{}".to_owned()),
        seen if seen.reads_books() => log(&there.borrow()),
        seen => story(seen),
    });
    let page = unknown(Tab::settling(30).run(FAST)).await;
    page.says("the log could not be read (Service error.)")
        .await;
    sleep(1500).await;
    assert!(page.has(".unknown"), "unread books prove nothing");
    assert!(
        page.text().contains("It was not made"),
        "a person may know better"
    );
    broken.set(false);
    rows.borrow_mut().push(row(7, 0));
    page.press("Read again now").await;
    page.find(".receipt").await;
    ended(&backend, &page, "found").await;
}
