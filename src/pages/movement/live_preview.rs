//! The quote that follows the form as people type.

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

/// A quote that follows a question.
#[derive(Clone)]
pub struct LiveQuote {
    /// How far it is, for exactly what stands in the form.
    pub state: Memo<QuoteState>,
    earlier: Memo<Option<Quote>>,
    /// Counts the times the same question was asked anew.
    pub refresh_count: RwSignal<u32>,
}

/// Asks for previews of `question` and puts their figures into the words of staff.
pub fn live_quote(
    desk: &Desk,
    question: Memo<Option<PreviewRequest>>,
    in_words: impl Fn(&Preview) -> Option<Quote> + Send + Sync + 'static,
) -> LiveQuote {
    let refresh_count = RwSignal::new(0);
    let remote: Remote<Preview> = previews(desk, question, refresh_count.into());
    let state = {
        let remote = remote.clone();
        let in_words = std::sync::Arc::new(in_words);
        Memo::new(move |_| {
            let load = remote.get();
            let Some(question) = question.get() else {
                return QuoteState::None;
            };
            match (load.progress, load.value) {
                (FetchState::Failed(failure), _) => QuoteState::Failed(failure),
                // Figures count only for the very question that stands in the form.
                (FetchState::Ready, Some(preview)) if preview.question == question => {
                    in_words(&preview).map_or(QuoteState::Waiting, QuoteState::Ready)
                }
                _ => QuoteState::Waiting,
            }
        })
    };
    // The last good figures stay, dimmed, while new ones are on their way.
    let earlier = Memo::new(move |earlier: Option<&Option<Quote>>| match state.get() {
        QuoteState::Ready(quote) => Some(quote),
        QuoteState::Waiting => earlier.cloned().flatten(),
        QuoteState::None | QuoteState::Failed(_) => None,
    });
    LiveQuote {
        state,
        earlier,
        refresh_count,
    }
}

impl LiveQuote {
    /// Asks the same question anew.
    pub fn retry(&self) -> Callback<()> {
        let refresh_count = self.refresh_count;
        Callback::new(move |()| refresh_count.update(|refresh_count| *refresh_count += 1))
    }

    /// The panel beside the form: figures, or why there are none.
    pub fn panel(&self, kind: Kind, child: Signal<Option<String>>) -> AnyView {
        let Self {
            state,
            earlier,
            refresh_count,
        } = self.clone();
        let waiting = Memo::new(move |_| state.with(|state| *state == QuoteState::Waiting));
        let figures = move || {
            state.with(|state| match state {
                QuoteState::None => Some(view! { <p class="empty">"Fill in the form to see what it would do."</p> }.into_any()),
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
        let spoken = move || {
            state.with(|state| match state {
                QuoteState::Ready(figures) => Some(quote::spoken(figures)),
                _ => None,
            })
        };
        let shown = move || {
            earlier
                .get()
                .map(|figures| quote::quote(&figures, kind, child.get().as_deref()))
        };
        view! {
            <section class="quote" aria-label="Quote" class:stale=move || waiting.get()>
                <h2>"What it would do"</h2>
                <p class="visually-hidden" role="status">{spoken}</p>
                {figures}
                {shown}
                {move || (waiting.get() && earlier.with(Option::is_none)).then(|| view! { <Waiting what="Asking for the figures" /> })}
            </section>
        }
        .into_any()
    }
}
