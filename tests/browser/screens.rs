//! Signing in, form fields, and the log's paging.

use crate::support::{Backend, Page, Reply, happy_backend, sleep, wait_until};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_wrong_key_shows_an_error_at_its_field_and_does_not_sign_in() {
    let _backend = Backend::install(|request| match request.path.as_str() {
        "/v1/whoami" => Reply::Json(
            401,
            r#"{"error":{"code":"UNAUTHENTICATED","message":"no"}}"#.to_owned(),
        ),
        _ => happy_backend(request),
    });
    let page = Page::open("/").await;
    page.fill("#reseller-key", "good").await;
    page.fill("#organizations-key", "lp_bad").await;
    page.submit("form.sign-in");
    page.wait_for_text("Invalid API key.").await;
    assert!(page.has("#organizations-key[aria-invalid=true]"));
    assert!(!page.has("#reseller-key[aria-invalid=true]"));
    assert!(!page.has("nav.main"));
}

#[wasm_bindgen_test]
async fn invalid_keys_are_not_sent() {
    let backend = Backend::install(happy_backend);
    let page = Page::open("/").await;
    page.submit("form.sign-in");
    page.wait_for_text("Enter at least one API key.").await;
    page.fill("#reseller-key", "pasted with → and spaces").await;
    page.submit("form.sign-in");
    page.wait_for_text("API keys can't contain spaces").await;
    assert_eq!(backend.requests.borrow().len(), 0);
}

#[wasm_bindgen_test]
async fn one_key_alone_opens_its_own_screens() {
    let backend = Backend::install(happy_backend);
    let page = Page::open("/").await;
    page.fill("#organizations-key", "lp_test_secret").await;
    page.submit("form.sign-in");
    page.find("nav.main a[href='/allocate']").await;
    assert!(!page.has("nav.main a[href='/transfer']"));
    sleep(100).await;
    assert!(
        backend
            .requests
            .borrow()
            .iter()
            .all(|request| request.path.starts_with("/v1/")),
        "the key goes to its own service only"
    );
}

#[wasm_bindgen_test]
async fn ambiguous_numbers_are_rejected_and_valid_ones_echoed() {
    let backend = Backend::install(happy_backend);
    let page = Page::signed_in("/calculate").await;
    page.fill("#minutes", "1,234").await;
    page.fill("#rate", "0.2").await;
    page.submit("form.movement");
    page.wait_for_text("1234 or 1.234").await;
    assert_eq!(backend.posts("/calculate").len(), 0);
    page.fill("#minutes", "1234").await;
    page.wait_for_text("1,234 min").await;
    page.wait_for_text("$59.813").await;
}

#[wasm_bindgen_test]
async fn fast_typing_requests_one_preview_and_a_late_one_is_not_shown() {
    let backend = Backend::install(|request| {
        // The preview of 2 minutes arrives long after that of 20.
        if request.path.ends_with("/calculate") && request.body.contains(r#""minutes":2,"#) {
            return Reply::Later(
                700,
                200,
                r#"{"success":true,"my_cost":0.18,"user_credit":0.4,"profit":0.22,"margin":0.11,"reseller_rate":0.09,
                    "reseller_balance":61.613,"reseller_available_minutes":684,"new_reseller_balance":61.433}"#
                    .to_owned(),
            );
        }
        happy_backend(request)
    });
    let page = Page::signed_in("/calculate").await;
    page.fill("#rate", "0.2").await;
    page.fill("#minutes", "2").await;
    assert!(wait_until(|| backend.posts("/calculate").len() == 1).await);
    page.fill("#minutes", "20").await;
    page.wait_for_text("$59.813").await;
    sleep(900).await;
    assert!(!page.text().contains("$61.433"), "{}", page.text());
    let previews = backend.posts("/calculate").len();
    page.fill("#minutes", "200").await;
    page.fill("#minutes", "2000").await;
    page.fill("#minutes", "20").await;
    sleep(500).await;
    assert_eq!(backend.posts("/calculate").len(), previews + 1);
}

#[wasm_bindgen_test]
async fn a_failed_preview_is_reported_and_can_be_retried() {
    let broken = std::rc::Rc::new(std::cell::Cell::new(true));
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
    page.submit("form.movement");
    sleep(100).await;
    assert!(!page.has(".review"), "no review without a quote");
    broken.set(false);
    page.click(".quote button");
    page.wait_for_text("$59.813").await;
}

fn log_page(id: u64, page: u64) -> String {
    format!(
        r#"{{"success":true,"data":{{"logs":[{{"id":{id},"transaction_type":"credit_transfer","credit_amount":12345678901234567890.123456,
            "notes":"Row {id}","transfer_date":"2026-01-15T16:34:40+05:30"}}],"total_records":60,"page":{page},"page_size":20,"total_pages":3}}}}"#
    )
}

#[wasm_bindgen_test]
async fn the_url_holds_the_log_page_and_a_late_page_never_replaces_a_newer_one() {
    let backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/logs?page=2") => Reply::Later(700, 200, log_page(222, 2)),
        path if path.contains("/credits/logs?page=3") => Reply::Json(200, log_page(333, 3)),
        path if path.contains("/credits/logs") => Reply::Json(200, log_page(111, 1)),
        _ => happy_backend(request),
    });
    let page = Page::signed_in("/log").await;
    page.wait_for_text("Row 111").await;
    // All digits of a large amount are shown.
    page.wait_for_text("$12,345,678,901,234,567,890.123456")
        .await;
    page.click("[aria-label='Next page']");
    page.find(".stale").await;
    assert!(
        page.text().contains("Row 111"),
        "old rows stay while new ones load"
    );
    page.click("[aria-label='Last page']");
    page.wait_for_text("Row 333").await;
    sleep(900).await;
    assert!(page.text().contains("Row 333") && !page.text().contains("Row 222"));
    assert_eq!(page.window.location().search().unwrap(), "?page=3");
    page.fill("#from", "2026-01-01").await;
    page.submit("form.range");
    page.wait_for_text("Row 111").await;
    assert_eq!(page.window.location().search().unwrap(), "?from=2026-01-01");
    let was_requested = backend.requests.borrow().iter().any(|request| {
        request
            .path
            .ends_with("?page=1&page_size=20&date_from=2026-01-01")
    });
    assert!(was_requested);
}

#[wasm_bindgen_test]
async fn a_failed_log_and_an_empty_log_are_reported() {
    let _backend = Backend::install(|request| {
        if request.path.contains("date_from") {
            let empty = r#"{"success":true,"data":{"logs":[],"total_records":0,"page":1,"page_size":20,"total_pages":0}}"#;
            Reply::Json(200, empty.to_owned())
        } else if request.path.contains("/credits/logs") {
            Reply::Json(
                500,
                r#"{"error":"server_error","error_description":"Internal error"}"#.to_owned(),
            )
        } else {
            happy_backend(request)
        }
    });
    let page = Page::signed_in("/log").await;
    page.wait_for_text("Service error.").await;
    assert!(
        !page.text().contains("moved."),
        "a failed read says nothing about credits"
    );
    page.fill("#from", "2026-01-01").await;
    page.submit("form.range");
    page.wait_for_text("No transactions in this period.").await;
}

#[wasm_bindgen_test]
async fn a_row_opens_a_dialog_with_every_field() {
    let _backend = Backend::install(|request| match request.path.as_str() {
        path if path.contains("/credits/logs") => Reply::Json(200, log_page(111, 1)),
        _ => happy_backend(request),
    });
    let page = Page::signed_in("/log").await;
    page.find(".open[aria-haspopup=dialog]").await;
    assert!(!page.has("dialog[open]"));
    page.click(".open");
    page.find("dialog.row-dialog[open]").await;
    page.wait_for_text("2026-01-15T16:34:40+05:30").await;
    page.wait_for_text("2026-01-15T11:04:40.000Z").await;
    page.click("dialog[open] .actions button");
    page.wait_until_gone("dialog[open]").await;
}

#[wasm_bindgen_test]
async fn signing_out_clears_keys_and_amounts() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/").await;
    page.wait_for_text("$61.613").await;
    page.press("Sign out").await;
    page.find("form.sign-in").await;
    assert!(!page.text().contains("61.613"));
    let input = page.find("#reseller-key").await;
    assert_eq!(
        js_sys::Reflect::get(&input, &"value".into())
            .unwrap()
            .as_string()
            .as_deref(),
        Some("")
    );
}
