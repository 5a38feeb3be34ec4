//! A failure, told.

use crate::client::{ErrorMessage, Failure, Operation};
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;

/// What happened, whether anything moved, what to do, and what to quote to support.
pub fn failure(failure: &Failure, act: Operation) -> AnyView {
    let ErrorMessage {
        happened,
        moved,
        todo,
        words,
        reference,
    } = ErrorMessage::of(failure, act);
    view! {
        <Notice tone=Tone::Bad title=happened>
            {moved.map(|moved| view! { <p class="moved">{moved}</p> })}
            <p>{todo}</p>
            {words.map(|words| view! { <p class="words">"The backend says: “"{words}"”"</p> })}
            {reference.map(|reference| view! { <p class="reference">{reference}</p> })}
        </Notice>
    }
    .into_any()
}
