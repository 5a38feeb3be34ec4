//! What every request shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;
use crate::options::{Connections, Options, ResellerIdempotency};
use crate::rates::Rates;
use crate::recorder::Recorder;
use crate::store::Store;

/// The running sandbox, shared by all requests.
pub type App = Arc<State>;

/// The parts behind [`App`].
#[derive(Debug)]
pub struct State {
    /// The ledger.
    pub store: Store,
    /// What was chosen at start.
    pub options: Options,
    /// Faults waiting for their requests.
    pub faults: Faults,
    /// The requests seen.
    pub recorder: Recorder,
    /// Requests counted against the limits.
    pub rates: Rates,
    settings: Mutex<Settings>,
}

impl State {
    /// A sandbox on `store`, with its settings as chosen at start.
    pub fn new(store: Store, options: Options) -> Self {
        let settings = Mutex::new(Settings::from(&options));
        Self {
            store,
            options,
            faults: Faults::default(),
            recorder: Recorder::default(),
            rates: Rates::default(),
            settings,
        }
    }

    /// The settings at this moment.
    pub fn settings(&self) -> Settings {
        locked(&self.settings).clone()
    }

    /// Changes the settings; returns them.
    pub fn change_settings(&self, change: SettingsChange) -> Settings {
        let mut settings = locked(&self.settings);
        if let Some(value) = change.reseller_idempotency {
            settings.reseller_idempotency = value;
        }
        if let Some(value) = change.connections {
            settings.connections = value;
        }
        if let Some(value) = change.rate_limit {
            settings.rate_limit = value;
            self.rates.clear();
        }
        if let Some(value) = change.lock_wait_ms {
            settings.lock_wait_ms = value;
        }
        settings.clone()
    }

    /// Back to the settings chosen at start, with no faults and nothing counted.
    pub fn forget(&self) {
        *locked(&self.settings) = Settings::from(&self.options);
        self.faults.clear();
        self.recorder.clear();
        self.rates.clear();
    }
}

/// What can be changed while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// What the reseller API does with an Idempotency-Key.
    pub reseller_idempotency: ResellerIdempotency,
    /// Whether a connection serves more than one exchange.
    pub connections: Connections,
    /// Requests a minute for each key and class, both vendors; none: no limit for resellers (O19),
    /// the partner tier's for organizations (contract §4).
    pub rate_limit: Option<u32>,
    /// How long a movement waits for the ledger's lock (L4).
    pub lock_wait_ms: u64,
}

impl Settings {
    /// How long a movement waits for the ledger's lock.
    pub fn lock_wait(&self) -> Duration {
        Duration::from_millis(self.lock_wait_ms)
    }
}

impl From<&Options> for Settings {
    fn from(options: &Options) -> Self {
        Self {
            reseller_idempotency: options.reseller_idempotency,
            connections: options.connections,
            rate_limit: None,
            lock_wait_ms: 10_000,
        }
    }
}

/// A change of [`Settings`]: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    reseller_idempotency: Option<ResellerIdempotency>,
    connections: Option<Connections>,
    #[serde(default, deserialize_with = "present")]
    rate_limit: Option<Option<u32>>,
    lock_wait_ms: Option<u64>,
}

/// Tells `null` (no limit) from a field left out.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<u32>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Locks for the moment of a copy or an update; a panic elsewhere leaves the value usable.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
