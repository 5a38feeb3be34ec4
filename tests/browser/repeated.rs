//! What becomes of a request that the browser has repeated by itself, on a backend that does not recognise keys: the
//! log is looked into before anybody is told too little. In a real browser.

use crate::support::{
    Backend, FAST, Page, Reply, Rows, Seen, Tab, journal, log, row, sleep, story, until,
};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A backend that answers movements so, and then reads of the books so.
fn answering(status: u16, body: &'static str, books: impl Fn() -> Reply + 'static) -> Backend {
    let sent = Cell::new(false);
    Backend::install(move |seen: &Seen| match seen {
        seen if seen.moves() => {
            sent.set(true);
            Reply::Json(status, body.to_owned())
        }
        seen if seen.reads_books() && sent.get() => books(),
        seen => story(seen),
    })
}

/// Twice as much was moved as was asked for.
const TWICE: &str =
    r#"{"success":true,"message":"ok","new_from_balance":58.013,"new_to_balance":18}"#;

/// As much as was asked for.
const ONCE: &str =
    r#"{"success":true,"message":"ok","new_from_balance":59.813,"new_to_balance":14}"#;

/// The log's row of a second transfer of the same.
fn second(id: i64) -> Value {
    let mut row = row(id, 0);
    for (name, value) in [
        ("from_balance_before", "59.813"),
        ("from_balance_after", "58.013"),
        ("to_balance_before", "14"),
        ("to_balance_after", "18"),
    ] {
        row[name] = serde_json::from_str(value).unwrap();
    }
    row
}

#[wasm_bindgen_test]
async fn what_was_made_twice_is_shown_with_the_way_to_take_it_back() {
    let backend = answering(200, TWICE, || log(&[second(8), row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("The balances are not what was quoted.").await;
    page.find(".receipt .excess li:nth-child(2)").await;
    page.says("It stands in the log 2 times, and was asked for once.")
        .await;
    sleep(500).await;
    assert!(page.has(".receipt .excess"), "it stays");
    let end = journal::only().await["end"].clone();
    let lines = (&end["more"][0]["id"], &end["more"][1]["id"]);
    assert_eq!(lines, (&"8".into(), &"7".into()));
    page.click(".receipt .excess a[href='/revert?child=4002&minutes=20']");
    page.find("form.movement").await;
    assert_eq!(page.value("#child").await, "4002");
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(backend.movements().len(), 1, "taken back by a person only");
}

#[wasm_bindgen_test]
async fn what_was_made_once_is_said_to_be_so() {
    let _backend = answering(200, TWICE, || log(&[row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("stands in the log once").await;
    sleep(500).await;
    assert!(page.text().contains("stands in the log once"), "it stays");
    assert!(!page.has(".excess"));
}

#[wasm_bindgen_test]
async fn what_is_made_a_second_time_later_is_shown_wherever_one_is() {
    let rows = Rows::default();
    let backend = crate::support::answering(Reply::Json(200, ONCE.to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        !page.text().contains("not what was quoted"),
        "{}",
        page.text()
    );
    page.transfer_anew("5").await;
    rows.borrow_mut().extend([second(8), row(7, 0)]);
    page.find("aside.alarms li").await;
    page.says("stands in the log 2 times, and was asked for once")
        .await;
    assert_eq!(page.value("#minutes").await, "5", "nobody is disturbed");
    assert_eq!(backend.movements().len(), 1);
    page.click("aside.alarms a[href='/activity']");
    page.find("article .excess li:nth-child(2)").await;
    page.press("I have seen to it").await;
    page.gone("aside.alarms").await;
    assert!(page.has("article .excess"), "it stays on record");
    journal::comes_to(|end| end["seen"] == true).await;
}

#[wasm_bindgen_test]
async fn a_no_for_which_a_line_comes_later_asks_for_a_look() {
    let rows = Rows::default();
    let _backend = crate::support::answering(Reply::Json(429, "{}".to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.says("No credits moved.").await;
    rows.borrow_mut().push(row(7, 0));
    page.find("aside.alarms li").await;
    page.says("was declined, but a matching entry exists in the log")
        .await;
    let text = page.text();
    assert!(
        !text.contains("No credits moved."),
        "it is not told any more: {text}"
    );
    assert_eq!(journal::end().await, "refused", "a person has to tell");
    page.click("aside.alarms a[href='/activity']");
    page.find("article .excess li").await;
}

#[wasm_bindgen_test]
async fn books_that_hold_nothing_more_leave_a_no_alone() {
    let rows = Rows::default();
    let backend = crate::support::answering(Reply::Json(429, "{}".to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.says("No credits moved.").await;
    page.fill("#minutes", "").await;
    let readings = backend.readings();
    // Half a minute of the page's own time until it has settled, and as much until the log is read once more.
    assert!(until(|| backend.readings() > readings + 1).await);
    assert_eq!(
        page.value("#minutes").await,
        "",
        "the form is not filled again"
    );
    assert!(!page.has("aside.alarms"));
}

/// The answer to a repetition, after the first one took what there was.
const NO: &str =
    r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough"}"#;

#[wasm_bindgen_test]
async fn a_rejection_that_the_log_contradicts_needs_a_person() {
    let backend = answering(400, NO, || log(&[row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    // It may be a colleague's, because of whom the balance was short.
    page.says("The service declined this request, but the log has a matching entry.")
        .await;
    assert!(
        !page.text().contains("No credits moved."),
        "{}",
        page.text()
    );
    page.press("This is it").await;
    page.find(".receipt").await;
    assert_eq!(journal::end().await, "decided_made");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn a_no_that_the_log_bears_out_is_told_only_then() {
    let backend = answering(400, NO, || match log(&[]) {
        Reply::Json(status, body) => Reply::Later(400, status, body),
        reply => reply,
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".sending[data-state=checking]").await;
    assert!(
        !page.text().contains("No credits moved."),
        "{}",
        page.text()
    );
    assert!(page.asks_before_closing());
    page.says("No credits moved.").await;
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(journal::end().await, "refused");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn a_no_that_cannot_be_borne_out_is_not_told_as_one() {
    let broken = Rc::new(Cell::new(true));
    let switch = broken.clone();
    let backend = answering(400, NO, move || {
        if switch.get() {
            Reply::Json(500, "{}".to_owned())
        } else {
            log(&[row(7, 0)])
        }
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".unknown").await;
    let text = page.text();
    assert!(
        text.contains("We don't know yet whether this went through."),
        "{text}"
    );
    assert!(!text.contains("No credits moved."), "{text}");
    broken.set(false);
    page.find(".unknown .candidates").await;
    assert_eq!(backend.movements().len(), 1);
}
