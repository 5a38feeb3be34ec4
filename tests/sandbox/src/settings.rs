//! Settings that can be changed while the sandbox runs.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Clock;
use crate::options::{Connections, Options, ResellerIdempotency};
use crate::state::lock;
use crate::units::Micro;

/// The maximum clock offset: about a hundred years, so that every timestamp stays within the calendar.
const MAX_OFFSET_MS: u64 = 3_155_760_000_000;
/// The maximum lag and skew: 30 days.
const MAX_LAG_MS: u64 = 2_592_000_000;

/// The settings of one sandbox.
#[derive(Debug)]
pub struct LiveSettings(Mutex<Settings>);

impl LiveSettings {
    /// Creates the settings chosen at startup.
    pub fn new(options: &Options) -> Self {
        Self(Mutex::new(Settings::from(options)))
    }

    /// Returns the current settings.
    pub fn get(&self) -> Settings {
        *lock(&self.0)
    }

    /// Restores the settings chosen at startup.
    pub fn reset(&self, options: &Options) {
        *lock(&self.0) = Settings::from(options);
    }

    /// Changes the settings in `change` and returns all of them.
    ///
    /// # Errors
    /// If a name is unknown or a value is not allowed; then nothing is changed.
    pub fn change(&self, change: Map<String, Value>) -> Result<Settings, String> {
        let mut settings = lock(&self.0);
        let mut all_fields = serde_json::to_value(*settings).map_err(|error| error.to_string())?;
        if let Some(fields) = all_fields.as_object_mut() {
            fields.extend(change);
        }
        let changed: Settings =
            serde_json::from_value(all_fields).map_err(|error| error.to_string())?;
        changed.validate()?;
        *settings = changed;
        Ok(changed)
    }
}

/// A copy of the settings, so that a request sees the same values from start to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the reseller API does with an Idempotency-Key.
    pub reseller_idempotency: ResellerIdempotency,
    /// The scope of an Idempotency-Key in the organizations API.
    pub organizations_key_scope: KeyScope,
    /// Whether a connection serves more than one exchange.
    pub connections: Connections,
    /// Requests per minute for each key and class, for both vendors; none: no limit for resellers (O19), the partner
    /// tier's for organizations (contract §4).
    pub rate_limit: Option<u32>,
    /// How long a movement waits for the ledger's lock (L4).
    pub lock_wait_ms: u64,
    /// How far the server's clock is ahead of this machine's.
    pub clock_offset_ms: i64,
    /// Whether responses have a `Date` header.
    pub date_header: DateHeader,
    /// Whether pages from other origins may read `Date`.
    pub expose_date: bool,
    /// Whether pages from other origins may read `Retry-After`.
    pub expose_retry_after: bool,
    /// How long after its commit a log row or wallet event appears.
    pub log_lag_ms: u64,
    /// The time of a log row or wallet event is off by up to this much, as if nodes disagreed.
    pub log_skew_ms: u64,
    /// The ids that the log shows.
    pub log_ids: LogIds,
    /// How the amounts of a movement are rounded.
    pub rounding: Rounding,
    /// The notes of a log row.
    pub notes: Notes,
}

impl Settings {
    /// Returns how long a movement waits for the ledger's lock.
    pub const fn lock_wait(&self) -> Duration {
        Duration::from_millis(self.lock_wait_ms)
    }

    /// Returns the server's clock.
    pub const fn clock(&self) -> Clock {
        Clock::ahead_by_millis(self.clock_offset_ms)
    }

    fn validate(&self) -> Result<(), String> {
        if self.clock_offset_ms.unsigned_abs() > MAX_OFFSET_MS {
            return Err(format!(
                "clock_offset_ms must be within {MAX_OFFSET_MS} of 0"
            ));
        }
        if self.log_lag_ms > MAX_LAG_MS || self.log_skew_ms > MAX_LAG_MS {
            return Err(format!(
                "log_lag_ms and log_skew_ms must be at most {MAX_LAG_MS}"
            ));
        }
        Ok(())
    }
}

impl From<&Options> for Settings {
    fn from(options: &Options) -> Self {
        Self {
            reseller_idempotency: options.reseller_idempotency,
            organizations_key_scope: KeyScope::Organization,
            connections: options.connections,
            rate_limit: None,
            lock_wait_ms: 10_000,
            clock_offset_ms: 0,
            date_header: DateHeader::Send,
            expose_date: false,
            expose_retry_after: true,
            log_lag_ms: 0,
            log_skew_ms: 0,
            log_ids: LogIds::Growing,
            rounding: Rounding::Exact,
            notes: Notes::Plain,
        }
    }
}

/// Whether responses have a `Date` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateHeader {
    /// With the server's time.
    Send,
    /// No header, as behind some proxies.
    Omit,
}

/// The scope of an Idempotency-Key in the organizations API. In the reseller API the scope is always the API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyScope {
    /// The caller's organization: the ledger's own guard (L6), regardless of which API key sent it.
    Organization,
    /// The API key, without a guard per organization (L2 alone).
    ApiKey,
}

/// The ids that the credit log shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogIds {
    /// Each one is larger than those before it.
    Growing,
    /// In no order, but stable and unique.
    Scattered,
}

/// How the amounts of a movement are rounded, in previews and in movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Minutes times rate, exact to the last digit (contract §5.3).
    Exact,
    /// To whole cents, halves up.
    Cents,
}

impl Rounding {
    /// Returns the amount that is moved, or `None` if it is out of range.
    pub fn apply(self, amount: Micro) -> Option<Micro> {
        match self {
            Self::Exact => Some(amount),
            Self::Cents => amount.to_cents(),
        }
    }
}

/// The notes of a log row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notes {
    /// Minutes and rate, or the channels (contract §1.4).
    Plain,
    /// `false`, which the vendor writes for empty values (contract §2).
    None,
    /// An empty string.
    Empty,
}
