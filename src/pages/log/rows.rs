//! Paints the rows of the log's table.

use crate::browser::clock::now;
use crate::browser::router::{base_path, with_base};
use crate::log::columns::Column;
use crate::log::continuity::RowContinuity;
use crate::log::entry::LogEntry;
use crate::pages::log::own_entries::OwnEntries;
use crate::pages::log::table_options::TableOptions;
use crate::pages::shared::log_cell::{CellText, actions, balance_gap, cell_text};
use crate::pages::shared::log_rows::Rows;
use crate::ui::row_pool::{RowPool, SlotContent, append, element, slot};
use crate::ui::virtual_rows::RowWindow;
use leptos::ev::MouseEvent;
use leptos::html::Tr;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// How long an entry from this browser is highlighted as new, in milliseconds.
const NEW_FOR: i64 = 10 * 60 * 1000;

/// Everything that determines the rows' content, except which rows are in view.
#[derive(PartialEq)]
struct Content {
    rows: Rows,
    columns: Vec<Column>,
    symbol: Option<String>,
    own: OwnEntries,
}

/// Keeps the rows before `end` up to date. Stops with the current owner.
pub fn paint(window: RowWindow, end: NodeRef<Tr>, rows: Signal<Rows>, options: TableOptions) {
    let pool = StoredValue::new_local(None::<RowPool>);
    let base = base_path();
    let content = Memo::new(move |_| {
        Arc::new(Content {
            rows: rows.get(),
            columns: options.columns.get(),
            symbol: options.symbol.get(),
            own: options.own.get(),
        })
    });
    Effect::new(move |before: Option<Arc<Content>>| {
        // Read the rows first, then the window, whose count is derived from them. In the other order, the effect misses
        // a change that leaves the count unchanged (reactive_graph 0.2).
        let content = content.get();
        let shown = window.shown();
        let Some(end) = end.get() else {
            return content;
        };
        let same_columns = before
            .as_ref()
            .is_some_and(|before| before.columns == content.columns);
        let changed = before.is_none_or(|before| !Arc::ptr_eq(&before, &content));
        pool.update_value(|pool| {
            if !same_columns || pool.is_none() {
                // Dropping the old pool removes its rows.
                *pool = prototype(&content.columns)
                    .ok()
                    .map(|row| RowPool::new(row, end.into()));
            }
            if let Some(pool) = pool {
                // Fails only if the table is no longer in the page.
                let _ = pool.show(shown, changed, &|place| fill(place, &content, &base));
            }
        });
        content
    });
}

/// Returns the id of the entry whose open button was clicked.
pub fn clicked_entry(event: &MouseEvent) -> Option<i64> {
    let pressed: Element = event.target()?.dyn_into().ok()?;
    let button = pressed.closest("button.open").ok()??;
    let row = button.closest("tr").ok()??;
    row.get_attribute("data-id")?.parse().ok()
}

/// Returns an empty row for these columns.
fn prototype(columns: &[Column]) -> Result<Element, JsValue> {
    let row = element("tr", "row")?;
    for column in columns {
        let cell = if *column == Column::Id {
            let cell = element("th", "")?;
            cell.set_attribute("scope", "row")?;
            let mark = slot("span", "")?;
            mark.append_with_str_1("⚠ ")?;
            append(&mark, &slot("span", "visually-hidden")?)?;
            append(&cell, &mark)?;
            append(&cell, &open_button()?)?;
            cell
        } else {
            let class = if column.is_number() { "number " } else { "" };
            let cell = element("td", &format!("{class}{}", column.name()))?;
            let name = if *column == Column::When {
                "time"
            } else {
                "span"
            };
            append(&cell, &slot(name, "")?)?;
            cell
        };
        // Browsers may translate types and statuses, but not names and amounts.
        if !matches!(column, Column::Kind | Column::Status) {
            cell.set_attribute("translate", "no")?;
        }
        append(&row, &cell)?;
    }
    let cell = element("td", "row-actions")?;
    // Without the id column, the open button goes here.
    if !columns.contains(&Column::Id) {
        append(&cell, &open_button()?)?;
    }
    for _ in 0..2 {
        append(&cell, &slot("a", "")?)?;
        cell.append_with_str_1(" ")?;
    }
    append(&row, &cell)?;
    Ok(row)
}

fn open_button() -> Result<Element, JsValue> {
    let button = slot("button", "quiet open")?;
    button.set_attribute("type", "button")?;
    button.set_attribute("aria-haspopup", "dialog")?;
    Ok(button)
}

/// Returns the content of the row at `place`: first its own attributes, then its slots in the order of [`prototype`].
/// Links are resolved against `base`.
fn fill(place: usize, content: &Content, base: &str) -> Vec<SlotContent> {
    let Some((entry, continuity)) = content.rows.get(place) else {
        return Vec::new();
    };
    let symbol = content.symbol.as_deref();
    let submission = content.own.find(entry);
    let is_new = submission.is_some_and(|(_, ended)| now() - ended < NEW_FOR);
    let row = SlotContent::default()
        .with(
            "class",
            Some(if is_new { "row new" } else { "row" }.to_owned()),
        )
        .with("data-id", Some(entry.id.to_string()))
        .with("aria-rowindex", Some((place + 2).to_string()));
    let mut contents = vec![row];
    for column in &content.columns {
        match column {
            Column::Id => {
                contents.extend(gap_mark(continuity, symbol));
                contents.push(open_button_content(entry, entry.id.to_string()));
            }
            _ => contents.push(cell_content(
                cell_text(column.of(entry), *column, symbol),
                *column,
            )),
        }
    }
    if !content.columns.contains(&Column::Id) {
        contents.push(open_button_content(entry, "…".to_owned()));
    }
    for action in actions(entry) {
        let (label, href, aria_label) = action.map_or((None, None, None), |action| {
            let href = with_base(base, &action.href);
            (Some(action.label), Some(href), Some(action.aria_label))
        });
        let link = SlotContent::text(label.unwrap_or_default()).shown(href.is_some());
        contents.push(link.with("href", href).with("aria-label", aria_label));
    }
    contents
}

fn open_button_content(entry: &LogEntry, text: String) -> SlotContent {
    let label = format!("Entry {}, details", entry.id);
    SlotContent::text(text).with("aria-label", Some(label))
}

fn cell_content(cell: CellText, column: Column) -> SlotContent {
    let class = (!cell.class.is_empty()).then(|| cell.class.to_owned());
    let content = SlotContent::text(cell.text)
        .with("class", class)
        .with("title", cell.title);
    if column == Column::When {
        content.with("datetime", cell.moment)
    } else {
        content
    }
}

/// Returns the mark for balances that don't follow from the previous entry, and its text for screen readers.
fn gap_mark(continuity: Option<&RowContinuity>, symbol: Option<&str>) -> [SlotContent; 2] {
    let gap = continuity.and_then(|continuity| balance_gap(continuity, symbol));
    [
        SlotContent::default()
            .shown(gap.is_some())
            .with("class", gap.is_some().then(|| "break".to_owned()))
            .with("title", gap.clone()),
        SlotContent::text(gap.map(|gap| format!("{gap} ")).unwrap_or_default()),
    ]
}
