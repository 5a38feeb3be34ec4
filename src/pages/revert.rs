//! Revert: unused minutes back from a child organization.

use super::parts::child::ChildField;
use super::parts::form::FormState;
use super::parts::live::live_quote;
use super::parts::stages::Stages;
use crate::movement::Field;
use crate::movement::desk::Desk;
use crate::movement::draft::{RevertDraft, chosen_child};
use crate::movement::plan::Kind;
use crate::movement::preview::{Figures, Question};
use crate::movement::quote::Quote;
use crate::ui::field::{Input, TextField};
use crate::ui::heading::Heading;
use crate::ui::{figure, intl};
use crate::units::Value;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The screen.
#[component]
pub fn Revert() -> impl IntoView {
    let desk = expect_context::<Desk>();
    // A link may name the child: `/revert?child=4002`.
    if let Some(child) = use_query_map().with_untracked(|query| query.get("child")) {
        desk.revert.update(|draft| {
            if draft.child != child {
                *draft = RevertDraft {
                    child,
                    minutes: String::new(),
                };
            }
        });
    }
    view! {
        <Heading title="Revert" />
        <p class="lead">"Unused minutes back from a child organization, at its present rate."</p>
        <Stages kind=Kind::Revert form=|| view! { <Form /> } />
    }
}

#[component]
fn Form() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let draft = desk.revert.clone();
    let directory = desk.directory.clone();
    let known = directory.clone();
    let children = Memo::new(move |_| known.known_children());
    let separators = intl::separators();

    let drafted = {
        let draft = draft.clone();
        Memo::new(move |_| draft.get())
    };
    let chosen = Memo::new(move |_| {
        drafted.with(|draft| children.with(|children| chosen_child(&draft.child, children)))
    });
    let movement =
        Memo::new(move |_| drafted.with(|draft| draft.movement(&children.get(), separators)));
    let question = Memo::new(move |_| {
        let minutes = drafted.with(|draft| draft.minutes(separators)).ok()?;
        Some(Question::revert(minutes, chosen.get().ok()?.id))
    });
    let live = live_quote(&desk, question, move |preview| {
        let (Question::Revert(asked), Figures::Revert(figures)) =
            (&preview.question, &preview.figures)
        else {
            return None;
        };
        let balance = directory.balance.value().map(|known| known.balance.amount);
        Some(Quote::revert(figures, asked.minutes, balance))
    });
    let state = FormState::new(&desk, Kind::Revert, movement, live.state);

    let set = move |change: fn(&mut RevertDraft, String)| {
        let (desk, draft) = (desk.clone(), draft.clone());
        Callback::new(move |text: String| {
            draft.update(|draft| change(draft, text));
            state.edited(&desk, Kind::Revert);
        })
    };
    let text = |get: fn(&RevertDraft) -> &String| {
        Signal::derive(move || drafted.with(|draft| get(draft).clone()))
    };
    let child_error = state.error(Field::Child, move || chosen.get().err());
    let minutes_error = state.error(Field::Minutes, move || {
        drafted.with(|draft| {
            draft
                .minutes(separators)
                .err()
                .map(|error| error.to_string())
        })
    });
    let minutes_echo = Signal::derive(move || {
        let minutes = drafted.with(|draft| draft.minutes(separators)).ok()?;
        Some(format!(
            "{} min",
            figure::text(Value::Minutes(minutes), None)
        ))
    });
    let name = Signal::derive(move || {
        let name = chosen.get().ok().map(|child| child.name);
        Some(name.unwrap_or_else(|| "the child".to_owned()))
    });
    let quote = live.panel(Kind::Revert, name);
    view! {
        {state.refusal()}
        <form class="movement" novalidate on:submit=move |event| state.submit(event)>
            <div class="fields">
                <ChildField value=text(|draft| &draft.child) on_input=set(|draft, text| draft.child = text) error=child_error asked=state.asked />
                <TextField
                    id="minutes"
                    label="Minutes"
                    input=Input::Whole
                    value=text(|draft| &draft.minutes)
                    on_input=set(|draft, text| draft.minutes = text)
                    hint="Whole, unused minutes."
                    echo=minutes_echo
                    error=minutes_error
                    asked=state.asked
                />
                <div class="actions">
                    <button type="submit" class="primary" aria-busy=move || state.is_waiting().then_some("true")>"Review revert"</button>
                </div>
            </div>
            {quote}
        </form>
    }
}
