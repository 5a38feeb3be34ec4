//! Allocate: adds credits to a child organization's wallet.

use crate::browser::intl;
use crate::client::{ErrorMessage, FetchState, Field, Load, Operation};
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::directory::Wallet;
use crate::movement::form::choice::{label, labels};
use crate::movement::form::draft::DESCRIPTION_LIMIT;
use crate::movement::form::party::{chosen_organization, receiving_choices};
use crate::movement::quote::preview::{STATUS, unread};
use crate::movement::quote::{Caution, Quote};
use crate::pages::movement::form::{DraftFields, FormState, QuoteState};
use crate::pages::movement::metadata::MetadataRows;
use crate::pages::movement::quote;
use crate::pages::movement::stages::Stages;
use crate::pages::shared::error_message;
use crate::session::Api;
use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::ui::heading::Heading;
use crate::ui::notice::Waiting;
use crate::units::Value;
use crate::wire::organizations::Organization;
use leptos::prelude::*;
use std::sync::Arc;

/// The Allocate screen.
#[component]
pub fn Allocate() -> impl IntoView {
    view! {
        <Heading title="Allocate" />
        <p class="lead">"Move prepaid credits to a client's wallet. This can't be undone."</p>
        <Stages kind=Kind::Allocate form=|| view! { <Form /> } />
    }
}

#[component]
fn Form() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let directory = desk.directory.clone();
    let draft = desk.allocate.clone();
    let separators = intl::separators();
    let fields = DraftFields::of(&desk.allocate);
    let drafted = fields.current;
    let organizations = {
        let directory = directory.clone();
        Memo::new(move |_| directory.known_organizations())
    };
    let chosen = Memo::new(move |_| {
        drafted
            .with(|draft| organizations.with(|list| chosen_organization(&draft.organization, list)))
    });
    {
        let directory = directory.clone();
        Effect::new(move |_| directory.select_organization(chosen.get().ok().map(|(id, _)| id)));
    }
    let movement =
        Memo::new(move |_| drafted.with(|draft| draft.movement(&organizations.get(), separators)));
    let quote_state = {
        let directory = directory.clone();
        Memo::new(move |_| {
            let credits = drafted.with(|draft| draft.credits(separators).ok());
            let (Some(credits), Ok((organization, _))) = (credits, chosen.get()) else {
                return QuoteState::None;
            };
            let (own, child) = (directory.wallet.get(), directory.child_wallet.get());
            // `None` if the organization isn't listed.
            let suspended = organizations.with(|list| {
                let listed = list.iter().find(|org| org.id.is_same(&organization));
                listed.map(Organization::is_suspended)
            });
            let list = directory.organizations.get();
            let status_is_pending = suspended.is_none() && is_pending(&list);
            if is_pending(&own) || is_pending(&child) || status_is_pending {
                return QuoteState::Waiting;
            }
            // Report a wallet that isn't ours before anything is sent.
            if let Some(failure) = child
                .failure()
                .filter(|failure| failure.field() == Some(Field::Child))
            {
                return QuoteState::Failed(failure.clone());
            }
            let (mine, theirs) = (own.fresh(), child.fresh());
            let is_chosen = |wallet: &Arc<Wallet>| wallet.organization_id.is_same(&organization);
            let theirs = theirs.filter(is_chosen);
            let mut quote = Quote::allocate(credits, mine.as_deref(), theirs.as_deref());
            for (whose, failure) in [
                ("Your wallet", own.failure()),
                ("Client's wallet", child.failure()),
                (STATUS, list.failure().filter(|_| suspended.is_none())),
            ] {
                quote
                    .cautions
                    .extend(failure.map(|failure| unread(whose, failure)));
            }
            if theirs.is_none() && child.failure().is_none() {
                let missing = "The response was for a different wallet.";
                quote.cautions.push(Caution::Missing(missing.to_owned()));
            }
            if suspended == Some(true) {
                quote.cautions.push(Caution::Suspended);
            }
            QuoteState::Ready(quote)
        })
    };
    let retry = {
        let directory = directory.clone();
        Callback::new(move |()| directory.refresh(Api::Organizations))
    };
    let state = FormState::new(&desk, Kind::Allocate, movement, quote_state, retry);
    let organization_error = state.error(Field::Child, move || chosen.get().err());
    let credits_error = state.error(Field::Credits, move || {
        drafted.with(|draft| {
            draft
                .credits(separators)
                .err()
                .map(|error| error.to_string())
        })
    });
    let description_error = state.error(Field::Description, move || {
        drafted.with(|draft| draft.description().err())
    });
    let credits_echo = Signal::derive(move || {
        let credits = drafted.with(|draft| draft.credits(separators)).ok()?;
        Some(format!(
            "{} credits",
            figure::text(Value::Credits(credits), None)
        ))
    });
    let description_echo = Signal::derive(move || {
        let used = drafted.with(|draft| draft.description.trim().chars().count());
        Some(format!(
            "Optional. Appears in both wallets' history. {used}/{DESCRIPTION_LIMIT}"
        ))
    });
    let options = Signal::derive(move || labels(&receiving_choices(&organizations.get())));
    let organization_echo = {
        let directory = directory.clone();
        Signal::derive(move || {
            let load = directory.organizations.get();
            if let Some(failure) = load.failure() {
                let reason = ErrorMessage::of(failure, Operation::Read).happened;
                return Some(format!(
                    "Couldn't load organizations ({reason}). Enter an ID."
                ));
            }
            let (id, _) = chosen.get().ok()?;
            organizations.with(|list| {
                let Some(org) = list.iter().find(|org| org.id == id) else {
                    return Some(id.to_string());
                };
                let label = label(&(org.id.to_string(), org.name.clone()));
                let status = org.status.as_deref().map(|status| format!(" · {status}"));
                Some(format!("{label}{}", status.unwrap_or_default()))
            })
        })
    };
    let name = move || {
        chosen
            .get()
            .map_or_else(|_| "the client".to_owned(), |(_, name)| name)
    };
    let announcement = move || {
        quote_state.with(|state| match state {
            QuoteState::Ready(figures) => Some(quote::announcement(figures)),
            _ => None,
        })
    };
    let panel = move || match quote_state.get() {
        QuoteState::None => {
            view! { <p class="empty">"Complete the form to see a preview."</p> }.into_any()
        }
        QuoteState::Waiting => view! { <Waiting what="Loading" /> }.into_any(),
        QuoteState::Ready(figures) => quote::quote(&figures, Kind::Allocate, Some(&name())),
        QuoteState::Failed(failure) => view! {
            {error_message::failure(&failure, Operation::Preview)}
            <button type="button" on:click=move |_| retry.run(())>"Try again"</button>
        }
        .into_any(),
    };
    view! {
        {state.refusal()}
        <form class="movement" novalidate on:submit=move |event| state.submit(event)>
            <div class="fields">
                <TextField
                    id="organization"
                    label="Organization"
                    value=fields.text(|draft| &draft.organization)
                    on_input=fields.set(state, |draft, text| draft.organization = text)
                    echo=organization_echo
                    error=organization_error
                    submitted=state.submitted
                    options=options
                />
                <TextField
                    id="credits"
                    label="Credits"
                    input=Input::Integer
                    value=fields.text(|draft| &draft.credits)
                    on_input=fields.set(state, |draft, text| draft.credits = text)
                    hint="Whole numbers only."
                    echo=credits_echo
                    error=credits_error
                    submitted=state.submitted
                />
                <TextField
                    id="description"
                    label="Description"
                    value=fields.text(|draft| &draft.description)
                    on_input=fields.set(state, |draft, text| draft.description = text)
                    echo=description_echo
                    error=description_error
                    submitted=Signal::derive(|| true)
                />
                <MetadataRows draft=draft edited=state.edited submitted=state.submitted />
                <div class="actions">
                    <button type="submit" class="primary" aria-busy=move || state.is_waiting().then_some("true")>"Review allocation"</button>
                </div>
            </div>
            <section class="quote" aria-label="Quote">
                <h2>"Preview"</h2>
                <p class="visually-hidden" role="status">{announcement}</p>
                {panel}
            </section>
        </form>
    }
}

/// Whether this wallet is still loading or reloading. An old balance can't be trusted.
fn is_pending<T>(load: &Load<T>) -> bool {
    matches!(load.progress, FetchState::Idle | FetchState::Waiting)
}
