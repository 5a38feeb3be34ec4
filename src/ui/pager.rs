//! Going through pages.

use crate::browser::intl;
use leptos::prelude::*;

/// First, previous, next, last, and where one is.
#[component]
pub fn Pager(
    /// This page, from 1.
    #[prop(into)]
    page: Signal<u64>,
    /// How many pages there are.
    #[prop(into)]
    pages: Signal<u64>,
    /// Goes to a page.
    on_go: Callback<u64>,
) -> impl IntoView {
    let button =
        move |label: &'static str, mark: &'static str, target: Signal<u64>, open: Signal<bool>| {
            view! {
                <button
                    type="button"
                    aria-label=label
                    aria-disabled=move || (!open.get()).then_some("true")
                on:click=move |_| if open.get_untracked() { on_go.run(target.get_untracked()) }
                >
                    {mark}
                </button>
            }
        };
    let back = Signal::derive(move || page.get() > 1);
    let on = Signal::derive(move || page.get() < pages.get());
    let previous = Signal::derive(move || page.get().saturating_sub(1).max(1));
    let next = Signal::derive(move || page.get().saturating_add(1));
    view! {
        <nav class="pager" aria-label="Pages">
            {button("First page", "«", Signal::from(1), back)}
            {button("Previous page", "‹", previous, back)}
            <span class="place" aria-live="polite">
                {move || {
                    format!("Page {} of {}", intl::count(page.get()), intl::count(pages.get().max(1)))
                }}
            </span>
            {button("Next page", "›", next, on)}
            {button("Last page", "»", pages, on)}
        </nav>
    }
}
