//! The rows of the log as a table. Of many rows only those in sight are in the page.

use crate::log::columns::Column;
use crate::log::continuity::RowContinuity;
use crate::log::entry::LogEntry;
use crate::log::sort::Sort;
use crate::pages::log::own_entries::OwnRows;
use crate::pages::log::rows;
use crate::pages::shared::shortcuts::press_or_focus;
use crate::ui::sort_head::SortHead;
use crate::ui::virtual_rows::{ROWS_IN_FULL, RowWindow};
use leptos::ev::MouseEvent;
use leptos::html::Tr;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows in the order in which they are shown.
#[derive(Clone, Default)]
pub struct Rows {
    /// All that were read.
    pub entries: Arc<Vec<LogEntry>>,
    /// Which of them, by place.
    pub order: Arc<Vec<u32>>,
    /// Whether each one's balances follow from the row before; empty where that was not looked into.
    pub continuity: Arc<Vec<RowContinuity>>,
}

impl PartialEq for Rows {
    /// Whether they are the very same ones: a hundred thousand rows are not compared.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries)
            && Arc::ptr_eq(&self.order, &other.order)
            && Arc::ptr_eq(&self.continuity, &other.continuity)
    }
}

impl Rows {
    /// The row at a place of the order, and how it is linked to the one before.
    pub fn get(&self, place: usize) -> Option<(&LogEntry, Option<&RowContinuity>)> {
        let row = *self.order.get(place)? as usize;
        Some((self.entries.get(row)?, self.continuity.get(row)))
    }
}

/// What the table needs to know besides its rows.
#[derive(Clone, Copy)]
pub struct TableOptions {
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
    options: TableOptions,
) -> impl IntoView {
    let count = Memo::new(move |_| rows.with(|rows| rows.order.len()));
    let window = RowWindow::new(count.into(), options.full.into());
    let heads = move || {
        let columns = options.columns.get();
        columns
            .into_iter()
            .map(|column| head(column, options))
            .collect_view()
    };
    let end = NodeRef::<Tr>::new();
    rows::paint(window, end, rows, options);
    let open = move |event: MouseEvent| {
        if let Some(id) = rows::opened(&event) {
            options.on_open.run(id);
        }
    };
    let width = move || (options.columns.get().len() + 1).to_string();
    let parts = move || {
        (count.get() > ROWS_IN_FULL).then(|| {
            let missing = move || {
                (!options.full.get())
                    .then_some("Only the rows in view are printed. Use Export, then Print.")
            };
            view! {
                <p class="hint screen-only">
                    "Find in page only reaches the rows in view. "
                    <button type="button" class="quiet" on:click=move |_| {
                            press_or_focus("#q");
                        }>
                        "Search all rows (/)"
                    </button>
                </p>
                <p class="print-only">{missing}</p>
            }
        })
    };
    view! {
        {parts}
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
                <tbody on:click=open>
                    <tr class="spacer" aria-hidden="true"><td colspan=width node_ref=window.above></td></tr>
                    <tr class="spacer" aria-hidden="true" node_ref=end><td colspan=width node_ref=window.below></td></tr>
                </tbody>
            </table>
        </div>
    }
}

fn head(column: Column, options: TableOptions) -> AnyView {
    let descending = Signal::derive(move || {
        let sort = options.sort.get().filter(|sort| sort.column == column);
        sort.map(|sort| sort.descending)
    });
    let sort = Callback::new(move |()| options.on_sort.run(column));
    view! { <SortHead label=column.label() number=column.is_number() descending=descending on_sort=sort /> }
        .into_any()
}
