//! Wallet: the events of the user's own wallet or a child's, newest first. The URL holds the view.

pub mod event_table;

use crate::browser::download::File;
use crate::browser::intl;
use crate::browser::router::Router;
use crate::client::{ErrorMessage, Operation};
use crate::log::dialect::Dialect;
use crate::movement::desk::Desk;
use crate::movement::form::party::organization_choices;
use crate::pages::shared::date_range::DateRangeForm;
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

/// The screen of a wallet's history.
#[component]
pub fn Wallet() -> impl IntoView {
    let desk = expect_context::<Desk>();
    desk.directory.ensure_wallets();
    let router = expect_context::<Router>();
    let query = router.query_memo("/wallet", |location| {
        WalletQuery::read(|name| location.get(name))
    });
    let refresh_count = RwSignal::new(0u32);
    let events = WalletEvents::new(query, refresh_count.into());
    let navigate = Callback::new(move |query: WalletQuery| {
        router.set_query(&format!("/wallet{}", query.write()), false);
    });
    let set_days = Callback::new(move |(from, to)| {
        navigate.run(WalletQuery {
            from,
            to,
            ..query.get_untracked()
        })
    });
    let refresh = {
        let directory = desk.directory.clone();
        move |_| {
            // Reload the list of wallets only if it is missing.
            if directory.organizations.value().is_none() {
                directory.refresh(Api::Organizations);
            }
            refresh_count.update(|refresh_count| *refresh_count += 1);
        }
    };
    let wallets = wallets(&desk, query);
    view! {
        <div class="title-row">
            <Heading title="Wallet history" />
            <button type="button" class="quiet" on:click=refresh>"Refresh"</button>
        </div>
        <div class="range">
            <Choice id="wallet" label="Wallet" options=wallets selected=Signal::derive(move || wallet_value(&query.get()))
                on_change=Callback::new(move |id: String| navigate.run(WalletQuery {
                    organization: OrganizationId::given(&id),
                    ..query.get_untracked()
                })) />
            <Choice id="type" label="Type" options=Signal::derive(types) selected=Signal::derive(move || type_value(&query.get()))
                on_change=Callback::new(move |name: String| navigate.run(WalletQuery {
                    event_type: EventType::named(&name),
                    ..query.get_untracked()
                })) />
        </div>
        {list_error(&desk)}
        <DateRangeForm
            from=Signal::derive(move || query.get().from)
            to=Signal::derive(move || query.get().to)
            on_change=set_days
            hint=""
        />
        <ZoneSwitch
            zone=Signal::derive(move || query.get().zone)
            service="UTC"
            on_change=Callback::new(move |zone| navigate.run(WalletQuery { zone, ..query.get_untracked() }))
            days=Signal::derive(move || {
                let query = query.get();
                (query.from, query.to)
            })
        />
        {move || query.get().range_error().map(|error| view! { <Notice tone=Tone::Warning title=error /> })}
        <Rows events=events query=query wallets=wallets />
    }
}

/// Returns the option value of the chosen wallet.
fn wallet_value(query: &WalletQuery) -> String {
    let id = query.organization.as_ref();
    id.map(ToString::to_string).unwrap_or_default()
}

/// Returns the option value of the chosen event type.
fn type_value(query: &WalletQuery) -> String {
    let kind = query.event_type.map(EventType::name);
    kind.unwrap_or_default().to_owned()
}

fn types() -> Options {
    let all = EventType::ALL.map(|kind| (kind.name().to_owned(), kind.label().to_owned()));
    options("All types", all.into(), String::new())
}

/// Returns the wallets to choose from: the user's own, all listed ones including archived ones, and the one in the URL
/// if it isn't listed.
fn wallets(desk: &Desk, query: Memo<WalletQuery>) -> Signal<Options> {
    let organizations = desk.directory.organizations.clone();
    let wallets = Memo::new(move |_| {
        let list = organizations.value();
        let list = list.as_deref().map(Vec::as_slice).unwrap_or_default();
        let query = query.get();
        let in_url = query.organization.as_ref();
        let listed = list.iter().zip(titles(&organization_choices(list)));
        let listed = listed.map(|(org, label)| {
            // A link may omit the id's prefix; keep its spelling.
            let same = in_url.filter(|id| id.is_same(&org.id));
            let archived = org.is_archived();
            let mark = if archived { " · archived" } else { "" };
            (
                same.unwrap_or(&org.id).to_string(),
                format!("{label}{mark}"),
            )
        });
        options("My wallet", listed.collect(), wallet_value(&query))
    });
    wallets.into()
}

/// Warns that the list of wallets couldn't be loaded.
fn list_error(desk: &Desk) -> impl Fn() -> Option<AnyView> + Send + use<> {
    let organizations = desk.directory.organizations.clone();
    move || {
        let load = organizations.get();
        let reason = ErrorMessage::of(load.failure()?, Operation::Read).text;
        let text = format!("Couldn't load organizations ({reason}).");
        Some(view! { <p class="hint">{text}</p> }.into_any())
    }
}

/// The events, or the state that is shown instead: failed, loading or empty.
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
    let has_events = Memo::new(move |_| {
        loaded.with(|loaded| loaded.as_ref().is_some_and(|all| !all.events.is_empty()))
    });
    let has_no_events = move || !has_events.get();
    let has_more = Memo::new(move |_| {
        loaded.with(|loaded| loaded.as_ref().is_some_and(|all| all.next.is_some()))
    });
    let name = Signal::derive(move || {
        let id = wallet_value(&query.get());
        let found = wallets.with(|all| all.iter().find(|(value, _)| *value == id).cloned());
        match found {
            Some((id, label)) if !id.is_empty() => format!("the wallet of {label}"),
            _ => "your wallet".to_owned(),
        }
    });
    let total = move || {
        loaded.with(|loaded| {
            let loaded = loaded.as_ref()?;
            let count = match loaded.events.len() {
                1 => "1 event".to_owned(),
                count => format!("{} events", intl::count(count)),
            };
            let more = loaded.next.as_ref().map(|_| " (more available)");
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
    let load_more = move |_| events.load_older();
    view! {
        {move || state.with(|(_, failure)| failure.as_ref().map(|failure| error_message::failure(failure, Operation::Read)))}
        <div class="bar">
            <p class="total" role="status">{total}</p>
            <div class="actions">
                <button type="button" disabled=has_no_events on:click=move |_| save(Dialect::PLAIN)>"Download CSV"</button>
                <button type="button" disabled=has_no_events title=HINT on:click=move |_| save(regional)>{regional_name}</button>
            </div>
        </div>
        <div class:stale=waiting aria-busy=move || waiting().then_some("true")>
            {move || {
                if has_events.get() {
                    view! { <EventTable loaded=loaded.into() whose=name /> }.into_any()
                } else if waiting() {
                    view! { <Waiting what="Loading" /> }.into_any()
                } else if loaded.with(Option::is_some) && !has_more.get() {
                    let text = if query.get().is_filtered() {
                        "No matching events."
                    } else {
                        "No events yet."
                    };
                    view! { <p class="empty">{text}</p> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
        <Show when=move || has_more.get()>
            <button type="button" on:click=load_more.clone()>"Load more"</button>
        </Show>
    }
}
