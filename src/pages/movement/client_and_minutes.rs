//! The fields that the transfer form and the revert form start with.

use crate::client::Field;
use crate::movement::desk::Desk;
use crate::movement::form::party::ChosenChild;
use crate::pages::movement::child_field::{ChildField, child_error};
use crate::pages::movement::form::FormState;
use crate::pages::movement::minutes::MinutesField;
use crate::units::{Minutes, ParseInputError};
use leptos::prelude::*;

/// The text of a field, and its input handler.
type FieldText = (Signal<String>, Callback<String>);

/// Renders the client and the minutes. `chosen` and `minutes` are what the two texts mean.
pub fn client_and_minutes(
    desk: &Desk,
    state: FormState,
    (client_text, set_client): FieldText,
    chosen: Memo<Result<ChosenChild, String>>,
    (minutes_text, set_minutes): FieldText,
    minutes: Memo<Result<Minutes, ParseInputError>>,
) -> AnyView {
    let desk = desk.clone();
    let client_error = state.error(Field::Child, move || {
        child_error(&desk, &chosen.get(), &client_text.get())
    });
    let minutes_error = state.error(Field::Minutes, move || {
        minutes.get().err().map(|error| error.to_string())
    });
    view! {
        <ChildField value=client_text on_input=set_client error=client_error submitted=state.submitted />
        <MinutesField
            value=minutes_text
            on_input=set_minutes
            minutes=minutes
            error=minutes_error
            submitted=state.submitted
        />
    }
    .into_any()
}
