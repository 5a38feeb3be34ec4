//! The log's total, page size and pager.

use crate::browser::intl;
use crate::log::query::{LogQuery, PAGE_SIZES};
use crate::pages::shared::log_rows::Rows;
use crate::ui::pager::Pager;
use leptos::prelude::*;

/// The number of rows and the page size, and the pager unless all rows are shown.
#[component]
pub fn PageBar(
    /// The rows shown.
    rows: Memo<Rows>,
    /// The numbers of entries and of pages in the date range, once known.
    totals: Memo<Option<(u64, u64)>>,
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
) -> impl IntoView {
    let summary = move || {
        let (total, _) = totals.get()?;
        let shown = rows.with(|rows| rows.order.len() as u64);
        Some(match total {
            _ if query.get().needs_all() && shown != total => {
                format!("{} of {} entries", intl::count(shown), intl::count(total))
            }
            1 => "1 entry".to_owned(),
            total => format!("{} entries", intl::count(total)),
        })
    };
    let go_to_page = Callback::new(move |page: u64| {
        // From a page past the end, go back to the last page that exists.
        let last = totals.get_untracked().map_or(u64::MAX, |(_, pages)| pages);
        navigate.run(LogQuery {
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
        navigate.run(match chosen.parse() {
            Ok(size) => LogQuery {
                size,
                all: false,
                ..view
            },
            Err(_) => LogQuery { all: true, ..view },
        });
    };
    let sizes = PAGE_SIZES.map(|size| {
        let is_selected = move || {
            let query = query.get();
            !query.needs_all() && query.size == size
        };
        view! { <option value=size.to_string() prop:selected=is_selected>{size}</option> }
    });
    let last = Signal::derive(move || totals.get().map_or(1, |(_, pages)| pages));
    view! {
        <p class="total" role="status">{summary}</p>
        <label class="size">
            "Entries per page "
            <select id="page-size" on:change=size>
                {sizes}
                <option value="all" prop:selected=move || query.get().needs_all()>"All"</option>
            </select>
        </label>
        {move || (!query.get().needs_all()).then(|| view! {
            <Pager page=Signal::derive(move || query.get().page) pages=last on_go=go_to_page />
        })}
    }
}
