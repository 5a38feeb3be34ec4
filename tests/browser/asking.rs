//! How a movement without an answer is asked for again, in a real browser: by itself a few times, when it can be, and
//! always the same.

use crate::support::{
    Backend, FAST, Page, Reply, Seen, Tab, events, journal, settings, sleep, story, until,
};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// A story in which movements are answered by `answers`, one after the other, then made.
fn movements(answers: impl Fn(u32) -> Option<Reply> + 'static) -> impl Fn(&Seen) -> Reply {
    let count = Cell::new(0);
    move |seen| {
        if !seen.moves() {
            return story(seen);
        }
        count.set(count.get() + 1);
        answers(count.get()).unwrap_or_else(|| story(seen))
    }
}

/// An allocation of 500 credits to Northwind that was sent.
async fn send(page: &Page) {
    page.review_allocation().await;
    page.confirm();
}

#[wasm_bindgen_test]
async fn a_key_that_is_refused_on_the_way_can_be_given_anew() {
    let refused = r#"{"success":false,"error":"unauthorized"}"#;
    let backend = Backend::install(movements(move |attempt| {
        (attempt == 1).then(|| Reply::Json(401, refused.to_owned()))
    }));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".unknown[data-state=key-needed]").await;
    sleep(600).await;
    assert_eq!(backend.movements().len(), 1, "not again with the same key");
    page.click(".unknown a[href='/keys']");
    page.fill("#reseller-key", "new-secret").await;
    page.submit("form.sign-in");
    page.gone("aside.unresolved").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    assert_eq!(sent[1].authorization.as_deref(), Some("Bearer new-secret"));
    assert_eq!(journal::end().await, "done");
}

#[wasm_bindgen_test]
async fn a_wait_that_is_asked_for_is_kept() {
    let backend = Backend::install(movements(|attempt| {
        (attempt == 1).then(|| Reply::With(503, "retry-after", "3", String::new()))
    }));
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 2);
    let waited = sent[1].at - sent[0].at;
    assert!((2900..6000).contains(&waited), "{waited} ms");
}

#[wasm_bindgen_test]
async fn a_submission_that_is_still_in_flight_is_waited_for() {
    let busy = r#"{"error":{"code":"CONFLICT","message":"in flight"}}"#;
    let backend = Backend::install(movements(move |attempt| match attempt {
        1 => Some(Reply::Broken),
        2 => Some(Reply::With(409, "retry-after", "1", busy.to_owned())),
        _ => None,
    }));
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|post| post.key == sent[0].key && post.body == sent[0].body)
    );
}

#[wasm_bindgen_test]
async fn by_itself_it_is_sent_a_few_times_with_growing_pauses_and_then_searched_for() {
    let backend = Backend::install(movements(|_| Some(Reply::Broken)));
    journal::clear().await;
    let mut slow = settings();
    slow["organizations_api"]["settles_after_seconds"] = 600.into();
    let page = Tab::with(slow).run(FAST).signed_in("/allocate").await;
    send(&page).await;
    let before = backend.readings();
    assert!(until(|| backend.movements().len() == 5).await);
    // Half a minute of the page's own time.
    sleep(1500).await;
    let sent = backend.movements();
    assert_eq!(sent.len(), 5, "a few times, and no more");
    assert!(backend.readings() > before, "now it is searched for");
    let pauses: Vec<_> = sent.windows(2).map(|two| two[1].at - two[0].at).collect();
    // One, two, four and eight seconds, twentyfold, a quarter more or less and what the requests took.
    assert!(
        pauses[0] >= 37 && pauses[1] >= 75 && pauses[2] >= 150 && pauses[3] >= 300,
        "{pauses:?}"
    );
    page.find("aside.unresolved").await;
    page.press("Ask again now").await;
    assert!(
        until(|| backend.movements().len() == 6).await,
        "a person may ask at any time"
    );
}

#[wasm_bindgen_test]
async fn a_backend_that_wants_to_be_left_alone_for_long_is_read_meanwhile() {
    let made = Rc::new(Cell::new(false));
    let switch = made.clone();
    let backend = Backend::install(move |seen| {
        if seen.moves() {
            switch.set(true);
            return Reply::With(503, "retry-after", "900", String::new());
        }
        match seen.path.as_str() {
            path if path.contains("/credits/events") && switch.get() => events(&[500]),
            _ => story(seen),
        }
    });
    let page = Page::signed_in("/allocate").await;
    send(&page).await;
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 1);
    assert_eq!(journal::end().await, "found");
}

#[wasm_bindgen_test]
async fn who_has_no_other_key_goes_back_to_the_form() {
    let refused = r#"{"success":false,"error":"unauthorized"}"#;
    let backend = Backend::install(movements(move |_| {
        Some(Reply::Json(401, refused.to_owned()))
    }));
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.press("Back to the form").await;
    page.find("form.movement").await;
    assert_eq!(page.value("#minutes").await, "20");
    page.says("Invalid API key.").await;
    page.gone("aside.unresolved").await;
    sleep(300).await;
    assert_eq!(journal::only().await["end"]["what"], "refused");
    assert_eq!(backend.movements().len(), 1);
}

#[wasm_bindgen_test]
async fn a_browser_that_is_wrong_about_the_network_stops_nobody() {
    let backend = Backend::install(movements(|attempt| (attempt == 1).then_some(Reply::Broken)));
    journal::clear().await;
    let offline = "Object.defineProperty(navigator, 'onLine', { get: () => false });";
    let page = Tab::new().run(offline).signed_in("/allocate").await;
    send(&page).await;
    page.says("Ask again now").await;
    assert_eq!(backend.movements().len(), 1, "it waits longer than usual");
    page.press("Ask again now").await;
    page.find(".receipt").await;
    assert_eq!(backend.movements().len(), 2);
}

#[wasm_bindgen_test]
async fn closing_is_asked_about_while_an_answer_could_be_lost_and_no_longer() {
    let _backend = Backend::install(movements(|_| Some(Reply::Silent)));
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    assert!(!page.asks_before_closing(), "nothing was sent");
    page.confirm();
    page.find(".sending").await;
    assert!(page.asks_before_closing());
    page.find(".unknown").await;
    assert!(!page.asks_before_closing(), "the journal has it");
}
