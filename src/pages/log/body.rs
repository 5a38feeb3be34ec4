//! The log's table, or what is shown instead while it is loading or empty.

use crate::client::Failure;
use crate::log::query::LogQuery;
use crate::pages::log::table::LogTable;
use crate::pages::log::table_options::TableOptions;
use crate::pages::shared::log_rows::Rows;
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// What the log's body shows.
#[derive(Clone, Copy, PartialEq)]
enum BodyState {
    /// The rows are loading.
    Waiting,
    /// The date range has no entries.
    Nothing,
    /// The log has fewer pages.
    Beyond,
    /// The page couldn't be loaded, but the first page might load.
    Failed,
    /// No entry matches the filter.
    Filtered,
    /// There are rows to show.
    Rows,
}

/// The rows, or why there are none.
#[component]
pub fn LogBody(
    /// The rows.
    rows: Memo<Rows>,
    /// Whether they are loading.
    waiting: Memo<bool>,
    /// Why the page couldn't be loaded.
    failure: Memo<Option<Failure>>,
    /// The numbers of entries and of pages in the date range, once known.
    totals: Memo<Option<(u64, u64)>>,
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
    /// The table's options.
    options: TableOptions,
) -> impl IntoView {
    let state = Memo::new(move |_| {
        if rows.with(|rows| !rows.order.is_empty()) {
            return BodyState::Rows;
        }
        match totals.get() {
            None if waiting.get() => BodyState::Waiting,
            _ if query.get().page > 1 && failure.with(Option::is_some) => BodyState::Failed,
            _ if waiting.get() && query.get().needs_all() => BodyState::Waiting,
            Some((1.., _)) if query.get().needs_all() => BodyState::Filtered,
            Some((1.., _)) => BodyState::Beyond,
            _ => BodyState::Nothing,
        }
    });
    let go_to_first = move |_| {
        navigate.run(LogQuery {
            page: 1,
            ..query.get_untracked()
        });
    };
    let placeholder = move || match state.get() {
        BodyState::Waiting => view! { <Waiting what="Loading" /> }.into_any(),
        BodyState::Nothing if totals.get().is_none() => ().into_any(),
        BodyState::Nothing => {
            view! { <p class="empty">"No transactions in this period."</p> }.into_any()
        }
        BodyState::Filtered => view! { <p class="empty">"No matches."</p> }.into_any(),
        state @ (BodyState::Beyond | BodyState::Failed) => view! {
            {(state == BodyState::Beyond).then(|| view! { <p class="empty">"No such page."</p> })}
            <button type="button" on:click=go_to_first>"Go to the first page"</button>
        }
        .into_any(),
        BodyState::Rows => ().into_any(),
    };
    // The table is built while the rows load, so that they only have to be painted when they arrive.
    view! {
        {placeholder}
        <div hidden=move || state.get() != BodyState::Rows>
            <LogTable rows=rows options=options />
        </div>
    }
}
