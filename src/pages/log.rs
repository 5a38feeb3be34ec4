//! Log: the ledger's entries, newest first, one page at a time or all of a date range. The URL holds the view.

pub mod body;
pub mod column_chooser;
pub mod copy;
pub mod export;
pub mod filters;
pub mod groups;
pub mod own_entries;
pub mod page_bar;
pub mod preferences;
pub mod range_form;
pub mod row_dialog;
pub mod rows;
pub mod sums;
pub mod table;
pub mod table_options;

use crate::browser::router::Router;
use crate::client::Operation;
use crate::log::columns::Column;
use crate::log::full_range::FullRangeState;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::movement::desk::Desk;
use crate::movement::desk::loader::DeskLoader;
use crate::pages::log::body::LogBody;
use crate::pages::log::own_entries::OwnEntries;
use crate::pages::log::page_bar::PageBar;
use crate::pages::log::preferences::Preferences;
use crate::pages::log::range_form::RangeForm;
use crate::pages::log::row_dialog::Opened;
use crate::pages::log::table_options::TableOptions;
use crate::pages::shared::error_message;
use crate::pages::shared::log_progress::LoadProgressBar;
use crate::pages::shared::log_rows::Rows;
use crate::pages::shared::log_source::LogSource;
use crate::pages::shared::today::Today;
use crate::pages::tools;
use crate::pages::tools::Tools;
use crate::ui::heading::Heading;
use crate::ui::lazy::{LazyView, after_paint, lazy_silent};
use crate::ui::notice::{Notice, Tone};
use crate::units::utc_offset;
use leptos::prelude::*;

/// The credit log's screen.
#[component]
pub fn Log() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let router = expect_context::<Router>();
    let url_query = router.query_memo("/log", |location| LogQuery::read(|name| location.get(name)));
    // Set from the rows, which depend on the query: a memo would depend on itself.
    let offset = RwSignal::new(None::<i64>);
    let today = Today::new(Signal::derive(move || {
        offset
            .get()
            .filter(|_| url_query.with(|view| view.zone == Zone::Service))
    }));
    let query = Memo::new(move |_| url_query.get().on(&today.get()));
    let set_query = move |query: LogQuery, replace: bool| {
        router.set_query(&format!("/log{}", query.write()), replace);
    };
    let navigate = Callback::new(move |query: LogQuery| set_query(query, false));
    desk.directory.ensure_children();
    let directory = desk.directory.clone();
    let symbol = Signal::derive(move || directory.symbol());
    let preferences = Preferences::remembered();
    let columns = Memo::new(move |_| {
        let chosen = query.get().columns;
        chosen.unwrap_or_else(|| preferences.columns.get_value())
    });
    // Put preferred columns in the URL, so that a link shows the same columns to everyone.
    Effect::new(move |_| {
        let view = query.get();
        let preferred = preferences.columns.get_value();
        if view.columns.is_none() && preferred != Column::SHOWN {
            let columns = Some(preferred);
            set_query(LogQuery { columns, ..view }, true);
        }
    });
    let refresh_count = RwSignal::new(0u32);
    let refresh = Callback::new(move |()| {
        today.check();
        refresh_count.update(|refresh_count| *refresh_count += 1);
    });
    let source = LogSource::new(query, refresh_count.into());
    let (rows, filtered, waiting) = (source.rows, source.filtered, source.waiting);
    let (failure, totals) = (source.failure, source.totals);
    let full_range = source.full_range.clone();
    let own = Memo::new(move |_| desk.with_submissions(OwnEntries::of));
    let opened = RwSignal::new(None::<Opened>);
    let options = TableOptions {
        columns,
        sort: Signal::derive(move || query.get().sort),
        on_sort: Callback::new(move |column| navigate.run(query.get_untracked().sorted_by(column))),
        on_open: Callback::new(move |id| opened.set(find(&rows.get_untracked(), id, own))),
        own,
        symbol,
        full: RwSignal::new(false),
    };
    Effect::new(move |_| {
        let shown = rows.with(|rows| utc_offset(rows.entries.first()?.written.as_deref()?));
        // A range without rows doesn't reveal the offset, so the known one stays.
        let is_new = shown.is_some() && shown != offset.get_untracked();
        if is_new && query.get_untracked().zone == Zone::Service {
            offset.set(shown);
        }
    });
    let needs_all = Memo::new(move |_| query.get().needs_all());
    let name = Signal::derive(move || {
        let view = query.get();
        let day = |day: Option<String>| day.map(|day| format!("-{day}")).unwrap_or_default();
        let pages = totals.get().map_or(1, |(_, pages)| pages);
        let part = if view.needs_all() {
            let is_whole = full_range.state() == FullRangeState::Done(0);
            (if is_whole { "" } else { "-incomplete" }).to_owned()
        } else if pages > 1 {
            format!("-page-{}", view.page)
        } else {
            String::new()
        };
        let has_days = view.from.is_some() || view.to.is_some();
        let zone = if has_days && view.zone == Zone::Local {
            "-local-time"
        } else {
            ""
        };
        format!("credit-log{}{}{zone}{part}", day(view.from), day(view.to))
    });
    // The menu's print command first renders every row. The browser's own command leaves no time for that, so the
    // printed page says that rows are missing.
    let full = options.full;
    let event: leptos::ev::Custom<web_sys::Event> = leptos::ev::Custom::new("afterprint");
    let listener = window_event_listener(event, move |_| full.set(false));
    on_cleanup(move || listener.remove());
    provide_context(Tools {
        query,
        navigate,
        choices: source.choices,
        columns,
        preferences,
        rows,
        filtered,
        waiting,
        current: Memo::new(move |_| !waiting.get() && failure.with(Option::is_none)),
        full,
        name,
        symbol,
        opened,
    });
    // Nothing else is fetched until the rows have loaded.
    let settled = Memo::new(move |previous| previous == Some(&true) || !waiting.get());
    let settled = after_paint(settled);
    DeskLoader::request_after(settled);
    let lazy_tool = move |lazy: fn() -> LazyView| move || settled.get().then(|| lazy_silent(lazy));
    // Start with the filters open if any are in use.
    let filters_open = query.with_untracked(|view| !view.filter.is_empty() || view.group.is_some());
    view! {
        <div class="title-row">
            <Heading title="Credit log" />
            <button type="button" class="quiet" on:click=move |_| refresh.run(())>"Refresh"</button>
        </div>
        <RangeForm query=query navigate=navigate offset=offset.into() waiting=waiting />
        <details class="filter-box" prop:open=filters_open>
            <summary>"Filters and totals"</summary>
            {lazy_tool(tools::filters)}
        </details>
        {move || query.get().range_error().map(|error| view! { <Notice tone=Tone::Warning title=error /> })}
        {move || failure.get().map(|failure| error_message::failure(&failure, Operation::Read))}
        <LoadProgressBar full_range=source.full_range.clone() on_retry=refresh />
        <div class="bar">
            <PageBar rows=rows totals=totals query=query navigate=navigate />
            <div class="menus">
                <details class="menu">
                    <summary>"Columns"</summary>
                    <div class="menu-body">{lazy_tool(tools::columns)}</div>
                </details>
                <details class="menu export">
                    <summary>"Export"</summary>
                    <div class="menu-body">{lazy_tool(tools::export)}</div>
                </details>
            </div>
        </div>
        {lazy_tool(tools::sums)}
        // Old rows stay, dimmed, while new ones load and after a failure.
        <div
            class:stale=move || waiting.get() || failure.get().is_some()
            class:compact=move || preferences.compact.get()
            aria-busy=move || waiting.get().then_some("true")
        >
            <LogBody rows=rows waiting=waiting failure=failure totals=totals query=query navigate=navigate options=options />
        </div>
        {move || needs_all.get().then(|| lazy_silent(tools::plots))}
        {lazy_tool(tools::dialog)}
    }
}

/// Finds the entry with this id for the dialog.
fn find(rows: &Rows, id: i64, own: Memo<OwnEntries>) -> Option<Opened> {
    let at = rows.entries.iter().position(|entry| entry.id == id)?;
    let entry = rows.entries.get(at)?.clone();
    Some(Opened {
        continuity: rows.continuity.get(at).cloned(),
        made_by: own
            .with_untracked(|own| own.find(&entry))
            .map(|(key, _)| key),
        entry,
    })
}
