//! A failure as a notice.

use crate::client::{ErrorMessage, Failure, Operation};
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// Shows what happened, whether anything moved, what to do next, and the reference for support.
pub fn failure(failure: &Failure, operation: Operation) -> AnyView {
    let ErrorMessage {
        text,
        moved,
        action,
        service_message,
        reference,
    } = ErrorMessage::of(failure, operation);
    view! {
        <Notice tone=Tone::Bad title=text>
            {moved.map(|moved| view! { <p class="moved">{moved}</p> })}
            <p>{action}</p>
            {service_message.map(|message| view! { <p class="words">"Provider message: “"{message}"”"</p> })}
            {reference.map(|reference| view! { <p class="reference">{reference}</p> })}
        </Notice>
    }
    .into_any()
}
