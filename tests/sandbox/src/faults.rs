//! Faults on request: what they are, and which request meets which.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::locked;

/// The ways an exchange can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The connection closes with no answer; nothing was done.
    DropBefore,
    /// It was done; then the connection closes with no answer.
    DropAfter,
    /// The answer takes its time.
    Delay,
    /// Another status, with a body of its kind.
    Status,
    /// Content-Length promises more than is sent.
    Truncate,
    /// 200, and bytes that are not JSON.
    Garble,
    /// 200 (or a given status), and a given body.
    Body,
    /// It is done twice, as if a proxy had repeated it; the answer is the second one's.
    Duplicate,
    /// It is done and answered, and done again later, as if a proxy had held a copy back.
    RepeatLater,
}

impl Kind {
    /// Its name on the wire.
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

/// A fault and the requests it is meant for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// `METHOD /path`; a `*` or `{name}` segment matches any one, a `*` path any path, and `*` alone
    /// every API route. Only a route with the method `OPTIONS` is for preflights.
    pub route: String,
    /// What goes wrong.
    pub fault: Kind,
    /// How many requests it is for; null: until cleared.
    #[serde(default = "once")]
    pub count: Option<u64>,
    /// Milliseconds to wait before the answer, for any kind; for `repeat_later`, between answer and repeat.
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
    /// Whether it can do what it says.
    ///
    /// # Errors
    /// What to change.
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

    /// Whether the handler runs at all.
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
        let Some((want_method, want_path)) = self.route.split_once(' ') else {
            return false;
        };
        (want_method == "*" || want_method.eq_ignore_ascii_case(method))
            && path_matches(want_path, path)
    }

    fn matches_preflight(&self, path: &str) -> bool {
        self.route.split_once(' ').is_some_and(|(method, wanted)| {
            method.eq_ignore_ascii_case("OPTIONS") && path_matches(wanted, path)
        })
    }
}

fn path_matches(wanted: &str, path: &str) -> bool {
    if wanted == "*" {
        return true;
    }
    let any = |want: &str| want == "*" || (want.starts_with('{') && want.ends_with('}'));
    let (mut want, mut have) = (wanted.split('/'), path.split('/'));
    loop {
        match (want.next(), have.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if any(want) || want == have => {}
            _ => return false,
        }
    }
}

/// The faults in waiting, in the order they were asked for.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Mutex<Vec<Fault>>,
    /// Counts how often they were cleared.
    generation: AtomicU64,
}

impl Faults {
    /// Adds a fault behind those waiting; returns all.
    pub fn add(&self, fault: Fault) -> Vec<Fault> {
        let mut faults = locked(&self.waiting);
        faults.push(fault);
        faults.clone()
    }

    /// Those waiting.
    pub fn waiting(&self) -> Vec<Fault> {
        locked(&self.waiting).clone()
    }

    /// Forgets them, and the repeats that are still to come.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
        locked(&self.waiting).clear();
    }

    /// Changes when they are cleared: a repeat of before does not happen after that.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// The fault this request meets: the first in waiting that is meant for it, used up by one.
    pub fn take(&self, method: &str, path: &str) -> Option<Fault> {
        self.take_first(|fault| fault.matches(method, path))
    }

    /// The fault the preflight of `path` meets. One for every method is not meant for preflights,
    /// whose number is the browser's affair.
    pub fn take_preflight(&self, path: &str) -> Option<Fault> {
        self.take_first(|fault| fault.matches_preflight(path))
    }

    fn take_first(&self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = locked(&self.waiting);
        let at = faults.iter().position(matches)?;
        let fault = faults[at].clone();
        match &mut faults[at].count {
            Some(1) => drop(faults.remove(at)),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(fault)
    }
}
