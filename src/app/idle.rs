//! Locks the page after a period without user activity.

use crate::browser::clock::now;
use crate::browser::storage;
use crate::movement::desk::Desk;
use crate::movement::desk::sign_in::LeaveMode;
use crate::session::Session;
use leptos::prelude::*;
use std::time::Duration;

/// How often the idle time is checked.
const TICK: Duration = Duration::from_secs(1);
const MINUTE: i64 = 60 * 1000;
/// Where the time of the last activity in any tab is stored. Only used behind a gateway, where locking one page signs
/// out at the gateway and so locks every tab.
const LAST_ACTIVITY: &str = "credit-desk.touched";
/// The minimum time between two writes to it, in milliseconds.
const WRITE_INTERVAL: i64 = 5000;
/// How many ticks the warning stays after the last activity. Moving the pointer to its button is activity: if the
/// warning vanished at once, the click would reach whatever is underneath.
const LINGER_TICKS: u8 = 3;
/// The events that count as activity.
const ACTIVITY_EVENTS: [&str; 6] = [
    "keydown",
    // Dictation and other input methods fire no key events.
    "input",
    "pointerdown",
    "pointermove",
    "wheel",
    "touchstart",
];

/// Locks the page after the configured minutes without activity, and warns before it does.
#[component]
pub fn Idle() -> impl IntoView {
    let (session, desk) = (expect_context::<Session>(), expect_context::<Desk>());
    let limit = desk
        .config()
        .locks_after()
        .map_or(i64::MAX, |minutes| i64::from(minutes) * MINUTE);
    // One minute before the lock, or halfway to it if the limit is shorter than two minutes.
    let warn_after = limit - MINUTE.min(limit / 2);
    let last_activity = StoredValue::new(now());
    let is_warning = RwSignal::new(false);
    let ticks_since_activity = StoredValue::new(0_u8);
    // Timers stop while the computer sleeps. Activity therefore checks the limit, too, so that the first touch after
    // waking locks the page instead of restarting the idle time.
    let check = move |is_activity: bool| {
        let is_gateway = !session.has_typed_keys();
        let any_tab = match is_gateway {
            true => activity_in_any_tab(),
            false => None,
        };
        let this_tab = last_activity.get_value();
        let idle_for = now() - any_tab.map_or(this_tab, |any_tab| this_tab.max(any_tab));
        if idle_for >= limit {
            match is_gateway {
                true => desk.leave_all_tabs(LeaveMode::Lock, &session),
                false => desk.lock(&session),
            }
        } else if is_activity {
            if is_gateway && any_tab.is_none_or(|time| now() - time >= WRITE_INTERVAL) {
                storage::set(LAST_ACTIVITY, &now().to_string());
            }
            last_activity.set_value(now());
        }
        if is_activity {
            ticks_since_activity.set_value(0);
            return;
        }
        let ticks = ticks_since_activity.get_value().saturating_add(1);
        ticks_since_activity.set_value(ticks);
        let lingers = is_warning.get_untracked() && ticks < LINGER_TICKS;
        let warns = (idle_for >= warn_after || lingers) && idle_for < limit;
        if is_warning.get_untracked() != warns {
            is_warning.set(warns);
        }
    };
    let check = StoredValue::new(check);
    let listeners = ACTIVITY_EVENTS.map(|name| {
        window_event_listener_untyped(name, move |_| check.with_value(|check| check(true)))
    });
    let ticker = set_interval_with_handle(move || check.with_value(|check| check(false)), TICK);
    on_cleanup(move || {
        listeners.into_iter().for_each(|listener| listener.remove());
        if let Ok(ticker) = ticker {
            ticker.clear();
        }
    });
    let warning = move || {
        is_warning.get().then(|| {
            view! {
                <p>"Still there? Credit Desk will lock within a minute. Your drafts are saved."</p>
                <button type="button" class="primary" on:click=move |_| is_warning.set(false)>"Stay signed in"</button>
            }
        })
    };
    view! { <div class="idle" aria-live="assertive">{warning}</div> }
}

/// Returns the time of the last activity in any tab. A time in the future is ignored: the clock has been set back
/// since.
fn activity_in_any_tab() -> Option<i64> {
    let time = storage::get(LAST_ACTIVITY)?.parse().ok()?;
    (time <= now()).then_some(time)
}
