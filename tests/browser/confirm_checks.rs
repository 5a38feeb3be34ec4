//! The checks between confirming and sending: the amounts and the log are reloaded, and the user must confirm again if
//! the amounts changed, the log shows a possible duplicate, or either can't be loaded.

use crate::support::{
    Backend, Page, RecordedRequest, Reply, happy_backend, log, row, sleep, transfer_preview,
    wait_until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60 * 1000;

fn is_preview(request: &RecordedRequest) -> bool {
    request.path.ends_with("/calculate")
}

/// A value that a test sets and the backend's script reads.
fn switch() -> (Rc<Cell<u32>>, Rc<Cell<u32>>) {
    let switch = Rc::new(Cell::new(0));
    (switch.clone(), switch)
}

/// A backend whose previews are slow once the switch is set to 1.
fn slow_previews() -> (Rc<Cell<u32>>, Backend) {
    let (slow, slow_switch) = switch();
    let backend = Backend::install(move |request| match happy_backend(request) {
        Reply::Json(status, body) if is_preview(request) && slow_switch.get() == 1 => {
            Reply::Later(400, status, body)
        }
        reply => reply,
    });
    (slow, backend)
}

/// Confirms, and checks that the portal shows `selector` instead of sending.
async fn confirm_is_questioned(page: &Page, backend: &Backend, selector: &str) {
    page.confirm();
    page.find(selector).await;
    page.wait_until_gone("button[aria-busy]").await;
    assert_eq!(backend.movements().len(), 0, "nothing is sent yet");
}

/// Confirms, and checks that exactly one movement is sent.
async fn confirm_sends(page: &Page, backend: &Backend) {
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn amounts_and_log_are_reloaded_for_every_confirmation() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    let previews = backend.posts("/calculate").len();
    let reads = backend.ledger_reads();
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.posts("/calculate").len(), previews + 1);
    assert_eq!(backend.ledger_reads(), reads + 1);
    let requests = backend.requests.borrow();
    let place =
        |which: &dyn Fn(&RecordedRequest) -> bool| requests.iter().rposition(which).unwrap();
    let sent = place(&RecordedRequest::is_movement);
    assert!(
        place(&is_preview) < sent && place(&RecordedRequest::reads_ledger) < sent,
        "is being rechecked"
    );
}

#[wasm_bindgen_test]
async fn clicks_during_the_check_are_ignored() {
    let (slow, backend) = slow_previews();
    let page = Page::reviewed_transfer().await;
    let previews = backend.posts("/calculate").len();
    slow.set(1);
    page.confirm();
    for _ in 0..5 {
        sleep(50).await;
        page.find(".review button.primary[aria-busy]").await;
        page.confirm();
    }
    assert_eq!(backend.movements().len(), 0);
    page.find(".receipt").await;
    sleep(500).await;
    assert_eq!(backend.posts("/calculate").len(), previews + 1, "one check");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn going_back_during_the_check_sends_nothing() {
    let (slow, backend) = slow_previews();
    let page = Page::reviewed_transfer().await;
    slow.set(1);
    page.confirm();
    page.press("Edit").await;
    page.find("form.movement").await;
    // A new review of the same movement doesn't use the old one's check either.
    page.submit("form.movement");
    page.find(".review").await;
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0);
    assert!(page.has(".review"));
}

#[wasm_bindgen_test]
async fn constantly_changing_balances_need_only_one_more_confirmation() {
    let (calls, running) = switch();
    let backend = Backend::install(move |request| {
        let cents = running.get();
        running.set(cents + u32::from(is_preview(request) && cents > 0));
        if is_preview(request) && cents > 0 {
            return transfer_preview(
                &format!("50.{cents:02}"),
                &format!("48.{cents:02}"),
                "0.09",
                "1.8",
            );
        }
        happy_backend(request)
    });
    let page = Page::reviewed_transfer().await;
    calls.set(10);
    confirm_is_questioned(&page, &backend, ".review .asks.changed").await;
    let text = page.text();
    assert!(
        text.contains("$48.10") && text.contains("$59.813"),
        "current and previous amounts: {text}"
    );
    confirm_sends(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn every_rate_change_needs_another_confirmation() {
    let (rate, rate_switch) = switch();
    let backend = Backend::install(move |request| match rate_switch.get() {
        0 => happy_backend(request),
        mills if is_preview(request) => {
            transfer_preview("61.613", "59.813", &format!("0.{mills:03}"), "1.8")
        }
        _ => happy_backend(request),
    });
    let page = Page::reviewed_transfer().await;
    for mills in [91, 92, 93] {
        rate.set(mills);
        confirm_is_questioned(&page, &backend, ".review .asks.changed").await;
        page.wait_for_text(&format!("$0.{mills:03}")).await;
    }
    confirm_sends(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn repeating_a_recent_movement_needs_another_confirmation() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    // The same minutes at another rate also count as a duplicate: it may be a correction of a transfer that seemed to
    // have failed.
    page.fill_next_transfer("20").await;
    page.fill("#rate", "0.3").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.find(".review .asks.alike").await;
    page.wait_for_text("by you").await;
    assert_eq!(backend.movements().len(), 1, "nothing is sent yet");
    page.confirm();
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0].key, sent[1].key);
}

#[wasm_bindgen_test]
async fn a_different_amount_is_not_a_duplicate() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.fill_next_transfer("21").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn duplicates_by_others_need_another_confirmation_and_new_ones_one_more() {
    let (rows, count) = switch();
    let backend = Backend::install(move |request| match count.get() {
        _ if !request.reads_ledger() => happy_backend(request),
        1 => log(&[row(71, 9 * MINUTE), row(70, 11 * MINUTE)]),
        2 => log(&[row(72, MINUTE), row(71, 9 * MINUTE), row(70, 11 * MINUTE)]),
        _ => log(&[row(70, 11 * MINUTE)]),
    });
    let page = Page::reviewed_transfer().await;
    rows.set(1);
    confirm_is_questioned(&page, &backend, ".review .asks.alike").await;
    page.wait_for_text("by someone else").await;
    let text = page.text();
    assert!(
        text.contains("entry 71") && !text.contains("entry 70"),
        "{text}"
    );
    rows.set(2);
    page.confirm();
    page.wait_for_text("entry 72").await;
    assert_eq!(backend.movements().len(), 0, "there is another duplicate");
    confirm_sends(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn a_movement_from_eleven_minutes_ago_is_not_a_duplicate() {
    let backend = Backend::install(|request| {
        if request.reads_ledger() {
            log(&[row(70, 11 * MINUTE)])
        } else {
            happy_backend(request)
        }
    });
    let page = Page::reviewed_transfer().await;
    confirm_sends(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn a_failed_reload_is_reported_and_can_be_skipped() {
    for broken in [is_preview, RecordedRequest::reads_ledger] as [fn(&RecordedRequest) -> bool; 2] {
        let (fault, there) = switch();
        let backend = Backend::install(move |request| {
            if there.get() == 1 && broken(request) {
                Reply::Broken
            } else {
                happy_backend(request)
            }
        });
        let page = Page::reviewed_transfer().await;
        fault.set(1);
        confirm_is_questioned(&page, &backend, ".review .asks.not-read").await;
        confirm_sends(&page, &backend).await;
    }
}

#[wasm_bindgen_test]
async fn with_replayed_keys_an_unreadable_ledger_does_not_matter() {
    let backend = Backend::install(|request| {
        if request.reads_ledger() {
            Reply::Broken
        } else {
            happy_backend(request)
        }
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    confirm_sends(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn a_rejection_by_the_check_returns_to_the_form() {
    let (poor, poor_switch) = switch();
    let backend = Backend::install(move |request| {
        if poor_switch.get() == 1 && is_preview(request) {
            let body = r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough"}"#;
            return Reply::Json(400, body.to_owned());
        }
        happy_backend(request)
    });
    let page = Page::reviewed_transfer().await;
    poor.set(1);
    page.confirm();
    page.find("form.movement").await;
    page.wait_for_text("Insufficient balance.").await;
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(backend.movements().len(), 0);
    // The error doesn't apply to another amount.
    poor.set(0);
    page.fill("#minutes", "10").await;
    assert!(wait_until(|| !page.text().contains("Insufficient balance")).await);
}
