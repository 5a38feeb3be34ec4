//! Filtering, sorting, grouping and displaying the log.

use crate::support::list::{
    answer, forget_preferences, log_backend, log_rows, parameter, requested_page,
};
use crate::support::{Backend, Page, Tab, happy_backend, journal, sleep, wait_until};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// The style sheets, which determine the height of the rows.
const STYLE: [&str; 5] = [
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/widgets.css"),
    include_str!("../../style/pages.css"),
    include_str!("../../style/log.css"),
];

/// A tab whose page has the portal's style sheets.
fn styled() -> Tab {
    let style = json!(STYLE.concat());
    let script = format!(
        "{{ const style = document.createElement('style'); style.textContent = {style}; document.head.append(style) }}"
    );
    Tab::new().run(&script)
}

#[wasm_bindgen_test]
async fn the_url_holds_the_view() {
    let _backend = log_backend(log_rows(60), |_, _| None);
    let page = Page::signed_in("/log").await;
    page.find("tr.row").await;
    page.choose("#type", "revert").await;
    page.shows_rows(&(1..=12).rev().map(|fifth| fifth * 5).collect::<Vec<_>>())
        .await;
    assert_eq!(page.search(), "?type=revert");
    page.choose("#by", "Bo").await;
    page.shows_rows(&[55, 50, 40, 35, 25, 20, 10, 5]).await;
    page.choose("#group", "child").await;
    page.find("table.groups").await;
    for heading in ["Client", "Client▲"] {
        page.click_named("th button.sort", heading).await;
    }
    let order = [55, 35, 25, 5, 50, 40, 20, 10];
    page.shows_rows(&order).await;
    page.find("th[aria-sort=descending]").await;
    page.click_named(".columns label", "Notes").await;
    page.click_named(".columns label", "From").await;
    let expected_start = "?type=revert&by=Bo&sort=-child&group=child&cols=";
    assert!(wait_until(|| page.search().ends_with(".reference.from")).await);
    assert!(
        wait_until(|| page
            .texts("table.log thead th")
            .contains(&"From".to_owned()))
        .await
    );
    assert!(
        page.search().starts_with(expected_start),
        "{}",
        page.search()
    );
    let visible = |page: &Page| {
        (
            page.texts("table.log thead th"),
            page.texts("table.groups td"),
        )
    };
    let (address, shown) = (page.search(), visible(&page));
    assert_eq!(
        &shown.1[..6],
        ["4", "4", "-80", "-$16.00", "$8.00", "-$8.00"]
    );
    // The checked columns are the ones shown.
    let ticked = page.eval_json("[...document.querySelectorAll('.columns label')].filter(label => label.control.checked).map(label => label.textContent.trim())");
    let heads: Vec<_> = shown
        .0
        .iter()
        .map(|head| head.trim_end_matches('▼').to_owned())
        .collect();
    assert_eq!(json!(heads[..heads.len() - 1]), ticked);
    drop(page);
    forget_preferences();
    let page = Page::signed_in(&format!("/log{address}")).await;
    page.shows_rows(&order).await;
    // The totals load after the rows.
    page.find("table.groups").await;
    assert_eq!(visible(&page), shown);
    assert_eq!(page.value("#type").await, "revert");
    assert!(
        page.has("details.filter-box[open]"),
        "filters in use are visible"
    );
}

#[wasm_bindgen_test]
async fn going_back_restores_the_view() {
    let _backend = log_backend(log_rows(60), |_, _| None);
    let page = Page::signed_in("/log").await;
    let first: Vec<_> = (41..=60).rev().collect();
    page.shows_rows(&first).await;
    page.choose("#type", "revert").await;
    let reverts: Vec<_> = (1..=12).rev().map(|fifth| fifth * 5).collect();
    page.shows_rows(&reverts).await;
    page.choose("#of-child", "4001").await;
    page.shows_rows(&[60, 50, 40, 30, 20, 10]).await;
    page.click_named("th button.sort", "Date").await;
    page.shows_rows(&[10, 20, 30, 40, 50, 60]).await;
    for (rows, address, child) in [
        (
            &[60, 50, 40, 30, 20, 10][..],
            "?type=revert&child=4001",
            "4001",
        ),
        (&reverts, "?type=revert", ""),
        (&first, "", ""),
    ] {
        page.run("history.back()");
        page.shows_rows(rows).await;
        assert_eq!(page.search(), address);
        assert_eq!(page.value("#of-child").await, child);
    }
    assert_eq!(page.value("#type").await, "");
    page.run("history.forward()");
    page.shows_rows(&reverts).await;
    assert_eq!(page.value("#type").await, "revert");
}

#[wasm_bindgen_test]
async fn the_search_does_not_run_while_typing() {
    let backend = log_backend(log_rows(60), |_, _| None);
    let page = Page::signed_in("/log").await;
    let before: Vec<_> = (41..=60).rev().collect();
    page.shows_rows(&before).await;
    let reads = backend.ledger_reads();
    page.fill("#q", "acme rev").await;
    sleep(400).await;
    assert_eq!((page.ids(), page.search()), (before, String::new()));
    assert_eq!(backend.ledger_reads(), reads);
    page.submit("form.filters");
    page.shows_rows(&[60, 50, 40, 30, 20, 10]).await;
    assert_eq!(page.search(), "?q=acme%20rev");
    page.wait_for_text("6 of 60 entries").await;
    page.press("Clear filters").await;
    let typed = || page.run("document.querySelector('#q').value").as_string();
    assert!(wait_until(|| typed().as_deref() == Some("")).await);
    assert_eq!(page.search(), "");
    page.fill("#q", "nothing holds this").await;
    page.submit("form.filters");
    page.wait_for_text("No matches.").await;
}

#[wasm_bindgen_test]
async fn values_missing_from_the_notes_are_marked_unread() {
    let mut rows = log_rows(5);
    rows[2]["notes"] = json!("Goodwill for 20 or 30 minutes");
    let _backend = log_backend(rows, |_, _| None);
    for path in ["/log", "/log?all=1"] {
        let page = Page::signed_in(path).await;
        page.shows_rows(&[5, 4, 3, 2, 1]).await;
        for column in ["minutes", "rate"] {
            let texts = page.texts(&format!("tr.row td.{column}"));
            assert_eq!(texts.iter().filter(|text| *text == "Can't read").count(), 1);
            assert_eq!(texts[2], "Can't read", "{path} {column}");
        }
        assert!(
            !page.has("tr[data-id='3'] .row-actions a[href]"),
            "an unknown amount can't be repeated"
        );
        assert!(page.has("tr[data-id='4'] .row-actions a[href='/transfer?child=4001&minutes=20']"));
    }
}

#[wasm_bindgen_test]
async fn the_accounts_zone_stays_known_for_days_without_rows() {
    let mut rows = log_rows(3);
    for row in &mut rows {
        row["transfer_date"] = json!("2026-01-01T05:30:00+05:30");
    }
    let _backend = Backend::install(move |request| match requested_page(request) {
        Some(_) if parameter(request, "date_from").is_some() => answer(&[], request),
        Some(_) => answer(&rows, request),
        None => happy_backend(request),
    });
    let page = Page::signed_in("/log").await;
    let zone = "Account time (UTC+05:30)";
    page.wait_for_text(zone).await;
    page.press("Last 7 days").await;
    page.wait_for_text("No transactions in this period.").await;
    assert!(page.text().contains(zone), "{}", page.text());
    assert_eq!(page.texts("[aria-pressed=true]"), ["Last 7 days", zone]);
}

#[wasm_bindgen_test]
async fn an_invalid_date_stays_within_its_column() {
    let mut rows = log_rows(5);
    let long_text = "soon".repeat(1000);
    rows[2]["transfer_date"] = json!(long_text);
    let _backend = log_backend(rows, |_, _| None);
    for path in ["/", "/log"] {
        let page = styled().signed_in(path).await;
        let cell = "td .text[title^='soon']";
        assert_eq!(page.attribute(cell, "title").await, long_text, "{path}");
        let width = page.eval_json(&format!("document.querySelector({cell:?}).offsetWidth"));
        assert!((1..=18 * 16).contains(&width.as_i64().unwrap()), "{width}");
    }
}

#[wasm_bindgen_test]
async fn a_balance_gap_is_marked() {
    let mut rows = log_rows(20);
    // The removed entry leaves a gap in the user's balance at the next row, and in its child's balance at the row
    // after.
    rows.retain(|row| row["id"] != 11);
    let _backend = log_backend(rows, |_, _| None);
    let page = Page::signed_in("/log").await;
    page.find("tr.row").await;
    let marked = "[...document.querySelectorAll('tr.row:has(.break)')].map(row => +row.dataset.id)";
    assert_eq!(page.eval_json(marked), json!([13, 12]));
    page.click("tr[data-id='12'] .open");
    page.find("dialog[open] p.break").await;
    page.wait_for_text("Your balance jumps from $9,988.00 to $9,986.00")
        .await;
    page.click("dialog[open] .actions button");
    page.wait_until_gone("dialog[open]").await;
    page.click("#breaks");
    page.shows_rows(&[13, 12]).await;
    assert_eq!(page.search(), "?breaks=1");
    page.wait_for_text("2 of 19 entries").await;
}

#[wasm_bindgen_test]
async fn of_many_rows_only_those_in_view_are_in_the_page() {
    let _backend = log_backend(log_rows(1_250), |_, _| None);
    journal::clear().await;
    let page = styled().signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='1251']").await;
    // Each row states its index, and the visible area is filled: no gap above, below or between rows.
    const LOOK: &str = "(() => {
        const frame = document.querySelector('.tall').getBoundingClientRect();
        const head = document.querySelector('.log thead').getBoundingClientRect().height;
        const rows = [...document.querySelectorAll('tr.row')];
        const spots = rows.map(row => row.getBoundingClientRect());
        const places = rows.map(row => +row.getAttribute('aria-rowindex'));
        return {
            count: rows.length, first: places[0], last: places.at(-1), ids: rows.map(row => +row.dataset.id),
            ordered: places.every((place, at) => place === places[0] + at),
            fills: spots[0].top <= frame.top + head + 10 && spots.at(-1).bottom >= frame.bottom - 20,
        };
    })()";
    let check_view = async |first: i64| {
        let fills = async || {
            let look = page.eval_json(LOOK);
            look["fills"] == true && (look["first"].as_i64().unwrap() - first).abs() <= 60
        };
        for _ in 0..100 {
            if fills().await {
                break;
            }
            sleep(20).await;
        }
        let look = page.eval_json(LOOK);
        assert!(look["fills"] == true && look["ordered"] == true, "{look}");
        assert!(look["count"].as_u64().unwrap() < 150, "{look}");
        // The newest row has index 2, after the header.
        let first = look["first"].as_i64().unwrap();
        assert_eq!(look["ids"][0], 1_252 - first);
        look
    };
    assert_eq!(check_view(2).await["first"], 2);
    let scroll = |to: &str| page.run(&format!("document.querySelector('.tall').scrollTop = {to}"));
    scroll("600 * 38");
    check_view(600).await;
    scroll("1e9");
    let look = check_view(1_190).await;
    assert_eq!(look["last"], 1_251);
    page.find("tr.row[data-id='1']").await;
    assert!(!page.has("tr.row[data-id='1250']"));
    // The filtered log ends before that scroll position.
    page.choose("#type", "revert").await;
    page.find("table.log[aria-rowcount='251']").await;
    let last_look = Rc::new(RefCell::new(Value::Null));
    assert!(
        wait_until(|| {
            *last_look.borrow_mut() = page.eval_json(LOOK);
            last_look.borrow()["fills"] == true
        })
        .await,
        "{}",
        last_look.borrow()
    );
    assert_eq!(last_look.borrow()["last"], 251);
}
