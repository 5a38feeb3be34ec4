//! The current day, for date ranges relative to it.

use crate::browser::clock::today;
use leptos::prelude::*;
use std::time::Duration;

/// How often the clock is checked. A timer set for midnight would pause while the computer sleeps, and wouldn't notice
/// a change of the clock.
const INTERVAL: Duration = Duration::from_secs(10);
/// Events that also check the clock, so that the day is right as soon as the user returns to the page.
const CHECK_EVENTS: [&str; 3] = ["visibilitychange", "focus", "pageshow"];

/// The current day, updated as time passes.
#[derive(Clone, Copy)]
pub struct Today {
    day: Memo<String>,
    check: Trigger,
}

impl Today {
    /// Follows the day in the zone `offset` minutes ahead of UTC, or this computer's day for `None`. Stops with the
    /// current owner.
    pub fn new(offset: Signal<Option<i64>>) -> Self {
        let check = Trigger::new();
        let day = Memo::new(move |_| {
            check.track();
            today(offset.get())
        });
        let listeners =
            CHECK_EVENTS.map(|name| window_event_listener_untyped(name, move |_| check.notify()));
        let timer = set_interval_with_handle(move || check.notify(), INTERVAL);
        on_cleanup(move || {
            listeners.into_iter().for_each(|listener| listener.remove());
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
        Self { day, check }
    }

    /// Returns the day, `YYYY-MM-DD`. Tracked.
    pub fn get(self) -> String {
        self.day.get()
    }

    /// Checks the clock now.
    pub fn check(self) {
        self.check.notify();
    }
}
