//! Copying log entries.

use crate::support::list::{log_backend, log_rows};
use crate::support::{Page, wait_until};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

/// Copies the selection. Returns the portal's text, or `None` if the portal leaves copying to the browser.
fn copied(page: &Page) -> Option<String> {
    const COPY: &str = "(() => {
        const event = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
        const target = document.activeElement ?? document.body;
        return target.dispatchEvent(event) ? null : event.clipboardData.getData('text/plain');
    })()";
    match page.eval_json(COPY) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Selects from the start of `from` to the end of `to`.
fn select(page: &Page, from: &str, to: &str) {
    page.run(&format!(
        "getSelection().setBaseAndExtent(document.querySelector({from:?}), 0, document.querySelector({to:?}), 1)"
    ));
}

/// Returns the first cell of each record after the header.
fn ids(text: &str) -> Vec<i64> {
    let records = text.lines().skip(1);
    records
        .map(|record| record.split('\t').next().unwrap().parse().unwrap())
        .collect()
}

#[wasm_bindgen_test]
async fn all_selected_entries_are_copied_even_those_not_in_the_page() {
    let _backend = log_backend(log_rows(602), |_, _| None);
    let page = Page::signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='603']").await;
    // The part of the program that handles copying loads after the rows.
    page.find(".export button").await;
    assert!(page.ids().len() < 200);
    page.run("getSelection().selectAllChildren(document.body)");
    let text = copied(&page).unwrap();
    assert!(
        text.starts_with("id\tdate\tutc_offset\ttype\tchild\tchild_id\tminutes\t"),
        "{text}"
    );
    assert_eq!(ids(&text), (1..=602).rev().collect::<Vec<_>>());
    let first = text.lines().nth(1).unwrap();
    let start = "602\t2026-01-01 10:02:00.000\tUTC\tTransfer\tAcme Inc\t4001\t20\t0.2\t4\t-2\t2\t";
    assert!(first.starts_with(start), "{first}");
    // A selection that ends among the entries in the page.
    let shown = page.ids();
    let last = format!("tr[data-id='{}'] td.type", shown[5]);
    select(&page, "h1", &last);
    assert_eq!(ids(&copied(&page).unwrap()), &shown[..6]);
    let first = format!("tr[data-id='{}'] th", shown[2]);
    select(&page, &first, &last);
    assert_eq!(ids(&copied(&page).unwrap()), &shown[2..6]);
}

#[wasm_bindgen_test]
async fn the_browser_copies_everything_that_is_not_an_entry() {
    let _backend = log_backend(log_rows(30), |_, _| None);
    let page = Page::signed_in("/log").await;
    page.find("tr.row[data-id='30']").await;
    page.find(".export button").await;
    let cell = "tr[data-id='30'] td.notes span";
    select(&page, cell, cell);
    assert_eq!(copied(&page), None, "text within a cell");
    page.run("getSelection().removeAllRanges()");
    assert_eq!(copied(&page), None, "nothing");
    select(&page, "h1", "h1");
    assert_eq!(copied(&page), None, "a heading");
    page.run("getSelection().selectAllChildren(document.body)");
    page.run(
        "document.querySelector('.filter-box').open = true; document.querySelector('#q').focus()",
    );
    page.run("getSelection().selectAllChildren(document.body)");
    page.run("document.querySelector('#q').focus()");
    assert_eq!(copied(&page), None, "a field");
}

#[wasm_bindgen_test]
async fn only_the_columns_shown_are_copied() {
    let _backend = log_backend(log_rows(3), |_, _| None);
    let page = Page::signed_in("/log?cols=child.credit").await;
    page.find("tr.row[data-id='3']").await;
    page.find(".export button").await;
    page.run("getSelection().selectAllChildren(document.querySelector('table.log'))");
    let text = copied(&page).unwrap();
    assert_eq!(
        text,
        "child\tchild_id\tcredit\r\nBeta Co\t4002\t4\r\nAcme Inc\t4001\t4\r\nBeta Co\t4002\t4\r\n"
    );
}

#[wasm_bindgen_test]
async fn long_logs_offer_the_search_because_find_in_page_misses_entries() {
    let _backend = log_backend(log_rows(300), |_, _| None);
    let page = Page::signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='301']").await;
    page.find("#q").await;
    page.press("Search all entries (/)").await;
    let focused = || page.eval_json("document.activeElement.id") == "q";
    assert!(wait_until(focused).await);
    page.fill("#q", "CT-7").await;
    page.submit("form.filters");
    page.find("table.log[aria-rowcount='12']").await;
    assert!(
        !page.text().contains("only finds visible entries"),
        "all of them are in the page now"
    );
}
