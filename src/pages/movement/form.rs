//! Shared state of the movement forms: the draft, when errors show, and the step to the review.

use crate::browser::focus::focus_first;
use crate::browser::router::Router;
use crate::client::{ErrorMessage, Failure, Field, Operation};
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::submissions::Form;
use crate::movement::{Kind, Movement};
use crate::pages::shared::error_message;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The state of the quote for the form's current content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuoteState {
    /// The form is incomplete.
    None,
    /// The quote is loading.
    Waiting,
    /// The quote is available.
    Ready(Quote),
    /// The service declined or couldn't be reached.
    Failed(Failure),
}

impl QuoteState {
    /// Returns why a balance is too low for the review, if it is.
    fn shortage(&self) -> Option<&'static str> {
        match self {
            Self::Ready(quote) => quote.shortage(),
            _ => None,
        }
    }
}

/// A draft with accessors for its form fields.
pub struct DraftFields<D: Send + Sync + 'static> {
    draft: ArcRwSignal<D>,
    /// The current draft.
    pub current: Memo<D>,
}

impl<D: Clone + PartialEq + Send + Sync + 'static> DraftFields<D> {
    /// Wraps a draft that outlives the screen.
    pub fn of(draft: &ArcRwSignal<D>) -> Self {
        let draft = draft.clone();
        let current = {
            let draft = draft.clone();
            Memo::new(move |_| draft.get())
        };
        Self { draft, current }
    }

    /// Returns the text of one field.
    pub fn text(&self, get: fn(&D) -> &String) -> Signal<String> {
        let current = self.current;
        Signal::derive(move || current.with(|draft| get(draft).clone()))
    }

    /// Returns the input handler of one field.
    pub fn set(&self, state: FormState, change: fn(&mut D, String)) -> Callback<String> {
        let draft = self.draft.clone();
        Callback::new(move |text| {
            draft.update(|draft| change(draft, text));
            state.edited.run(());
        })
    }
}

/// The state of a form until it reaches the review.
#[derive(Clone, Copy)]
pub struct FormState {
    /// Whether the form was submitted at least once, so that every error shows.
    pub submitted: RwSignal<bool>,
    review_requested: RwSignal<bool>,
    refused: Memo<Option<Failure>>,
    quote: Memo<QuoteState>,
    retry: Callback<()>,
    /// Runs on every edit, which invalidates the service's refusal of the earlier content.
    pub edited: Callback<()>,
}

impl FormState {
    /// Tracks the form of `kind`. Shows the review once the user has requested it and both the movement and the quote
    /// are available. `retry` requests a failed quote again.
    pub fn new(
        desk: &Desk,
        kind: Kind,
        movement: Memo<Option<Movement>>,
        quote: Memo<QuoteState>,
        retry: Callback<()>,
    ) -> Self {
        let refused = {
            let desk = desk.clone();
            Memo::new(move |_| {
                desk.with_submissions(|submissions| match submissions.form(kind) {
                    Form::Draft { refused } => refused.clone(),
                    _ => None,
                })
            })
        };
        let review_requested = RwSignal::new(false);
        let edited = {
            let desk = desk.clone();
            Callback::new(move |()| {
                review_requested.set(false);
                if refused.with_untracked(Option::is_some) {
                    desk.edit(kind);
                }
            })
        };
        let state = Self {
            // A refused field shows its error immediately.
            submitted: RwSignal::new(refused.with_untracked(Option::is_some)),
            review_requested,
            refused,
            quote,
            retry,
            edited,
        };
        let desk = desk.clone();
        Effect::new(move |_| {
            if !state.review_requested.get() {
                return;
            }
            match (movement.get(), quote.get()) {
                (Some(movement), QuoteState::Ready(quote)) if quote.shortage().is_none() => {
                    state.review_requested.set(false);
                    desk.review(movement, quote);
                }
                (Some(_), QuoteState::Waiting) => {}
                _ => {
                    state.review_requested.set(false);
                    focus_first("form [aria-invalid=true]");
                }
            }
        });
        state
    }

    /// Handles the form's submit event by requesting the review.
    fn submit(self, event: SubmitEvent) {
        event.prevent_default();
        self.submitted.set(true);
        if self.quote.with_untracked(|quote| {
            quote.shortage().is_some() || matches!(quote, QuoteState::Failed(_))
        }) {
            self.retry.run(());
        }
        self.review_requested.set(true);
    }

    /// Whether the requested review is still waiting for the quote.
    pub fn is_waiting(self) -> bool {
        self.review_requested.get()
    }

    /// Returns the error of `field`: the portal's own, or else the service's.
    pub fn error(
        self,
        field: Field,
        local: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            local().or_else(|| {
                let message = |failure: &Failure| {
                    (failure.field() == Some(field))
                        .then(|| ErrorMessage::of(failure, Operation::Preview).text)
                };
                let refused = self
                    .refused
                    .with(|failure| failure.as_ref().and_then(message));
                refused.or_else(|| {
                    self.quote.with(|quote| match quote {
                        QuoteState::Failed(failure) => message(failure),
                        _ if matches!(field, Field::Minutes | Field::Credits) => {
                            quote.shortage().map(str::to_owned)
                        }
                        _ => None,
                    })
                })
            })
        })
    }

    /// Renders the form: its fields, the button that leads to the review, and the preview beside them.
    pub fn view(self, review_label: &'static str, fields: AnyView, preview: AnyView) -> AnyView {
        view! {
            {self.refusal()}
            <form class="movement" novalidate on:submit=move |event| self.submit(event)>
                <div class="fields">
                    {fields}
                    <div class="actions">
                        <button type="submit" class="primary" aria-busy=move || self.is_waiting().then_some("true")>{review_label}</button>
                    </div>
                </div>
                {preview}
            </form>
        }
        .into_any()
    }

    /// Returns the notice above the form about the service's refusal.
    fn refusal(self) -> impl Fn() -> Option<AnyView> + Clone + Send + 'static {
        move || {
            self.refused.with(|failure| {
                failure
                    .as_ref()
                    .map(|failure| error_message::failure(failure, Operation::Move))
            })
        }
    }
}

/// Takes the child and the minutes from the URL, for links such as `/transfer?child=4002&minutes=5`. Resets the URL to
/// `screen`, so that navigating back doesn't undo what the user typed since.
pub fn take_url_prefill(screen: &'static str) -> Option<(String, String)> {
    let router = expect_context::<Router>();
    let (child, minutes) = untrack(|| {
        router.with(|location| {
            let parameter = |name| location.get(name).map(str::to_owned);
            (parameter("child"), parameter("minutes"))
        })
    });
    let child = child?;
    router.set_query(screen, true);
    Some((child, minutes.unwrap_or_default()))
}
