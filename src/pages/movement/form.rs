//! What the forms that move something have in common: when errors show, and the way to the review.

use crate::browser::router::Router;
use crate::client::{ErrorMessage, Failure, Field, Operation};
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::submissions::Form;
use crate::movement::{Kind, Movement};
use crate::pages::shared::error_message;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How far the quote for what stands in the form is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuoteState {
    /// The form is not complete.
    None,
    /// Asked for.
    Waiting,
    /// Here.
    Ready(Quote),
    /// The backend says no, or nothing.
    Failed(Failure),
}

impl QuoteState {
    /// Why the quote does not lead to a review, where a balance falls short.
    fn shortage(&self) -> Option<&'static str> {
        match self {
            Self::Ready(quote) => quote.shortage(),
            _ => None,
        }
    }
}

/// A draft and its fields.
pub struct DraftFields<D: Send + Sync + 'static> {
    draft: ArcRwSignal<D>,
    /// What stands in the form.
    pub now: Memo<D>,
}

impl<D: Clone + PartialEq + Send + Sync + 'static> DraftFields<D> {
    /// The fields of a draft that is kept above the screens.
    pub fn of(draft: &ArcRwSignal<D>) -> Self {
        let draft = draft.clone();
        let now = {
            let draft = draft.clone();
            Memo::new(move |_| draft.get())
        };
        Self { draft, now }
    }

    /// What stands in one field.
    pub fn text(&self, get: fn(&D) -> &String) -> Signal<String> {
        let now = self.now;
        Signal::derive(move || now.with(|draft| get(draft).clone()))
    }

    /// Takes what is typed into one field.
    pub fn set(&self, state: FormState, change: fn(&mut D, String)) -> Callback<String> {
        let draft = self.draft.clone();
        Callback::new(move |text| {
            draft.update(|draft| change(draft, text));
            state.edited.run(());
        })
    }
}

/// A form on its way to a review.
#[derive(Clone, Copy)]
pub struct FormState {
    /// Whether the form was sent at least once, so that every error shows.
    pub asked: RwSignal<bool>,
    wanted: RwSignal<bool>,
    refused: Memo<Option<Failure>>,
    quote: Memo<QuoteState>,
    retry: Callback<()>,
    /// To be told of any change: what was refused belongs to another form then.
    pub edited: Callback<()>,
}

impl FormState {
    /// Follows the form of `kind`: once the person has asked for the review, and movement and quote are
    /// there, it is shown. `retry` asks for a quote anew that could not be had.
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
                desk.book(|book| match book.form(kind) {
                    Form::Draft { refused } => refused.clone(),
                    _ => None,
                })
            })
        };
        let wanted = RwSignal::new(false);
        let edited = {
            let desk = desk.clone();
            Callback::new(move |()| {
                wanted.set(false);
                if refused.with_untracked(Option::is_some) {
                    desk.edit(kind);
                }
            })
        };
        let state = Self {
            // What was refused shows at its field at once.
            asked: RwSignal::new(refused.with_untracked(Option::is_some)),
            wanted,
            refused,
            quote,
            retry,
            edited,
        };
        let desk = desk.clone();
        Effect::new(move |_| {
            if !state.wanted.get() {
                return;
            }
            match (movement.get(), quote.get()) {
                (Some(movement), QuoteState::Ready(quote)) if quote.shortage().is_none() => {
                    state.wanted.set(false);
                    desk.review(movement, quote);
                }
                (Some(_), QuoteState::Waiting) => {}
                _ => {
                    state.wanted.set(false);
                    focus("form [aria-invalid=true]");
                }
            }
        });
        state
    }

    /// Enter, or the button: on to the review.
    pub fn submit(self, event: SubmitEvent) {
        event.prevent_default();
        self.asked.set(true);
        if self.quote.with_untracked(|quote| {
            quote.shortage().is_some() || matches!(quote, QuoteState::Failed(_))
        }) {
            self.retry.run(());
        }
        self.wanted.set(true);
    }

    /// Whether the review is waited for.
    pub fn is_waiting(self) -> bool {
        self.wanted.get()
    }

    /// What is wrong with `field`: what the portal finds, else what the backend says.
    pub fn error(
        self,
        field: Field,
        local: impl Fn() -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            local().or_else(|| {
                let said = |failure: &Failure| {
                    (failure.field() == Some(field))
                        .then(|| ErrorMessage::of(failure, Operation::Preview).happened)
                };
                let refused = self.refused.with(|failure| failure.as_ref().and_then(said));
                refused.or_else(|| {
                    self.quote.with(|quote| match quote {
                        QuoteState::Failed(failure) => said(failure),
                        _ if matches!(field, Field::Minutes | Field::Credits) => {
                            quote.shortage().map(str::to_owned)
                        }
                        _ => None,
                    })
                })
            })
        })
    }

    /// What the backend refused, told above the form.
    pub fn refusal(self) -> impl Fn() -> Option<AnyView> + Clone + Send + 'static {
        move || {
            self.refused.with(|failure| {
                failure
                    .as_ref()
                    .map(|failure| error_message::failure(failure, Operation::Move))
            })
        }
    }
}

/// A link may name the child and the minutes, as `/transfer?child=4002&minutes=5` does. Gives them once: the URL is
/// put back to `screen`, so that going back does not undo what was typed since.
pub fn asked_in_url(screen: &'static str) -> Option<(String, String)> {
    let router = expect_context::<Router>();
    let (child, minutes) = untrack(|| {
        router.with(|place| {
            let asked = |name| place.get(name).map(str::to_owned);
            (asked("child"), asked("minutes"))
        })
    });
    let child = child?;
    router.set_query(screen, true);
    Some((child, minutes.unwrap_or_default()))
}

/// Puts the focus on the first element that `selector` finds, once what is due has been rendered.
pub fn focus(selector: impl Into<String>) {
    let selector = selector.into();
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(move || {
        let first = document().query_selector(&selector).ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = first.focus();
        }
    });
}
