//! Transfer: minutes to a child organization.

use super::parts::child::ChildField;
use super::parts::form::FormState;
use super::parts::live::live_quote;
use super::parts::stages::Stages;
use crate::movement::Field;
use crate::movement::desk::Desk;
use crate::movement::directory::Child;
use crate::movement::draft::{TransferDraft, chosen_child};
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
pub fn Transfer() -> impl IntoView {
    prefill();
    view! {
        <Heading title="Transfer" />
        <p class="lead">"Minutes to a child organization, paid from your balance."</p>
        <Stages kind=Kind::Transfer form=|| view! { <Form /> } />
    }
}

/// A link may name the child: `/transfer?child=4002`.
fn prefill() {
    let desk = expect_context::<Desk>();
    if let Some(child) = use_query_map().with_untracked(|query| query.get("child")) {
        desk.transfer.update(|draft| {
            if draft.child != child {
                *draft = TransferDraft {
                    child,
                    ..TransferDraft::default()
                };
            }
        });
    }
}

#[component]
fn Form() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let draft = desk.transfer.clone();
    let directory = desk.directory.clone();
    let children = Memo::new(move |_| directory.known_children());
    let separators = intl::separators();

    let drafted = {
        let draft = draft.clone();
        Memo::new(move |_| draft.get())
    };
    follow_rate(&desk, drafted, children);

    let movement =
        Memo::new(move |_| drafted.with(|draft| draft.movement(&children.get(), separators)));
    let question = Memo::new(move |_| {
        let draft = drafted.get();
        Some(Question::transfer(
            draft.minutes(separators).ok()?,
            draft.rate(separators).ok()?,
        ))
    });
    let chosen = Memo::new(move |_| {
        children.with(|children| {
            chosen_child(&drafted.with(|draft| draft.child.clone()), children).ok()
        })
    });
    let live = live_quote(&desk, question, move |preview| {
        let (Question::Transfer(asked), Figures::Transfer(figures)) =
            (&preview.question, &preview.figures)
        else {
            return None;
        };
        let listed = chosen.get().and_then(|child| child.listed);
        Some(Quote::transfer(
            figures,
            asked.minutes,
            asked.cost_per_min,
            listed.as_ref(),
        ))
    });
    let state = FormState::new(&desk, Kind::Transfer, movement, live.state);

    let set = move |change: fn(&mut TransferDraft, String)| {
        let (desk, draft) = (desk.clone(), draft.clone());
        Callback::new(move |text: String| {
            draft.update(|draft| change(draft, text));
            state.edited(&desk, Kind::Transfer);
        })
    };
    let text = |get: fn(&TransferDraft) -> &String| {
        Signal::derive(move || drafted.with(|draft| get(draft).clone()))
    };
    let child_error = state.error(Field::Child, move || {
        drafted.with(|draft| children.with(|children| chosen_child(&draft.child, children).err()))
    });
    let minutes_error = state.error(Field::Minutes, move || {
        drafted.with(|draft| {
            draft
                .minutes(separators)
                .err()
                .map(|error| error.to_string())
        })
    });
    let rate_error = state.error(Field::Rate, move || {
        drafted.with(|draft| draft.rate(separators).err().map(|error| error.to_string()))
    });
    let minutes_echo = Signal::derive(move || {
        let minutes = drafted.with(|draft| draft.minutes(separators)).ok()?;
        Some(format!(
            "{} min",
            figure::text(Value::Minutes(minutes), None)
        ))
    });
    let rate_echo = Signal::derive(move || {
        let rate = drafted.with(|draft| draft.rate(separators)).ok()?;
        let whose = if drafted.with(|draft| draft.rate_is_typed) {
            "as typed"
        } else {
            "the child's present rate"
        };
        Some(format!(
            "{} · {whose}",
            figure::text(Value::PerMinute(rate), None)
        ))
    });
    let name = Signal::derive(move || {
        let name = chosen.get().map(|child| child.name);
        Some(name.unwrap_or_else(|| "the child".to_owned()))
    });
    let quote = live.panel(Kind::Transfer, name);
    let waiting = move || state.is_waiting();
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
                    hint="Whole minutes."
                    echo=minutes_echo
                    error=minutes_error
                    asked=state.asked
                />
                <TextField
                    id="rate"
                    label="Rate charged per minute"
                    input=Input::Decimal
                    value=text(|draft| &draft.rate)
                    on_input=set(|draft, text| {
                        draft.rate_is_typed = !text.trim().is_empty();
                        draft.rate = text;
                    })
                    hint="Filled in from the child's present rate."
                    echo=rate_echo
                    error=rate_error
                    asked=state.asked
                />
                <div class="actions">
                    <button type="submit" class="primary" aria-busy=move || waiting().then_some("true")>"Review transfer"</button>
                </div>
            </div>
            {quote}
        </form>
    }
}

/// Fills in the chosen child's present rate, until somebody types another one.
fn follow_rate(desk: &Desk, drafted: Memo<TransferDraft>, children: Memo<Vec<Child>>) {
    let draft = desk.transfer.clone();
    Effect::new(move |_| {
        let present = drafted.get();
        if present.rate_is_typed {
            return;
        }
        let chosen = children.with(|children| chosen_child(&present.child, children).ok());
        let rate = chosen
            .and_then(|child| child.listed)
            .and_then(|child| child.cost_per_min);
        let text = rate
            .map(|rate| intl::typed(&rate.to_string()))
            .unwrap_or_default();
        if present.rate != text {
            draft.update(|draft| draft.rate = text);
        }
    });
}
