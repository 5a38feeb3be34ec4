//! Allocate: adds credits to a child organization's wallet.

use crate::browser::intl;
use crate::client::{ErrorMessage, Failure, FetchState, Field, Load, Operation};
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::directory::Wallet;
use crate::movement::form::choice::{label, labels};
use crate::movement::form::draft::DESCRIPTION_LIMIT;
use crate::movement::form::party::{chosen_organization, receiving_choices};
use crate::movement::quote::{Caution, assemble};
use crate::pages::movement::form::{DraftFields, FormState, QuoteState};
use crate::pages::movement::metadata::MetadataRows;
use crate::pages::movement::preview_panel::preview_panel;
use crate::pages::movement::stages::Stages;
use crate::session::Api;
use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::ui::heading::Heading;
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
    let draft_fields = DraftFields::of(&desk.allocate);
    let drafted = draft_fields.current;
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
            // Report an organization that the service rejects before anything is sent.
            if let Some(failure) = child
                .failure()
                .filter(|failure| failure.field() == Some(Field::Child))
            {
                return QuoteState::Failed(failure.clone());
            }
            let (mine, theirs) = (own.fresh(), child.fresh());
            let is_chosen = |wallet: &Arc<Wallet>| wallet.organization_id.is_same(&organization);
            let theirs = theirs.filter(is_chosen);
            let status = match (suspended, list.failure()) {
                (None, Some(failure)) => Err(failure),
                _ => Ok(suspended == Some(true)),
            };
            let mut quote = assemble::allocate(
                credits,
                loaded(&own).map(|()| mine.as_deref()),
                loaded(&child).map(|()| theirs.as_deref()),
                status,
            );
            if theirs.is_none() && child.failure().is_none() {
                let missing = "The response was for a different wallet.";
                quote.cautions.push(Caution::Missing(missing.to_owned()));
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
                let reason = ErrorMessage::of(failure, Operation::Read).text;
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
    let name = Signal::derive(move || {
        let name = chosen.get().ok().map(|(_, name)| name);
        Some(name.unwrap_or_else(|| "the client".to_owned()))
    });
    let panel = preview_panel(quote_state, retry, Kind::Allocate, name);
    let fields = view! {
        <TextField
            id="organization"
            label="Organization"
            value=draft_fields.text(|draft| &draft.organization)
            on_input=draft_fields.set(state, |draft, text| draft.organization = text)
            echo=organization_echo
            error=organization_error
            submitted=state.submitted
            options=options
        />
        <TextField
            id="credits"
            label="Credits"
            input=Input::Integer
            value=draft_fields.text(|draft| &draft.credits)
            on_input=draft_fields.set(state, |draft, text| draft.credits = text)
            echo=credits_echo
            error=credits_error
            submitted=state.submitted
        />
        <TextField
            id="description"
            label="Description"
            value=draft_fields.text(|draft| &draft.description)
            on_input=draft_fields.set(state, |draft, text| draft.description = text)
            echo=description_echo
            error=description_error
            submitted=Signal::derive(|| true)
        />
        <MetadataRows draft=draft edited=state.edited submitted=state.submitted />
    }
    .into_any();
    state.view("Review allocation", fields, panel)
}

/// Whether this is still loading or reloading. An old value can't be trusted.
fn is_pending<T>(load: &Load<T>) -> bool {
    matches!(load.progress, FetchState::Idle | FetchState::Waiting)
}

/// Whether loading succeeded, or why it failed.
fn loaded<T>(load: &Load<T>) -> Result<(), &Failure> {
    load.failure().map_or(Ok(()), Err)
}
