//! A quote that updates as the user types.

use crate::client::{FetchState, Remote};
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::quote::preview::{Preview, PreviewRequest, previews};
use crate::pages::movement::form::QuoteState;
use crate::pages::movement::preview_panel::preview_panel;
use leptos::prelude::*;

/// A quote that tracks the form's preview request.
#[derive(Clone)]
pub struct LiveQuote {
    /// The quote's state for exactly the form's current content.
    pub state: Memo<QuoteState>,
    /// Incremented to repeat the same request.
    pub refresh_count: RwSignal<u32>,
}

/// Requests a preview whenever `request` changes, and turns it into a quote with `to_quote`.
pub fn live_quote(
    desk: &Desk,
    request: Memo<Option<PreviewRequest>>,
    to_quote: impl Fn(&Preview) -> Option<Quote> + Send + Sync + 'static,
) -> LiveQuote {
    let refresh_count = RwSignal::new(0);
    let remote: Remote<Preview> = previews(&desk.client, request, refresh_count.into());
    let state = {
        let remote = remote.clone();
        let to_quote = std::sync::Arc::new(to_quote);
        Memo::new(move |_| {
            let load = remote.get();
            let Some(request) = request.get() else {
                return QuoteState::None;
            };
            match (load.progress, load.value) {
                (FetchState::Failed(failure), _) => QuoteState::Failed(failure),
                // A preview counts only for the form's current request.
                (FetchState::Ready, Some(preview)) if preview.request == request => {
                    to_quote(&preview).map_or(QuoteState::Waiting, QuoteState::Ready)
                }
                _ => QuoteState::Waiting,
            }
        })
    };
    LiveQuote {
        state,
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
    pub fn panel(&self, kind: Kind, client: Signal<Option<String>>) -> AnyView {
        preview_panel(self.state, self.retry(), kind, client)
    }
}
