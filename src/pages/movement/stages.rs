//! A movement's screen: the form, and whatever comes after it.

use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::{Review, ScreenState};
use crate::movement::{Kind, Movement};
use crate::pages::movement::{pending, receipt, review};
use crate::ui::figure;
use crate::units::{IdempotencyKey, Value};
use leptos::prelude::*;

/// What a screen shows, for comparison: it is built anew only when this changes.
#[derive(Clone, PartialEq)]
enum Shown {
    Form,
    Review(Box<Review>),
    Submission(Box<Submission>),
}

/// The form of `kind` while it is being filled, and whatever comes after it.
#[component]
pub fn Stages(
    /// Which movement.
    kind: Kind,
    /// Its form.
    #[prop(into)]
    form: ViewFn,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let shown = {
        let desk = desk.clone();
        Memo::new(move |_| {
            let home = desk.tracked_home(kind.api());
            desk.book(|book| match book.screen_state(kind, &home) {
                ScreenState::Form(_) => Shown::Form,
                ScreenState::Review(review) => Shown::Review(Box::new(review.clone())),
                ScreenState::Submission(submission) => {
                    Shown::Submission(Box::new(submission.clone()))
                }
            })
        })
    };
    // The form must not be rebuilt while somebody types in it, nor a part while somebody reads it.
    let part = Memo::new(move |_| shown.with(part));
    Effect::new(move |before: Option<bool>| {
        let now = part.with(|part| part.0 == FORM);
        // Back at the form, whoever works with the keyboard goes on typing.
        if now && before == Some(false) {
            crate::pages::movement::form::focus("form.movement input");
        }
        now
    });
    // The balances are read anew for every form: others work on them too.
    desk.directory.refresh(kind.api());
    desk.enter(kind);
    let leaving = desk.clone();
    on_cleanup(move || leaving.leave(kind));
    move || {
        if part.with(|part| part.0 == FORM) {
            return form.run();
        }
        let now = Signal::derive(move || shown.get());
        stage(&desk, now)
    }
}

/// The part in which the form is filled.
const FORM: &str = "form";

/// Which part of the screen it is, and of which submission. A change within one part does not move the focus.
fn part(shown: &Shown) -> (&'static str, Option<IdempotencyKey>) {
    match shown {
        Shown::Form => (FORM, None),
        Shown::Review(_) => ("review", None),
        Shown::Submission(submission) => {
            let part = match submission.state {
                State::Recording | State::Sending | State::Checking(_) => "sending",
                State::Unknown { .. } | State::KeyNeeded => "unknown",
                _ => "end",
            };
            (part, Some(submission.key.clone()))
        }
    }
}

fn stage(desk: &Desk, shown: Signal<Shown>) -> AnyView {
    match shown.get_untracked() {
        Shown::Form => ().into_any(),
        Shown::Review(first) => {
            let review = Signal::derive(move || match shown.get() {
                Shown::Review(review) => *review,
                _ => (*first).clone(),
            });
            review::review(desk, review)
        }
        Shown::Submission(first) => {
            let submission = Signal::derive(move || match shown.get() {
                Shown::Submission(submission) => *submission,
                _ => (*first).clone(),
            });
            match submission.get_untracked().state {
                State::Recording | State::Sending | State::Checking(_) => {
                    pending::sending(submission)
                }
                State::Unknown { .. } | State::KeyNeeded => pending::unknown(desk, submission),
                _ => receipt::end(desk, submission),
            }
        }
    }
}

/// What the form says and the quote does not.
pub fn particulars(movement: &Movement, figures: &Quote) -> AnyView {
    match movement {
        Movement::Transfer { rate, child, .. } => {
            let rate = figure::figure(Value::PerMinute(*rate), figures.symbol.as_deref());
            view! { <p>"Organization "{child.to_string()}", charged at "{rate}"."</p> }.into_any()
        }
        Movement::Revert { child, .. } => {
            view! { <p>"Organization "{child.to_string()}"."</p> }.into_any()
        }
        Movement::Allocate {
            organization,
            description,
            metadata,
            ..
        } => {
            let rows = metadata
                .iter()
                .map(|(key, value)| view! { <div><dt>{key.clone()}</dt><dd>{value.clone()}</dd></div> })
                .collect_view();
            let description = description.clone().map(
                |text| view! { <div><dt>"Description"</dt><dd class="free">{text}</dd></div> },
            );
            view! {
                <p class="reference">{organization.to_string()}</p>
                <dl class="lines">{description}{rows}</dl>
            }
            .into_any()
        }
    }
}
