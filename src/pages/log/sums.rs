//! Totals of the rows shown, once all entries have loaded.

use crate::log::group::{groups, total};
use crate::log::query::LogQuery;
use crate::pages::log::groups;
use crate::pages::shared::log_rows::Rows;
use leptos::prelude::*;

/// The totals of all rows, and of each group if the view groups them.
#[component]
pub fn Sums(
    /// The view's query.
    query: Memo<LogQuery>,
    /// The rows shown, in load order.
    filtered: Memo<Rows>,
    /// Whether more entries are loading.
    waiting: Memo<bool>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let group = Memo::new(move |_| query.get().group);
    let needs_all = Memo::new(move |_| query.get().needs_all());
    move || {
        let (by, symbol) = (group.get(), symbol.get());
        let is_whole = needs_all.get() && !waiting.get();
        filtered.with(|rows| {
            (is_whole && !rows.entries.is_empty()).then(|| {
                let all = total(&rows.entries, &rows.order);
                let by = by.map(|by| {
                    let groups = groups(&rows.entries, &rows.order, by);
                    groups::table(&groups, by, symbol.as_deref())
                });
                view! { {groups::total(&all, symbol.as_deref())} {by} }
            })
        })
    }
}
