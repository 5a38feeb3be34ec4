//! The field that chooses the child organization.

use crate::client::{ErrorMessage, FetchState, Operation};
use crate::movement::desk::Desk;
use crate::movement::form::choice::{label, labels};
use crate::movement::form::party::{ChosenChild, child_choices, chosen_child};
use crate::session::Api;
use crate::ui::field::TextField;
use crate::ui::figure;
use crate::units::Value;
use leptos::prelude::*;

/// Returns the error for the chosen child, as far as the portal can tell: until the list has loaded, it can't know that
/// a name isn't in it.
pub fn child_error(
    desk: &Desk,
    chosen: &Result<ChosenChild, String>,
    text: &str,
) -> Option<String> {
    let error = chosen.as_ref().err()?;
    let list_is_missing = desk.directory.children.value().is_none() && !text.trim().is_empty();
    Some(if list_is_missing {
        match desk.directory.children.get().failure() {
            Some(_) => "Couldn't load your clients. Enter a client ID or retry.".to_owned(),
            None => "Clients are still loading. You can enter an ID now.".to_owned(),
        }
    } else {
        error.clone()
    })
}

/// Returns the name of the chosen client for the preview, or "the client" while none is chosen.
pub fn client_name(chosen: Memo<Result<ChosenChild, String>>) -> Signal<Option<String>> {
    Signal::derive(move || {
        let name = chosen.get().ok().map(|child| child.name);
        Some(name.unwrap_or_else(|| "the client".to_owned()))
    })
}

/// A field for the child's name or id, with the list as suggestions. It echoes the chosen child with its balance and
/// rate. If the list can't be loaded, an id still works.
#[component]
pub fn ChildField(
    /// The field's text.
    #[prop(into)]
    value: Signal<String>,
    /// Receives the user's input.
    on_input: Callback<String>,
    /// The field's error.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form was submitted.
    #[prop(into)]
    submitted: Signal<bool>,
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
            let reason = ErrorMessage::of(failure, Operation::Read).text;
            return Some(format!(
                "Couldn't load your clients ({reason}). Enter a client ID."
            ));
        }
        if load.value.is_none() {
            return Some("Loading clients… You can enter an ID now.".to_owned());
        }
        let chosen = chosen_child(&value.get(), &directory.known_children()).ok()?;
        let Some(child) = chosen.listed else {
            return Some(format!("{} isn't in your client list.", chosen.id));
        };
        let symbol = directory.symbol();
        let formatted = |value| figure::text(value, symbol.as_deref());
        let balance = child
            .org_balance
            .map(|balance| format!(" · balance {}", formatted(Value::Money(balance))));
        let rate = child
            .cost_per_min
            .map(|rate| format!(" · rate {}", formatted(Value::PerMinute(rate))));
        let label = label(&(child.id.to_string(), child.name));
        Some(format!(
            "{label}{}{}",
            balance.unwrap_or_default(),
            rate.unwrap_or_default()
        ))
    });
    let directory = desk.directory.clone();
    let failed = {
        let children = desk.directory.children.clone();
        move || children.get().failure().is_some()
    };
    view! {
        <TextField
            id="child"
            label="Client"
            value=value
            on_input=on_input
            echo=echo
            error=error
            submitted=submitted
            options=options
        />
        {move || {
            let directory = directory.clone();
            failed().then(|| {
                view! {
                    <button type="button" on:click=move |_| directory.refresh(Api::Reseller)>
                        "Retry"
                    </button>
                }
            })
        }}
    }
}
