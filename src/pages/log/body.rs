//! The rows in their faces: waiting, empty, there.

use crate::client::Failure;
use crate::log::query::LogQuery;
use crate::pages::log::table::{LogTable, Rows, TableOptions};
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// What can be said instead of rows.
#[derive(Clone, Copy, PartialEq)]
enum BodyState {
    /// They are on their way.
    Waiting,
    /// Nothing was moved in these days.
    Nothing,
    /// The log has fewer pages.
    Beyond,
    /// The page couldn't be loaded; the first one may be.
    Failed,
    /// The filter leaves none of them.
    Filtered,
    /// They are there.
    Rows,
}

/// The rows, or why there are none.
#[component]
pub fn LogBody(
    /// The rows.
    rows: Memo<Rows>,
    /// Whether they are on their way.
    waiting: Memo<bool>,
    /// Why the page could not be read.
    failure: Memo<Option<Failure>>,
    /// Rows by the backend's count, once it is known, and pages of them.
    totals: Memo<Option<(u64, u64)>>,
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// How they are shown.
    options: TableOptions,
) -> impl IntoView {
    let face = Memo::new(move |_| {
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
    let first = move |_| {
        go.run(LogQuery {
            page: 1,
            ..query.get_untracked()
        });
    };
    let without = move || {
        match face.get() {
        BodyState::Waiting => view! { <Waiting what="Reading the log" /> }.into_any(),
        BodyState::Nothing if totals.get().is_none() => ().into_any(),
        BodyState::Nothing => {
            view! { <p class="empty">"Nothing was moved in these days."</p> }.into_any()
        }
        BodyState::Filtered => {
            view! { <p class="empty">"None of the rows of these days fits."</p> }.into_any()
        }
        face @ (BodyState::Beyond | BodyState::Failed) => view! {
            {(face == BodyState::Beyond).then(|| view! { <p class="empty">"The log does not reach this far."</p> })}
            <button type="button" on:click=first>"Go to the first page"</button>
        }
        .into_any(),
        BodyState::Rows => ().into_any(),
    }
    };
    // The table is made while the rows are on their way: once they come, they only have to be painted.
    view! {
        {without}
        <div hidden=move || face.get() != BodyState::Rows>
            <LogTable rows=rows options=options />
        </div>
    }
}
