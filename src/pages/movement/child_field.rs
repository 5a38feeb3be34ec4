//! Choosing the child organization.

use crate::client::{ErrorMessage, FetchState, Operation};
use crate::movement::desk::Desk;
use crate::movement::form::choice::{label, labels};
use crate::movement::form::party::{ChosenChild, child_choices, chosen_child};
use crate::session::Api;
use crate::ui::field::TextField;
use crate::ui::figure;
use crate::units::Value;
use leptos::prelude::*;

/// What is wrong with the chosen child, as far as the portal can say: before the list is there, nobody can tell
/// that a name is not in it.
pub fn child_fault(
    desk: &Desk,
    chosen: &Result<ChosenChild, String>,
    text: &str,
) -> Option<String> {
    let fault = chosen.as_ref().err()?;
    let unread = desk.directory.children.value().is_none() && !text.trim().is_empty();
    Some(if unread {
        "The list of children is not here, so only an id can be used.".to_owned()
    } else {
        fault.clone()
    })
}

/// The field of the child organization: by name or id, from the list. What was chosen is echoed with its
/// balance and rate; where the list could not be read, an id still works.
#[component]
pub fn ChildField(
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is typed.
    on_input: Callback<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form was sent.
    #[prop(into)]
    asked: Signal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let directory = desk.directory.clone();
    let options = {
        let directory = directory.clone();
        Signal::derive(move || labels(&child_choices(&directory.known_children())))
    };
    let echo = Signal::derive(move || {
        let load = directory.children.get();
        if let FetchState::Failed(failure) = &load.progress {
            let told = ErrorMessage::of(failure, Operation::Read).happened;
            return Some(format!(
                "The list of children could not be read ({told}). Type the child's id."
            ));
        }
        if load.value.is_none() {
            return Some(
                "The list of children is on its way; an id can be typed already.".to_owned(),
            );
        }
        let chosen = chosen_child(&value.get(), &directory.known_children()).ok()?;
        let Some(child) = chosen.listed else {
            return Some(format!(
                "{} is not in your list; it is used as typed.",
                chosen.id
            ));
        };
        let symbol = directory.symbol();
        let shown = |value| figure::text(value, symbol.as_deref());
        let balance = child
            .org_balance
            .map(|balance| format!(" · balance {}", shown(Value::Money(balance))));
        let rate = child
            .cost_per_min
            .map(|rate| format!(" · rate {}", shown(Value::PerMinute(rate))));
        let label = label(&(child.id.to_string(), child.name));
        Some(format!(
            "{label}{}{}",
            balance.unwrap_or_default(),
            rate.unwrap_or_default()
        ))
    });
    let again = desk.directory.clone();
    let failed = {
        let children = desk.directory.children.clone();
        move || children.get().failure().is_some()
    };
    view! {
        <TextField
            id="child"
            label="Child organization"
            value=value
            on_input=on_input
            echo=echo
            error=error
            asked=asked
            options=options
        />
        {move || {
            let again = again.clone();
            failed().then(|| {
                view! {
                    <button type="button" on:click=move |_| again.refresh(Api::Reseller)>
                        "Read the list again"
                    </button>
                }
            })
        }}
    }
}
