//! The overview's latest log entries and unresolved transactions.

use crate::browser::clock::offset_at;
use crate::client::{FetchState, Load, Operation};
use crate::log::columns::Column;
use crate::log::entry::{LogEntry, SharedNames};
use crate::log::page_reader::pages;
use crate::log::query::LogQuery;
use crate::log::zone::Zone;
use crate::movement::desk::Desk;
use crate::movement::submissions::Journal;
use crate::pages::movement::words;
use crate::pages::shared::log_cell::cell_view;
use crate::ui::link::Link;
use crate::ui::notice::Waiting;
use crate::units::utc_offset;
use crate::wire::logs::Page;
use leptos::prelude::*;

/// The columns shown here.
const COLUMNS: [Column; 6] = [
    Column::When,
    Column::Kind,
    Column::Child,
    Column::Minutes,
    Column::Credit,
    Column::By,
];

/// The state that the overview's parts share, provided as a context by its screen.
#[derive(Clone, Copy)]
pub struct OverviewContext {
    /// Whether the latest entries have loaded or failed to load.
    pub is_settled: RwSignal<bool>,
    /// The minutes that the account's zone is ahead of UTC, once known from an entry.
    pub offset: RwSignal<Option<i64>>,
    /// The time zone in which the overview shows days and times.
    pub zone: RwSignal<Zone>,
    /// Incremented to reload everything.
    pub refresh_count: RwSignal<u32>,
}

impl OverviewContext {
    /// Creates the context before anything has loaded.
    pub fn empty() -> Self {
        Self {
            is_settled: RwSignal::new(false),
            offset: RwSignal::new(None),
            zone: RwSignal::new(Zone::Service),
            refresh_count: RwSignal::new(0),
        }
    }

    fn update(self, load: &Load<Page>) {
        if !matches!(load.progress, FetchState::Ready | FetchState::Failed(_)) {
            return;
        }
        let row = load.value.as_ref().and_then(|page| page.logs.first());
        let offset = row.and_then(|row| utc_offset(row.transfer_date.as_deref()?));
        if offset.is_some() && offset != self.offset.get_untracked() {
            self.offset.set(offset);
        }
        if !self.is_settled.get_untracked() {
            self.is_settled.set(true);
        }
    }
}

/// The latest entries of the log.
#[component]
pub fn LatestEntries(
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
    /// The context that they update.
    overview: OverviewContext,
) -> impl IntoView {
    let query = LogQuery {
        size: 10,
        ..LogQuery::default()
    };
    let page = pages(
        Memo::new(move |_| Some(query.wire())),
        overview.refresh_count.into(),
    );
    let load = page.clone();
    Effect::new(move |_| overview.update(&load.get()));
    let heads = COLUMNS
        .map(|column| view! { <th scope="col" class:number=column.is_number()>{column.label()}</th> })
        .into_iter()
        .collect_view();
    let load = page.clone();
    let rows = move || {
        let symbol = symbol.get();
        let mut names = SharedNames::default();
        let page = page.value();
        page.iter()
            .flat_map(|page| &page.logs)
            .map(|row| {
                let mut entry = LogEntry::of(row, &mut names);
                if overview.zone.get() == Zone::Local {
                    entry.move_to_zone(offset_at);
                }
                let cells = COLUMNS
                    .map(|column| view! { <td class:number=column.is_number()>{cell_view(column.of(&entry), column, symbol.as_deref())}</td> })
                    .into_iter()
                    .collect_view();
                view! { <tr>{cells}</tr> }
            })
            .collect_view()
    };
    let notice = move || {
        let load = load.get();
        if let Some(failure) = load.failure() {
            return crate::pages::shared::error_message::failure(failure, Operation::Read);
        }
        match &load.value {
            None => view! { <Waiting what="Loading" /> }.into_any(),
            Some(page) if page.logs.is_empty() => {
                view! { <p class="empty">"No transactions yet."</p> }.into_any()
            }
            Some(_) => ().into_any(),
        }
    };
    view! {
        {notice}
        <div class="scroll" role="region" tabindex="0" aria-label="Recent transactions, table">
            <table>
                <caption class="visually-hidden">"The ten newest log entries"</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p><Link href="/log">"View all"</Link></p>
    }
}

/// Lists the movements of this browser that are unresolved or need attention.
pub fn unresolved(desk: &Desk) -> impl Fn() -> AnyView + Send + use<> {
    let desk = desk.clone();
    move || {
        let (lines, journal): (Vec<_>, _) = desk.with_submissions(|submissions| {
            let open = submissions
                .open()
                .filter(|submission| desk.shows(submission));
            let open = open.map(|submission| {
                format!(
                    "{} {}",
                    words::imperative(&submission.movement),
                    words::activity(submission)
                )
            });
            let needs_acknowledgment = submissions
                .needs_acknowledgment()
                .filter(|submission| desk.shows(submission));
            let needs_acknowledgment = needs_acknowledgment.map(|submission| {
                format!(
                    "{} {}",
                    words::imperative(&submission.movement),
                    words::extra_entries(submission)
                )
            });
            (
                open.chain(needs_acknowledgment).collect(),
                submissions.journal.clone(),
            )
        });
        if lines.is_empty() {
            let text = match journal {
                Journal::Open => "No pending transactions.",
                Journal::Missing { .. } => "No pending transactions since you opened this page.",
                Journal::Opening => "Loading…",
            };
            return view! { <p class="empty">{text}</p> }.into_any();
        }
        let lines = lines
            .into_iter()
            .map(|line| view! { <li>{line}"."</li> })
            .collect_view();
        view! {
            <ul class="plain">{lines}</ul>
            <p><Link href="/activity">"View all"</Link></p>
        }
        .into_any()
    }
}
