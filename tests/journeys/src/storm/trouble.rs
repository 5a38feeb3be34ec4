//! What the backend does wrong.

use std::fmt;

use fastrand::Rng;
use serde_json::{Value, json};

use super::options::TIMEOUT_SECONDS;

/// The longest that a request is kept waiting.
pub const LONGEST_DELAY_MS: u64 = 3000;

const STATUSES: [u16; 4] = [500, 502, 503, 504];
const TIMEOUT_MS: u64 = TIMEOUT_SECONDS * 1000;

/// A way for an exchange to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Not done, and no answer.
    DropBefore,
    /// Done, and no answer.
    DropAfter,
    /// A late answer: to what was done at once, or is done only then.
    Delay { ms: u64, after_commit: bool },
    /// A server's error, behind or before the commit.
    Status { status: u16, after_commit: bool },
    /// 429, to be asked again in a second.
    TooMany,
    /// 401.
    Unauthorized,
    /// Done, and half of the answer.
    Truncate,
    /// Done, and an answer that is not JSON.
    Garble,
    /// Declined for want of credits.
    Declined,
    /// Done twice at once.
    Duplicate,
    /// Done and answered, and done again so many milliseconds later.
    RepeatLater { ms: u64 },
}

impl Trouble {
    /// For the route of a movement.
    pub fn of_movement(random: &mut Rng) -> Self {
        let after_commit = random.bool();
        match random.u8(..13) {
            0 | 1 => Self::DropBefore,
            2 | 3 => Self::DropAfter,
            4 => Self::Delay {
                ms: short(random),
                after_commit,
            },
            5 | 6 => Self::Delay {
                ms: long(random),
                after_commit,
            },
            7 | 8 => Self::Status {
                status: status(random),
                after_commit,
            },
            9 => Self::TooMany,
            10 => Self::Unauthorized,
            11 => Self::Truncate,
            _ => Self::Garble,
        }
    }

    /// No usable answer, whether it is done or not.
    pub fn unanswered(random: &mut Rng) -> Self {
        let after_commit = random.bool();
        match random.u8(..4) {
            0 => Self::DropBefore,
            1 => Self::DropAfter,
            2 => Self::Status {
                status: status(random),
                after_commit,
            },
            _ => Self::stuck(random),
        }
    }

    /// An answer after the time-out.
    pub fn stuck(random: &mut Rng) -> Self {
        Self::Delay {
            ms: long(random),
            after_commit: random.bool(),
        }
    }

    /// A slow preflight, in time or not.
    pub fn of_preflight(random: &mut Rng) -> Self {
        Self::Delay {
            ms: random.u64(300..LONGEST_DELAY_MS),
            after_commit: false,
        }
    }

    /// A log that cannot be read.
    pub fn unreadable() -> Self {
        Self::Status {
            status: 503,
            after_commit: false,
        }
    }

    /// A repetition, at once or later.
    pub fn repeat(random: &mut Rng) -> Self {
        if random.bool() {
            Self::Duplicate
        } else {
            Self::RepeatLater {
                ms: random.u64(200..LONGEST_DELAY_MS),
            }
        }
    }

    /// For a route that only reads.
    pub fn of_reading(random: &mut Rng) -> Self {
        let after_commit = false;
        match random.u8(..8) {
            0 | 1 => Self::DropBefore,
            2 => Self::Delay {
                ms: short(random),
                after_commit,
            },
            3 => Self::Delay {
                ms: long(random),
                after_commit,
            },
            4 | 5 => Self::Status {
                status: status(random),
                after_commit,
            },
            6 => Self::TooMany,
            _ => Self::Garble,
        }
    }

    /// How many milliseconds after the answer the request is repeated, if it is.
    pub fn repeats_after(self) -> Option<u64> {
        match self {
            Self::RepeatLater { ms } => Some(ms),
            _ => None,
        }
    }

    /// As the sandbox is told.
    pub fn fault(self, route: &str, count: u64) -> Value {
        let mut fault = match self {
            Self::DropBefore => json!({ "fault": "drop_before" }),
            Self::DropAfter => json!({ "fault": "drop_after" }),
            Self::Delay { ms, after_commit } => {
                json!({ "fault": "delay", "delay_ms": ms, "after_commit": after_commit })
            }
            // As a proxy in between says it. In the organizations API's own words a 503 is the kill switch, which promises that
            // nothing has moved; a backend that says so falsely is beyond any portal.
            Self::Status {
                status,
                after_commit,
            } if after_commit || status == 503 => {
                json!({
                    "fault": "status", "status": status, "after_commit": after_commit,
                    "body": "<html><body>upstream error</body></html>",
                })
            }
            Self::Status { status, .. } => json!({ "fault": "status", "status": status }),
            Self::TooMany => json!({ "fault": "status", "status": 429, "retry_after": 1 }),
            Self::Unauthorized => json!({ "fault": "status", "status": 401 }),
            Self::Truncate => json!({ "fault": "truncate", "after_commit": true }),
            Self::Garble => json!({ "fault": "garble", "after_commit": true }),
            Self::Declined => json!({ "fault": "status", "status": 402 }),
            Self::Duplicate => json!({ "fault": "duplicate" }),
            Self::RepeatLater { ms } => json!({ "fault": "repeat_later", "delay_ms": ms }),
        };
        fault["route"] = json!(route);
        fault["count"] = json!(count);
        fault
    }

    /// The name it is counted under.
    pub fn name(self) -> &'static str {
        match self {
            Self::DropBefore => "drop before",
            Self::DropAfter => "drop after",
            Self::Delay { ms, .. } if ms < TIMEOUT_MS => "short delay",
            Self::Delay { .. } => "long delay",
            Self::Status {
                after_commit: true, ..
            } => "5xx after",
            Self::Status { .. } => "5xx before",
            Self::TooMany => "429",
            Self::Unauthorized => "401",
            Self::Truncate => "truncate",
            Self::Garble => "garble",
            Self::Declined => "declined",
            Self::Duplicate => "duplicate",
            Self::RepeatLater { .. } => "repeated later",
        }
    }
}

fn short(random: &mut Rng) -> u64 {
    random.u64(200..TIMEOUT_MS - 500)
}

fn long(random: &mut Rng) -> u64 {
    random.u64(TIMEOUT_MS + 200..=LONGEST_DELAY_MS)
}

fn status(random: &mut Rng) -> u16 {
    random.choice(STATUSES).unwrap_or(500)
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = |after_commit: &bool| if *after_commit { "after" } else { "before" };
        match self {
            Self::Delay { ms, after_commit } => {
                write!(f, "delay of {ms} ms {} the commit", when(after_commit))
            }
            Self::Status {
                status,
                after_commit,
            } => write!(f, "{status} {} the commit", when(after_commit)),
            Self::RepeatLater { ms } => write!(f, "repeat after {ms} ms"),
            other => f.write_str(other.name()),
        }
    }
}
