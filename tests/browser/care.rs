//! What keeps a tired person from moving something twice, or something else than they saw.

use crate::support::{Backend, Page, Reply, Seen, Tab, journal, log, row, sleep, story, until};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MouseEvent, MouseEventInit};

/// A story in which allocations are answered by `answers`, one after the other, then made.
fn allocations(
    answers: impl Fn(u32) -> Option<Reply> + 'static,
) -> impl Fn(&Seen) -> Reply + 'static {
    let count = Cell::new(0);
    move |seen| {
        if !seen.path.ends_with("/credits/allocate") {
            return story(seen);
        }
        count.set(count.get() + 1);
        answers(count.get()).unwrap_or_else(|| story(seen))
    }
}

async fn unknown_allocation() -> Page {
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown").await;
    page
}

#[wasm_bindgen_test]
async fn a_refusal_of_a_repeated_request_does_not_speak_for_the_first() {
    let limited = r#"{"error":{"code":"RATE_LIMITED","message":"slow down"}}"#;
    let backend = Backend::install(allocations(move |attempt| match attempt {
        1 => Some(Reply::Broken),
        2 => Some(Reply::Json(429, limited.to_owned())),
        _ => None,
    }));
    let page = unknown_allocation().await;
    page.click(".unknown button.primary");
    page.says("Too many requests").await;
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
async fn another_account_cannot_ask_for_a_submission_that_is_not_its_own() {
    let other = Rc::new(Cell::new(false));
    let switch = other.clone();
    let broken = allocations(|_| Some(Reply::Broken));
    let backend = Backend::install(move |seen| {
        if seen.path == "/v1/whoami" && switch.get() {
            let body = r#"{"organizationId":"org_00000000-0000-4000-8000-000000000009"}"#;
            return Reply::Json(200, body.to_owned());
        }
        broken(seen)
    });
    let page = unknown_allocation().await;
    other.set(true);
    page.click("a[href='/keys']");
    page.fill("#organizations-key", "lp_test_another").await;
    page.submit("form.sign-in");
    page.says("5,880").await;
    // The other account's own form is free, and nothing more is said of what is not its own than that there is something.
    page.click("nav.main a[href='/allocate']");
    page.find("form.movement").await;
    page.says("1 transaction is pending.").await;
    assert!(!page.has("aside.unresolved [data-key]"), "{}", page.text());
    page.click("nav.main a[href='/activity']");
    page.says("Nothing was sent from this browser with this account")
        .await;
    let sent = backend.posts("/credits/allocate").len();
    sleep(3000).await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(
        posts.len(),
        sent,
        "it would have been asked for again by now"
    );
    other.set(false);
    page.click("a[href='/keys']");
    page.fill("#organizations-key", "lp_test_secret").await;
    page.submit("form.sign-in");
    assert!(until(|| backend.posts("/credits/allocate").len() > sent).await);
    let posts = backend.posts("/credits/allocate");
    let own = Some("Bearer lp_test_secret");
    assert!(
        posts
            .iter()
            .all(|post| post.authorization.as_deref() == own)
    );
}

#[wasm_bindgen_test]
async fn what_was_decided_does_not_stand_in_the_form_again() {
    for (label, button) in [
        ("It was made", "New transfer"),
        ("It was not made", "Put it aside"),
    ] {
        let sent = Cell::new(false);
        let _backend = Backend::install(move |seen| match seen {
            seen if seen.moves() => {
                sent.set(true);
                Reply::Silent
            }
            seen if seen.reads_books() && sent.get() => log(&[row(8, 0), row(7, 0)]),
            seen => story(seen),
        });
        // What can still take effect cannot be called not made.
        journal::clear().await;
        let page = Tab::settling(1).signed_in("/transfer").await;
        page.review_transfer().await;
        page.confirm();
        page.press(label).await;
        page.gone("aside.unresolved").await;
        sleep(300).await;
        page.press(button).await;
        assert_eq!(page.value("#minutes").await, "", "{label}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_about_another_allocation_is_not_taken_for_this_one() {
    let body = r#"{"id":"txn_1","organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","allocated":5,"balance":5,"available":5}"#;
    let _backend = Backend::install(allocations(move |_| {
        Some(Reply::Json(200, body.to_owned()))
    }));
    let page = unknown_allocation().await;
    page.says("the answer speaks of another allocation").await;
}

#[wasm_bindgen_test]
async fn the_second_click_of_a_double_click_does_not_confirm() {
    let backend = Backend::install(story);
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
async fn a_review_that_was_left_is_a_draft_again() {
    let _backend = Backend::install(story);
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
async fn a_receipt_that_was_seen_makes_room() {
    let _backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click("nav.main a[href='/']");
    page.find(".cards").await;
    page.click("nav.main a[href='/transfer']");
    page.find("form.movement").await;
}

#[wasm_bindgen_test]
async fn the_rate_follows_the_child_until_somebody_types_one() {
    let _backend = Backend::install(story);
    let page = Page::signed_in("/transfer").await;
    page.fill("#child", "Beta Co").await;
    sleep(50).await;
    assert_eq!(page.value("#rate").await, "0.20");
    page.fill("#rate", "").await;
    sleep(50).await;
    assert_eq!(
        page.value("#rate").await,
        "",
        "what was cleared stays clear"
    );
    page.fill("#rate", "0.5").await;
    sleep(50).await;
    assert_eq!(page.value("#rate").await, "0.5");
    page.fill("#child", "Acme Inc").await;
    sleep(50).await;
    assert_eq!(
        page.value("#rate").await,
        "0.09",
        "another child, another rate"
    );
}

#[wasm_bindgen_test]
async fn every_form_reads_the_balances_anew() {
    let backend = Backend::install(story);
    let page = Page::signed_in("/").await;
    page.says("$61.613").await;
    let lists = || {
        let seen = backend.seen.borrow();
        seen.iter()
            .filter(|seen| seen.path.ends_with("/reseller/organizations"))
            .count()
    };
    let before = lists();
    page.click("nav.main a[href='/transfer']");
    page.find("form.movement").await;
    sleep(50).await;
    assert_eq!(lists(), before + 1);
}

#[wasm_bindgen_test]
async fn enter_asks_again_for_a_preview_that_failed() {
    let broken = Rc::new(Cell::new(true));
    let switch = broken.clone();
    let _backend = Backend::install(move |seen| {
        if seen.path.ends_with("/calculate") && switch.get() {
            Reply::Broken
        } else {
            story(seen)
        }
    });
    let page = Page::signed_in("/transfer?child=4002").await;
    page.fill("#minutes", "20").await;
    page.says("Can't reach the service").await;
    broken.set(false);
    page.submit("form.movement");
    page.find(".review").await;
}

#[wasm_bindgen_test]
async fn a_key_can_be_tried_again_as_it_stands() {
    let busy = Rc::new(Cell::new(true));
    let switch = busy.clone();
    let _backend = Backend::install(move |seen| {
        if switch.get() {
            Reply::Json(429, "{}".to_owned())
        } else {
            story(seen)
        }
    });
    let page = Page::open("/").await;
    page.fill("#reseller-key", "reseller-secret").await;
    page.submit("form.sign-in");
    page.says("Too many requests").await;
    busy.set(false);
    page.submit("form.sign-in");
    page.find("nav.main").await;
}
