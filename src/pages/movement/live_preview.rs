//! A quote that updates as the user types.

use crate::client::{FetchState, Operation, Remote};
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::quote::preview::{Preview, PreviewRequest, previews};
use crate::pages::movement::form::QuoteState;
use crate::pages::movement::quote;
use crate::pages::shared::error_message;
use crate::ui::notice::Waiting;
use leptos::prelude::*;

/// A quote that tracks the form's preview request.
#[derive(Clone)]
pub struct LiveQuote {
    /// The quote's state for exactly the form's current content.
    pub state: Memo<QuoteState>,
    last_quote: Memo<Option<Quote>>,
    /// Incremented to repeat the same request.
    pub refresh_count: RwSignal<u32>,
}

/// Requests a preview whenever `question` changes, and turns it into a quote with `to_quote`.
pub fn live_quote(
    desk: &Desk,
    question: Memo<Option<PreviewRequest>>,
    to_quote: impl Fn(&Preview) -> Option<Quote> + Send + Sync + 'static,
) -> LiveQuote {
    let refresh_count = RwSignal::new(0);
    let remote: Remote<Preview> = previews(&desk.client, question, refresh_count.into());
    let state = {
        let remote = remote.clone();
        let to_quote = std::sync::Arc::new(to_quote);
        Memo::new(move |_| {
            let load = remote.get();
            let Some(question) = question.get() else {
                return QuoteState::None;
            };
            match (load.progress, load.value) {
                (FetchState::Failed(failure), _) => QuoteState::Failed(failure),
                // A preview counts only for the form's current request.
                (FetchState::Ready, Some(preview)) if preview.question == question => {
                    to_quote(&preview).map_or(QuoteState::Waiting, QuoteState::Ready)
                }
                _ => QuoteState::Waiting,
            }
        })
    };
    // The last quote stays, dimmed, while a new one loads.
    let last_quote = Memo::new(
        move |last_quote: Option<&Option<Quote>>| match state.get() {
            QuoteState::Ready(quote) => Some(quote),
            QuoteState::Waiting => last_quote.cloned().flatten(),
            QuoteState::None | QuoteState::Failed(_) => None,
        },
    );
    LiveQuote {
        state,
        last_quote,
        refresh_count,
    }
}

impl LiveQuote {
    /// Returns a callback that repeats the same request.
    pub fn retry(&self) -> Callback<()> {
        let refresh_count = self.refresh_count;
        Callback::new(move |()| refresh_count.update(|refresh_count| *refresh_count += 1))
    }

    /// Renders the panel beside the form: the quote, or why there is none.
    pub fn panel(&self, kind: Kind, child: Signal<Option<String>>) -> AnyView {
        let Self {
            state,
            last_quote,
            refresh_count,
        } = self.clone();
        let waiting = Memo::new(move |_| state.with(|state| *state == QuoteState::Waiting));
        let placeholder = move || {
            state.with(|state| match state {
                QuoteState::None => Some(view! { <p class="empty">"Complete the form to see a preview."</p> }.into_any()),
                QuoteState::Failed(failure) => Some(
                    view! {
                        {error_message::failure(failure, Operation::Preview)}
                        <button type="button" on:click=move |_| refresh_count.update(|refresh_count| *refresh_count += 1)>"Try again"</button>
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
                .map(|quote| quote::quote(&quote, kind, child.get().as_deref()))
        };
        view! {
            <section class="quote" aria-label="Quote" class:stale=move || waiting.get()>
                <h2>"Preview"</h2>
                <p class="visually-hidden" role="status">{announcement}</p>
                {placeholder}
                {shown}
                {move || (waiting.get() && last_quote.with(Option::is_none)).then(|| view! { <Waiting what="Calculating" /> })}
            </section>
        }
        .into_any()
    }
}
