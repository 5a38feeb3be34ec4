//! Every row of a range is read, in a real browser.

use crate::support::list::{
    asked_page, chained, forget_preferences, is_whole, listing, page_of, parameter,
};
use crate::support::{Backend, Page, Reply, Seen, sleep, story, until};
use credit_desk::units::utc_day;
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// The requests of whole ranges.
fn readings(backend: &Backend) -> Vec<Seen> {
    let seen = backend.seen.borrow();
    seen.iter().filter(|seen| is_whole(seen)).cloned().collect()
}

/// The pages of whole ranges that were asked for, in order.
fn pages(backend: &Backend) -> Vec<usize> {
    readings(backend).iter().filter_map(asked_page).collect()
}

fn later(after: i32, rows: &[Value], seen: &Seen) -> Option<Reply> {
    Some(Reply::Later(after, 200, page_of(rows, seen)))
}

#[wasm_bindgen_test]
async fn all_reads_every_page_three_at_a_time() {
    let backend = listing(chained(1_250), |rows, seen| later(100, rows, seen));
    let page = Page::signed_in("/log").await;
    page.says("1,250 rows").await;
    page.choose("#page-size", "all").await;
    page.says(" of 1,250 rows").await;
    page.gone(".reading").await;
    page.find(".totals").await;
    assert_eq!(page.search(), "?all=1");
    let mut asked = pages(&backend);
    asked.sort_unstable();
    assert_eq!(asked, (1..=13).collect::<Vec<_>>());
    // Each answer takes at least so long, so these were under way together.
    let at: Vec<_> = readings(&backend).iter().map(|seen| seen.at).collect();
    let together = |now: &i64| {
        at.iter()
            .filter(|at| (*now - 99..=*now).contains(*at))
            .count()
    };
    assert_eq!(at.iter().map(together).max(), Some(3), "{at:?}");
    // 1,000 transfers, 250 reverts.
    let sums = page.told("[...document.querySelectorAll('.totals data')].map(sum => sum.value)");
    assert_eq!(sums, serde_json::json!(["15000", "3000", "-1500", "1500"]));
    assert!(!page.has(".break"), "every balance follows");
}

#[wasm_bindgen_test]
async fn a_backend_that_asks_to_wait_is_left_alone() {
    let refused = Cell::new(false);
    let backend = listing(chained(1_250), move |_, seen| {
        let refuses = asked_page(seen) == Some(2) && !refused.replace(true);
        let body = r#"{"success":false,"error":"rate_limited"}"#.to_owned();
        refuses.then_some(Reply::With(429, "retry-after", "2", body))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.says("the backend asks to wait a moment").await;
    page.gone(".reading").await;
    page.says("1,250 rows").await;
    let readings = readings(&backend);
    let second = readings.iter().find(|seen| asked_page(seen) == Some(2));
    let refused_at = second.unwrap().at;
    let soon = |seen: &&Seen| (refused_at + 200..refused_at + 2_000).contains(&seen.at);
    assert_eq!(
        readings.iter().filter(soon).count(),
        0,
        "nothing is asked meanwhile"
    );
    assert_eq!(pages(&backend).iter().filter(|page| **page == 2).count(), 2);
}

#[wasm_bindgen_test]
async fn rows_pushed_along_by_new_ones_come_once_and_none_is_missing() {
    forget_preferences();
    let all = chained(1_000);
    let there = Rc::new(Cell::new(640));
    let growing = there.clone();
    let _backend = Backend::install(move |seen| {
        let Some(page) = asked_page(seen) else {
            return story(seen);
        };
        // Pages differ in how long they take, so answers overtake one another.
        if page < 7 && growing.get() < 990 {
            growing.set(growing.get() + 7);
        }
        let wait = [30, 90, 10, 60][page % 4];
        Reply::Later(wait, 200, page_of(&all[..growing.get()], seen))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.find(".reading").await;
    page.gone(".reading").await;
    page.find("tr.row").await;
    assert!(there.get() > 640, "the log grew");
    let (name, file) = page.download("JSON").await;
    assert_eq!(name, "credit-log.json");
    let rows: Vec<Value> = serde_json::from_str(&file).unwrap();
    let ids: Vec<_> = rows
        .iter()
        .map(|row| row["id"].as_u64().unwrap() as usize)
        .collect();
    // The very last ones may have come after the newest answer.
    let newest = ids[0];
    assert!(newest > 640 && newest <= there.get(), "{newest}");
    assert_eq!(ids, (1..=newest).rev().collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn stopping_keeps_what_came_and_says_so() {
    let backend = listing(chained(1_250), |rows, seen| later(250, rows, seen));
    let page = Page::signed_in("/log?all=1").await;
    assert!(until(|| pages(&backend).len() == 4).await);
    page.press("Stop").await;
    page.says("Stopped at 100 of 1,250 rows. Only these are shown.")
        .await;
    page.gone(".reading").await;
    page.find("table.log[aria-rowcount='101']").await;
    sleep(500).await;
    assert_eq!(pages(&backend).len(), 4, "nothing more is asked for");
    page.click(".notice button");
    page.find(".reading").await;
    page.gone(".reading").await;
    page.find("table.log[aria-rowcount='1251']").await;
    assert!(!page.text().contains("Stopped"));
}

#[wasm_bindgen_test]
async fn stopping_waits_for_no_answer() {
    let backend = listing(chained(250), |rows, seen| {
        // The last pages never come while this is looked at.
        let after = if asked_page(seen) == Some(1) {
            100
        } else {
            60_000
        };
        later(after, rows, seen)
    });
    let page = Page::signed_in("/log?all=1").await;
    assert!(until(|| pages(&backend).len() == 3).await);
    page.press("Stop").await;
    page.says("Stopped at 100 of 250 rows.").await;
    page.gone(".reading").await;
    page.find("table.log[aria-rowcount='101']").await;
}

#[wasm_bindgen_test]
async fn a_range_that_was_left_is_never_shown() {
    // The first half belongs to January, the second to February, which takes longer.
    let rows = chained(500);
    let backend = listing(rows, |rows, seen| match parameter(seen, "date_from") {
        Some("2026-01-01") => later(300, &rows[..250], seen),
        _ => later(700, &rows[250..], seen),
    });
    let page = Page::signed_in("/log?from=2026-01-01&to=2026-01-31&all=1").await;
    assert!(until(|| pages(&backend).len() == 3).await);
    page.follow("/log?from=2026-02-01&to=2026-02-28&all=1");
    assert!(until(|| pages(&backend).len() == 4).await);
    for _ in 0..60 {
        let ids = page.ids();
        assert!(ids.iter().all(|id| *id > 250), "of January: {ids:?}");
        assert!(!page.text().contains("Stopped"), "nobody stopped anything");
        sleep(20).await;
    }
    page.find("table.log[aria-rowcount='251']").await;
    assert_eq!(page.ids()[0], 500);
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_not_told_as_empty() {
    let _backend = listing(chained(250), |_, _| {
        let body = r#"{"success":false,"error":"forbidden"}"#.to_owned();
        Some(Reply::Json(403, body))
    });
    let page = Page::signed_in("/log?all=1").await;
    page.says("No rows were read.").await;
    sleep(100).await;
    assert!(
        !page.text().contains("Nothing was moved"),
        "{}",
        page.text()
    );
}

#[wasm_bindgen_test]
async fn the_overview_counts_days_in_the_accounts_zone_and_reads_them_anew() {
    // A zone in which it is another day than in UTC.
    let now = js_sys::Date::new_0();
    let (zone, ahead) = match now.get_utc_hours() {
        10.. => ("+14:00", 14),
        _ => ("-12:00", -12),
    };
    let mut rows = chained(30);
    for row in &mut rows {
        row["transfer_date"] = serde_json::json!(format!("2026-01-01T00:00:00{zone}"));
    }
    let backend = listing(rows, |_, _| None);
    let today = utc_day(credit_desk::browser::clock::now() + ahead * 60 * 60_000);
    let page = Page::signed_in("/").await;
    let asked = || readings(&backend);
    assert!(until(|| !asked().is_empty()).await);
    for seen in asked() {
        assert_eq!(parameter(&seen, "date_to"), Some(&*today), "{}", seen.path);
    }
    page.find(".plots").await;
    let before = asked().len();
    page.press("Read again").await;
    assert!(until(|| asked().len() > before).await);
}
