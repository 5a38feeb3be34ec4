//! Faults on request: what they are, and which requests they apply to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::lock;

/// The ways in which an exchange can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The connection closes without a response; the request was not executed.
    DropBefore,
    /// The request was executed; then the connection closes without a response.
    DropAfter,
    /// The response is delayed.
    Delay,
    /// A different status, with a body of that kind.
    Status,
    /// Content-Length announces more than is sent.
    Truncate,
    /// 200, with bytes that are not JSON.
    Garble,
    /// 200 (or a given status), with a given body.
    Body,
    /// The request is executed twice, as if a proxy had resent it; the second response is sent.
    Duplicate,
    /// The request is executed and answered, and executed again later, as if a proxy had delayed a copy.
    RepeatLater,
}

impl Kind {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::Delay => "delay",
            Self::Status => "status",
            Self::Truncate => "truncate",
            Self::Garble => "garble",
            Self::Body => "body",
            Self::Duplicate => "duplicate",
            Self::RepeatLater => "repeat_later",
        }
    }
}

/// A fault and the requests it applies to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// `METHOD /path`; a `*` or `{name}` segment matches any one segment, a `*` path any path, and `*` alone every API
    /// route. Only a route with the method `OPTIONS` applies to preflights.
    pub route: String,
    /// The kind of fault.
    pub fault: Kind,
    /// How many requests it applies to; null: until cleared.
    #[serde(default = "once")]
    pub count: Option<u64>,
    /// Milliseconds to wait before the response, for any kind; for `repeat_later`, between response and repeat.
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// The status of `status` and `body`.
    #[serde(default)]
    pub status: Option<u16>,
    /// The body of `status`, `body` and `truncate`; a string is sent as it is.
    #[serde(default)]
    pub body: Option<Value>,
    /// The Retry-After header of `status` and `body`: seconds, or a date.
    #[serde(default)]
    pub retry_after: Option<Value>,
    /// Whether the handler runs and commits first.
    #[serde(default)]
    pub after_commit: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's type")]
const fn once() -> Option<u64> {
    Some(1)
}

impl Fault {
    /// Checks that the fault is complete and consistent.
    ///
    /// # Errors
    /// Returns what to change.
    pub fn validate(&self) -> Result<(), &'static str> {
        let route_ok = self.route == "*"
            || self
                .route
                .split_once(' ')
                .is_some_and(|(_, path)| path == "*" || path.starts_with('/'));
        if !route_ok {
            return Err("route must be \"METHOD /path\", \"METHOD *\" or \"*\"");
        }
        if self.count == Some(0) {
            return Err("count must be at least 1, or null");
        }
        if self
            .status
            .is_some_and(|status| !(200..=599).contains(&status))
        {
            return Err("status must be 200 to 599");
        }
        match self.fault {
            Kind::Status if self.status.is_none() => Err("fault \"status\" needs a status"),
            Kind::Body if self.body.is_none() => Err("fault \"body\" needs a body"),
            Kind::Delay if self.delay_ms.is_none() => Err("fault \"delay\" needs delay_ms"),
            Kind::RepeatLater if self.delay_ms.is_none() => {
                Err("fault \"repeat_later\" needs delay_ms")
            }
            _ => Ok(()),
        }
    }

    /// Returns whether the handler runs at all.
    pub fn runs_handler(&self) -> bool {
        match self.fault {
            Kind::DropBefore => false,
            Kind::DropAfter | Kind::Delay | Kind::Duplicate | Kind::RepeatLater => true,
            _ => self.after_commit,
        }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        if self.route == "*" {
            return true;
        }
        let Some((method_pattern, path_pattern)) = self.route.split_once(' ') else {
            return false;
        };
        (method_pattern == "*" || method_pattern.eq_ignore_ascii_case(method))
            && path_matches(path_pattern, path)
    }

    fn matches_preflight(&self, path: &str) -> bool {
        self.route.split_once(' ').is_some_and(|(method, pattern)| {
            method.eq_ignore_ascii_case("OPTIONS") && path_matches(pattern, path)
        })
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let is_wildcard = |want: &str| want == "*" || (want.starts_with('{') && want.ends_with('}'));
    let (mut want, mut have) = (pattern.split('/'), path.split('/'));
    loop {
        match (want.next(), have.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if is_wildcard(want) || want == have => {}
            _ => return false,
        }
    }
}

/// The queued faults, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Faults {
    queue: Mutex<Vec<Fault>>,
    /// How often the queue was cleared.
    generation: AtomicU64,
}

impl Faults {
    /// Adds a fault to the queue and returns the whole queue.
    pub fn add(&self, fault: Fault) -> Vec<Fault> {
        let mut faults = lock(&self.queue);
        faults.push(fault);
        faults.clone()
    }

    /// Returns the queued faults.
    pub fn queue(&self) -> Vec<Fault> {
        lock(&self.queue).clone()
    }

    /// Clears the queue and cancels pending repeats.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
        lock(&self.queue).clear();
    }

    /// Returns a number that changes when the faults are cleared: an earlier repeat is then canceled.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// Returns the fault for this request: the first queued one that matches. Uses it up by one.
    pub fn take(&self, method: &str, path: &str) -> Option<Fault> {
        self.take_first(|fault| fault.matches(method, path))
    }

    /// Returns the fault for a preflight of `path`. A fault for every method doesn't apply to preflights, because their
    /// number depends on the browser.
    pub fn take_preflight(&self, path: &str) -> Option<Fault> {
        self.take_first(|fault| fault.matches_preflight(path))
    }

    fn take_first(&self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = lock(&self.queue);
        let index = faults.iter().position(matches)?;
        let fault = faults[index].clone();
        match &mut faults[index].count {
            Some(1) => drop(faults.remove(index)),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(fault)
    }
}
