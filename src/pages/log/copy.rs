//! Copies log entries as tab-separated text, with their ids and the column names. Only part of a long table is in the
//! page, and browsers leave out the text of buttons, so the copied text comes from the data.
//!
//! The text is set in the `copy` event, which works without `navigator.clipboard`, for example on plain http.

use crate::log::columns::Column;
use crate::log::dialect::Dialect;
use crate::log::export::{csv_header, csv_row, exported};
use crate::pages::shared::log_rows::Rows;
use leptos::prelude::*;
use std::ops::RangeInclusive;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, Event, HtmlDocument, Range};

const TABLE: &str = "table.log[aria-rowcount]";

/// Puts the selected entries on the clipboard whenever the user copies them. Stops with the current owner.
pub fn copy_as_text(rows: Signal<Rows>, columns: Memo<Vec<Column>>, dialect: Dialect) {
    let listener = window_event_listener_untyped("copy", move |event| {
        let _ = copy_selection(
            &event,
            &rows.get_untracked(),
            &exported(&columns.get_untracked()),
            dialect,
        );
    });
    on_cleanup(move || listener.remove());
}

fn copy_selection(event: &Event, rows: &Rows, columns: &[Column], dialect: Dialect) -> Option<()> {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_some_and(|target| matches!(target.closest("input, select, dialog"), Ok(Some(_)))) {
        return None;
    }
    let places = selected(rows.order.len())?;
    let mut text = csv_header(columns, dialect);
    for (entry, _) in places.filter_map(|place| rows.get(place)) {
        text.push_str(&csv_row(columns, entry, dialect));
    }
    let event: &ClipboardEvent = event.dyn_ref()?;
    event.clipboard_data()?.set_data("text/plain", &text).ok()?;
    event.prevent_default();
    Some(())
}

/// Returns the positions of the selected entries among `count`. Returns `None` if nothing or only part of a cell is
/// selected.
fn selected(count: usize) -> Option<RangeInclusive<usize>> {
    let selection = window().get_selection().ok()??;
    let table = document().query_selector(TABLE).ok()??;
    let (mut first, mut last) = (None::<usize>, None::<usize>);
    // Firefox selects table cells as separate ranges.
    for range in (0..selection.range_count()).filter_map(|at| selection.get_range_at(at).ok()) {
        let is_within = selection.range_count() == 1 && is_within_cell(&range);
        if range.collapsed() || is_within || !range.intersects_node(&table).unwrap_or(false) {
            continue;
        }
        let found = table.query_selector_all("tbody > tr").ok()?;
        let all = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<Element>().ok());
        let all: Vec<_> = all.collect();
        for (at, row) in all.iter().enumerate() {
            if !range.intersects_node(row).unwrap_or(false) {
                continue;
            }
            // The first and last rows are spacers for the entries that aren't in the page.
            let place = match place(row) {
                Some(place) => place,
                None if at == 0 => 0,
                None => count.checked_sub(1)?,
            };
            first = Some(first.map_or(place, |first| first.min(place)));
            last = Some(last.map_or(place, |last| last.max(place)));
        }
    }
    Some(first?..=last?)
}

/// Returns the position of the entry in this table row.
fn place(row: &Element) -> Option<usize> {
    let number: usize = row.get_attribute("aria-rowindex")?.parse().ok()?;
    // `aria-rowindex` starts at 1, and row 1 is the header.
    number.checked_sub(2)
}

fn is_within_cell(range: &Range) -> bool {
    let inner = range.common_ancestor_container().ok();
    let inner = inner.and_then(|node| match node.dyn_into::<Element>() {
        Ok(element) => Some(element),
        Err(node) => node.parent_element(),
    });
    inner.is_some_and(|inner| matches!(inner.closest("td, th"), Ok(Some(_))))
}

/// Selects the whole table and copies it. Returns whether the browser allowed it; if not, the selection stays, so that
/// the user can copy with the keyboard.
pub fn copy_table() -> bool {
    let copy = || {
        let selection = window().get_selection().ok()??;
        let table = document().query_selector(TABLE).ok()??;
        selection.select_all_children(&table).ok()?;
        let document: HtmlDocument = document().dyn_into().ok()?;
        document.exec_command("copy").ok()
    };
    copy() == Some(true)
}
