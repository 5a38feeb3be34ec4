//! The three forms that move something, in a real browser: what leaves, how often, and what is shown.

use crate::support::{Backend, Page, Reply, Seen, sleep, story};
use wasm_bindgen_test::wasm_bindgen_test;

fn is_uuid_v4(key: &str) -> bool {
    uuid::Uuid::parse_str(key).is_ok_and(|uuid| uuid.get_version_num() == 4)
}

#[wasm_bindgen_test]
async fn a_transfer_leaves_once_with_its_key_and_exact_bytes() {
    let backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    assert_eq!(
        backend.posts("/transfer").len(),
        0,
        "nothing leaves before the confirmation"
    );
    // Three clicks in one task: no render comes between them.
    page.confirm();
    page.confirm();
    page.confirm();
    page.find(".receipt").await;
    let posts = backend.posts("/transfer");
    assert_eq!(posts.len(), 1);
    let Seen {
        key,
        authorization,
        content_type,
        redirect,
        body,
        ..
    } = &posts[0];
    assert!(key.as_deref().is_some_and(is_uuid_v4), "{key:?}");
    assert_eq!(authorization.as_deref(), Some("Bearer reseller-secret"));
    assert_eq!(content_type.as_deref(), Some("application/json"));
    assert_eq!(redirect, "error");
    assert_eq!(
        body,
        r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#
    );
    let text = page.text();
    assert!(text.contains("Transferred 20 minutes to Beta Co"), "{text}");
    assert!(
        text.contains("$59.813") && text.contains("$14.00"),
        "{text}"
    );
}

#[wasm_bindgen_test]
async fn enter_held_down_reaches_the_review_and_no_further() {
    let backend = Backend::install(story);
    let page = Page::signed_in("/transfer").await;
    page.fill("#child", "4002").await;
    page.fill("#minutes", "20").await;
    // Before the quote is there: the wish is kept.
    page.submit("form.movement");
    page.submit("form.movement");
    page.find(".review").await;
    sleep(200).await;
    assert_eq!(backend.posts("/transfer").len(), 0);
    assert!(page.has(".review"));
}

#[wasm_bindgen_test]
async fn every_submission_has_a_key_of_its_own() {
    let backend = Backend::install(story);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click(".receipt button.primary");
    page.review_transfer().await;
    page.confirm();
    // It looks like the one just made, and it is meant.
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".receipt").await;
    let keys: Vec<_> = backend
        .posts("")
        .into_iter()
        .map(|seen| seen.key.unwrap())
        .collect();
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "previews and transfers alike");
    assert!(keys.iter().all(|key| is_uuid_v4(key)));
    assert_eq!(backend.posts("/transfer").len(), 2);
}

#[wasm_bindgen_test]
async fn a_refusal_returns_to_the_filled_form_with_the_error_at_its_field() {
    let backend = Backend::install(|seen| {
        match seen.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            400,
            r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough balance for 20 minutes"}"#
                .to_owned(),
        ),
        _ => story(seen),
    }
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("No credits moved.").await;
    page.says("Not enough balance for 20 minutes").await;
    let minutes = page.find("#minutes").await;
    assert_eq!(
        js_sys::Reflect::get(&minutes, &"value".into())
            .unwrap()
            .as_string()
            .as_deref(),
        Some("20")
    );
    page.fill("#minutes", "10").await;
    sleep(50).await;
    assert!(
        !page.text().contains("No credits moved."),
        "an edit ends the refusal"
    );
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn success_false_on_status_200_is_a_refusal() {
    let _backend = Backend::install(|seen| match seen.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            200,
            r#"{"success":false,"plan_expire":true,"error":"Insufficient balance"}"#.to_owned(),
        ),
        _ => story(seen),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("No credits moved.").await;
    assert!(page.text().contains("Insufficient balance"));
}

#[wasm_bindgen_test]
async fn an_unanswered_transfer_is_unknown_and_not_sent_again() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Silent,
        _ => story(seen),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("The service timed out").await;
    page.says("We don't know yet whether this went through.")
        .await;
    assert!(page.has("aside.unresolved"), "it stands on every screen");
    page.click("nav.main a[href='/log']");
    page.find("form.range").await;
    assert!(page.has("aside.unresolved"));
    page.click("nav.main a[href='/transfer']");
    page.find(".unknown button.primary").await;
    assert!(
        !page.text().contains("Ask again now"),
        "this backend replays no keys"
    );
    page.press("Read again now").await;
    sleep(300).await;
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn an_unreadable_answer_is_told_as_such() {
    for body in ["<html>", "{}", r#"{"success":true,"new_from_balance":1}"#] {
        let _backend = Backend::install(move |seen| match seen.path.as_str() {
            "/api/v1/reseller/credits/transfer" => Reply::Json(200, body.to_owned()),
            _ => story(seen),
        });
        let page = Page::reviewed_transfer().await;
        page.confirm();
        page.says("answer could not be read").await;
        page.says("We don't know yet whether this went through.")
            .await;
    }
}

#[wasm_bindgen_test]
async fn a_movement_goes_on_when_its_screen_is_left() {
    let backend = Backend::install(|seen| match seen.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Later(
            400,
            200,
            r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14}"#.to_owned(),
        ),
        _ => story(seen),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".sending").await;
    page.click("nav.main a[href='/calculate']");
    page.says("Nothing moves here.").await;
    assert!(page.has("aside.unresolved"));
    sleep(600).await;
    assert!(!page.has("aside.unresolved"));
    page.click("nav.main a[href='/transfer']");
    page.find(".receipt").await;
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn a_revert_sends_no_rate_and_reads_the_swapped_balances() {
    let backend = Backend::install(story);
    let page = Page::signed_in("/revert?child=4002").await;
    page.fill("#minutes", "5").await;
    page.says("$62.063").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.confirm();
    page.find(".receipt").await;
    let posts = backend.posts("/revert");
    assert_eq!(posts.len(), 1);
    assert_eq!(
        posts[0].body,
        r#"{"from_organization_id":4002,"minutes":5}"#
    );
    assert!(posts[0].key.as_deref().is_some_and(is_uuid_v4));
    let receipt = page
        .find(".receipt .balances")
        .await
        .text_content()
        .unwrap();
    assert!(receipt.contains("Your balance after$62.063"), "{receipt}");
    assert!(
        receipt.contains("Balance of Beta Co after$9.00"),
        "{receipt}"
    );
}

#[wasm_bindgen_test]
async fn a_receipt_says_when_more_moved_than_was_quoted() {
    let _backend = Backend::install(|seen| match seen.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            200,
            r#"{"success":true,"new_from_balance":58.013,"new_to_balance":18}"#.to_owned(),
        ),
        _ => story(seen),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.says("The balances are not what was quoted.").await;
    assert!(page.text().contains("$58.013"));
}

#[wasm_bindgen_test]
async fn an_allocation_carries_description_and_metadata() {
    let backend = Backend::install(story);
    let page = Page::signed_in("/allocate").await;
    page.fill("#organization", "Northwind").await;
    page.fill("#credits", "500").await;
    page.fill("#description", "Q3 budget top-up").await;
    page.click(".metadata > button");
    page.fill("[aria-label='Name 1']", "invoice").await;
    page.fill("[aria-label='Value 1']", "inv_1").await;
    page.says("4,900").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.confirm();
    page.says("txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c").await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(posts.len(), 1);
    assert_eq!(
        posts[0].authorization.as_deref(),
        Some("Bearer lp_test_secret")
    );
    assert!(posts[0].key.as_deref().is_some_and(is_uuid_v4));
    assert_eq!(
        posts[0].body,
        r#"{"credits":500,"description":"Q3 budget top-up","metadata":{"invoice":"inv_1"}}"#
    );
}

#[wasm_bindgen_test]
async fn an_unknown_allocation_is_asked_again_with_the_same_key_and_bytes() {
    let first = std::cell::Cell::new(true);
    let backend = Backend::install(move |seen| {
        if seen.path.ends_with("/credits/allocate") && first.replace(false) {
            Reply::Broken
        } else {
            story(seen)
        }
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown button.primary").await;
    page.press("Ask again now").await;
    page.find(".receipt").await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(posts.len(), 2);
    assert!(
        posts[1].at - posts[0].at < 700,
        "at once, and not only when it would have been asked anyway"
    );
    assert_eq!(posts[0].key, posts[1].key);
    assert_eq!(posts[0].body, posts[1].body);
}
