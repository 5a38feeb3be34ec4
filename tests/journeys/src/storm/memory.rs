//! What is known at a desk, whatever happens to its browser.

use std::{collections::BTreeMap, time::Instant};

use super::{
    colleague::{self, Keys, Twin},
    hooks::Hooks,
    oracle::Submission,
};

/// What is known at a desk, whatever happens to its browser.
#[derive(Debug, Default)]
pub struct Memory {
    /// Every submission of this browser that was ever shown.
    pub submissions: Vec<Submission>,
    /// What was seen and done, by movement.
    pub diary: BTreeMap<usize, Vec<String>>,
    /// What colleagues have done.
    pub twins: Vec<Twin>,
    /// What the storm has changed inside the browser.
    pub hooks: Hooks,
    /// How far the page's wall clock, unless a person has set it, is ahead of this machine's, in milliseconds.
    pub page_clock_ms: i64,
    /// The same of the service's.
    pub server_clock_ms: i64,
    /// Since when no clock was set.
    pub clocks_stable_since: Option<Instant>,
    /// What was shown about the clock though it was right.
    pub false_clock_notice: Option<String>,
    /// The API keys that replaced the first ones.
    pub replaced: [Option<String>; 2],
    /// Whether the page may still hold a key that was replaced.
    pub has_old_key: bool,
}

impl Memory {
    /// The API keys of now.
    pub fn keys(&self) -> Keys<'_> {
        let [reseller, organizations] = &self.replaced;
        Keys {
            reseller: reseller.as_deref().unwrap_or(colleague::FIRST.reseller),
            organizations: organizations
                .as_deref()
                .unwrap_or(colleague::FIRST.organizations),
        }
    }

    /// How far the page's wall clock is ahead of the service's, in milliseconds.
    pub fn clock_error_ms(&self) -> i64 {
        self.hooks.clock_ms - self.server_clock_ms
    }
}
