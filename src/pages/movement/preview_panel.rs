//! The preview beside a form.

use crate::client::Operation;
use crate::movement::Kind;
use crate::movement::quote::Quote;
use crate::pages::movement::form::QuoteState;
use crate::pages::movement::quote;
use crate::pages::shared::error_message;
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// Renders the quote in `state`, or why there is none. The last quote stays, dimmed, while a new one loads.
pub fn preview_panel(
    state: Memo<QuoteState>,
    on_retry: Callback<()>,
    kind: Kind,
    client: Signal<Option<String>>,
) -> AnyView {
    let last_quote = Memo::new(
        move |last_quote: Option<&Option<Quote>>| match state.get() {
            QuoteState::Ready(quote) => Some(quote),
            QuoteState::Waiting => last_quote.cloned().flatten(),
            QuoteState::None | QuoteState::Failed(_) => None,
        },
    );
    let waiting = Memo::new(move |_| state.with(|state| *state == QuoteState::Waiting));
    let placeholder = move || {
        state.with(|state| match state {
            QuoteState::None => Some(
                view! { <p class="empty">"Complete the form to see a preview."</p> }.into_any(),
            ),
            QuoteState::Failed(failure) => Some(
                view! {
                    {error_message::failure(failure, Operation::Preview)}
                    <button type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
                }
                .into_any(),
            ),
            _ => None,
        })
    };
    let announcement = move || {
        state.with(|state| match state {
            QuoteState::Ready(quote) => Some(quote::announcement(quote)),
            _ => None,
        })
    };
    let shown = move || {
        last_quote
            .get()
            .map(|quote| quote::quote(&quote, kind, client.get().as_deref()))
    };
    view! {
        <section class="quote" aria-label="Preview" class:stale=move || waiting.get()>
            <h2>"Preview"</h2>
            <p class="visually-hidden" role="status">{announcement}</p>
            {placeholder}
            {shown}
            {move || (waiting.get() && last_quote.with(Option::is_none)).then(|| view! { <Waiting what="Calculating" /> })}
        </section>
    }
    .into_any()
}
