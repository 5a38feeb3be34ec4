//! The field of the minutes.

use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::units::{Minutes, ParseInputError, Value};
use leptos::prelude::*;

/// Whole minutes, echoed as they were understood.
#[component]
pub fn MinutesField(
    /// What stands in it.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is typed.
    on_input: Callback<String>,
    /// What it was understood as.
    #[prop(into)]
    minutes: Signal<Result<Minutes, ParseInputError>>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form was sent.
    #[prop(into)]
    asked: Signal<bool>,
) -> impl IntoView {
    let echo = Signal::derive(move || {
        let minutes = minutes.get().ok()?;
        Some(format!(
            "{} min",
            figure::text(Value::Minutes(minutes), None)
        ))
    });
    view! {
        <TextField
            id="minutes"
            label="Minutes"
            input=Input::FullRange
            value=value
            on_input=on_input
            hint="Whole minutes."
            echo=echo
            error=error
            asked=asked
        />
    }
}
