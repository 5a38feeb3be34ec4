//! Copying entries of the log, in a real browser.

use crate::support::list::{chained, listing};
use crate::support::{Page, until};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

/// Copies what is selected. Gives the text where the portal provides one; otherwise the browser copies what it sees.
fn copied(page: &Page) -> Option<String> {
    const COPY: &str = "(() => {
        const event = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
        const target = document.activeElement ?? document.body;
        return target.dispatchEvent(event) ? null : event.clipboardData.getData('text/plain');
    })()";
    match page.told(COPY) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Selects from the start of the first cell that is named to the end of the other.
fn select(page: &Page, from: &str, to: &str) {
    page.run(&format!(
        "getSelection().setBaseAndExtent(document.querySelector({from:?}), 0, document.querySelector({to:?}), 1)"
    ));
}

/// The first cell of each record, after the headings.
fn ids(text: &str) -> Vec<i64> {
    let records = text.lines().skip(1);
    records
        .map(|record| record.split('\t').next().unwrap().parse().unwrap())
        .collect()
}

#[wasm_bindgen_test]
async fn everything_selected_is_copied_whether_or_not_it_is_in_the_page() {
    let _backend = listing(chained(602), |_, _| None);
    let page = Page::signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='603']").await;
    // The part with the menu answers, and it comes after the rows.
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
async fn what_is_no_entry_is_copied_as_ever() {
    let _backend = listing(chained(30), |_, _| None);
    let page = Page::signed_in("/log").await;
    page.find("tr.row[data-id='30']").await;
    page.find(".export button").await;
    let cell = "tr[data-id='30'] td.notes span";
    select(&page, cell, cell);
    assert_eq!(copied(&page), None, "words within a cell");
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
async fn the_columns_that_are_shown_are_copied() {
    let _backend = listing(chained(3), |_, _| None);
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
async fn the_search_is_one_key_away_where_find_would_miss_entries() {
    let _backend = listing(chained(300), |_, _| None);
    let page = Page::signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='301']").await;
    page.find("#q").await;
    page.press("Search all rows (/)").await;
    let focused = || page.told("document.activeElement.id") == "q";
    assert!(until(focused).await);
    page.fill("#q", "CT-7").await;
    page.submit("form.filters");
    page.find("table.log[aria-rowcount='12']").await;
    assert!(
        !page.text().contains("Find in page"),
        "all of them are in the page now"
    );
}
