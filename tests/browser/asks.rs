//! What the confirming step checks before it sends, in a real browser: figures and books are read anew, and it asks
//! once more where they give reason to.

use crate::support::{Backend, Page, Reply, Seen, forward, log, row, sleep, story, until};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const MINUTE: i64 = 60 * 1000;

fn is_preview(seen: &Seen) -> bool {
    seen.path.ends_with("/calculate")
}

/// A switch that a test turns, and the backend's script looks at.
fn switch() -> (Rc<Cell<u32>>, Rc<Cell<u32>>) {
    let switch = Rc::new(Cell::new(0));
    (switch.clone(), switch)
}

/// A backend whose previews take their time once the switch is turned.
fn slow_previews() -> (Rc<Cell<u32>>, Backend) {
    let (slow, turned) = switch();
    let backend = Backend::install(move |seen| match story(seen) {
        Reply::Json(status, body) if is_preview(seen) && turned.get() == 1 => {
            Reply::Later(400, status, body)
        }
        reply => reply,
    });
    (slow, backend)
}

/// Presses the button until now did not send, and says that nothing was sent by it.
async fn asks(page: &Page, backend: &Backend, selector: &str) {
    page.confirm();
    page.find(selector).await;
    page.gone("button[aria-busy]").await;
    assert_eq!(backend.movements().len(), 0, "asked instead");
}

/// A second press goes on.
async fn goes_on(page: &Page, backend: &Backend) {
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn figures_and_books_are_read_anew_for_every_confirmation() {
    let backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    let previews = backend.posts("/calculate").len();
    let readings = backend.readings();
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.posts("/calculate").len(), previews + 1);
    assert_eq!(backend.readings(), readings + 1);
    let seen = backend.seen.borrow();
    let place = |which: &dyn Fn(&Seen) -> bool| seen.iter().rposition(which).unwrap();
    let sent = place(&Seen::moves);
    assert!(
        place(&is_preview) < sent && place(&Seen::reads_books) < sent,
        "before it is sent"
    );
}

#[wasm_bindgen_test]
async fn presses_during_the_check_are_ignored() {
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
async fn who_goes_back_during_the_check_sends_nothing() {
    let (slow, backend) = slow_previews();
    let page = Page::reviewed_transfer().await;
    slow.set(1);
    page.confirm();
    page.press("Change it").await;
    page.find("form.movement").await;
    // Nor does a new review of the same take the old one's check for its own.
    page.submit("form.movement");
    page.find(".review").await;
    sleep(600).await;
    assert_eq!(backend.movements().len(), 0);
    assert!(page.has(".review"));
}

#[wasm_bindgen_test]
async fn balances_that_move_all_the_time_are_asked_about_once() {
    let (calls, running) = switch();
    let backend = Backend::install(move |seen| {
        let cents = running.get();
        running.set(cents + u32::from(is_preview(seen) && cents > 0));
        if is_preview(seen) && cents > 0 {
            return forward(
                &format!("50.{cents:02}"),
                &format!("48.{cents:02}"),
                "0.09",
                "1.8",
            );
        }
        story(seen)
    });
    let page = Page::reviewed_transfer().await;
    calls.set(10);
    asks(&page, &backend, ".review .asks.changed").await;
    let text = page.text();
    assert!(
        text.contains("$48.10") && text.contains("$59.813"),
        "now and before: {text}"
    );
    goes_on(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn a_rate_that_changes_is_asked_about_every_time() {
    let (rate, asked) = switch();
    let backend = Backend::install(move |seen| match asked.get() {
        0 => story(seen),
        mills if is_preview(seen) => forward("61.613", "59.813", &format!("0.{mills:03}"), "1.8"),
        _ => story(seen),
    });
    let page = Page::reviewed_transfer().await;
    for mills in [91, 92, 93] {
        rate.set(mills);
        asks(&page, &backend, ".review .asks.changed").await;
        page.says(&format!("$0.{mills:03}")).await;
    }
    goes_on(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn what_this_browser_just_made_is_asked_about_before_it_is_made_again() {
    let backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    // At another rate it may be the same all the same: a correction of what was thought not to be made.
    page.transfer_anew("20").await;
    page.fill("#rate", "0.3").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.find(".review .asks.alike").await;
    page.says("from this browser").await;
    assert_eq!(backend.movements().len(), 1, "asked instead");
    page.confirm();
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0].key, sent[1].key);
}

#[wasm_bindgen_test]
async fn another_size_is_not_asked_about() {
    let backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.transfer_anew("21").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn what_the_log_shows_of_others_is_asked_about_and_more_of_it_once_more() {
    let (rows, count) = switch();
    let backend = Backend::install(move |seen| match count.get() {
        _ if !seen.reads_books() => story(seen),
        1 => log(&[row(71, 9 * MINUTE), row(70, 11 * MINUTE)]),
        2 => log(&[row(72, MINUTE), row(71, 9 * MINUTE), row(70, 11 * MINUTE)]),
        _ => log(&[row(70, 11 * MINUTE)]),
    });
    let page = Page::reviewed_transfer().await;
    rows.set(1);
    asks(&page, &backend, ".review .asks.alike").await;
    page.says("by somebody else").await;
    let text = page.text();
    assert!(
        text.contains("line 71") && !text.contains("line 70"),
        "{text}"
    );
    rows.set(2);
    page.confirm();
    page.says("line 72").await;
    assert_eq!(backend.movements().len(), 0, "there is one more");
    goes_on(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn what_was_made_eleven_minutes_ago_is_not_asked_about() {
    let backend = Backend::install(|seen| {
        if seen.reads_books() {
            log(&[row(70, 11 * MINUTE)])
        } else {
            story(seen)
        }
    });
    let page = Page::reviewed_transfer().await;
    goes_on(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn figures_that_cannot_be_read_again_are_told_and_can_be_gone_without() {
    for broken in [is_preview, Seen::reads_books] as [fn(&Seen) -> bool; 2] {
        let (fault, there) = switch();
        let backend = Backend::install(move |seen| {
            if there.get() == 1 && broken(seen) {
                Reply::Broken
            } else {
                story(seen)
            }
        });
        let page = Page::reviewed_transfer().await;
        fault.set(1);
        asks(&page, &backend, ".review .asks.not-read").await;
        goes_on(&page, &backend).await;
    }
}

#[wasm_bindgen_test]
async fn where_keys_are_recognised_unread_books_do_not_matter() {
    let backend = Backend::install(|seen| {
        if seen.reads_books() {
            Reply::Broken
        } else {
            story(seen)
        }
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    goes_on(&page, &backend).await;
}

#[wasm_bindgen_test]
async fn a_definite_no_of_the_check_leads_back_to_the_form() {
    let (poor, turned) = switch();
    let backend = Backend::install(move |seen| {
        if turned.get() == 1 && is_preview(seen) {
            let body = r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough"}"#;
            return Reply::Json(400, body.to_owned());
        }
        story(seen)
    });
    let page = Page::reviewed_transfer().await;
    poor.set(1);
    page.confirm();
    page.find("form.movement").await;
    page.says("Insufficient balance.").await;
    assert_eq!(page.value("#minutes").await, "20");
    assert_eq!(backend.movements().len(), 0);
    // It is not held against another amount.
    poor.set(0);
    page.fill("#minutes", "10").await;
    assert!(until(|| !page.text().contains("Insufficient balance")).await);
}
