//! A heading that sorts its column.

use leptos::prelude::*;

/// The heading, which says how its column is sorted, and sorts by it.
#[component]
pub fn SortHead(
    /// What the column is called.
    label: &'static str,
    /// Whether it holds figures.
    number: bool,
    /// Whether the largest comes first; nothing where another column is sorted by.
    #[prop(into)]
    descending: Signal<Option<bool>>,
    /// Sorts by it.
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
