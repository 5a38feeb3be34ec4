//! Leaving a screen between confirming and sending: the movement is still sent, or every screen asks for another
//! confirmation.

use crate::support::{Backend, Page, Reply, happy_backend, sleep, transfer_preview, wait_until};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Confirms a transfer whose check is slow and returns `fresh`, and leaves the screen during the check.
async fn leave_during_check(fresh: Reply) -> (Backend, Page) {
    let slow = Rc::new(Cell::new(false));
    let switch = slow.clone();
    let backend = Backend::install(move |request| {
        let is_check = switch.get() && request.path.ends_with("/calculate");
        match &fresh {
            Reply::Json(status, body) if is_check => Reply::Later(400, *status, body.clone()),
            _ => happy_backend(request),
        }
    });
    let page = Page::reviewed_transfer().await;
    slow.set(true);
    page.confirm();
    page.click("nav.main a[href='/']");
    page.find(".cards").await;
    page.find("aside.unresolved li").await;
    page.wait_for_text("is being rechecked").await;
    (backend, page)
}

#[wasm_bindgen_test]
async fn a_confirmed_movement_is_sent_after_its_screen_was_left() {
    let (backend, page) =
        leave_during_check(transfer_preview("61.613", "59.813", "0.09", "1.8")).await;
    assert!(wait_until(|| backend.movements().len() == 1).await);
    page.wait_until_gone("aside.unresolved").await;
    page.click("nav.main a[href='/transfer']");
    page.find(".receipt").await;
}

#[wasm_bindgen_test]
async fn a_movement_that_needs_another_confirmation_asks_on_every_screen() {
    let (backend, page) =
        leave_during_check(transfer_preview("61.613", "59.80", "0.0905", "1.81")).await;
    page.wait_for_text("wasn't sent; needs your confirmation")
        .await;
    sleep(300).await;
    assert_eq!(backend.movements().len(), 0);
    page.click("aside.unresolved a[href='/transfer']");
    page.find(".review .asks.changed").await;
    page.wait_until_gone("aside.unresolved").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}
