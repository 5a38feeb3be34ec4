//! Whose days and times the log shows, and what happens to them at midnight, in a real browser.

use crate::support::list::{answer, asked_page, chained, is_whole, listing, parameter};
use crate::support::{Backend, Page, Reply, Tab, journal, story, until};
use credit_desk::browser::clock::now;
use credit_desk::units::utc_day;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// The moments of a log's entries, oldest first, as an account in India has them.
fn entries(moments: &[&str]) -> Vec<Value> {
    let mut rows = chained(moments.len() as i64);
    for (row, moment) in rows.iter_mut().zip(moments) {
        row["transfer_date"] = json!(moment);
    }
    rows
}

/// The days of the last request for entries.
fn asked_days(backend: &Backend) -> Option<(String, String)> {
    let seen = backend.seen.borrow();
    let last = seen.iter().rfind(|seen| asked_page(seen).is_some())?;
    let day = |name| parameter(last, name).map(str::to_owned);
    day("date_from").zip(day("date_to"))
}

async fn asks_for(backend: &Backend, from: &str, to: &str) {
    let wanted = Some((from.to_owned(), to.to_owned()));
    let asked = || asked_days(backend);
    assert!(until(|| asked() == wanted).await, "{:?}", asked());
}

/// A tab whose clock says that it is this moment.
fn set_to(moment: &str) -> Tab {
    let script = format!(
        "{{ const now = Date.now.bind(Date);
            window.shift = Date.parse({moment:?}) - now();
            Date.now = () => now() + window.shift; }}"
    );
    Tab::new().run(&script)
}

/// A tab that is opened at this moment, also by the clocks of the services.
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
async fn presets_follow_the_day_of_the_account() {
    let rows = entries(&["2026-01-01T05:30:00+05:30"]);
    let backend = listing(rows, |_, _| None);
    journal::clear().await;
    // Half a minute before midnight in India.
    let page = at("2026-05-14T18:29:30Z")
        .signed_in("/log?days=last-30")
        .await;
    asks_for(&backend, "2026-04-15", "2026-05-14").await;
    page.press("Yesterday").await;
    asks_for(&backend, "2026-05-13", "2026-05-13").await;
    assert_eq!(page.search(), "?days=yesterday");
    page.find("tr.row").await;
    page.run("window.shift += 60_000");
    page.run("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    asks_for(&backend, "2026-05-14", "2026-05-14").await;
    assert!(until(|| page.told("document.querySelector('#from').value") == "2026-05-14").await);
    assert_eq!(page.search(), "?days=yesterday");
    let chosen = page.texts(".presets[aria-label=Days] [aria-pressed=true]");
    assert_eq!(chosen, ["Yesterday"]);
    // A clock that was set back counts, too, and a refresh looks at it.
    page.run("window.shift -= 60_000");
    page.press("Read again").await;
    asks_for(&backend, "2026-05-13", "2026-05-13").await;
}

#[wasm_bindgen_test]
async fn a_day_that_ends_is_noticed_by_itself() {
    let backend = listing(entries(&["2026-01-01T05:30:00+05:30"]), |_, _| None);
    journal::clear().await;
    // Only the interval tells: no event comes.
    let page = at("2026-05-14T18:29:30Z")
        .signed_in("/log?days=today")
        .await;
    asks_for(&backend, "2026-05-14", "2026-05-14").await;
    page.find("tr.row").await;
    page.run("window.shift += 60_000");
    let wanted = Some(("2026-05-15".to_owned(), "2026-05-15".to_owned()));
    let asked = || asked_days(&backend) == wanted;
    assert!(until(asked).await || until(asked).await);
}

#[wasm_bindgen_test]
async fn a_wrong_clock_does_not_decide_what_day_it_is() {
    let backend = listing(entries(&["2026-01-01T05:30:00+05:30"]), |_, _| None);
    journal::clear().await;
    let page = set_to("2031-05-14T12:00:00Z").signed_in("/log").await;
    page.says("Account time (UTC+05:30)").await;
    page.press("Today").await;
    let today = || utc_day(now() + 330 * 60_000);
    let asked = || asked_days(&backend) == Some((today(), today()));
    assert!(until(asked).await, "{:?}", asked_days(&backend));
}

#[wasm_bindgen_test]
async fn days_rows_and_files_are_in_one_zone() {
    // In India it is the 16th from 18:30 UTC on; three hours west of Greenwich from 03:00 UTC on.
    let rows = entries(&[
        "2026-01-16T02:00:00+05:30",
        "2026-01-16T08:29:59+05:30",
        "2026-01-16T08:30:00.25+05:30",
        "2026-01-17T08:29:59+05:30",
        "2026-01-17T08:30:00+05:30",
    ]);
    let backend = listing(rows, |_, _| None);
    journal::clear().await;
    let west = Tab::new().run("Date.prototype.getTimezoneOffset = () => 180;");
    let page = west.signed_in("/log?from=2026-01-16&to=2026-01-16").await;
    page.shows_rows(&[5, 4, 3, 2, 1]).await;
    asks_for(&backend, "2026-01-16", "2026-01-16").await;
    page.says("Account time (UTC+05:30)").await;
    let times = page.texts("tr.row td.date");
    assert!(
        times.iter().all(|time| time.ends_with(" UTC+05:30")),
        "{times:?}"
    );
    page.click_named(".presets button", "Local time (UTC)")
        .await;
    // The service knows only days of the account: those around are requested too, and left out here.
    page.shows_rows(&[4, 3]).await;
    asks_for(&backend, "2026-01-14", "2026-01-18").await;
    assert_eq!(page.search(), "?from=2026-01-16&to=2026-01-16&zone=local");
    let times = page.texts("tr.row td.date");
    assert!(times[0].contains("11:59:59 PM UTC-03:00"), "{times:?}");
    assert!(times[1].contains("12:00:00 AM UTC-03:00"), "{times:?}");
    page.says("Account time (UTC+05:30)").await;
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
async fn the_overview_is_in_one_zone() {
    let backend = listing(entries(&["2026-01-16T02:00:00+05:30"]), |_, _| None);
    journal::clear().await;
    let west = "Date.prototype.getTimezoneOffset = () => 180;";
    // It is the 15th in India and still the 14th in the west.
    let page = at("2026-05-15T01:00:00Z").run(west).signed_in("/").await;
    asks_for(&backend, "2026-04-16", "2026-05-15").await;
    assert!(backend.seen.borrow().iter().any(is_whole));
    page.click_named(".presets button", "Local time (UTC)")
        .await;
    // With two days to spare at either end.
    asks_for(&backend, "2026-04-13", "2026-05-16").await;
    let times = page.texts("td time");
    assert!(
        !times.is_empty() && times.iter().all(|time| time.ends_with(" UTC-03:00")),
        "{times:?}"
    );
    page.click_named("a", "See these rows in the log").await;
    page.find(".presets [aria-pressed=true]").await;
    let address = page.search();
    assert_eq!(address, "?days=last-30&zone=local&all=1");
}

#[wasm_bindgen_test]
async fn a_page_that_no_log_has_leads_back() {
    let rows = chained(30);
    let refuses = std::rc::Rc::new(std::cell::Cell::new(true));
    let refusing = refuses.clone();
    let _backend = Backend::install(move |seen| {
        let Some(page) = seen
            .path
            .contains("/credits/logs")
            .then(|| parameter(seen, "page"))
        else {
            return story(seen);
        };
        match page.unwrap().parse::<u64>() {
            Ok(1..=2) => answer(&rows, seen),
            Ok(page) if page > u64::from(u32::MAX) => Reply::Json(500, "{}".to_owned()),
            _ if refusing.get() => Reply::Json(422, r#"{"success":false}"#.to_owned()),
            _ => {
                let empty = json!({"logs": [], "total_records": 30, "page": 9, "page_size": 20, "total_pages": 2});
                Reply::Json(200, json!({"success": true, "data": empty}).to_string())
            }
        }
    });
    for number in ["9007199254740993", "99999999999999999999999"] {
        refuses.set(true);
        let page = Page::signed_in(&format!("/log?page={number}")).await;
        page.press("Go to the first page").await;
        page.find("tr.row[data-id='30']").await;
        assert_eq!(page.search(), "");
        drop(page);
        refuses.set(false);
        let page = Page::signed_in(&format!("/log?page={number}")).await;
        page.says("The log does not reach this far.").await;
        page.click("nav.pager button[aria-label='Previous page']");
        page.find("tr.row[data-id='1']").await;
        assert_eq!(page.search(), "?page=2");
    }
}
