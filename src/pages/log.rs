//! Log: what moved, newest first, a page at a time or all of some days. What is shown stands in the URL.

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

use crate::browser::router::Router;
use crate::client::Operation;
use crate::log::columns::Column;
use crate::log::full_range::LoadState;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::movement::desk::Desk;
use crate::movement::desk::loader::DeskLoader;
use crate::pages::log::body::LogBody;
use crate::pages::log::own_entries::OwnRows;
use crate::pages::log::page_bar::PageBar;
use crate::pages::log::preferences::Preferences;
use crate::pages::log::range_form::RangeForm;
use crate::pages::log::row_dialog::Opened;
use crate::pages::log::table::{Rows, TableOptions};
use crate::pages::shared::error_message;
use crate::pages::shared::log_progress::ReadingBar;
use crate::pages::shared::log_source::Source;
use crate::pages::shared::today::Today;
use crate::pages::tools;
use crate::pages::tools::Tools;
use crate::ui::heading::Heading;
use crate::ui::lazy::{LazyView, after_paint, lazy_silent};
use crate::ui::notice::{Notice, Tone};
use crate::units::moment_ahead;
use leptos::prelude::*;

/// The screen.
#[component]
pub fn Log() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let router = expect_context::<Router>();
    let address = router.query_memo("/log", |place| LogQuery::read(|name| place.get(name)));
    // Set by the rows, which come by way of the query: a memo of them would depend on itself.
    let ahead = RwSignal::new(None::<i64>);
    let today = Today::new(Signal::derive(move || {
        ahead
            .get()
            .filter(|_| address.with(|view| view.zone == Zone::Service))
    }));
    let query = Memo::new(move |_| address.get().on(&today.get()));
    let show = move |query: LogQuery, replace: bool| {
        router.set_query(&format!("/log{}", query.write()), replace);
    };
    let go = Callback::new(move |query: LogQuery| show(query, false));
    desk.directory.ensure_children();
    let directory = desk.directory.clone();
    let symbol = Signal::derive(move || directory.symbol());
    let preferences = Preferences::remembered();
    let columns = Memo::new(move |_| {
        let chosen = query.get().columns;
        chosen.unwrap_or_else(|| preferences.columns.get_value())
    });
    // A link to what is shown shows the same to others, whatever they are used to.
    Effect::new(move |_| {
        let view = query.get();
        let liked = preferences.columns.get_value();
        if view.columns.is_none() && liked != Column::SHOWN {
            let columns = Some(liked);
            show(LogQuery { columns, ..view }, true);
        }
    });
    let refresh_count = RwSignal::new(0u32);
    let again = Callback::new(move |()| {
        today.check();
        refresh_count.update(|refresh_count| *refresh_count += 1);
    });
    let source = Source::new(query, refresh_count.into());
    let (rows, kept, waiting) = (source.rows, source.kept, source.waiting);
    let (failure, totals) = (source.failure, source.totals);
    let reading = source.whole.clone();
    let own = Memo::new(move |_| desk.book(OwnRows::of));
    let opened = RwSignal::new(None::<Opened>);
    let options = TableOptions {
        columns,
        sort: Signal::derive(move || query.get().sort),
        on_sort: Callback::new(move |column| go.run(query.get_untracked().sorted_by(column))),
        on_open: Callback::new(move |id| opened.set(find(&rows.get_untracked(), id, own))),
        own,
        symbol,
        full: RwSignal::new(false),
    };
    Effect::new(move |_| {
        let shown = rows.with(|rows| moment_ahead(rows.entries.first()?.written.as_deref()?));
        // Days without rows do not show it, and change nothing about it.
        let is_new = shown.is_some() && shown != ahead.get_untracked();
        if is_new && query.get_untracked().zone == Zone::Service {
            ahead.set(shown);
        }
    });
    let needs_all = Memo::new(move |_| query.get().needs_all());
    let name = Signal::derive(move || {
        let view = query.get();
        let day = |day: Option<String>| day.map(|day| format!("-{day}")).unwrap_or_default();
        let pages = totals.get().map_or(1, |(_, pages)| pages);
        let part = if view.needs_all() {
            let is_whole = reading.reading() == LoadState::Done(0);
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
    // The menu's own command puts every row into the page before it prints. The browser's command leaves no time for that,
    // and the page says which rows are missing.
    let full = options.full;
    let event: leptos::ev::Custom<web_sys::Event> = leptos::ev::Custom::new("afterprint");
    let listener = window_event_listener(event, move |_| full.set(false));
    on_cleanup(move || listener.remove());
    provide_context(Tools {
        query,
        go,
        choices: source.choices,
        columns,
        preferences,
        rows,
        kept,
        waiting,
        current: Memo::new(move |_| !waiting.get() && failure.with(Option::is_none)),
        full,
        name,
        symbol,
        opened,
    });
    // Until the rows are there, nothing else is fetched.
    let settled = Memo::new(move |held| held == Some(&true) || !waiting.get());
    let settled = after_paint(settled);
    DeskLoader::request_after(settled);
    let later = move |lazy: fn() -> LazyView| move || settled.get().then(|| lazy_silent(lazy));
    // What is in use is in sight.
    let filters_open = query.with_untracked(|view| !view.filter.is_empty() || view.group.is_some());
    view! {
        <div class="title-row">
            <Heading title="Log" />
            <button type="button" class="quiet" on:click=move |_| again.run(())>"Read again"</button>
        </div>
        <RangeForm query=query go=go ahead=ahead.into() waiting=waiting />
        <details class="filter-box" prop:open=filters_open>
            <summary>"Filter and sums"</summary>
            {later(tools::filters)}
        </details>
        {move || query.get().fault().map(|fault| view! { <Notice tone=Tone::Warning title=fault /> })}
        {move || failure.get().map(|failure| error_message::failure(&failure, Operation::Read))}
        <ReadingBar whole=source.whole.clone() again=again />
        <div class="bar">
            <PageBar rows=rows totals=totals query=query go=go />
            <div class="menus">
                <details class="menu">
                    <summary>"Columns"</summary>
                    <div class="menu-body">{later(tools::columns)}</div>
                </details>
                <details class="menu export">
                    <summary>"Export"</summary>
                    <div class="menu-body">{later(tools::export)}</div>
                </details>
            </div>
        </div>
        {later(tools::sums)}
        // Old rows stay, dimmed, while new ones load, and when those could not be had.
        <div
            class:stale=move || waiting.get() || failure.get().is_some()
            class:compact=move || preferences.compact.get()
            aria-busy=move || waiting.get().then_some("true")
        >
            <LogBody rows=rows waiting=waiting failure=failure totals=totals query=query go=go options=options />
        </div>
        {move || needs_all.get().then(|| lazy_silent(tools::plots))}
        {later(tools::dialog)}
    }
}

/// The row with this id, as the dialog shows it.
fn find(rows: &Rows, id: i64, own: Memo<OwnRows>) -> Option<Opened> {
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
