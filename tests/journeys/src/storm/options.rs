//! Command-line options, and the setting of the service.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
};

use clap::Args;
use serde_json::{Value, json};

use super::{condition::Condition, fault::LONGEST_DELAY_MS, plan::Plan};

/// Seconds until the portal's requests time out.
pub const TIMEOUT_SECONDS: u64 = 2;
/// Seconds after which a sent request can no longer be carried out: more than the longest delay.
pub const SETTLES_AFTER_SECONDS: u64 = LONGEST_DELAY_MS / 1000 + 2;

/// Options of a storm.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How many movements are made with each setting
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub movements: usize,

    /// Seed of all random choices [default: a new one, which is printed]
    #[arg(long, value_name = "S", default_value_t = random_seed(), hide_default_value = true)]
    pub seed: u64,

    /// How many users work at the same time, each with their own browser and service
    #[arg(long, value_name = "W", default_value_t = 2)]
    pub workers: usize,

    /// Plays only movements under this condition, as many as --movements says
    #[arg(long, value_enum, value_name = "NAME", conflicts_with = "only")]
    pub condition: Option<Condition>,

    /// Plays only the movements with these numbers, from 0, as planned for the seed
    #[arg(long, value_name = "I", value_delimiter = ',')]
    pub only: Vec<usize>,
}

impl Options {
    /// Returns the numbers of the movements to play.
    pub(super) fn numbers(&self, setting: Setting) -> Vec<usize> {
        if !self.only.is_empty() {
            return self.only.clone();
        }
        match self.condition {
            None => (0..self.movements).collect(),
            Some(condition) => (0..self.movements * 500)
                .filter(|number| Plan::new(self.seed, setting, *number).is_under(condition))
                .take(self.movements)
                .collect(),
        }
    }
}

/// Draws a seed that is short enough to read aloud.
fn random_seed() -> u64 {
    RandomState::new().hash_one(()) % 1_000_000_000
}

/// What the reseller API does with idempotency keys; the portal is configured to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Requests with the same key and body get the first response again.
    Replay,
    /// Keys are ignored.
    Ignore,
}

impl Setting {
    /// Returns the sandbox's flags.
    pub(super) fn flags(self) -> [&'static str; 4] {
        let (keys, connections) = match self {
            Self::Replay => ("replay", "keep-alive"),
            // Chromium resends a POST when a kept-alive connection drops, which no page can prevent. If the service
            // carried out both, the storm would test the browser instead.
            Self::Ignore => ("ignore", "close"),
        };
        ["--reseller-idempotency", keys, "--connections", connections]
    }

    /// Returns changes to the portal's configuration: short timeouts, so that a storm takes minutes.
    pub(super) fn config(self) -> Value {
        json!({
            "timeout_seconds": TIMEOUT_SECONDS,
            "reseller_api": {
                "replays_idempotency_keys": self == Self::Replay,
                "settles_after_seconds": SETTLES_AFTER_SECONDS,
            },
            "organizations_api": { "settles_after_seconds": SETTLES_AFTER_SECONDS },
        })
    }

    /// Returns the folder for its evidence.
    pub(super) fn folder(self) -> String {
        format!("storm-{self}")
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replay => "replay",
            Self::Ignore => "ignore",
        })
    }
}
