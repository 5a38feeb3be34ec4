//! Counts requests per key, class and minute (contract §4, L13, O19).

use std::collections::HashMap;
use std::sync::Mutex;

use crate::keys::KeyId;
use crate::state::lock;

const WINDOW_SECONDS: i64 = 60;

/// Counters of the current minute.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<(KeyId, &'static str), Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    minute: i64,
    used: u32,
}

/// The state of a key's limit after one more request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests per minute.
    pub limit: u32,
    /// Requests left in the current minute.
    pub remaining: u32,
    /// When the next minute begins, in seconds since 1970.
    pub reset: i64,
    /// Whether this request exceeded the limit.
    pub exceeded: bool,
    /// Seconds until the next minute, at least 1.
    pub retry_after: i64,
}

impl Rates {
    /// Counts a request of `key` in `class`, at `now` in microseconds.
    pub fn count(&self, key: KeyId, class: &'static str, limit: u32, now: i64) -> Standing {
        let now = now / 1_000_000;
        let minute = now / WINDOW_SECONDS;
        let mut windows = lock(&self.0);
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

    /// Resets all counters.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}
