//! Faults of the service and the network.

use std::fmt;

use fastrand::Rng;
use serde_json::{Value, json};

use super::options::TIMEOUT_SECONDS;

/// The longest time that a request is delayed.
pub const LONGEST_DELAY_MS: u64 = 3000;

const ERROR_STATUSES: [u16; 4] = [500, 502, 503, 504];
const TIMEOUT_MS: u64 = TIMEOUT_SECONDS * 1000;

/// A fault in one request or its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not carried out, and no response.
    DropBefore,
    /// Carried out, and no response.
    DropAfter,
    /// A late response. The request is carried out at once, or only after the delay.
    Delay { ms: u64, after_commit: bool },
    /// A server error, after or before the commit.
    Status { status: u16, after_commit: bool },
    /// 429, with a retry in one second.
    TooMany,
    /// 401.
    Unauthorized,
    /// Carried out, and half of the response.
    Truncate,
    /// Carried out, and a response that is not JSON.
    Garble,
    /// Declined because of insufficient credits.
    Declined,
    /// Carried out twice at once.
    Duplicate,
    /// Carried out and answered, and carried out again after `ms` milliseconds.
    RepeatLater { ms: u64 },
}

impl Fault {
    /// Draws a fault for the route of a movement.
    pub fn for_movement(random: &mut Rng) -> Self {
        let after_commit = random.bool();
        match random.u8(..13) {
            0 | 1 => Self::DropBefore,
            2 | 3 => Self::DropAfter,
            4 => Self::Delay {
                ms: short_delay(random),
                after_commit,
            },
            5 | 6 => Self::Delay {
                ms: long_delay(random),
                after_commit,
            },
            7 | 8 => Self::Status {
                status: error_status(random),
                after_commit,
            },
            9 => Self::TooMany,
            10 => Self::Unauthorized,
            11 => Self::Truncate,
            _ => Self::Garble,
        }
    }

    /// Draws a fault without a usable response, whether or not the request is carried out.
    pub fn without_response(random: &mut Rng) -> Self {
        let after_commit = random.bool();
        match random.u8(..4) {
            0 => Self::DropBefore,
            1 => Self::DropAfter,
            2 => Self::Status {
                status: error_status(random),
                after_commit,
            },
            _ => Self::past_timeout(random),
        }
    }

    /// Draws a response that arrives after the timeout.
    pub fn past_timeout(random: &mut Rng) -> Self {
        Self::Delay {
            ms: long_delay(random),
            after_commit: random.bool(),
        }
    }

    /// Draws a slow preflight, within the timeout or not.
    pub fn for_preflight(random: &mut Rng) -> Self {
        Self::Delay {
            ms: random.u64(300..LONGEST_DELAY_MS),
            after_commit: false,
        }
    }

    /// Returns the fault of a log that can't be loaded.
    pub fn log_unavailable() -> Self {
        Self::Status {
            status: 503,
            after_commit: false,
        }
    }

    /// Draws a repetition, at once or later.
    pub fn repeat(random: &mut Rng) -> Self {
        if random.bool() {
            Self::Duplicate
        } else {
            Self::RepeatLater {
                ms: random.u64(200..LONGEST_DELAY_MS),
            }
        }
    }

    /// Draws a fault for a route that only reads.
    pub fn for_read(random: &mut Rng) -> Self {
        let after_commit = false;
        match random.u8(..8) {
            0 | 1 => Self::DropBefore,
            2 => Self::Delay {
                ms: short_delay(random),
                after_commit,
            },
            3 => Self::Delay {
                ms: long_delay(random),
                after_commit,
            },
            4 | 5 => Self::Status {
                status: error_status(random),
                after_commit,
            },
            6 => Self::TooMany,
            _ => Self::Garble,
        }
    }

    /// Returns how many milliseconds after the response the request is repeated, if it is.
    pub fn repeats_after(self) -> Option<u64> {
        match self {
            Self::RepeatLater { ms } => Some(ms),
            _ => None,
        }
    }

    /// Returns the fault in the sandbox's format.
    pub fn to_json(self, route: &str, count: u64) -> Value {
        let mut fault = match self {
            Self::DropBefore => json!({ "fault": "drop_before" }),
            Self::DropAfter => json!({ "fault": "drop_after" }),
            Self::Delay { ms, after_commit } => {
                json!({ "fault": "delay", "delay_ms": ms, "after_commit": after_commit })
            }
            // As sent by an intermediate proxy. A 503 in the organizations API's own format is the kill switch, which
            // promises that nothing has moved; no portal can handle a service that breaks this promise.
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

    /// Returns the name it is counted under in the report.
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

fn short_delay(random: &mut Rng) -> u64 {
    random.u64(200..TIMEOUT_MS - 500)
}

fn long_delay(random: &mut Rng) -> u64 {
    random.u64(TIMEOUT_MS + 200..=LONGEST_DELAY_MS)
}

fn error_status(random: &mut Rng) -> u16 {
    random.choice(ERROR_STATUSES).unwrap_or(500)
}

impl fmt::Display for Fault {
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
