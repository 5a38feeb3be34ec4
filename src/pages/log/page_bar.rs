//! Which page of the log, how large, and how many rows there are.

use crate::browser::intl;
use crate::log::query::{LogQuery, PAGE_SIZES};
use crate::pages::log::table::Rows;
use crate::ui::pager::Pager;
use leptos::prelude::*;

/// Rows, and the way through their pages; or all of them.
#[component]
pub fn PageBar(
    /// The rows that are shown.
    rows: Memo<Rows>,
    /// Rows by the backend's count, once it is known, and pages of them.
    totals: Memo<Option<(u64, u64)>>,
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
) -> impl IntoView {
    let told = move || {
        let (total, _) = totals.get()?;
        let shown = rows.with(|rows| rows.order.len() as u64);
        Some(match total {
            _ if query.get().needs_all() && shown != total => {
                format!("{} of {} rows", intl::count(shown), intl::count(total))
            }
            1 => "1 row".to_owned(),
            total => format!("{} rows", intl::count(total)),
        })
    };
    let turn = Callback::new(move |page: u64| {
        // From a page that doesn't exist, the previous one is the last that does.
        let last = totals.get_untracked().map_or(u64::MAX, |(_, pages)| pages);
        go.run(LogQuery {
            page: page.min(last),
            ..query.get_untracked()
        })
    });
    let size = move |event| {
        let chosen = event_target_value(&event);
        let view = LogQuery {
            page: 1,
            ..query.get_untracked()
        };
        go.run(match chosen.parse() {
            Ok(size) => LogQuery {
                size,
                all: false,
                ..view
            },
            Err(_) => LogQuery { all: true, ..view },
        });
    };
    let sizes = PAGE_SIZES.map(|size| {
        let is = move || {
            let query = query.get();
            !query.needs_all() && query.size == size
        };
        view! { <option value=size.to_string() prop:selected=is>{size}</option> }
    });
    let last = Signal::derive(move || totals.get().map_or(1, |(_, pages)| pages));
    view! {
        <p class="total" role="status">{told}</p>
        <label class="size">
            "Rows a page "
            <select id="page-size" on:change=size>
                {sizes}
                <option value="all" prop:selected=move || query.get().needs_all()>"All"</option>
            </select>
        </label>
        {move || (!query.get().needs_all()).then(|| view! {
            <Pager page=Signal::derive(move || query.get().page) pages=last on_go=turn />
        })}
    }
}
