//! Transfer: sends minutes to a child organization.

use crate::browser::intl;
use crate::client::Field;
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::form::draft::TransferDraft;
use crate::movement::form::party::chosen_child;
use crate::movement::quote::assemble;
use crate::movement::quote::preview::{PreviewRequest, PreviewResponse};
use crate::pages::movement::child_field::client_name;
use crate::pages::movement::client_and_minutes::client_and_minutes;
use crate::pages::movement::form::{DraftFields, FormState, take_url_prefill};
use crate::pages::movement::live_preview::live_quote;
use crate::pages::movement::stages::Stages;
use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::ui::heading::Heading;
use crate::units::{ChildId, Value};
use crate::wire::children::Child;
use leptos::prelude::*;

/// The Transfer screen.
#[component]
pub fn Transfer() -> impl IntoView {
    prefill();
    view! {
        <Heading title="Transfer" />
        <p class="lead">"Send minutes to a client from your balance."</p>
        <Stages kind=Kind::Transfer form=|| view! { <Form /> } />
    }
}

/// Fills in the form from the URL, for links such as `/transfer?child=4002`.
fn prefill() {
    let desk = expect_context::<Desk>();
    if let Some((child, minutes)) = take_url_prefill("/transfer") {
        desk.leave(Kind::Transfer);
        desk.transfer.set(TransferDraft {
            child,
            minutes,
            ..TransferDraft::default()
        });
    }
}

#[component]
fn Form() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let directory = desk.directory.clone();
    let known = directory.clone();
    let children = Memo::new(move |_| known.known_children());
    let separators = intl::separators();

    let draft_fields = DraftFields::of(&desk.transfer);
    let drafted = draft_fields.current;
    follow_rate(&desk, drafted, children);

    let movement =
        Memo::new(move |_| drafted.with(|draft| draft.movement(&children.get(), separators)));
    let request = Memo::new(move |_| {
        let draft = drafted.get();
        Some(PreviewRequest::transfer(
            draft.minutes(separators).ok()?,
            draft.rate(separators).ok()?,
        ))
    });
    let chosen = Memo::new(move |_| {
        children.with(|children| drafted.with(|draft| chosen_child(&draft.child, children)))
    });
    let live = live_quote(&desk, request, move |preview| {
        let (PreviewRequest::Transfer(request), PreviewResponse::Transfer(response)) =
            (&preview.request, &preview.response)
        else {
            return None;
        };
        let load = directory.children.get();
        // While the balances reload, the old ones can't be trusted.
        if load.is_waiting() {
            return None;
        }
        let listed = chosen.get().ok().and_then(|child| child.listed);
        let listed = match load.failure() {
            Some(failure) => Err(failure),
            None => Ok(listed.as_ref()),
        };
        let (minutes, rate) = (request.minutes, request.cost_per_min);
        Some(assemble::transfer(response, minutes, rate, listed))
    });
    let state = FormState::new(&desk, Kind::Transfer, movement, live.state, live.retry());

    let minutes = Memo::new(move |_| drafted.with(|draft| draft.minutes(separators)));
    let client_and_minutes = client_and_minutes(
        &desk,
        state,
        (
            draft_fields.text(|draft| &draft.child),
            draft_fields.set(state, |draft, text| draft.child = text),
        ),
        chosen,
        (
            draft_fields.text(|draft| &draft.minutes),
            draft_fields.set(state, |draft, text| draft.minutes = text),
        ),
        minutes,
    );
    let rate_error = state.error(Field::Rate, move || {
        drafted.with(|draft| draft.rate(separators).err().map(|error| error.to_string()))
    });
    let rate_echo = Signal::derive(move || {
        let rate = drafted.with(|draft| draft.rate(separators)).ok()?;
        let whose = if drafted.with(|draft| draft.rate_is_typed) {
            "custom rate"
        } else {
            "current rate"
        };
        Some(format!(
            "{} · {whose}",
            figure::text(Value::PerMinute(rate), None)
        ))
    });
    let quote = live.panel(Kind::Transfer, client_name(chosen));
    let fields = view! {
        {client_and_minutes}
        <TextField
            id="rate"
            label="Client rate per minute"
            input=Input::Decimal
            value=draft_fields.text(|draft| &draft.rate)
            on_input=draft_fields.set(state, |draft, text| {
                draft.rate_is_typed = true;
                draft.rate = text;
            })
            hint="Defaults to the client's current rate."
            echo=rate_echo
            error=rate_error
            submitted=state.submitted
        />
    }
    .into_any();
    state.view("Review transfer", fields, quote)
}

/// Fills in the chosen child's current rate until the user types another one. Choosing another child fills it in again.
fn follow_rate(desk: &Desk, drafted: Memo<TransferDraft>, children: Memo<Vec<Child>>) {
    let draft = desk.transfer.clone();
    Effect::new(move |previous: Option<Option<ChildId>>| {
        let current = drafted.get();
        let chosen = children.with(|children| chosen_child(&current.child, children).ok());
        let Some(chosen) = chosen else {
            return previous.flatten();
        };
        let is_another = previous
            .flatten()
            .is_some_and(|previous| previous != chosen.id);
        if !current.rate_is_typed || is_another {
            let rate = chosen.listed.and_then(|child| child.cost_per_min);
            let text = rate
                .map(|rate| intl::money_input(&rate.to_string()))
                .unwrap_or_default();
            if current.rate != text || current.rate_is_typed {
                draft.update(|draft| {
                    draft.rate = text;
                    draft.rate_is_typed = false;
                });
            }
        }
        Some(chosen.id)
    });
}
