//! What is unresolved, and what asks for a look, on every screen.

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

/// One line for every movement that is on its way or whose end is not known: which, since when, and what is being
/// done.
#[component]
pub fn Unresolved() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let session = expect_context::<Session>();
    let lines = move || -> Vec<AnyView> {
        desk.book(|book| {
            let is_hidden = |held: &&Submission| !desk.shows(held);
            let hidden =
                book.open().filter(is_hidden).count() + book.needs_acknowledgment().filter(is_hidden).count();
            let (shown, covered): (Vec<_>, Vec<_>) = book
                .left()
                .partition(|review| session.may(review.movement.kind().api()));
            let left = shown.into_iter().map(left);
            let hidden = hidden_line(hidden + covered.len());
            let shown = book.open().filter(|open| desk.shows(open));
            let open = shown.map(|open| {
                let what = words::act(&open.movement);
                let since = moment::time(open.confirmed);
                view! {
                    <li data-key=open.key.to_string() data-state=open.state.name()>
                        <span>
                            <strong>{what}</strong>", confirmed at "{since}", "{words::doing(open)}". "
                        </span>
                        <Link href=words::screen(open.movement.kind())>"Show it"</Link>
                    </li>
                }
                .into_any()
            });
            left.chain(open).chain(hidden).collect::<Vec<_>>()
        })
    };
    let needs_acknowledgment = needs_acknowledgment();
    let clock = clock_notice();
    let unresolved = move || {
        let lines = lines();
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="unresolved" aria-label="Unresolved movements">
                    <div role="status"><ul>{lines}</ul></div>
                </aside>
            }
        })
    };
    view! {
        {clock}
        {unresolved}
        {needs_acknowledgment}
    }
}

/// How often the clocks are compared.
const CLOCK_PAUSE: Duration = Duration::from_secs(5);

/// Says so where the clock of this computer is clearly off.
fn clock_notice() -> impl Fn() -> Option<AnyView> + Send {
    let off = RwSignal::new(wall_error());
    let compare = move || {
        let error = wall_error();
        // To the minute: the figure does not flicker.
        let is_same = off.get_untracked().map(|ms| ms / 60_000) == error.map(|ms| ms / 60_000);
        if !is_same {
            off.set(error);
        }
    };
    if let Ok(handle) = set_interval_with_handle(compare, CLOCK_PAUSE) {
        on_cleanup(move || handle.clear());
    }
    move || {
        let ahead = off.get()?;
        Some(
            view! {
                <aside class="clock-notice" aria-label="Clock">
                    <p role="status">{words::clock_is_off(ahead)}</p>
                </aside>
            }
            .into_any(),
        )
    }
}

/// How many there are that belong to no account that is signed in here, and nothing else about them.
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

/// What was confirmed before its screen was left.
fn left(review: &Review) -> AnyView {
    let doing = if review.checking.is_some() {
        "is checked once more before it is sent"
    } else {
        "was not sent; it asks you once more"
    };
    view! {
        <li>
            <span><strong>{words::act(&review.movement)}</strong>" "{doing}". "</span>
            <Link href=words::screen(review.movement.kind())>"Show it"</Link>
        </li>
    }
    .into_any()
}

/// One line for every movement of which the books hold more than was told, until somebody has seen to it.
fn needs_acknowledgment() -> impl Fn() -> Option<AnyView> + Send {
    let desk = expect_context::<Desk>();
    move || {
        let lines: Vec<_> = desk.book(|book| {
            let line = |held: &Submission| {
                view! {
                    <li data-key=held.key.to_string()>
                        <span>
                            <strong>{words::act(&held.movement)}</strong>", confirmed at "
                            {moment::at(held.confirmed)}", "{words::excess(held)}". "
                        </span>
                        <Link href="/activity">"Look into it"</Link>
                    </li>
                }
            };
            book.needs_acknowledgment()
                .filter(|held| desk.shows(held))
                .map(line)
                .collect()
        });
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="alarms" aria-label="Movements that need a look">
                    <div role="alert"><ul>{lines}</ul></div>
                </aside>
            }
            .into_any()
        })
    }
}
