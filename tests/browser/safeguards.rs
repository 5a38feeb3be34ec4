//! Safeguards against moving something twice, or something other than what the user saw.

use crate::support::{
    Backend, Page, Reply, Tab, happy_backend, journal, log, replies_by_attempt, row, sleep,
    wait_until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MouseEvent, MouseEventInit};

async fn unknown_allocation() -> Page {
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    page
}

#[wasm_bindgen_test]
async fn a_rejected_retry_says_nothing_about_the_first_attempt() {
    let limited = r#"{"error":{"code":"RATE_LIMITED","message":"slow down"}}"#;
    let backend = Backend::install(replies_by_attempt(move |attempt| match attempt {
        1 => Some(Reply::Broken),
        2 => Some(Reply::Json(429, limited.to_owned())),
        _ => None,
    }));
    let page = unknown_allocation().await;
    page.click(".unknown button.primary");
    page.wait_for_text("Too many requests").await;
    let text = page.text();
    assert!(
        text.contains("We don't know yet whether this went through."),
        "{text}"
    );
    assert!(!text.contains("No credits moved."), "{text}");
    page.click(".unknown button.primary");
    page.find(".receipt").await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(posts.len(), 3);
    assert!(
        posts
            .iter()
            .all(|post| post.key == posts[0].key && post.body == posts[0].body)
    );
}

#[wasm_bindgen_test]
async fn another_account_cannot_retry_a_submission_that_is_not_its_own() {
    let other = Rc::new(Cell::new(false));
    let switch = other.clone();
    let broken = replies_by_attempt(|_| Some(Reply::Broken));
    let backend = Backend::install(move |request| {
        if request.path == "/v1/whoami" && switch.get() {
            let body = r#"{"organizationId":"org_00000000-0000-4000-8000-000000000009"}"#;
            return Reply::Json(200, body.to_owned());
        }
        broken(request)
    });
    let page = unknown_allocation().await;
    other.set(true);
    page.click("a[href='/keys']");
    page.fill("#organizations-key", "lp_test_another").await;
    page.submit("form.sign-in");
    page.wait_for_text("5,880").await;
    // The other account's own form is usable, and all it learns is that another account has a pending movement.
    page.click("nav.main a[href='/allocate']");
    page.find("form.movement").await;
    page.wait_for_text("1 transaction is pending.").await;
    assert!(!page.has("aside.unresolved [data-key]"), "{}", page.text());
    page.click("nav.main a[href='/activity']");
    page.wait_for_text("Nothing sent yet from this browser with this account")
        .await;
    let sent = backend.posts("/credits/allocate").len();
    sleep(3000).await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(posts.len(), sent, "it would have been retried by now");
    other.set(false);
    page.click("a[href='/keys']");
    page.fill("#organizations-key", "lp_test_secret").await;
    page.submit("form.sign-in");
    assert!(wait_until(|| backend.posts("/credits/allocate").len() > sent).await);
    let posts = backend.posts("/credits/allocate");
    let own = Some("Bearer lp_test_secret");
    assert!(
        posts
            .iter()
            .all(|post| post.authorization.as_deref() == own)
    );
}

#[wasm_bindgen_test]
async fn a_decided_movement_is_not_refilled_into_the_form() {
    for (label, button) in [
        ("Mark as completed", "New transfer"),
        ("Mark as not completed", "Dismiss"),
    ] {
        let sent = Cell::new(false);
        let _backend = Backend::install(move |request| match request {
            request if request.is_movement() => {
                sent.set(true);
                Reply::Silent
            }
            request if request.reads_ledger() && sent.get() => log(&[row(8, 0), row(7, 0)]),
            request => happy_backend(request),
        });
        // A movement that can still take effect can't be marked as not completed.
        journal::clear().await;
        let page = Tab::settling(1).signed_in("/transfer").await;
        page.review_transfer().await;
        page.confirm();
        page.press(label).await;
        page.wait_until_gone("aside.unresolved").await;
        sleep(300).await;
        page.press(button).await;
        assert_eq!(page.value("#minutes").await, "", "{label}");
    }
}

#[wasm_bindgen_test]
async fn a_response_about_another_allocation_is_not_accepted() {
    let body = r#"{"id":"txn_1","organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","allocated":5,"balance":5,"available":5}"#;
    let _backend = Backend::install(replies_by_attempt(move |_| {
        Some(Reply::Json(200, body.to_owned()))
    }));
    let page = unknown_allocation().await;
    page.wait_for_text("the response is about another allocation")
        .await;
}

#[wasm_bindgen_test]
async fn the_second_click_of_a_double_click_does_not_confirm() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_detail(2);
    let second = MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap();
    page.find(".review button.primary")
        .await
        .dispatch_event(&second)
        .unwrap();
    sleep(100).await;
    assert_eq!(backend.posts("/transfer").len(), 0);
    assert!(page.has(".review"));
}

#[wasm_bindgen_test]
async fn a_review_that_was_left_becomes_a_draft_again() {
    let _backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.click("nav.main a[href='/']");
    page.find("a[href='/transfer?child=4001']").await;
    page.click("a[href='/transfer?child=4001']");
    page.find("form.movement").await;
    assert!(!page.has(".review"));
    assert_eq!(page.value("#child").await, "4001");
    assert_eq!(page.value("#minutes").await, "");
    assert_eq!(
        page.window.location().search().unwrap(),
        "",
        "the link is used once"
    );
}

#[wasm_bindgen_test]
async fn leaving_a_receipt_shows_an_empty_form() {
    let _backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click("nav.main a[href='/']");
    page.find(".cards").await;
    page.click("nav.main a[href='/transfer']");
    page.find("form.movement").await;
}

#[wasm_bindgen_test]
async fn the_rate_follows_the_child_until_the_user_types_one() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/transfer").await;
    page.fill("#child", "Beta Co").await;
    page.wait_for_value("#rate", "0.20").await;
    page.fill("#rate", "").await;
    sleep(50).await;
    assert_eq!(page.value("#rate").await, "", "a cleared field stays empty");
    page.fill("#rate", "0.5").await;
    sleep(50).await;
    assert_eq!(page.value("#rate").await, "0.5");
    // Another child, another rate.
    page.fill("#child", "Acme Inc").await;
    page.wait_for_value("#rate", "0.09").await;
}

#[wasm_bindgen_test]
async fn every_form_reloads_the_balances() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/").await;
    page.wait_for_text("$61.613").await;
    let lists = || {
        let requests = backend.requests.borrow();
        requests
            .iter()
            .filter(|request| request.path.ends_with("/reseller/organizations"))
            .count()
    };
    let before = lists();
    page.click("nav.main a[href='/transfer']");
    page.find("form.movement").await;
    sleep(50).await;
    assert_eq!(lists(), before + 1);
}

#[wasm_bindgen_test]
async fn enter_retries_a_failed_preview() {
    let broken = Rc::new(Cell::new(true));
    let switch = broken.clone();
    let _backend = Backend::install(move |request| {
        if request.path.ends_with("/calculate") && switch.get() {
            Reply::Broken
        } else {
            happy_backend(request)
        }
    });
    let page = Page::signed_in("/transfer?child=4002").await;
    page.fill("#minutes", "20").await;
    page.wait_for_text("Can't reach the service").await;
    broken.set(false);
    page.submit("form.movement");
    page.find(".review").await;
}

#[wasm_bindgen_test]
async fn a_key_can_be_tried_again_unchanged() {
    let busy = Rc::new(Cell::new(true));
    let switch = busy.clone();
    let _backend = Backend::install(move |request| {
        if switch.get() {
            Reply::Json(429, "{}".to_owned())
        } else {
            happy_backend(request)
        }
    });
    let page = Page::open("/").await;
    page.fill("#reseller-key", "reseller-secret").await;
    page.submit("form.sign-in");
    page.wait_for_text("Too many requests").await;
    busy.set(false);
    page.submit("form.sign-in");
    page.find("nav.main").await;
}
