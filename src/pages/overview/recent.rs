//! The newest movements and what is unresolved, on the overview.

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
use crate::pages::shared::log_cell::cell;
use crate::ui::link::Link;
use crate::ui::notice::Waiting;
use crate::units::moment_ahead;
use crate::wire::logs::Page;
use leptos::prelude::*;

/// What a row shows here.
const COLUMNS: [Column; 6] = [
    Column::When,
    Column::Kind,
    Column::Child,
    Column::Minutes,
    Column::Credit,
    Column::By,
];

/// What the newest rows tell the rest of the overview. A context of its screen.
#[derive(Clone, Copy)]
pub struct Newest {
    /// Whether they were read, or could not be.
    pub heard: RwSignal<bool>,
    /// The minutes that the account's zone is ahead of UTC, once a row has told them.
    pub ahead: RwSignal<Option<i64>>,
    /// Whose days and times the overview shows.
    pub zone: RwSignal<Zone>,
    /// Changes when everything is to be read anew.
    pub refresh_count: RwSignal<u32>,
}

impl Newest {
    /// Nothing is known yet.
    pub fn unheard() -> Self {
        Self {
            heard: RwSignal::new(false),
            ahead: RwSignal::new(None),
            zone: RwSignal::new(Zone::Service),
            refresh_count: RwSignal::new(0),
        }
    }

    fn hear(self, load: &Load<Page>) {
        if !matches!(load.progress, FetchState::Ready | FetchState::Failed(_)) {
            return;
        }
        let row = load.value.as_ref().and_then(|page| page.logs.first());
        let ahead = row.and_then(|row| moment_ahead(row.transfer_date.as_deref()?));
        if ahead.is_some() && ahead != self.ahead.get_untracked() {
            self.ahead.set(ahead);
        }
        if !self.heard.get_untracked() {
            self.heard.set(true);
        }
    }
}

/// The newest rows of the log.
#[component]
pub fn Latest(
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
    /// Whom they are told.
    newest: Newest,
) -> impl IntoView {
    let query = LogQuery {
        size: 10,
        ..LogQuery::default()
    };
    let page = pages(
        Memo::new(move |_| Some(query.wire())),
        newest.refresh_count.into(),
    );
    let load = page.clone();
    Effect::new(move |_| newest.hear(&load.get()));
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
                if newest.zone.get() == Zone::Local {
                    entry.move_to_zone(offset_at);
                }
                let cells = COLUMNS
                    .map(|column| view! { <td class:number=column.is_number()>{cell(column.of(&entry), column, symbol.as_deref())}</td> })
                    .into_iter()
                    .collect_view();
                view! { <tr>{cells}</tr> }
            })
            .collect_view()
    };
    let faces = move || {
        let load = load.get();
        if let Some(failure) = load.failure() {
            return crate::pages::shared::error_message::failure(failure, Operation::Read);
        }
        match &load.value {
            None => view! { <Waiting what="Reading the log" /> }.into_any(),
            Some(page) if page.logs.is_empty() => {
                view! { <p class="empty">"Nothing was moved yet."</p> }.into_any()
            }
            Some(_) => ().into_any(),
        }
    };
    view! {
        {faces}
        <div class="scroll" role="region" tabindex="0" aria-label="Latest movements, table">
            <table>
                <caption class="visually-hidden">"The ten newest rows of the log"</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p><Link href="/log">"See the whole log"</Link></p>
    }
}

/// What is unresolved in this browser, and what needs a look.
pub fn unresolved(desk: &Desk) -> impl Fn() -> AnyView + Send + use<> {
    let desk = desk.clone();
    move || {
        let (lines, journal): (Vec<_>, _) = desk.book(|book| {
            let open = book.open().filter(|held| desk.shows(held));
            let open =
                open.map(|held| format!("{} {}", words::act(&held.movement), words::doing(held)));
            let needs_acknowledgment = book.needs_acknowledgment().filter(|held| desk.shows(held));
            let needs_acknowledgment = needs_acknowledgment
                .map(|held| format!("{} {}", words::act(&held.movement), words::excess(held)));
            (
                open.chain(needs_acknowledgment).collect(),
                book.journal.clone(),
            )
        });
        if lines.is_empty() {
            let text = match journal {
                Journal::JournalContents => "Everything sent from this browser is resolved.",
                Journal::Missing { .. } => {
                    "Everything sent since this page was opened is resolved."
                }
                Journal::Opening => "Reading the journal …",
            };
            return view! { <p class="empty">{text}</p> }.into_any();
        }
        let lines = lines
            .into_iter()
            .map(|line| view! { <li>{line}"."</li> })
            .collect_view();
        view! {
            <ul class="plain">{lines}</ul>
            <p><Link href="/activity">"See them in Activity"</Link></p>
        }
        .into_any()
    }
}
