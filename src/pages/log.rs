//! Log: what moved, newest first, a page at a time. What is shown stands in the URL.

use super::parts::days::DayRange;
use super::parts::log_table::LogTable;
use super::parts::telling;
use crate::log::{Act, LogQuery, PAGE_SIZES, Page, Remote, pages};
use crate::movement::desk::Desk;
use crate::session::Api;
use crate::ui::heading::Heading;
use crate::ui::intl;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// The screen.
#[component]
pub fn Log() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let params = use_query_map();
    let query =
        Memo::new(move |_| params.with(|params| LogQuery::read(|name| params.get_str(name))));
    let round = RwSignal::new(0u32);
    let remote = pages(query, round.into());
    // The currency stands in the list of children only.
    desk.directory.ensure(Api::Reseller);
    let navigate = use_navigate();
    let go = Callback::new(move |query: LogQuery| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("/log{}", query.write()), options);
    });
    let days = Callback::new(move |(from, to)| {
        go.run(LogQuery {
            page: 1,
            from,
            to,
            ..query.get_untracked()
        })
    });
    let directory = desk.directory.clone();
    let symbol = Signal::derive(move || directory.symbol());
    view! {
        <div class="title-row">
            <Heading title="Log" />
            <button type="button" class="quiet" on:click=move |_| round.update(|round| *round += 1)>"Read again"</button>
        </div>
        <DayRange
            from=Signal::derive(move || query.get().from)
            to=Signal::derive(move || query.get().to)
            go=days
            hint="Whole days, as your account's own time zone counts them."
        />
        {move || query.get().fault().map(|fault| view! { <Notice tone=Tone::Warning title=fault /> })}
        <Rows remote=remote query=query go=go symbol=symbol />
    }
}

/// The page of rows in its four faces.
#[component]
fn Rows(
    remote: Remote<Page>,
    query: Memo<LogQuery>,
    go: Callback<LogQuery>,
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let state = Memo::new({
        let remote = remote.clone();
        move |_| {
            let load = remote.get();
            (load.is_waiting(), load.failure().cloned())
        }
    });
    let value = Memo::new(move |_| remote.value());
    let waiting = move || state.with(|(waiting, _)| *waiting);
    // Old rows stay, dimmed, while new ones load, and when those could not be had.
    let outdated = move || state.with(|(waiting, failure)| *waiting || failure.is_some());
    let last = Signal::derive(move || {
        value.with(|page| page.as_ref().map_or(1, |page| page.total_pages.max(1)))
    });
    let total = move || {
        value.with(|page| {
            page.as_ref().map(|page| match page.total_records {
                1 => "1 row".to_owned(),
                count => format!("{} rows", intl::number(&count.to_string())),
            })
        })
    };
    let turn = Callback::new(move |page| {
        go.run(LogQuery {
            page,
            ..query.get_untracked()
        })
    });
    let size = move |event| {
        let chosen = event_target_value(&event).parse().unwrap_or(PAGE_SIZES[1]);
        go.run(LogQuery {
            page: 1,
            size: chosen,
            ..query.get_untracked()
        });
    };
    let sizes = PAGE_SIZES.map(|size| {
        view! { <option value=size.to_string() prop:selected=move || { query.get().size == size }>{size}</option> }
    });
    let bar = view! {
        <div class="bar">
            <p class="total" role="status">{total}</p>
            <label class="size">"Rows a page "<select id="page-size" on:change=size>{sizes}</select></label>
            <Pager page=Signal::derive(move || query.get().page) pages=last on_go=turn />
        </div>
    };
    view! {
        {move || state.with(|(_, failure)| failure.as_ref().map(|failure| telling::failure(failure, Act::Read)))}
        {bar}
        <div class:stale=outdated aria-busy=move || waiting().then_some("true")>
            {move || match value.get() {
                None if waiting() => view! { <Waiting what="Reading the log" /> }.into_any(),
                None => ().into_any(),
                Some(page) if page.logs.is_empty() => empty(&page, go, query),
                Some(page) => view! { <LogTable page=page symbol=symbol /> }.into_any(),
            }}
        </div>
    }
}

fn empty(page: &Page, go: Callback<LogQuery>, query: Memo<LogQuery>) -> AnyView {
    if page.total_records == 0 {
        return view! { <p class="empty">"Nothing was moved in these days."</p> }.into_any();
    }
    view! {
        <p class="empty">"The log does not reach this far."</p>
        <button type="button" on:click=move |_| go.run(LogQuery { page: 1, ..query.get_untracked() })>
            "Go to the first page"
        </button>
    }
    .into_any()
}
