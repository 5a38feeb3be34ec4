//! The screen of a movement: the form and the stages that follow it.

use crate::browser::focus::focus_first;
use crate::movement::desk::Desk;
use crate::movement::quote::Quote;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::{Review, ScreenState};
use crate::movement::{Kind, Movement};
use crate::pages::movement::{pending, receipt, review};
use crate::ui::figure;
use crate::units::{IdempotencyKey, Value};
use leptos::prelude::*;

/// What the screen shows. Comparable, so that the screen rebuilds only when it changes.
#[derive(Clone, PartialEq)]
enum ScreenContent {
    Form,
    Review(Box<Review>),
    Submission(Box<Submission>),
}

/// The form of `kind`, and then the review and the submission.
#[component]
pub fn Stages(
    /// The kind of movement.
    kind: Kind,
    /// Its form.
    #[prop(into)]
    form: ViewFn,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let shown = {
        let desk = desk.clone();
        Memo::new(move |_| {
            let current_account = desk.tracked_current_account(kind.api());
            desk.with_submissions(|submissions| {
                match submissions.screen_state(kind, &current_account) {
                    ScreenState::Form(_) => ScreenContent::Form,
                    ScreenState::Review(review) => ScreenContent::Review(Box::new(review.clone())),
                    ScreenState::Submission(submission) => {
                        ScreenContent::Submission(Box::new(submission.clone()))
                    }
                }
            })
        })
    };
    // Don't rebuild the form while the user types in it, or a stage while the user reads it.
    let stage = Memo::new(move |_| shown.with(stage_of));
    Effect::new(move |was_form: Option<bool>| {
        let is_form = stage.with(|stage| stage.0 == FORM);
        // Back at the form, focus its first field for keyboard users.
        if is_form && was_form == Some(false) {
            focus_first("form.movement input");
        }
        is_form
    });
    // Reload the balances for every form: other users change them too.
    desk.directory.refresh(kind.api());
    desk.enter(kind);
    let left_desk = desk.clone();
    on_cleanup(move || left_desk.leave(kind));
    move || {
        if stage.with(|stage| stage.0 == FORM) {
            return form.run();
        }
        let state = Signal::derive(move || shown.get());
        stage_view(&desk, state)
    }
}

/// The stage that shows the form.
const FORM: &str = "form";

/// Returns the stage, and the key of its submission. A change within one stage doesn't move the focus.
fn stage_of(shown: &ScreenContent) -> (&'static str, Option<IdempotencyKey>) {
    match shown {
        ScreenContent::Form => (FORM, None),
        ScreenContent::Review(_) => ("review", None),
        ScreenContent::Submission(submission) => {
            let stage = match submission.state {
                State::Recording | State::Sending | State::Checking(_) => "sending",
                State::Unknown { .. } | State::KeyNeeded => "unknown",
                _ => "end",
            };
            (stage, Some(submission.key.clone()))
        }
    }
}

fn stage_view(desk: &Desk, shown: Signal<ScreenContent>) -> AnyView {
    match shown.get_untracked() {
        ScreenContent::Form => ().into_any(),
        ScreenContent::Review(initial) => {
            let review = Signal::derive(move || match shown.get() {
                ScreenContent::Review(review) => *review,
                _ => (*initial).clone(),
            });
            review::review(desk, review)
        }
        ScreenContent::Submission(initial) => {
            let submission = Signal::derive(move || match shown.get() {
                ScreenContent::Submission(submission) => *submission,
                _ => (*initial).clone(),
            });
            match submission.get_untracked().state {
                State::Recording | State::Sending | State::Checking(_) => {
                    pending::sending(submission)
                }
                State::Unknown { .. } | State::KeyNeeded => pending::unknown(desk, submission),
                _ => receipt::settled(desk, submission),
            }
        }
    }
}

/// Renders the details that the quote doesn't show: the client's ID, the rate, the description and the metadata.
pub fn particulars(movement: &Movement, quote: &Quote) -> AnyView {
    match movement {
        Movement::Transfer { rate, child, .. } => {
            let rate = figure::figure(Value::PerMinute(*rate), quote.symbol.as_deref());
            view! { <p>"Client ID "{child.to_string()}" · "{rate}</p> }.into_any()
        }
        Movement::Revert { child, .. } => {
            view! { <p>"Client ID "{child.to_string()}</p> }.into_any()
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
