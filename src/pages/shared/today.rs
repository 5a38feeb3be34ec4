//! The current day, for ranges of days that are relative to it.

use crate::browser::clock::today;
use leptos::prelude::*;
use std::time::Duration;

/// How often the clock is checked. A timer set for midnight would sleep with the computer, and would trust what the clock
/// said when it was set.
const INTERVAL: Duration = Duration::from_secs(10);
/// When somebody comes back to the page, the day is right at once.
const RETURNS: [&str; 3] = ["visibilitychange", "focus", "pageshow"];

/// The current day, kept current.
#[derive(Clone, Copy)]
pub struct Today {
    day: Memo<String>,
    check: Trigger,
}

impl Today {
    /// The day in a zone so many minutes ahead of UTC, or on this computer. Ends with the current owner.
    pub fn new(ahead: Signal<Option<i64>>) -> Self {
        let check = Trigger::new();
        let day = Memo::new(move |_| {
            check.track();
            today(ahead.get())
        });
        let listeners =
            RETURNS.map(|name| window_event_listener_untyped(name, move |_| check.notify()));
        let timer = set_interval_with_handle(move || check.notify(), INTERVAL);
        on_cleanup(move || {
            listeners.into_iter().for_each(|listener| listener.remove());
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
        Self { day, check }
    }

    /// The day, `YYYY-MM-DD`. Tracked.
    pub fn get(self) -> String {
        self.day.get()
    }

    /// Checks the clock now.
    pub fn check(self) {
        self.check.notify();
    }
}
