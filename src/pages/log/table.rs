//! The log's table. If there are many rows, only those in view are in the page.

use crate::log::columns::Column;
use crate::pages::log::rows;
use crate::pages::log::table_options::TableOptions;
use crate::pages::shared::log_rows::Rows;
use crate::pages::shared::shortcuts::press_or_focus;
use crate::ui::sort_head::SortHead;
use crate::ui::virtual_rows::{ROWS_IN_FULL, RowWindow};
use leptos::ev::MouseEvent;
use leptos::html::Tr;
use leptos::prelude::*;

/// The table, virtualized if it has many rows.
#[component]
pub fn LogTable(
    /// The rows.
    #[prop(into)]
    rows: Signal<Rows>,
    /// The table's options.
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
        if let Some(id) = rows::clicked_entry(&event) {
            options.on_open.run(id);
        }
    };
    let column_count = move || (options.columns.get().len() + 1).to_string();
    let partial_notes = move || {
        (count.get() > ROWS_IN_FULL).then(|| {
            let print_note = move || {
                (!options.full.get())
                    .then_some("Only the entries in view are printed. Use Export, then Print.")
            };
            view! {
                <p class="hint screen-only">
                    "Your browser's search only finds visible entries. "
                    <button type="button" class="quiet" on:click=move |_| {
                            press_or_focus("#q");
                        }>
                        "Search all entries (/)"
                    </button>
                </p>
                <p class="print-only">{print_note}</p>
            }
        })
    };
    view! {
        {partial_notes}
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
                    <tr aria-rowindex="1">{heads}<th scope="col"><span class="visually-hidden">"Actions"</span></th></tr>
                </thead>
                <tbody on:click=open>
                    <tr class="spacer" aria-hidden="true"><td colspan=column_count node_ref=window.above></td></tr>
                    <tr class="spacer" aria-hidden="true" node_ref=end><td colspan=column_count node_ref=window.below></td></tr>
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
