//! Requests counted per key, class and minute (contract §4, L13, O19).

use std::collections::HashMap;
use std::sync::Mutex;

use crate::keys::KeyId;
use crate::state::locked;

const WINDOW_SECONDS: i64 = 60;

/// Counters of the running minute.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<(KeyId, &'static str), Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    minute: i64,
    used: u32,
}

/// Where a key stands after one more request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests a minute.
    pub limit: u32,
    /// How many are left in this one.
    pub remaining: u32,
    /// When the next begins, in seconds since 1970.
    pub reset: i64,
    /// Whether this request was one too many.
    pub exceeded: bool,
    /// Seconds until the next minute, at least 1.
    pub retry_after: i64,
}

impl Rates {
    /// Counts a request of `key` in `class`, at `now` in microseconds.
    pub fn count(&self, key: KeyId, class: &'static str, limit: u32, now: i64) -> Standing {
        let now = now / 1_000_000;
        let minute = now / WINDOW_SECONDS;
        let mut windows = locked(&self.0);
        let window = windows
            .entry((key, class))
            .or_insert(Window { minute, used: 0 });
        if window.minute != minute {
            *window = Window { minute, used: 0 };
        }
        let exceeded = window.used >= limit;
        if !exceeded {
            window.used += 1;
        }
        let reset = (minute + 1) * WINDOW_SECONDS;
        Standing {
            limit,
            remaining: limit.saturating_sub(window.used),
            reset,
            exceeded,
            retry_after: (reset - now).max(1),
        }
    }

    /// Starts counting anew.
    pub fn clear(&self) {
        locked(&self.0).clear();
    }
}
