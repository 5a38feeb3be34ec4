//! The rows of the log's table, painted.

use crate::browser::clock::now;
use crate::browser::router::{base, below};
use crate::log::columns::Column;
use crate::log::continuity::RowContinuity;
use crate::log::entry::LogEntry;
use crate::pages::log::own_entries::OwnRows;
use crate::pages::log::table::{Rows, TableOptions};
use crate::pages::shared::log_cell::{CellText, actions, broken, shown};
use crate::ui::row_pool::{RowPool, SlotContent, element, slot, within};
use crate::ui::virtual_rows::RowWindow;
use leptos::ev::MouseEvent;
use leptos::html::Tr;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// How long a movement of this browser is marked as new, in milliseconds.
const NEW_FOR: i64 = 10 * 60 * 1000;

/// All that decides what stands in the rows, but for which of them are in sight.
#[derive(PartialEq)]
struct Content {
    rows: Rows,
    columns: Vec<Column>,
    symbol: Option<String>,
    own: OwnRows,
}

/// Keeps the rows before `end` as they should be. Ends with the present owner.
pub fn paint(window: RowWindow, end: NodeRef<Tr>, rows: Signal<Rows>, options: TableOptions) {
    let pool = StoredValue::new_local(None::<RowPool>);
    let base = base();
    let content = Memo::new(move |_| {
        Arc::new(Content {
            rows: rows.get(),
            columns: options.columns.get(),
            symbol: options.symbol.get(),
            own: options.own.get(),
        })
    });
    Effect::new(move |before: Option<Arc<Content>>| {
        // The rows before their count, which is made of them: asked the other way round, an effect misses a change that
        // leaves the count as it was (reactive_graph 0.2).
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
                // The old rows go with it.
                *pool = prototype(&content.columns)
                    .ok()
                    .map(|row| RowPool::new(row, end.into()));
            }
            if let Some(pool) = pool {
                // A document that takes no rows has left the page.
                let _ = pool.show(shown, changed, &|place| fill(place, &content, &base));
            }
        });
        content
    });
}

/// The row whose opening button was pressed.
pub fn opened(event: &MouseEvent) -> Option<i64> {
    let pressed: Element = event.target()?.dyn_into().ok()?;
    let button = pressed.closest("button.open").ok()??;
    let row = button.closest("tr").ok()??;
    row.get_attribute("data-id")?.parse().ok()
}

/// A row with nothing in it.
fn prototype(columns: &[Column]) -> Result<Element, JsValue> {
    let row = element("tr", "row")?;
    for column in columns {
        let cell = if *column == Column::Id {
            let cell = element("th", "")?;
            cell.set_attribute("scope", "row")?;
            let mark = slot("span", "")?;
            mark.append_with_str_1("⚠ ")?;
            within(&mark, &slot("span", "visually-hidden")?)?;
            within(&cell, &mark)?;
            within(&cell, &opener()?)?;
            cell
        } else {
            let class = if column.is_number() { "number " } else { "" };
            let cell = element("td", &format!("{class}{}", column.name()))?;
            let name = if *column == Column::When {
                "time"
            } else {
                "span"
            };
            within(&cell, &slot(name, "")?)?;
            cell
        };
        // The service's own words for what was done may be translated; names and figures may not.
        if !matches!(column, Column::Kind | Column::Status) {
            cell.set_attribute("translate", "no")?;
        }
        within(&row, &cell)?;
    }
    let cell = element("td", "row-actions")?;
    // Without the column of the ids, a row opens all the same.
    if !columns.contains(&Column::Id) {
        within(&cell, &opener()?)?;
    }
    for _ in 0..2 {
        within(&cell, &slot("a", "")?)?;
        cell.append_with_str_1(" ")?;
    }
    within(&row, &cell)?;
    Ok(row)
}

fn opener() -> Result<Element, JsValue> {
    let button = slot("button", "quiet open")?;
    button.set_attribute("type", "button")?;
    button.set_attribute("aria-haspopup", "dialog")?;
    Ok(button)
}

/// What stands in the row at a place: in itself, then in the slots of [`prototype`], in its order. Links lead below `base`.
fn fill(place: usize, content: &Content, base: &str) -> Vec<SlotContent> {
    let Some((entry, continuity)) = content.rows.get(place) else {
        return Vec::new();
    };
    let symbol = content.symbol.as_deref();
    let made = content.own.find(entry);
    let is_new = made.is_some_and(|(_, ended)| now() - ended < NEW_FOR);
    let root = SlotContent::default()
        .with(
            "class",
            Some(if is_new { "row new" } else { "row" }.to_owned()),
        )
        .with("data-id", Some(entry.id.to_string()))
        .with("aria-rowindex", Some((place + 2).to_string()));
    let mut fillings = vec![root];
    for column in &content.columns {
        match column {
            Column::Id => {
                fillings.extend(mark(continuity, symbol));
                fillings.push(opening(entry, entry.id.to_string()));
            }
            _ => fillings.push(said(shown(column.of(entry), *column, symbol), *column)),
        }
    }
    if !content.columns.contains(&Column::Id) {
        fillings.push(opening(entry, "…".to_owned()));
    }
    for action in actions(entry) {
        let (label, href, spoken) = action.map_or((None, None, None), |action| {
            let href = below(base, &action.href);
            (Some(action.label), Some(href), Some(action.spoken))
        });
        let link = SlotContent::text(label.unwrap_or_default()).shown(href.is_some());
        fillings.push(link.with("href", href).with("aria-label", spoken));
    }
    fillings
}

fn opening(entry: &LogEntry, text: String) -> SlotContent {
    let label = format!("Row {}, every field", entry.id);
    SlotContent::text(text).with("aria-label", Some(label))
}

fn said(shown: CellText, column: Column) -> SlotContent {
    let class = (!shown.class.is_empty()).then(|| shown.class.to_owned());
    let filling = SlotContent::text(shown.text)
        .with("class", class)
        .with("title", shown.title);
    if column == Column::When {
        filling.with("datetime", shown.moment)
    } else {
        filling
    }
}

/// A mark where the balances do not follow from the row before, and what it says to who cannot see it.
fn mark(continuity: Option<&RowContinuity>, symbol: Option<&str>) -> [SlotContent; 2] {
    let told = continuity.and_then(|continuity| broken(continuity, symbol));
    [
        SlotContent::default()
            .shown(told.is_some())
            .with("class", told.is_some().then(|| "break".to_owned()))
            .with("title", told.clone()),
        SlotContent::text(told.map(|told| format!("{told} ")).unwrap_or_default()),
    ]
}
