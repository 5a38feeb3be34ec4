//! Page navigation.

use crate::browser::intl;
use leptos::prelude::*;

/// Buttons for the first, previous, next and last page, and the current position.
#[component]
pub fn Pager(
    /// The current page, from 1.
    #[prop(into)]
    page: Signal<u64>,
    /// The number of pages.
    #[prop(into)]
    pages: Signal<u64>,
    /// Called with the page to go to.
    on_go: Callback<u64>,
) -> impl IntoView {
    let button = move |label: &'static str,
                       symbol: &'static str,
                       target: Signal<u64>,
                       is_enabled: Signal<bool>| {
        view! {
            <button
                type="button"
                aria-label=label
                aria-disabled=move || (!is_enabled.get()).then_some("true")
                on:click=move |_| if is_enabled.get_untracked() { on_go.run(target.get_untracked()) }
            >
                {symbol}
            </button>
        }
    };
    let has_previous = Signal::derive(move || page.get() > 1);
    let has_next = Signal::derive(move || page.get() < pages.get());
    let previous = Signal::derive(move || page.get().saturating_sub(1).max(1));
    let next = Signal::derive(move || page.get().saturating_add(1));
    view! {
        <nav class="pager" aria-label="Pages">
            {button("First page", "«", Signal::from(1), has_previous)}
            {button("Previous page", "‹", previous, has_previous)}
            <span class="place" aria-live="polite">
                {move || {
                    format!("Page {} of {}", intl::count(page.get()), intl::count(pages.get().max(1)))
                }}
            </span>
            {button("Next page", "›", next, has_next)}
            {button("Last page", "»", pages, has_next)}
        </nav>
    }
}
