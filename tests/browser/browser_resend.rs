//! Requests that the browser repeated on its own, at a service that doesn't recognize idempotency keys: the log is
//! checked before the outcome is reported.

use crate::support::{
    Backend, FAST, Page, RecordedRequest, Reply, Rows, Tab, happy_backend, journal, log, row,
    sleep, wait_until,
};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A backend that replies to movements with `status` and `body`, and to later reads of the ledger with `ledger`.
fn replying_backend(
    status: u16,
    body: &'static str,
    ledger: impl Fn() -> Reply + 'static,
) -> Backend {
    let sent = Cell::new(false);
    Backend::install(move |request: &RecordedRequest| match request {
        request if request.is_movement() => {
            sent.set(true);
            Reply::Json(status, body.to_owned())
        }
        request if request.reads_ledger() && sent.get() => ledger(),
        request => happy_backend(request),
    })
}

/// The response if twice the requested amount was moved.
const MOVED_TWICE: &str =
    r#"{"success":true,"message":"ok","new_from_balance":58.013,"new_to_balance":18}"#;

/// The response if exactly the requested amount was moved.
const MOVED_ONCE: &str =
    r#"{"success":true,"message":"ok","new_from_balance":59.813,"new_to_balance":14}"#;

/// Returns the log's row for a second identical transfer.
fn second_row(id: i64) -> Value {
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
async fn a_movement_made_twice_is_shown_with_a_link_to_revert_it() {
    let backend = replying_backend(200, MOVED_TWICE, || log(&[second_row(8), row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("Balances differ from the preview.")
        .await;
    page.find(".receipt .excess li:nth-child(2)").await;
    page.wait_for_text("It appears in the log 2 times but was sent once.")
        .await;
    sleep(500).await;
    assert!(page.has(".receipt .excess"), "the notice stays");
    let outcome = journal::only_record().await["end"].clone();
    let entries = (&outcome["more"][0]["id"], &outcome["more"][1]["id"]);
    assert_eq!(entries, (&"8".into(), &"7".into()));
    page.click(".receipt .excess a[href='/revert?child=4002&minutes=20']");
    page.find("form.movement").await;
    assert_eq!(page.value("#child").await, "4002");
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(backend.movements().len(), 1, "only the user reverts it");
}

#[wasm_bindgen_test]
async fn a_movement_made_once_is_reported_as_such() {
    let _backend = replying_backend(200, MOVED_TWICE, || log(&[row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("Found once in the log").await;
    sleep(500).await;
    assert!(
        page.text().contains("Found once in the log"),
        "the notice stays"
    );
    assert!(!page.has(".excess"));
}

#[wasm_bindgen_test]
async fn a_later_duplicate_is_reported_on_every_screen() {
    let rows = Rows::default();
    let backend = crate::support::replying_backend(Reply::Json(200, MOVED_ONCE.to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    assert!(
        !page.text().contains("differ from the preview"),
        "{}",
        page.text()
    );
    page.fill_next_transfer("5").await;
    rows.borrow_mut().extend([second_row(8), row(7, 0)]);
    page.find("aside.alarms li").await;
    page.wait_for_text("appears in the log 2 times but was sent once")
        .await;
    assert_eq!(page.value("#minutes").await, "5", "the form is left alone");
    assert_eq!(backend.movements().len(), 1);
    page.click("aside.alarms a[href='/activity']");
    page.find("article .excess li:nth-child(2)").await;
    page.press("Mark as resolved").await;
    page.wait_until_gone("aside.alarms").await;
    assert!(page.has("article .excess"), "it remains listed");
    journal::wait_for_outcome(|outcome| outcome["seen"] == true).await;
}

#[wasm_bindgen_test]
async fn a_declined_movement_with_a_later_entry_needs_attention() {
    let rows = Rows::default();
    let _backend = crate::support::replying_backend(Reply::Json(429, "{}".to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.wait_for_text("No credits moved.").await;
    rows.borrow_mut().push(row(7, 0));
    page.find("aside.alarms li").await;
    page.wait_for_text("was declined, but a matching entry exists in the log")
        .await;
    let text = page.text();
    assert!(
        !text.contains("No credits moved."),
        "no longer shown: {text}"
    );
    assert_eq!(
        journal::outcome().await,
        "refused",
        "the user has to decide"
    );
    page.click("aside.alarms a[href='/activity']");
    page.find("article .excess li").await;
}

#[wasm_bindgen_test]
async fn a_declined_movement_without_an_entry_stays_declined() {
    let rows = Rows::default();
    let backend = crate::support::replying_backend(Reply::Json(429, "{}".to_owned()), &rows);
    journal::clear().await;
    let page = Tab::settling(30).run(FAST).signed_in("/transfer").await;
    page.review_transfer().await;
    page.confirm();
    page.wait_for_text("No credits moved.").await;
    page.fill("#minutes", "").await;
    let reads = backend.ledger_reads();
    // On the page's clock, it settles after 30 s, and the log is read again 30 s later.
    assert!(wait_until(|| backend.ledger_reads() > reads + 1).await);
    assert_eq!(page.value("#minutes").await, "", "the form is not refilled");
    assert!(!page.has("aside.alarms"));
}

/// The response to a repeated request after the first one used up the balance.
const DECLINED: &str =
    r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough"}"#;

#[wasm_bindgen_test]
async fn a_rejection_that_the_log_contradicts_needs_the_user() {
    let backend = replying_backend(400, DECLINED, || log(&[row(7, 0)]));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    // The entry may be a colleague's, whose transfer used up the balance.
    page.wait_for_text("The service declined this request, but the log has a matching entry.")
        .await;
    assert!(
        !page.text().contains("No credits moved."),
        "{}",
        page.text()
    );
    page.press("This one").await;
    page.find(".receipt").await;
    assert_eq!(journal::outcome().await, "decided_made");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn a_rejection_is_reported_only_once_the_log_confirms_it() {
    let backend = replying_backend(400, DECLINED, || match log(&[]) {
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
    page.wait_for_text("No credits moved.").await;
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(journal::outcome().await, "refused");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn an_unconfirmed_rejection_is_not_reported_as_one() {
    let broken = Rc::new(Cell::new(true));
    let switch = broken.clone();
    let backend = replying_backend(400, DECLINED, move || {
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
