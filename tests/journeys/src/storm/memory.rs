//! What is known at a desk, regardless of what happens to its browser.

use std::{collections::BTreeMap, time::Instant};

use super::{
    colleague::{self, ColleagueMovement, Keys},
    hooks::Hooks,
    oracle::Submission,
};

/// What is known at a desk, regardless of what happens to its browser.
#[derive(Debug, Default)]
pub struct Memory {
    /// All submissions of this browser that were ever shown.
    pub submissions: Vec<Submission>,
    /// What the user saw and did, by movement.
    pub trace: BTreeMap<usize, Vec<String>>,
    /// The movements that colleagues have made.
    pub colleague_movements: Vec<ColleagueMovement>,
    /// What the storm has changed inside the browser.
    pub hooks: Hooks,
    /// How far the page's wall clock is ahead of this machine's, unless the user has changed it, in milliseconds.
    pub page_clock_ms: i64,
    /// How far the service's clock is ahead of this machine's, in milliseconds.
    pub server_clock_ms: i64,
    /// When a clock was last changed.
    pub clocks_stable_since: Option<Instant>,
    /// A notice about the clock that was shown although the clock was right.
    pub false_clock_notice: Option<String>,
    /// The API keys that replaced the initial ones.
    pub replaced_keys: [Option<String>; 2],
    /// Whether the page may still have a key that was replaced.
    pub has_old_key: bool,
}

impl Memory {
    /// Returns the current API keys.
    pub fn keys(&self) -> Keys<'_> {
        let [reseller, organizations] = &self.replaced_keys;
        Keys {
            reseller: reseller.as_deref().unwrap_or(colleague::INITIAL.reseller),
            organizations: organizations
                .as_deref()
                .unwrap_or(colleague::INITIAL.organizations),
        }
    }

    /// Returns how far the page's wall clock is ahead of the service's, in milliseconds.
    pub fn clock_error_ms(&self) -> i64 {
        self.hooks.clock_ms - self.server_clock_ms
    }
}
