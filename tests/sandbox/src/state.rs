//! What every request shares.

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
    /// The API keys that work.
    pub keys: Keys,
    settings: LiveSettings,
}

impl State {
    /// A sandbox on `store`, with its settings as chosen at start.
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

    /// The settings at this moment.
    pub fn settings(&self) -> Settings {
        self.settings.get()
    }

    /// The server's clock at this moment.
    pub fn clock(&self) -> Clock {
        self.settings().clock()
    }

    /// Changes the settings that `change` names and returns all of them.
    ///
    /// # Errors
    /// When a name is unknown or a value is not allowed; nothing is changed then.
    pub fn change_settings(&self, change: Map<String, Value>) -> Result<Settings, String> {
        let limit_changes = change.contains_key("rate_limit");
        let settings = self.settings.change(change)?;
        if limit_changes {
            self.rates.clear();
        }
        Ok(settings)
    }

    /// Back to the settings and keys chosen at start, with no faults and nothing counted.
    pub fn forget(&self) {
        self.settings.reset(&self.options);
        self.keys.reset();
        self.faults.clear();
        self.recorder.clear();
        self.rates.clear();
    }
}

/// Locks for the moment of a copy or an update; a panic elsewhere leaves the value usable.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
