//! How the log is filtered, sorted, grouped and shown, in a real browser.

use crate::support::list::{answer, asked_page, chained, forget_preferences, listing, parameter};
use crate::support::{Backend, Page, Tab, journal, sleep, story, until};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Rows have their height from these.
const STYLE: [&str; 5] = [
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/widgets.css"),
    include_str!("../../style/pages.css"),
    include_str!("../../style/log.css"),
];

/// A tab whose page has the portal's looks.
fn styled() -> Tab {
    let style = json!(STYLE.concat());
    let script = format!(
        "{{ const style = document.createElement('style'); style.textContent = {style}; document.head.append(style) }}"
    );
    Tab::new().run(&script)
}

#[wasm_bindgen_test]
async fn the_view_stands_in_the_address() {
    let _backend = listing(chained(60), |_, _| None);
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
    for heading in ["Child", "Child▲"] {
        page.click_named("th button.sort", heading).await;
    }
    let order = [55, 35, 25, 5, 50, 40, 20, 10];
    page.shows_rows(&order).await;
    page.find("th[aria-sort=descending]").await;
    page.click_named(".columns label", "Notes").await;
    page.click_named(".columns label", "From").await;
    let sought = "?type=revert&by=Bo&sort=-child&group=child&cols=";
    assert!(until(|| page.search().ends_with(".reference.from")).await);
    assert!(
        until(|| page
            .texts("table.log thead th")
            .contains(&"From".to_owned()))
        .await
    );
    assert!(page.search().starts_with(sought), "{}", page.search());
    let seen = |page: &Page| {
        (
            page.texts("table.log thead th"),
            page.texts("table.groups td"),
        )
    };
    let (address, shown) = (page.search(), seen(&page));
    assert_eq!(
        &shown.1[..6],
        ["4", "4", "-80", "-$16.00", "$8.00", "-$8.00"]
    );
    // What is ticked is what is shown.
    let ticked = page.told("[...document.querySelectorAll('.columns label')].filter(label => label.control.checked).map(label => label.textContent.trim())");
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
    // What is made of the rows comes after them.
    page.find("table.groups").await;
    assert_eq!(seen(&page), shown);
    assert_eq!(page.value("#type").await, "revert");
    assert!(
        page.has("details.filter-box[open]"),
        "what is in use is in sight"
    );
}

#[wasm_bindgen_test]
async fn the_way_back_restores_the_view() {
    let _backend = listing(chained(60), |_, _| None);
    let page = Page::signed_in("/log").await;
    let first: Vec<_> = (41..=60).rev().collect();
    page.shows_rows(&first).await;
    page.choose("#type", "revert").await;
    let reverts: Vec<_> = (1..=12).rev().map(|fifth| fifth * 5).collect();
    page.shows_rows(&reverts).await;
    page.choose("#of-child", "4001").await;
    page.shows_rows(&[60, 50, 40, 30, 20, 10]).await;
    page.click_named("th button.sort", "When").await;
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
async fn nothing_is_sought_while_somebody_types() {
    let backend = listing(chained(60), |_, _| None);
    let page = Page::signed_in("/log").await;
    let before: Vec<_> = (41..=60).rev().collect();
    page.shows_rows(&before).await;
    let asked = backend.readings();
    page.fill("#q", "acme rev").await;
    sleep(400).await;
    assert_eq!((page.ids(), page.search()), (before, String::new()));
    assert_eq!(backend.readings(), asked);
    page.submit("form.filters");
    page.shows_rows(&[60, 50, 40, 30, 20, 10]).await;
    assert_eq!(page.search(), "?q=acme%20rev");
    page.says("6 of 60 rows").await;
    page.press("Clear these").await;
    let typed = || page.run("document.querySelector('#q').value").as_string();
    assert!(until(|| typed().as_deref() == Some("")).await);
    assert_eq!(page.search(), "");
    page.fill("#q", "nothing holds this").await;
    page.submit("form.filters");
    page.says("None of the rows of these days fits.").await;
}

#[wasm_bindgen_test]
async fn what_the_notes_do_not_say_is_unread() {
    let mut rows = chained(5);
    rows[2]["notes"] = json!("Goodwill for 20 or 30 minutes");
    let _backend = listing(rows, |_, _| None);
    for path in ["/log", "/log?all=1"] {
        let page = Page::signed_in(path).await;
        page.shows_rows(&[5, 4, 3, 2, 1]).await;
        for column in ["minutes", "rate"] {
            let texts = page.texts(&format!("tr.row td.{column}"));
            assert_eq!(texts.iter().filter(|text| *text == "unread").count(), 1);
            assert_eq!(texts[2], "unread", "{path} {column}");
        }
        assert!(
            !page.has("tr[data-id='3'] .row-actions a[href]"),
            "nothing can be said to repeat"
        );
        assert!(page.has("tr[data-id='4'] .row-actions a[href='/transfer?child=4001&minutes=20']"));
    }
}

#[wasm_bindgen_test]
async fn the_accounts_zone_stays_known_over_days_without_rows() {
    let mut rows = chained(3);
    for row in &mut rows {
        row["transfer_date"] = json!("2026-01-01T05:30:00+05:30");
    }
    let _backend = Backend::install(move |seen| match asked_page(seen) {
        Some(_) if parameter(seen, "date_from").is_some() => answer(&[], seen),
        Some(_) => answer(&rows, seen),
        None => story(seen),
    });
    let page = Page::signed_in("/log").await;
    let zone = "Account time (UTC+05:30)";
    page.says(zone).await;
    page.press("Last 7 days").await;
    page.says("Nothing was moved in these days.").await;
    assert!(page.text().contains(zone), "{}", page.text());
    assert_eq!(page.texts("[aria-pressed=true]"), ["Last 7 days", zone]);
}

#[wasm_bindgen_test]
async fn a_date_that_is_none_keeps_to_its_column() {
    let mut rows = chained(5);
    let endless = "soon".repeat(1000);
    rows[2]["transfer_date"] = json!(endless);
    let _backend = listing(rows, |_, _| None);
    for path in ["/", "/log"] {
        let page = styled().signed_in(path).await;
        let cell = "td .text[title^='soon']";
        assert_eq!(page.attribute(cell, "title").await, endless, "{path}");
        let width = page.told(&format!("document.querySelector({cell:?}).offsetWidth"));
        assert!((1..=18 * 16).contains(&width.as_i64().unwrap()), "{width}");
    }
}

#[wasm_bindgen_test]
async fn a_movement_that_the_log_does_not_explain_is_marked() {
    let mut rows = chained(20);
    // What it moved is missing in the own balance of the next row, and in its child's of the one after.
    rows.retain(|row| row["id"] != 11);
    let _backend = listing(rows, |_, _| None);
    let page = Page::signed_in("/log").await;
    page.find("tr.row").await;
    let marked = "[...document.querySelectorAll('tr.row:has(.break)')].map(row => +row.dataset.id)";
    assert_eq!(page.told(marked), json!([13, 12]));
    page.click("tr[data-id='12'] .open");
    page.find("dialog[open] p.break").await;
    page.says("Your balance was $9,988.00 by the row before, and is $9,986.00 here")
        .await;
    page.click("dialog[open] .actions button");
    page.gone("dialog[open]").await;
    page.click("#breaks");
    page.shows_rows(&[13, 12]).await;
    assert_eq!(page.search(), "?breaks=1");
    page.says("2 of 19 rows").await;
}

#[wasm_bindgen_test]
async fn of_many_rows_those_in_sight_are_in_the_page() {
    let _backend = listing(chained(1_250), |_, _| None);
    journal::clear().await;
    let page = styled().signed_in("/log?all=1").await;
    page.find("table.log[aria-rowcount='1251']").await;
    // Each row says its place, and what stands there is in sight: no gap above, below or between.
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
    let looks = async |first: i64| {
        let fills = async || {
            let look = page.told(LOOK);
            look["fills"] == true && (look["first"].as_i64().unwrap() - first).abs() <= 60
        };
        for _ in 0..100 {
            if fills().await {
                break;
            }
            sleep(20).await;
        }
        let look = page.told(LOOK);
        assert!(look["fills"] == true && look["ordered"] == true, "{look}");
        assert!(look["count"].as_u64().unwrap() < 150, "{look}");
        // The newest row is at the second place, behind the heading.
        let first = look["first"].as_i64().unwrap();
        assert_eq!(look["ids"][0], 1_252 - first);
        look
    };
    assert_eq!(looks(2).await["first"], 2);
    let scroll = |to: &str| page.run(&format!("document.querySelector('.tall').scrollTop = {to}"));
    scroll("600 * 38");
    looks(600).await;
    scroll("1e9");
    let look = looks(1_190).await;
    assert_eq!(look["last"], 1_251);
    page.find("tr.row[data-id='1']").await;
    assert!(!page.has("tr.row[data-id='1250']"));
    // Fewer rows end before that place.
    page.choose("#type", "revert").await;
    page.find("table.log[aria-rowcount='251']").await;
    let told = Rc::new(RefCell::new(Value::Null));
    assert!(
        until(|| {
            *told.borrow_mut() = page.told(LOOK);
            told.borrow()["fills"] == true
        })
        .await,
        "{}",
        told.borrow()
    );
    assert_eq!(told.borrow()["last"], 251);
}
