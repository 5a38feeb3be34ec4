//! Something read from a backend, and how the reading goes.

use crate::client::failure::Failure;
use leptos::prelude::*;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a reading goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchState {
    /// Nobody has asked.
    Idle,
    /// Under way.
    Waiting,
    /// Done.
    Ready,
    /// Ended without an answer to show.
    Failed(Failure),
}

/// The last good value, and how the newest reading goes. The value stays while a new one is fetched.
#[derive(Debug)]
pub struct Load<T> {
    /// The last value that was read.
    pub value: Option<Arc<T>>,
    /// How the newest reading goes.
    pub progress: FetchState,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            progress: self.progress.clone(),
        }
    }
}

impl<T> Load<T> {
    /// Whether a reading is under way.
    pub fn is_waiting(&self) -> bool {
        self.progress == FetchState::Waiting
    }

    /// The value, if the newest reading gave it.
    pub fn fresh(&self) -> Option<Arc<T>> {
        self.value
            .clone()
            .filter(|_| self.progress == FetchState::Ready)
    }

    /// Why the newest reading failed.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.progress {
            FetchState::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

/// A value that is read again and again. Readings are numbered: a late answer never overwrites a newer one.
pub struct Remote<T> {
    load: ArcRwSignal<Load<T>>,
    newest: Arc<AtomicU64>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        Self {
            load: self.load.clone(),
            newest: self.newest.clone(),
        }
    }
}

impl<T: Send + Sync + 'static> Default for Remote<T> {
    fn default() -> Self {
        let load = Load {
            value: None,
            progress: FetchState::Idle,
        };
        Self {
            load: ArcRwSignal::new(load),
            newest: Arc::default(),
        }
    }
}

impl<T: Send + Sync + 'static> Remote<T> {
    /// The present state. Tracked.
    pub fn get(&self) -> Load<T> {
        self.load.get()
    }

    /// The last value. Tracked.
    pub fn value(&self) -> Option<Arc<T>> {
        self.load.with(|load| load.value.clone())
    }

    /// Whether nothing was ever asked.
    pub fn is_idle(&self) -> bool {
        self.load
            .with_untracked(|load| load.progress == FetchState::Idle)
    }

    /// Forgets the value, and the answer of any reading under way.
    pub fn clear(&self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.load.set(Load {
            value: None,
            progress: FetchState::Idle,
        });
    }

    /// Announces a reading that will be started by [`Self::follow`]; all earlier ones are out of date.
    pub fn announce(&self) -> u64 {
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.load.update(|load| load.progress = FetchState::Waiting);
        number
    }

    /// Whether reading `number` is still the newest.
    pub fn is_newest(&self, number: u64) -> bool {
        self.newest.load(Ordering::Relaxed) == number
    }

    /// Runs the reading that was announced as `number`, unless a newer one has been.
    pub fn follow(&self, number: u64, reading: impl Future<Output = Result<T, Failure>> + 'static) {
        if !self.is_newest(number) {
            return;
        }
        let remote = self.clone();
        leptos::task::spawn_local(async move {
            let result = reading.await;
            if !remote.is_newest(number) {
                return;
            }
            remote.load.update(|load| match result {
                Ok(value) => {
                    *load = Load {
                        value: Some(Arc::new(value)),
                        progress: FetchState::Ready,
                    }
                }
                Err(failure) => load.progress = FetchState::Failed(failure),
            });
        });
    }

    /// Starts a reading at once.
    pub fn start(&self, reading: impl Future<Output = Result<T, Failure>> + 'static) {
        let number = self.announce();
        self.follow(number, reading);
    }
}
