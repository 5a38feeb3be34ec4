//! Wallet: what happened to one's own wallet or a child's, newest first. What is shown stands in the URL.

pub mod event_table;

use crate::browser::download::File;
use crate::browser::intl;
use crate::browser::router::Router;
use crate::client::{ErrorMessage, Operation};
use crate::log::dialect::Dialect;
use crate::movement::desk::Desk;
use crate::movement::form::party::organization_choices;
use crate::pages::shared::date_range::DayRange;
use crate::pages::shared::error_message;
use crate::pages::shared::regional::{HINT, regional};
use crate::pages::shared::zone_switch::ZoneSwitch;
use crate::pages::wallet::event_table::EventTable;
use crate::session::Api;
use crate::ui::choice::{Choice, Options, options};
use crate::ui::heading::Heading;
use crate::ui::notice::{Notice, Tone, Waiting};
use crate::units::{OrganizationId, titles};
use crate::wallet::events::WalletEvents;
use crate::wallet::query::{EventType, WalletQuery};
use leptos::prelude::*;

/// The screen.
#[component]
pub fn Wallet() -> impl IntoView {
    let desk = expect_context::<Desk>();
    desk.directory.ensure_wallets();
    let router = expect_context::<Router>();
    let query = router.query_memo("/wallet", |place| WalletQuery::read(|name| place.get(name)));
    let refresh_count = RwSignal::new(0u32);
    let events = WalletEvents::new(query, refresh_count.into());
    let go = Callback::new(move |query: WalletQuery| {
        router.set_query(&format!("/wallet{}", query.write()), false);
    });
    let days = Callback::new(move |(from, to)| {
        go.run(WalletQuery {
            from,
            to,
            ..query.get_untracked()
        })
    });
    let again = {
        let directory = desk.directory.clone();
        move |_| {
            // The list of wallets is only read again where it is missing.
            if directory.organizations.value().is_none() {
                directory.refresh(Api::Organizations);
            }
            refresh_count.update(|refresh_count| *refresh_count += 1);
        }
    };
    let wallets = wallets(&desk, query);
    view! {
        <div class="title-row">
            <Heading title="Wallet" />
            <button type="button" class="quiet" on:click=again>"Read again"</button>
        </div>
        <div class="range">
            <Choice id="wallet" label="Wallet" options=wallets chosen=Signal::derive(move || whose(&query.get()))
                go=Callback::new(move |id: String| go.run(WalletQuery {
                    organization: OrganizationId::given(&id),
                    ..query.get_untracked()
                })) />
            <Choice id="type" label="Type" options=Signal::derive(types) chosen=Signal::derive(move || kind(&query.get()))
                go=Callback::new(move |name: String| go.run(WalletQuery {
                    event_type: EventType::named(&name),
                    ..query.get_untracked()
                })) />
        </div>
        {unlisted(&desk)}
        <DayRange
            from=Signal::derive(move || query.get().from)
            to=Signal::derive(move || query.get().to)
            go=days
            hint=""
        />
        <ZoneSwitch
            zone=Signal::derive(move || query.get().zone)
            service="UTC"
            go=Callback::new(move |zone| go.run(WalletQuery { zone, ..query.get_untracked() }))
            days=Signal::derive(move || {
                let query = query.get();
                (query.from, query.to)
            })
        />
        {move || query.get().fault().map(|fault| view! { <Notice tone=Tone::Warning title=fault /> })}
        <Rows events=events query=query wallets=wallets />
    }
}

/// The value of the chosen wallet's option.
fn whose(query: &WalletQuery) -> String {
    let id = query.organization.as_ref();
    id.map(ToString::to_string).unwrap_or_default()
}

/// The value of the chosen type's option.
fn kind(query: &WalletQuery) -> String {
    let kind = query.event_type.map(EventType::name);
    kind.unwrap_or_default().to_owned()
}

fn types() -> Options {
    let all = EventType::ALL.map(|kind| (kind.name().to_owned(), kind.label().to_owned()));
    options("All types", all.into(), String::new())
}

/// The wallets: one's own, those of the list, archived ones too, and the one in the URL where the list has it not.
fn wallets(desk: &Desk, query: Memo<WalletQuery>) -> Signal<Options> {
    let organizations = desk.directory.organizations.clone();
    let wallets = Memo::new(move |_| {
        let list = organizations.value();
        let list = list.as_deref().map(Vec::as_slice).unwrap_or_default();
        let query = query.get();
        let asked = query.organization.as_ref();
        let listed = list.iter().zip(titles(&organization_choices(list)));
        let listed = listed.map(|(org, label)| {
            // A link may leave out the prefix, and is then kept as it is.
            let same = asked.filter(|asked| asked.is_same(&org.id));
            let archived = org.is_archived();
            let mark = if archived { " · archived" } else { "" };
            (
                same.unwrap_or(&org.id).to_string(),
                format!("{label}{mark}"),
            )
        });
        options("Your own wallet", listed.collect(), whose(&query))
    });
    wallets.into()
}

/// Says that the list of wallets is not complete.
fn unlisted(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let organizations = desk.directory.organizations.clone();
    move || {
        let load = organizations.get();
        let told = ErrorMessage::of(load.failure()?, Operation::Read).happened;
        let text = format!("The list of organizations could not be read ({told}).");
        Some(view! { <p class="hint">{text}</p> }.into_any())
    }
}

/// The events in their four faces.
#[component]
fn Rows(events: WalletEvents, query: Memo<WalletQuery>, wallets: Signal<Options>) -> impl IntoView {
    let state = Memo::new({
        let remote = events.remote.clone();
        move |_| {
            let load = remote.get();
            (load.is_waiting(), load.failure().cloned())
        }
    });
    let loaded = {
        let events = events.clone();
        Memo::new(move |_| events.shown())
    };
    let waiting = move || state.with(|(waiting, _)| *waiting);
    let is_there = Memo::new(move |_| {
        loaded.with(|loaded| loaded.as_ref().is_some_and(|all| !all.events.is_empty()))
    });
    let is_missing = move || !is_there.get();
    let more = Memo::new(move |_| {
        loaded.with(|loaded| loaded.as_ref().is_some_and(|all| all.next.is_some()))
    });
    let name = Signal::derive(move || {
        let id = whose(&query.get());
        let found = wallets.with(|all| all.iter().find(|(value, _)| *value == id).cloned());
        match found {
            Some((id, label)) if !id.is_empty() => format!("the wallet of {label}"),
            _ => "your own wallet".to_owned(),
        }
    });
    let total = move || {
        loaded.with(|loaded| {
            let loaded = loaded.as_ref()?;
            let count = match loaded.events.len() {
                1 => "1 event".to_owned(),
                count => format!("{} events", intl::count(count)),
            };
            let more = loaded
                .next
                .as_ref()
                .map(|_| " so far; there may be older ones");
            Some(format!("{count}{}", more.unwrap_or_default()))
        })
    };
    let (regional_name, regional) = regional();
    let save = move |dialect| {
        if let Some(loaded) = loaded.get_untracked() {
            let file = File::new();
            let lines = loaded.csv(dialect);
            lines.iter().for_each(|line| file.write(line));
            file.offer(&loaded.query.file_name(), "text/csv;charset=utf-8");
        }
    };
    let older = move |_| events.older();
    view! {
        {move || state.with(|(_, failure)| failure.as_ref().map(|failure| error_message::failure(failure, Operation::Read)))}
        <div class="bar">
            <p class="total" role="status">{total}</p>
            <div class="actions">
                <button type="button" disabled=is_missing on:click=move |_| save(Dialect::PLAIN)>"Download CSV"</button>
                <button type="button" disabled=is_missing title=HINT on:click=move |_| save(regional)>{regional_name}</button>
            </div>
        </div>
        <div class:stale=waiting aria-busy=move || waiting().then_some("true")>
            {move || {
                if is_there.get() {
                    view! { <EventTable loaded=loaded.into() whose=name /> }.into_any()
                } else if waiting() {
                    view! { <Waiting what="Reading the events" /> }.into_any()
                } else if loaded.with(Option::is_some) && !more.get() {
                    let text = if query.get().is_filtered() {
                        "No such events in this wallet."
                    } else {
                        "Nothing has happened to this wallet yet."
                    };
                    view! { <p class="empty">{text}</p> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
        <Show when=move || more.get()>
            <button type="button" on:click=older.clone()>"Show older ones"</button>
        </Show>
    }
}
