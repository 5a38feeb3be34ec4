//! Revert: takes unused minutes back from a child organization.

use crate::browser::intl;
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::form::draft::RevertDraft;
use crate::movement::form::party::chosen_child;
use crate::movement::quote::assemble;
use crate::movement::quote::preview::{PreviewRequest, PreviewResponse};
use crate::pages::movement::child_field::client_name;
use crate::pages::movement::client_and_minutes::client_and_minutes;
use crate::pages::movement::form::{DraftFields, FormState, take_url_prefill};
use crate::pages::movement::live_preview::live_quote;
use crate::pages::movement::stages::Stages;
use crate::ui::heading::Heading;
use leptos::prelude::*;

/// The Revert screen.
#[component]
pub fn Revert() -> impl IntoView {
    let desk = expect_context::<Desk>();
    // Links such as `/revert?child=4002` fill in the form.
    if let Some((child, minutes)) = take_url_prefill("/revert") {
        desk.leave(Kind::Revert);
        desk.revert.set(RevertDraft { child, minutes });
    }
    view! {
        <Heading title="Revert" />
        <p class="lead">"Take unused minutes back at the client's current rate."</p>
        <Stages kind=Kind::Revert form=|| view! { <Form /> } />
    }
}

#[component]
fn Form() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let directory = desk.directory.clone();
    let known = directory.clone();
    let children = Memo::new(move |_| known.known_children());
    let separators = intl::separators();

    let draft_fields = DraftFields::of(&desk.revert);
    let drafted = draft_fields.current;
    let chosen = Memo::new(move |_| {
        drafted.with(|draft| children.with(|children| chosen_child(&draft.child, children)))
    });
    let movement =
        Memo::new(move |_| drafted.with(|draft| draft.movement(&children.get(), separators)));
    let request = Memo::new(move |_| {
        let minutes = drafted.with(|draft| draft.minutes(separators)).ok()?;
        Some(PreviewRequest::revert(minutes, chosen.get().ok()?.id))
    });
    let live = live_quote(&desk, request, move |preview| {
        let (PreviewRequest::Revert(request), PreviewResponse::Revert(response)) =
            (&preview.request, &preview.response)
        else {
            return None;
        };
        let load = directory.balance.get();
        // While the balance reloads, the old one can't be trusted.
        if load.is_waiting() {
            return None;
        }
        let balance = match load.failure() {
            Some(failure) => Err(failure),
            None => Ok(load.fresh().map(|known| known.balance.amount)),
        };
        Some(assemble::revert(response, request.minutes, balance))
    });
    let state = FormState::new(&desk, Kind::Revert, movement, live.state, live.retry());

    let minutes = Memo::new(move |_| drafted.with(|draft| draft.minutes(separators)));
    let fields = client_and_minutes(
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
    let quote = live.panel(Kind::Revert, client_name(chosen));
    state.view("Review revert", fields, quote)
}
