//! Unresolved transactions and those that need attention, shown on every screen.

use crate::browser::clock::wall_error;
use crate::movement::desk::Desk;
use crate::movement::submission::Submission;
use crate::movement::submissions::Review;
use crate::pages::movement::words;
use crate::session::Session;
use crate::ui::link::Link;
use crate::ui::moment;
use leptos::prelude::*;
use std::time::Duration;

/// One line for each movement in flight or with an unknown outcome: what it is, when it was confirmed, and what is
/// being done about it.
#[component]
pub fn Unresolved() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let session = expect_context::<Session>();
    let lines = move || -> Vec<AnyView> {
        desk.with_submissions(|submissions| {
            let is_hidden = |submission: &&Submission| !desk.shows(submission);
            let hidden =
                submissions.open().filter(is_hidden).count() + submissions.needs_acknowledgment().filter(is_hidden).count();
            let (visible, hidden_reviews): (Vec<_>, Vec<_>) = submissions
                .abandoned_reviews()
                .partition(|review| session.has_access_to(review.movement.kind().api()));
            let reviews = visible.into_iter().map(review_line);
            let hidden = hidden_line(hidden + hidden_reviews.len());
            let visible = submissions.open().filter(|open| desk.shows(open));
            let open = visible.map(|open| {
                let what = words::imperative(&open.movement);
                let since = moment::time(open.confirmed);
                view! {
                    <li data-key=open.key.to_string() data-state=open.state.name()>
                        <span>
                            <strong>{what}</strong>", confirmed at "{since}", "{words::activity(open)}". "
                        </span>
                        <Link href=words::screen_path(open.movement.kind())>"View"</Link>
                    </li>
                }
                .into_any()
            });
            reviews.chain(open).chain(hidden).collect::<Vec<_>>()
        })
    };
    let needs_acknowledgment = needs_acknowledgment();
    let clock = clock_notice();
    let list = move || {
        let lines = lines();
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="unresolved" aria-label="Pending transactions">
                    <div role="status"><ul>{lines}</ul></div>
                </aside>
            }
        })
    };
    view! {
        {clock}
        {list}
        {needs_acknowledgment}
    }
}

/// How often the clocks are compared.
const CLOCK_INTERVAL: Duration = Duration::from_secs(5);

/// Warns if this computer's clock is clearly off.
fn clock_notice() -> impl Fn() -> Option<AnyView> + Send {
    let clock_error = RwSignal::new(wall_error());
    let compare = move || {
        let error = wall_error();
        // Rounded to the minute so that the text doesn't flicker.
        let is_same =
            clock_error.get_untracked().map(|ms| ms / 60_000) == error.map(|ms| ms / 60_000);
        if !is_same {
            clock_error.set(error);
        }
    };
    if let Ok(handle) = set_interval_with_handle(compare, CLOCK_INTERVAL) {
        on_cleanup(move || handle.clear());
    }
    move || {
        let offset = clock_error.get()?;
        Some(
            view! {
                <aside class="clock-notice" aria-label="Clock">
                    <p role="status">{words::clock_warning(offset)}</p>
                </aside>
            }
            .into_any(),
        )
    }
}

/// Renders the number of movements of accounts that aren't signed in here, and discloses nothing else about them.
fn hidden_line(count: usize) -> Option<AnyView> {
    let words = match count {
        0 => return None,
        1 => {
            "1 transaction is pending. Sign in with the key it was sent with to see it.".to_owned()
        }
        _ => format!(
            "{count} transactions are pending. Sign in with the key they were sent with to see them."
        ),
    };
    Some(view! { <li>{words}</li> }.into_any())
}

/// Renders a movement that was confirmed, but whose screen the user left before it was sent.
fn review_line(review: &Review) -> AnyView {
    let status = if review.checking.is_some() {
        "is being rechecked"
    } else {
        "wasn't sent; needs your confirmation"
    };
    view! {
        <li>
            <span><strong>{words::imperative(&review.movement)}</strong>" "{status}". "</span>
            <Link href=words::screen_path(review.movement.kind())>"View"</Link>
        </li>
    }
    .into_any()
}

/// Renders one line for each movement with extra entries in the log, until a user acknowledges it.
fn needs_acknowledgment() -> impl Fn() -> Option<AnyView> + Send {
    let desk = expect_context::<Desk>();
    move || {
        let lines: Vec<_> = desk.with_submissions(|submissions| {
            let line = |submission: &Submission| {
                view! {
                    <li data-key=submission.key.to_string()>
                        <span>
                            <strong>{words::imperative(&submission.movement)}</strong>", confirmed at "
                            {moment::at(submission.confirmed)}", "{words::extra_entries(submission)}". "
                        </span>
                        <Link href="/activity">"Review"</Link>
                    </li>
                }
            };
            submissions.needs_acknowledgment()
                .filter(|submission| desk.shows(submission))
                .map(line)
                .collect()
        });
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="alarms" aria-label="Transactions that need attention">
                    <div role="alert"><ul>{lines}</ul></div>
                </aside>
            }
            .into_any()
        })
    }
}
