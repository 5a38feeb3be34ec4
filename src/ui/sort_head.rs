//! Column headings that sort their table.

use leptos::prelude::*;

/// A column heading that shows the sort direction and sorts by its column.
#[component]
pub fn SortHead(
    /// The name of the column.
    label: &'static str,
    /// Whether the column holds numbers.
    number: bool,
    /// Whether the sort is descending; `None` if the table is sorted by another column.
    #[prop(into)]
    descending: Signal<Option<bool>>,
    /// Called to sort by this column.
    on_sort: Callback<()>,
) -> impl IntoView {
    let sorted = move || {
        let descending = descending.get()?;
        Some(if descending {
            "descending"
        } else {
            "ascending"
        })
    };
    let arrow = move || match descending.get() {
        Some(false) => "▲",
        Some(true) => "▼",
        None => "",
    };
    view! {
        <th scope="col" class:number=number aria-sort=sorted>
            <button type="button" class="quiet sort" on:click=move |_| on_sort.run(())>
                {label}
                <span class="arrow" aria-hidden="true">{arrow}</span>
            </button>
        </th>
    }
}
