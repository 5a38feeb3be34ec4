//! The three movement forms: what is sent, how often, and what is shown.

use crate::support::{Backend, Page, RecordedRequest, Reply, happy_backend, sleep, wait_until};
use wasm_bindgen_test::wasm_bindgen_test;

fn is_uuid_v4(key: &str) -> bool {
    uuid::Uuid::parse_str(key).is_ok_and(|uuid| uuid.get_version_num() == 4)
}

#[wasm_bindgen_test]
async fn a_transfer_is_sent_once_with_its_key_and_exact_bytes() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    assert_eq!(
        backend.posts("/transfer").len(),
        0,
        "nothing is sent before the confirmation"
    );
    // Three clicks in one task: no render comes between them.
    page.confirm();
    page.confirm();
    page.confirm();
    page.find(".receipt").await;
    let posts = backend.posts("/transfer");
    assert_eq!(posts.len(), 1);
    let RecordedRequest {
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
async fn holding_enter_opens_the_review_but_does_not_confirm() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/transfer").await;
    page.fill("#child", "4002").await;
    page.fill("#minutes", "20").await;
    // Submitted before the quote has loaded: the request for the review is kept.
    page.submit("form.movement");
    page.submit("form.movement");
    page.find(".review").await;
    sleep(200).await;
    assert_eq!(backend.posts("/transfer").len(), 0);
    assert!(page.has(".review"));
}

#[wasm_bindgen_test]
async fn every_submission_has_its_own_key() {
    let backend = Backend::install(happy_backend);
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".receipt").await;
    page.click(".receipt button.primary");
    page.review_transfer().await;
    page.confirm();
    // It looks like a duplicate of the last one, but it is intended.
    page.find(".review .asks.alike").await;
    page.confirm();
    page.find(".receipt").await;
    let keys: Vec<_> = backend
        .posts("")
        .into_iter()
        .map(|request| request.key.unwrap())
        .collect();
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "previews and transfers alike");
    assert!(keys.iter().all(|key| is_uuid_v4(key)));
    assert_eq!(backend.posts("/transfer").len(), 2);
}

#[wasm_bindgen_test]
async fn a_declined_movement_returns_to_the_filled_form_with_the_error_at_its_field() {
    let backend = Backend::install(|request| {
        match request.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            400,
            r#"{"success":false,"error":"insufficient_balance","error_description":"Not enough balance for 20 minutes"}"#
                .to_owned(),
        ),
        _ => happy_backend(request),
    }
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("No credits moved.").await;
    page.wait_for_text("Not enough balance for 20 minutes")
        .await;
    let minutes = page.find("#minutes").await;
    assert_eq!(
        js_sys::Reflect::get(&minutes, &"value".into())
            .unwrap()
            .as_string()
            .as_deref(),
        Some("20")
    );
    page.fill("#minutes", "10").await;
    assert!(
        wait_until(|| !page.text().contains("No credits moved.")).await,
        "an edit clears the error"
    );
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn success_false_with_status_200_means_declined() {
    let _backend = Backend::install(|request| match request.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            200,
            r#"{"success":false,"plan_expire":true,"error":"Insufficient balance"}"#.to_owned(),
        ),
        _ => happy_backend(request),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("No credits moved.").await;
    assert!(page.text().contains("Insufficient balance"));
}

#[wasm_bindgen_test]
async fn an_unanswered_transfer_is_unknown_and_not_sent_again() {
    let backend = Backend::install(|request| match request.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Silent,
        _ => happy_backend(request),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("The service timed out").await;
    page.wait_for_text("We don't know yet whether this went through.")
        .await;
    assert!(page.has("aside.unresolved"), "it is shown on every screen");
    page.click("nav.main a[href='/log']");
    page.find("form.range").await;
    assert!(page.has("aside.unresolved"));
    page.click("nav.main a[href='/transfer']");
    page.find(".unknown button.primary").await;
    assert!(
        !page.text().contains("Retry now"),
        "this service does not replay keys"
    );
    page.press("Check again").await;
    sleep(300).await;
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn an_unreadable_response_is_reported_as_such() {
    for body in ["<html>", "{}", r#"{"success":true,"new_from_balance":1}"#] {
        let _backend = Backend::install(move |request| match request.path.as_str() {
            "/api/v1/reseller/credits/transfer" => Reply::Json(200, body.to_owned()),
            _ => happy_backend(request),
        });
        let page = Page::reviewed_transfer().await;
        page.confirm();
        page.wait_for_text("Unreadable response").await;
        page.wait_for_text("We don't know yet whether this went through.")
            .await;
    }
}

#[wasm_bindgen_test]
async fn a_movement_continues_after_its_screen_is_left() {
    let backend = Backend::install(|request| match request.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Later(
            400,
            200,
            r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14}"#.to_owned(),
        ),
        _ => happy_backend(request),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.find(".sending").await;
    page.click("nav.main a[href='/calculate']");
    page.wait_for_text("Nothing is transferred.").await;
    assert!(page.has("aside.unresolved"));
    page.wait_until_gone("aside.unresolved").await;
    page.click("nav.main a[href='/transfer']");
    page.find(".receipt").await;
    assert_eq!(backend.posts("/transfer").len(), 1);
}

#[wasm_bindgen_test]
async fn a_revert_sends_no_rate_and_reads_the_swapped_balances() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/revert?child=4002").await;
    page.fill("#minutes", "5").await;
    page.wait_for_text("$62.063").await;
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
        receipt.contains("Beta Co's balance after$9.00"),
        "{receipt}"
    );
}

#[wasm_bindgen_test]
async fn a_receipt_reports_when_more_moved_than_quoted() {
    let _backend = Backend::install(|request| match request.path.as_str() {
        "/api/v1/reseller/credits/transfer" => Reply::Json(
            200,
            r#"{"success":true,"new_from_balance":58.013,"new_to_balance":18}"#.to_owned(),
        ),
        _ => happy_backend(request),
    });
    let page = Page::reviewed_transfer().await;
    page.confirm();
    page.wait_for_text("Balances differ from the preview.")
        .await;
    assert!(page.text().contains("$58.013"));
}

#[wasm_bindgen_test]
async fn an_allocation_carries_description_and_metadata() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/allocate").await;
    page.fill("#organization", "Northwind").await;
    page.fill("#credits", "500").await;
    page.fill("#description", "Q3 budget top-up").await;
    page.click(".metadata > button");
    page.fill("[aria-label='Label 1']", "invoice").await;
    page.fill("[aria-label='Value 1']", "inv_1").await;
    page.wait_for_text("4,900").await;
    page.submit("form.movement");
    page.find(".review").await;
    page.confirm();
    page.confirm();
    page.wait_for_text("txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c")
        .await;
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
async fn an_unknown_allocation_is_retried_with_the_same_key_and_bytes() {
    let first = std::cell::Cell::new(true);
    let backend = Backend::install(move |request| {
        if request.path.ends_with("/credits/allocate") && first.replace(false) {
            Reply::Broken
        } else {
            happy_backend(request)
        }
    });
    let page = Page::signed_in("/allocate").await;
    page.review_allocation().await;
    page.confirm();
    page.find(".unknown button.primary").await;
    page.press("Retry now").await;
    page.find(".receipt").await;
    let posts = backend.posts("/credits/allocate");
    assert_eq!(posts.len(), 2);
    assert!(
        posts[1].at - posts[0].at < 700,
        "immediately, before the automatic retry"
    );
    assert_eq!(posts[0].key, posts[1].key);
    assert_eq!(posts[0].body, posts[1].body);
}
