//! The minutes field.

use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::units::{Minutes, ParseInputError, Value};
use leptos::prelude::*;

/// A field for whole minutes, with an echo of the parsed number.
#[component]
pub fn MinutesField(
    /// The field's text.
    #[prop(into)]
    value: Signal<String>,
    /// Receives the user's input.
    on_input: Callback<String>,
    /// The parsed text.
    #[prop(into)]
    minutes: Signal<Result<Minutes, ParseInputError>>,
    /// The field's error.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Whether the form was submitted.
    #[prop(into)]
    submitted: Signal<bool>,
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
            input=Input::Integer
            value=value
            on_input=on_input
            echo=echo
            error=error
            submitted=submitted
        />
    }
}
