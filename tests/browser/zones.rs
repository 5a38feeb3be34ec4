//! The time zones of the log's days and times, and what happens at midnight.

use crate::support::list::{
    answer, is_full_range, log_backend, log_rows, parameter, requested_page,
};
use crate::support::{Backend, Page, Reply, Tab, happy_backend, journal, wait_until};
use credit_desk::browser::clock::now;
use credit_desk::units::utc_day;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// Returns log rows with these timestamps, oldest first, as for an account in India.
fn rows_at(moments: &[&str]) -> Vec<Value> {
    let mut rows = log_rows(moments.len() as i64);
    for (row, moment) in rows.iter_mut().zip(moments) {
        row["transfer_date"] = json!(moment);
    }
    rows
}

/// Returns the date range of the last request for log entries.
fn requested_days(backend: &Backend) -> Option<(String, String)> {
    let requests = backend.requests.borrow();
    let last = requests
        .iter()
        .rfind(|request| requested_page(request).is_some())?;
    let day = |name| parameter(last, name).map(str::to_owned);
    day("date_from").zip(day("date_to"))
}

async fn wait_for_request(backend: &Backend, from: &str, to: &str) {
    let expected = Some((from.to_owned(), to.to_owned()));
    let requested = || requested_days(backend);
    assert!(
        wait_until(|| requested() == expected).await,
        "{:?}",
        requested()
    );
}

/// A tab whose clock is set to this moment.
fn set_to(moment: &str) -> Tab {
    let script = format!(
        "{{ const now = Date.now.bind(Date);
            window.shift = Date.parse({moment:?}) - now();
            Date.now = () => now() + window.shift; }}"
    );
    Tab::new().run(&script)
}

/// A tab opened at this moment, according to the services' clocks too.
fn at(moment: &str) -> Tab {
    set_to(moment).run(
        "{ const native = window.fetch;
           window.fetch = async (request) => {
               const answer = await native(request);
               answer.headers.set('date', new Date(Date.now()).toUTCString());
               return answer;
           }; }",
    )
}

#[wasm_bindgen_test]
async fn presets_follow_the_accounts_day() {
    let rows = rows_at(&["2026-01-01T05:30:00+05:30"]);
    let backend = log_backend(rows, |_, _| None);
    journal::clear().await;
    // Half a minute before midnight in India.
    let page = at("2026-05-14T18:29:30Z")
        .signed_in("/log?days=last-30")
        .await;
    wait_for_request(&backend, "2026-04-15", "2026-05-14").await;
    page.press("Yesterday").await;
    wait_for_request(&backend, "2026-05-13", "2026-05-13").await;
    assert_eq!(page.search(), "?days=yesterday");
    page.find("tr.row").await;
    page.run("window.shift += 60_000");
    page.run("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    wait_for_request(&backend, "2026-05-14", "2026-05-14").await;
    assert!(
        wait_until(|| page.eval_json("document.querySelector('#from').value") == "2026-05-14")
            .await
    );
    assert_eq!(page.search(), "?days=yesterday");
    let chosen = page.texts(".presets[aria-label=Days] [aria-pressed=true]");
    assert_eq!(chosen, ["Yesterday"]);
    // A clock that is set back also counts, and a refresh checks it.
    page.run("window.shift -= 60_000");
    page.press("Refresh").await;
    wait_for_request(&backend, "2026-05-13", "2026-05-13").await;
}

#[wasm_bindgen_test]
async fn the_end_of_a_day_is_noticed_without_an_event() {
    let backend = log_backend(rows_at(&["2026-01-01T05:30:00+05:30"]), |_, _| None);
    journal::clear().await;
    // Only the interval notices it: there is no event.
    let page = at("2026-05-14T18:29:30Z")
        .signed_in("/log?days=today")
        .await;
    wait_for_request(&backend, "2026-05-14", "2026-05-14").await;
    page.find("tr.row").await;
    page.run("window.shift += 60_000");
    let expected = Some(("2026-05-15".to_owned(), "2026-05-15".to_owned()));
    let requested = || requested_days(&backend) == expected;
    assert!(wait_until(requested).await || wait_until(requested).await);
}

#[wasm_bindgen_test]
async fn a_wrong_clock_does_not_determine_the_day() {
    let backend = log_backend(rows_at(&["2026-01-01T05:30:00+05:30"]), |_, _| None);
    journal::clear().await;
    let page = set_to("2031-05-14T12:00:00Z").signed_in("/log").await;
    page.wait_for_text("Account time (UTC+05:30)").await;
    page.press("Today").await;
    let today = || utc_day(now() + 330 * 60_000);
    let requested = || requested_days(&backend) == Some((today(), today()));
    assert!(
        wait_until(requested).await,
        "{:?}",
        requested_days(&backend)
    );
}

#[wasm_bindgen_test]
async fn days_rows_and_exports_use_one_zone() {
    // The 16th starts at 18:30 UTC in India, and at 03:00 UTC three hours west of Greenwich.
    let rows = rows_at(&[
        "2026-01-16T02:00:00+05:30",
        "2026-01-16T08:29:59+05:30",
        "2026-01-16T08:30:00.25+05:30",
        "2026-01-17T08:29:59+05:30",
        "2026-01-17T08:30:00+05:30",
    ]);
    let backend = log_backend(rows, |_, _| None);
    journal::clear().await;
    let west = Tab::new().run("Date.prototype.getTimezoneOffset = () => 180;");
    let page = west.signed_in("/log?from=2026-01-16&to=2026-01-16").await;
    page.shows_rows(&[5, 4, 3, 2, 1]).await;
    wait_for_request(&backend, "2026-01-16", "2026-01-16").await;
    page.wait_for_text("Account time (UTC+05:30)").await;
    let times = page.texts("tr.row td.date");
    assert!(
        times.iter().all(|time| time.ends_with(" UTC+05:30")),
        "{times:?}"
    );
    page.click_named(".presets button", "Local time (UTC)")
        .await;
    // The service only knows the account's days, so adjacent days are requested too and their other entries dropped.
    page.shows_rows(&[4, 3]).await;
    wait_for_request(&backend, "2026-01-14", "2026-01-18").await;
    assert_eq!(page.search(), "?from=2026-01-16&to=2026-01-16&zone=local");
    let times = page.texts("tr.row td.date");
    assert!(times[0].contains("11:59:59 PM UTC-03:00"), "{times:?}");
    assert!(times[1].contains("12:00:00 AM UTC-03:00"), "{times:?}");
    page.wait_for_text("Account time (UTC+05:30)").await;
    let (name, file) = page.download("CSV").await;
    assert_eq!(name, "credit-log-2026-01-16-2026-01-16-local-time.csv");
    let lines: Vec<_> = file.lines().collect();
    assert!(
        lines[1].starts_with("4,2026-01-16T23:59:59-03:00,"),
        "{file}"
    );
    assert!(
        lines[2].starts_with("3,2026-01-16T00:00:00.25-03:00,"),
        "{file}"
    );
    assert_eq!(lines.len(), 3);
    page.run("window.saved = null");
    let (_, file) = page.download("CSV for English (United States)").await;
    let line = file.lines().nth(1).unwrap();
    assert!(
        line.starts_with("4,2026-01-16 23:59:59,UTC-03:00,"),
        "{file}"
    );
    page.click_named(".presets button", "Account time (UTC+05:30)")
        .await;
    page.shows_rows(&[5, 4, 3, 2, 1]).await;
}

#[wasm_bindgen_test]
async fn the_overview_uses_one_zone() {
    let backend = log_backend(rows_at(&["2026-01-16T02:00:00+05:30"]), |_, _| None);
    journal::clear().await;
    let west = "Date.prototype.getTimezoneOffset = () => 180;";
    // It is the 15th in India but still the 14th in the west.
    let page = at("2026-05-15T01:00:00Z").run(west).signed_in("/").await;
    wait_for_request(&backend, "2026-04-16", "2026-05-15").await;
    assert!(backend.requests.borrow().iter().any(is_full_range));
    page.click_named(".presets button", "Local time (UTC)")
        .await;
    // With two extra days at either end.
    wait_for_request(&backend, "2026-04-13", "2026-05-16").await;
    let times = page.texts("td time");
    assert!(
        !times.is_empty() && times.iter().all(|time| time.ends_with(" UTC-03:00")),
        "{times:?}"
    );
    page.click_named("a", "View in credit log").await;
    page.find(".presets [aria-pressed=true]").await;
    let address = page.search();
    assert_eq!(address, "?days=last-30&zone=local&all=1");
}

#[wasm_bindgen_test]
async fn a_page_beyond_the_log_offers_a_way_back() {
    let rows = log_rows(30);
    let rejects = std::rc::Rc::new(std::cell::Cell::new(true));
    let reject_switch = rejects.clone();
    let _backend = Backend::install(move |request| {
        let Some(page) = request
            .path
            .contains("/credits/logs")
            .then(|| parameter(request, "page"))
        else {
            return happy_backend(request);
        };
        match page.unwrap().parse::<u64>() {
            Ok(1..=2) => answer(&rows, request),
            Ok(page) if page > u64::from(u32::MAX) => Reply::Json(500, "{}".to_owned()),
            _ if reject_switch.get() => Reply::Json(422, r#"{"success":false}"#.to_owned()),
            _ => {
                let empty = json!({"logs": [], "total_records": 30, "page": 9, "page_size": 20, "total_pages": 2});
                Reply::Json(200, json!({"success": true, "data": empty}).to_string())
            }
        }
    });
    for number in ["9007199254740993", "99999999999999999999999"] {
        rejects.set(true);
        let page = Page::signed_in(&format!("/log?page={number}")).await;
        page.press("Go to the first page").await;
        page.find("tr.row[data-id='30']").await;
        assert_eq!(page.search(), "");
        drop(page);
        rejects.set(false);
        let page = Page::signed_in(&format!("/log?page={number}")).await;
        page.wait_for_text("No such page.").await;
        page.click("nav.pager button[aria-label='Previous page']");
        page.find("tr.row[data-id='1']").await;
        assert_eq!(page.search(), "?page=2");
    }
}
