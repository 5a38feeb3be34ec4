//! Loading every entry of a date range.

use crate::support::list::{
    forget_preferences, is_full_range, log_backend, log_rows, page_of, parameter, requested_page,
};
use crate::support::{Backend, Page, RecordedRequest, Reply, happy_backend, sleep, wait_until};
use credit_desk::units::utc_day;
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Returns the requests that load full ranges.
fn range_requests(backend: &Backend) -> Vec<RecordedRequest> {
    let requests = backend.requests.borrow();
    requests
        .iter()
        .filter(|request| is_full_range(request))
        .cloned()
        .collect()
}

/// Returns the pages of full ranges that were requested, in order.
fn requested_pages(backend: &Backend) -> Vec<usize> {
    range_requests(backend)
        .iter()
        .filter_map(requested_page)
        .collect()
}

fn delayed(after: i32, rows: &[Value], request: &RecordedRequest) -> Option<Reply> {
    Some(Reply::Later(after, 200, page_of(rows, request)))
}

#[wasm_bindgen_test]
async fn all_entries_are_loaded_three_pages_at_a_time() {
    let backend = log_backend(log_rows(1_250), |rows, request| delayed(100, rows, request));
    let page = Page::signed_in("/log").await;
    page.wait_for_text("1,250 entries").await;
    page.choose("#page-size", "all").await;
    page.wait_for_text(" of 1,250 entries").await;
    page.wait_until_gone(".reading").await;
    page.find(".totals").await;
    assert_eq!(page.search(), "?all=1");
    let mut requested = requested_pages(&backend);
    requested.sort_unstable();
    assert_eq!(requested, (1..=13).collect::<Vec<_>>());
    // Each response takes at least 100 ms, so requests within that time were concurrent.
    let at: Vec<_> = range_requests(&backend)
        .iter()
        .map(|request| request.at)
        .collect();
    let together = |now: &i64| {
        at.iter()
            .filter(|at| (*now - 99..=*now).contains(*at))
            .count()
    };
    assert_eq!(at.iter().map(together).max(), Some(3), "{at:?}");
    // 1,000 transfers, 250 reverts.
    let sums =
        page.eval_json("[...document.querySelectorAll('.totals data')].map(sum => sum.value)");
    assert_eq!(sums, serde_json::json!(["15000", "3000", "-1500", "1500"]));
    assert!(!page.has(".break"), "every balance is continuous");
}

#[wasm_bindgen_test]
async fn no_requests_are_sent_while_the_service_asks_to_wait() {
    let was_limited = Cell::new(false);
    let backend = log_backend(log_rows(1_250), move |_, request| {
        let limits = requested_page(request) == Some(2) && !was_limited.replace(true);
        let body = r#"{"success":false,"error":"rate_limited"}"#.to_owned();
        limits.then_some(Reply::With(429, "retry-after", "2", body))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.wait_for_text("waiting for the service").await;
    page.wait_until_gone(".reading").await;
    page.wait_for_text("1,250 entries").await;
    let range_requests = range_requests(&backend);
    let second = range_requests
        .iter()
        .find(|request| requested_page(request) == Some(2));
    let limited_at = second.unwrap().at;
    let is_too_soon =
        |request: &&RecordedRequest| (limited_at + 200..limited_at + 2_000).contains(&request.at);
    assert_eq!(
        range_requests.iter().filter(is_too_soon).count(),
        0,
        "nothing is requested meanwhile"
    );
    assert_eq!(
        requested_pages(&backend)
            .iter()
            .filter(|page| **page == 2)
            .count(),
        2
    );
}

#[wasm_bindgen_test]
async fn rows_shifted_by_new_ones_appear_once_and_none_is_missing() {
    forget_preferences();
    let all = log_rows(1_000);
    let row_count = Rc::new(Cell::new(640));
    let growing_count = row_count.clone();
    let _backend = Backend::install(move |request| {
        let Some(page) = requested_page(request) else {
            return happy_backend(request);
        };
        // Pages take different times, so responses arrive out of order.
        if page < 7 && growing_count.get() < 990 {
            growing_count.set(growing_count.get() + 7);
        }
        let wait = [30, 90, 10, 60][page % 4];
        Reply::Later(wait, 200, page_of(&all[..growing_count.get()], request))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.find(".reading").await;
    page.wait_until_gone(".reading").await;
    page.find("tr.row").await;
    assert!(row_count.get() > 640, "the log grew");
    let (name, file) = page.download("JSON").await;
    assert_eq!(name, "credit-log.json");
    let rows: Vec<Value> = serde_json::from_str(&file).unwrap();
    let ids: Vec<_> = rows
        .iter()
        .map(|row| row["id"].as_u64().unwrap() as usize)
        .collect();
    // The newest rows may have been added after the last response.
    let newest = ids[0];
    assert!(newest > 640 && newest <= row_count.get(), "{newest}");
    assert_eq!(ids, (1..=newest).rev().collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn stopping_keeps_the_loaded_entries_and_says_so() {
    let backend = log_backend(log_rows(1_250), |rows, request| delayed(250, rows, request));
    let page = Page::signed_in("/log?all=1").await;
    assert!(wait_until(|| requested_pages(&backend).len() == 4).await);
    page.press("Stop").await;
    page.wait_for_text("Stopped: loaded 100 of 1,250 entries. Totals are partial.")
        .await;
    page.wait_until_gone(".reading").await;
    page.find("table.log[aria-rowcount='101']").await;
    sleep(500).await;
    assert_eq!(
        requested_pages(&backend).len(),
        4,
        "nothing more is requested"
    );
    page.click(".notice button");
    page.find(".reading").await;
    page.wait_until_gone(".reading").await;
    page.find("table.log[aria-rowcount='1251']").await;
    assert!(!page.text().contains("Stopped"));
}

#[wasm_bindgen_test]
async fn stopping_does_not_wait_for_responses() {
    let backend = log_backend(log_rows(250), |rows, request| {
        // The last pages don't arrive during this test.
        let after = if requested_page(request) == Some(1) {
            100
        } else {
            60_000
        };
        delayed(after, rows, request)
    });
    let page = Page::signed_in("/log?all=1").await;
    assert!(wait_until(|| requested_pages(&backend).len() == 3).await);
    page.press("Stop").await;
    page.wait_for_text("Stopped: loaded 100 of 250 entries.")
        .await;
    page.wait_until_gone(".reading").await;
    page.find("table.log[aria-rowcount='101']").await;
}

#[wasm_bindgen_test]
async fn an_abandoned_range_is_never_shown() {
    // The first half belongs to January, the second to February, which takes longer.
    let rows = log_rows(500);
    let backend = log_backend(rows, |rows, request| {
        match parameter(request, "date_from") {
            Some("2026-01-01") => delayed(300, &rows[..250], request),
            _ => delayed(700, &rows[250..], request),
        }
    });
    let page = Page::signed_in("/log?from=2026-01-01&to=2026-01-31&all=1").await;
    assert!(wait_until(|| requested_pages(&backend).len() == 3).await);
    page.follow("/log?from=2026-02-01&to=2026-02-28&all=1");
    assert!(wait_until(|| requested_pages(&backend).len() == 4).await);
    for _ in 0..60 {
        let ids = page.ids();
        assert!(ids.iter().all(|id| *id > 250), "of January: {ids:?}");
        assert!(!page.text().contains("Stopped"), "loading was not stopped");
        sleep(20).await;
    }
    page.find("table.log[aria-rowcount='251']").await;
    assert_eq!(page.ids()[0], 500);
}

#[wasm_bindgen_test]
async fn an_unreadable_range_is_not_shown_as_empty() {
    let _backend = log_backend(log_rows(250), |_, _| {
        let body = r#"{"success":false,"error":"forbidden"}"#.to_owned();
        Some(Reply::Json(403, body))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.wait_for_text("Nothing was loaded.").await;
    sleep(100).await;
    assert!(
        !page.text().contains("No transactions in this period"),
        "{}",
        page.text()
    );
}

#[wasm_bindgen_test]
async fn the_overview_uses_the_accounts_days_and_reloads_them() {
    // A zone in which the date differs from UTC.
    let now = js_sys::Date::new_0();
    let (zone, offset) = match now.get_utc_hours() {
        10.. => ("+14:00", 14),
        _ => ("-12:00", -12),
    };
    let mut rows = log_rows(30);
    for row in &mut rows {
        row["transfer_date"] = serde_json::json!(format!("2026-01-01T00:00:00{zone}"));
    }
    let backend = log_backend(rows, |_, _| None);
    let today = utc_day(credit_desk::browser::clock::now() + offset * 60 * 60_000);
    let page = Page::signed_in("/").await;
    let requested = || range_requests(&backend);
    assert!(wait_until(|| !requested().is_empty()).await);
    for request in requested() {
        assert_eq!(
            parameter(&request, "date_to"),
            Some(&*today),
            "{}",
            request.path
        );
    }
    page.find(".plots").await;
    let before = requested().len();
    page.press("Refresh").await;
    assert!(wait_until(|| requested().len() > before).await);
}
