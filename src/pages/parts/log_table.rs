//! The rows of the log as a table. Of many rows only those in sight are in the page.

use super::log_cell::{actions, cell, mark};
use super::own_rows::OwnRows;
use crate::log::chain::Chain;
use crate::log::columns::Column;
use crate::log::entry::Entry;
use crate::log::now;
use crate::log::sort::Sort;
use crate::ui::sort_head::SortHead;
use crate::ui::window::{ROWS_IN_FULL, RowWindow};
use leptos::prelude::*;
use std::sync::Arc;

/// How long a movement of this browser is marked as new, in milliseconds.
const NEW_FOR: i64 = 10 * 60 * 1000;

/// Rows in the order in which they are shown.
#[derive(Clone, Default)]
pub struct Rows {
    /// All that were read.
    pub entries: Arc<Vec<Entry>>,
    /// Which of them, by place.
    pub order: Arc<Vec<u32>>,
    /// Whether each one's balances follow from the row before; empty where that was not looked into.
    pub chain: Arc<Vec<Chain>>,
}

impl PartialEq for Rows {
    /// Whether they are the very same ones: a hundred thousand rows are not compared.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries)
            && Arc::ptr_eq(&self.order, &other.order)
            && Arc::ptr_eq(&self.chain, &other.chain)
    }
}

impl Rows {
    /// The row at a place of the order, and how it is linked to the one before.
    pub fn get(&self, place: usize) -> Option<(&Entry, Option<&Chain>)> {
        let row = *self.order.get(place)? as usize;
        Some((self.entries.get(row)?, self.chain.get(row)))
    }
}

/// What the table needs to know besides its rows.
#[derive(Clone, Copy)]
pub struct Look {
    /// The columns, in their order.
    pub columns: Memo<Vec<Column>>,
    /// How they are sorted.
    pub sort: Signal<Option<Sort>>,
    /// Sorts by a column.
    pub on_sort: Callback<Column>,
    /// Opens a row.
    pub on_open: Callback<i64>,
    /// Which rows were made from this browser.
    pub own: Memo<OwnRows>,
    /// The ledger's currency symbol.
    pub symbol: Signal<Option<String>>,
    /// Whether all rows stand in the page, as they must on paper.
    pub full: RwSignal<bool>,
}

/// The table.
#[component]
pub fn LogTable(
    /// The rows.
    #[prop(into)]
    rows: Signal<Rows>,
    /// How they are shown.
    look: Look,
) -> impl IntoView {
    let count = Memo::new(move |_| rows.with(|rows| rows.order.len()));
    let window = RowWindow::new(count.into(), look.full.into());
    let heads = move || {
        let columns = look.columns.get();
        columns
            .into_iter()
            .map(|column| head(column, look))
            .collect_view()
    };
    let body = move || {
        let columns = look.columns.get();
        let symbol = look.symbol.get();
        // Other rows are other nodes: what is keyed by its place would stay.
        let rows = rows.get();
        let kept = rows.clone();
        let each = move || {
            let shown = window.shown();
            shown
                .filter_map(|place| rows.get(place).map(|(entry, _)| (place, entry.id)))
                .collect::<Vec<_>>()
        };
        let children = move |(place, _)| match kept.get(place) {
            Some((entry, chain)) => row(place, entry, chain, &columns, look, symbol.as_deref()),
            None => ().into_any(),
        };
        view! { <For each=each key=|key| *key children=children /> }
    };
    let width = move || (look.columns.get().len() + 1).to_string();
    view! {
        <div
            class="scroll"
            class:tall=move || { count.get() > ROWS_IN_FULL }
            role="region"
            tabindex="0"
            aria-label="Log, table"
            node_ref=window.frame
            on:scroll=move |_| window.scrolled()
        >
            <table class="log" aria-rowcount=move || (count.get() + 1).to_string()>
                <caption class="visually-hidden">"The credit log"</caption>
                <thead>
                    <tr aria-rowindex="1">{heads}<th scope="col"><span class="visually-hidden">"What to do"</span></th></tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true"><td colspan=width node_ref=window.above></td></tr>
                    {body}
                    <tr class="spacer" aria-hidden="true"><td colspan=width node_ref=window.below></td></tr>
                </tbody>
            </table>
        </div>
    }
}

fn head(column: Column, look: Look) -> AnyView {
    let descending = Signal::derive(move || {
        let sort = look.sort.get().filter(|sort| sort.column == column);
        sort.map(|sort| sort.descending)
    });
    let sort = Callback::new(move |()| look.on_sort.run(column));
    view! { <SortHead label=column.label() number=column.is_number() descending=descending on_sort=sort /> }
        .into_any()
}

fn row(
    place: usize,
    entry: &Entry,
    chain: Option<&Chain>,
    columns: &[Column],
    look: Look,
    symbol: Option<&str>,
) -> AnyView {
    let id = entry.id;
    let made = look.own.with_untracked(|own| own.find(entry));
    let is_new = made.is_some_and(|(_, ended)| now() - ended < NEW_FOR);
    let cells = columns
        .iter()
        .map(|column| {
            let shown = cell(column.of(entry), *column, symbol);
            match column {
                Column::Id => view! {
                    <th scope="row">
                        {mark(chain, symbol)}
                        <button
                            type="button"
                            class="quiet open"
                            aria-haspopup="dialog"
                            aria-label=format!("Row {id}, every field")
                            on:click=move |_| look.on_open.run(id)
                        >
                            {id}
                        </button>
                    </th>
                }
                .into_any(),
                _ => view! { <td class:number=column.is_number() class=column.name()>{shown}</td> }
                    .into_any(),
            }
        })
        .collect_view();
    // Without the column of the ids, a row opens all the same.
    let open = (!columns.contains(&Column::Id)).then(|| {
        view! {
            <button type="button" class="quiet open" aria-label=format!("Row {id}, every field") on:click=move |_| look.on_open.run(id)>
                "…"
            </button>
        }
    });
    view! {
        <tr class="row" class:new=is_new data-id=id.to_string() aria-rowindex=(place + 2).to_string()>
            {cells}
            <td class="row-actions">{open}{actions(entry)}</td>
        </tr>
    }
    .into_any()
}
