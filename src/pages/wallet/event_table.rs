//! The events of a wallet as a table.

use crate::movement::desk::Desk;
use crate::ui::link::Link;
use crate::ui::{figure, moment};
use crate::units::Value;
use crate::wallet::query::{LoadedEvents, type_label};
use crate::wire::events::Event;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The idempotency keys of this browser's submissions by transaction id.
type OwnTransactions = Memo<BTreeMap<String, String>>;

/// The table of the loaded events.
#[component]
pub fn EventTable(
    /// The events.
    loaded: Signal<Option<Arc<LoadedEvents>>>,
    /// Whose they are, as in "your wallet".
    whose: Signal<String>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let own_transactions: OwnTransactions = Memo::new(move |_| {
        desk.with_submissions(|submissions| {
            let all = submissions.submissions().iter();
            all.filter_map(|submission| {
                Some((
                    submission.transaction()?.to_owned(),
                    submission.key.to_string(),
                ))
            })
            .collect()
        })
    });
    let events = move || {
        let loaded = loaded.get();
        loaded.map_or_else(Vec::new, |loaded| loaded.events.clone())
    };
    let headers = [
        ("Date", false),
        ("Type", false),
        ("Credits", true),
        ("Prepaid balance", true),
        ("Transaction", false),
        ("Description", false),
    ];
    let headers = headers
        .map(|(label, number)| view! { <th scope="col" class:number=number>{label}</th> })
        .into_iter()
        .collect_view();
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label="Wallet events, table">
            <table class="log events">
                <caption class="visually-hidden">"Events of "{whose}", newest first"</caption>
                <thead>
                    <tr>{headers}</tr>
                </thead>
                <tbody>
                    <For
                        each=events
                        key=|event| event.event_id.clone()
                        children=move |event| row(&event, own_transactions)
                    />
                </tbody>
            </table>
        </div>
    }
}

fn row(event: &Event, own_transactions: OwnTransactions) -> AnyView {
    let when = match &event.created_at {
        Some(iso) => moment::in_own_zone(iso),
        None => "Unknown".into_any(),
    };
    let sign = (event.credits.get() > 0).then_some("+");
    let after = match event.balance_after_prepaid {
        Some(after) => figure::figure(Value::Credits(after), None).into_any(),
        None => "—".into_any(),
    };
    view! {
        <tr data-event=event.event_id.clone()>
            <th scope="row">{when}</th>
            <td><span class="tag">{type_label(event).to_owned()}</span></td>
            <td class="number">{sign}{figure::figure(Value::Credits(event.credits), None)}</td>
            <td class="number">{after}</td>
            <td>{transaction(event, own_transactions)}</td>
            <td>{event.description.clone()}</td>
        </tr>
    }
    .into_any()
}

/// Renders the transaction, with a link to the submission of this browser that caused it.
fn transaction(event: &Event, own_transactions: OwnTransactions) -> AnyView {
    let Some(id) = event.transfer_id.clone() else {
        return "—".into_any();
    };
    let key = {
        let id = id.clone();
        Memo::new(move |_| {
            own_transactions.with(|own_transactions| own_transactions.get(&id).cloned())
        })
    };
    let link = move || {
        key.get().map(
            |key| view! { " "<Link href=format!("/activity#key-{key}") scroll=false>"View request"</Link> },
        )
    };
    view! { <span class="reference">{id}</span>{link} }.into_any()
}
