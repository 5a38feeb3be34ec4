//! Calculate: a live preview of a transfer or a revert, without moving anything.

use crate::browser::intl;
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::form::draft::CalculateDraft;
use crate::movement::form::party::chosen_child;
use crate::movement::quote::Quote;
use crate::movement::quote::preview::{PreviewRequest, PreviewResponse};
use crate::pages::movement::child_field::{ChildField, child_error};
use crate::pages::movement::live_preview::live_quote;
use crate::pages::movement::minutes::MinutesField;
use crate::session::Api;
use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::ui::heading::Heading;
use crate::units::{Value, parse_minutes, parse_rate};
use leptos::prelude::*;

/// The Calculate screen.
#[component]
pub fn Calculate() -> impl IntoView {
    let desk = expect_context::<Desk>();
    desk.directory.refresh(Api::Reseller);
    let directory = desk.directory.clone();
    let known = directory.clone();
    let children = Memo::new(move |_| known.known_children());
    let separators = intl::separators();

    let draft = desk.calculate.clone();
    let saved = draft.get_untracked();
    let is_revert = RwSignal::new(saved.is_revert);
    let [minutes_text, rate_text, child_text] =
        [saved.minutes, saved.rate, saved.child].map(RwSignal::new);
    Effect::new(move |_| {
        draft.set(CalculateDraft {
            is_revert: is_revert.get(),
            minutes: minutes_text.get(),
            rate: rate_text.get(),
            child: child_text.get(),
        })
    });
    let submitted = RwSignal::new(false);
    let minutes = Memo::new(move |_| parse_minutes(&minutes_text.get(), separators));
    let rate = Memo::new(move |_| parse_rate(&rate_text.get(), separators));
    let child =
        Memo::new(move |_| children.with(|children| chosen_child(&child_text.get(), children)));

    let request = Memo::new(move |_| {
        let minutes = minutes.get().ok()?;
        Some(if is_revert.get() {
            PreviewRequest::revert(minutes, child.get().ok()?.id)
        } else {
            PreviewRequest::transfer(minutes, rate.get().ok()?)
        })
    });
    let live = live_quote(&desk, request, move |preview| {
        Some(match (&preview.request, &preview.response) {
            (PreviewRequest::Transfer(request), PreviewResponse::Transfer(response)) => {
                Quote::transfer(response, request.minutes, request.cost_per_min, None)
            }
            (PreviewRequest::Revert(request), PreviewResponse::Revert(response)) => {
                let balance = directory.balance.value().map(|known| known.balance.amount);
                Quote::revert(response, request.minutes, balance)
            }
            _ => return None,
        })
    });

    let refresh_count = live.refresh_count;
    let name = Signal::derive(move || match child.get() {
        Ok(child) if is_revert.get() => Some(child.name),
        // The preview of a transfer doesn't name a child (contract §1.1).
        _ => None,
    });
    let panel = move || {
        live.panel(
            if is_revert.get() {
                Kind::Revert
            } else {
                Kind::Transfer
            },
            name,
        )
    };
    let minutes_error = Signal::derive(move || minutes.get().err().map(|error| error.to_string()));
    let child_error = {
        let desk = desk.clone();
        Signal::derive(move || child_error(&desk, &child.get(), &child_text.get()))
    };
    let second_field = move || {
        if is_revert.get() {
            view! {
                <ChildField
                    value=child_text
                    on_input=Callback::new(move |text| child_text.set(text))
                    error=child_error
                    submitted=submitted
                />
            }
            .into_any()
        } else {
            view! {
                <TextField
                    id="rate"
                    label="Client rate per minute"
                    input=Input::Decimal
                    value=rate_text
                    on_input=Callback::new(move |text| rate_text.set(text))
                    hint="The client's rate"
                    echo=Signal::derive(move || {
                        rate.get().ok().map(|rate| figure::text(Value::PerMinute(rate), None))
                    })
                    error=Signal::derive(move || rate.get().err().map(|error| error.to_string()))
                    submitted=submitted
                />
            }
            .into_any()
        }
    };
    let direction_option = move |label: &'static str, value: bool| {
        view! {
            <label>
                <input
                    type="radio"
                    name="direction"
                    prop:checked=move || is_revert.get() == value
                    on:change=move |_| is_revert.set(value)
                />
                {label}
            </label>
        }
    };
    view! {
        <Heading title="Calculate" />
        <p class="lead">"Preview cost and profit. Nothing is transferred."</p>
        <form
            class="movement"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submitted.set(true);
                refresh_count.update(|refresh_count| *refresh_count += 1);
            }
        >
            <div class="fields">
                <fieldset class="choice">
                    <legend>"Direction"</legend>
                    {direction_option("Transfer to client", false)}
                    {direction_option("Revert from client", true)}
                </fieldset>
                <MinutesField
                    value=minutes_text
                    on_input=Callback::new(move |text| minutes_text.set(text))
                    minutes=minutes
                    error=minutes_error
                    submitted=submitted
                />
                {second_field}
                <div class="actions">
                    <button type="submit" class="primary">"Calculate"</button>
                </div>
            </div>
            {panel}
        </form>
    }
}
