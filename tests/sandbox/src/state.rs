//! State shared by all requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::clock::Clock;
use crate::faults::Faults;
use crate::keys::Keys;
use crate::options::Options;
use crate::rates::Rates;
use crate::recorder::Recorder;
use crate::settings::{LiveSettings, Settings};
use crate::store::Store;

/// The running sandbox, shared by all requests.
pub type App = Arc<State>;

/// The parts of [`App`].
#[derive(Debug)]
pub struct State {
    /// The ledger.
    pub store: Store,
    /// The options at startup.
    pub options: Options,
    /// The queued faults.
    pub faults: Faults,
    /// The recorded requests.
    pub recorder: Recorder,
    /// The counters for rate limits.
    pub rates: Rates,
    /// The valid API keys.
    pub keys: Keys,
    settings: LiveSettings,
}

impl State {
    /// Creates a sandbox on `store`, with the settings chosen at startup.
    pub fn new(store: Store, options: Options) -> Self {
        let settings = LiveSettings::new(&options);
        let keys = Keys::new(&options);
        Self {
            store,
            options,
            faults: Faults::default(),
            recorder: Recorder::default(),
            rates: Rates::default(),
            keys,
            settings,
        }
    }

    /// Returns the current settings.
    pub fn settings(&self) -> Settings {
        self.settings.get()
    }

    /// Returns the server's current clock.
    pub fn clock(&self) -> Clock {
        self.settings().clock()
    }

    /// Changes the settings in `change` and returns all of them.
    ///
    /// # Errors
    /// If a name is unknown or a value is not allowed; then nothing is changed.
    pub fn change_settings(&self, change: Map<String, Value>) -> Result<Settings, String> {
        let limit_changes = change.contains_key("rate_limit");
        let settings = self.settings.change(change)?;
        if limit_changes {
            self.rates.clear();
        }
        Ok(settings)
    }

    /// Restores the settings and keys from startup, and clears faults, recorded requests and counters.
    pub fn reset(&self) {
        self.settings.reset(&self.options);
        self.keys.reset();
        self.faults.clear();
        self.recorder.clear();
        self.rates.clear();
    }
}

/// Locks a mutex for a short copy or update. A panic elsewhere leaves the value usable.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
