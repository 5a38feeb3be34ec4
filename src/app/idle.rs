//! Locking the page: on demand, and after a time in which nobody has touched it.

use crate::browser::clock::now;
use crate::browser::storage;
use crate::movement::desk::Desk;
use crate::movement::desk::sign_in::Leaving;
use crate::session::Session;
use leptos::prelude::*;
use std::time::Duration;

/// How often the time is looked at.
const GLANCE: Duration = Duration::from_secs(1);
const MINUTE: i64 = 60 * 1000;
/// Where the last touch in any tab is noted: locking one page signs out at the gateway, and so locks every tab.
const TOUCHED: &str = "credit-desk.touched";
/// How often it is noted at most, in milliseconds.
const NOTE_PAUSE: i64 = 5000;
/// For how many glances the warning stays after the last touch. Moving the pointer to its button is a touch: if it went at once, the
/// click would reach whatever is beneath it.
const LINGER: u8 = 3;
/// What counts as a touch.
const TOUCHES: [&str; 6] = [
    "keydown",
    // Dictation and other input methods press no keys.
    "input",
    "pointerdown",
    "pointermove",
    "wheel",
    "touchstart",
];

/// Locks the page after so many minutes, and says so before.
#[component]
pub fn Idle() -> impl IntoView {
    let (session, desk) = (expect_context::<Session>(), expect_context::<Desk>());
    let limit = desk
        .config()
        .locks_after()
        .map_or(i64::MAX, |minutes| i64::from(minutes) * MINUTE);
    // A minute before, or half the time where that is all there is.
    let warned = limit - MINUTE.min(limit / 2);
    let touched = StoredValue::new(now());
    let near = RwSignal::new(false);
    let since_touch = StoredValue::new(0_u8);
    // Behind a lid that was closed no clock ticks: who opens it finds the page locked, whatever they touch first.
    let look = move |is_touch: bool| {
        let is_gateway = !session.is_typed();
        let elsewhere = match is_gateway {
            true => touched_elsewhere(),
            false => None,
        };
        let last = touched.get_value();
        let idle = now() - elsewhere.map_or(last, |elsewhere| last.max(elsewhere));
        if idle >= limit {
            match is_gateway {
                true => desk.in_every_tab(Leaving::Lock, &session),
                false => desk.lock(&session),
            }
        } else if is_touch {
            if is_gateway && elsewhere.is_none_or(|noted| now() - noted >= NOTE_PAUSE) {
                storage::keep(TOUCHED, &now().to_string());
            }
            touched.set_value(now());
        }
        if is_touch {
            since_touch.set_value(0);
            return;
        }
        let glances = since_touch.get_value().saturating_add(1);
        since_touch.set_value(glances);
        let lingers = near.get_untracked() && glances < LINGER;
        let is_near = (idle >= warned || lingers) && idle < limit;
        if near.get_untracked() != is_near {
            near.set(is_near);
        }
    };
    let look = StoredValue::new(look);
    let handles = TOUCHES.map(|name| {
        window_event_listener_untyped(name, move |_| look.with_value(|look| look(true)))
    });
    let clock = set_interval_with_handle(move || look.with_value(|look| look(false)), GLANCE);
    on_cleanup(move || {
        handles.into_iter().for_each(|handle| handle.remove());
        if let Ok(clock) = clock {
            clock.clear();
        }
    });
    let warning = move || {
        near.get().then(|| {
            view! {
                <p>"Nobody has touched this page for a while. It locks within a minute; drafts and movements are kept."</p>
                <button type="button" class="primary" on:click=move |_| near.set(false)>"Keep it open"</button>
            }
        })
    };
    view! { <div class="idle" aria-live="assertive">{warning}</div> }
}

/// When another tab was touched last. A time in the future was noted by a clock that has been set since.
fn touched_elsewhere() -> Option<i64> {
    let noted = storage::kept(TOUCHED)?.parse().ok()?;
    (noted <= now()).then_some(noted)
}
