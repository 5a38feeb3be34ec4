//! What the rows that are shown come to, once all of them were read.

use crate::log::group::{groups, total};
use crate::log::query::LogQuery;
use crate::pages::log::groups;
use crate::pages::log::table::Rows;
use leptos::prelude::*;

/// The sums of all, and by group where that was asked for.
#[component]
pub fn Sums(
    /// The view.
    query: Memo<LogQuery>,
    /// The rows that are shown, in the order in which they were read.
    kept: Memo<Rows>,
    /// Whether more of them are on their way.
    waiting: Memo<bool>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let group = Memo::new(move |_| query.get().group);
    let needs_all = Memo::new(move |_| query.get().needs_all());
    move || {
        let (by, symbol) = (group.get(), symbol.get());
        let is_whole = needs_all.get() && !waiting.get();
        kept.with(|rows| {
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
