//! What was confirmed on a screen that is left before it could be sent: it goes on, or asks from every screen, in a
//! real browser.

use crate::support::{Backend, Page, Reply, forward, sleep, story, until};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A reviewed transfer whose check takes its time and finds this, and was confirmed; then the screen is left.
async fn left(fresh: Reply) -> (Backend, Page) {
    let slow = Rc::new(Cell::new(false));
    let turned = slow.clone();
    let backend = Backend::install(move |seen| {
        let checked = turned.get() && seen.path.ends_with("/calculate");
        match &fresh {
            Reply::Json(status, body) if checked => Reply::Later(400, *status, body.clone()),
            _ => story(seen),
        }
    });
    let page = Page::reviewed_transfer().await;
    slow.set(true);
    page.confirm();
    page.click("nav.main a[href='/']");
    page.find(".cards").await;
    page.find("aside.unresolved li").await;
    page.says("is checked once more before it is sent").await;
    (backend, page)
}

#[wasm_bindgen_test]
async fn what_was_confirmed_is_sent_though_its_screen_was_left() {
    let (backend, page) = left(forward("61.613", "59.813", "0.09", "1.8")).await;
    assert!(until(|| backend.movements().len() == 1).await);
    page.gone("aside.unresolved").await;
    page.click("nav.main a[href='/transfer']");
    page.find(".receipt").await;
}

#[wasm_bindgen_test]
async fn what_asks_once_more_asks_from_every_screen() {
    let (backend, page) = left(forward("61.613", "59.80", "0.0905", "1.81")).await;
    page.says("was not sent; it asks you once more").await;
    sleep(300).await;
    assert_eq!(backend.movements().len(), 0);
    page.click("aside.unresolved a[href='/transfer']");
    page.find(".review .asks.changed").await;
    page.gone("aside.unresolved").await;
    page.confirm();
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
}
