//! Data from a service, and the state of its request.

use crate::client::failure::Failure;
use leptos::prelude::*;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The state of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchState {
    /// Not requested.
    Idle,
    /// In progress.
    Waiting,
    /// Succeeded.
    Ready,
    /// Failed.
    Failed(Failure),
}

/// The last value, and the state of the newest request. The value stays while a new one is loaded.
#[derive(Debug)]
pub struct Load<T> {
    /// The last value that was loaded.
    pub value: Option<Arc<T>>,
    /// The state of the newest request.
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
    /// Whether a request is in progress.
    pub fn is_waiting(&self) -> bool {
        self.progress == FetchState::Waiting
    }

    /// The value, if the newest request succeeded.
    pub fn fresh(&self) -> Option<Arc<T>> {
        self.value
            .clone()
            .filter(|_| self.progress == FetchState::Ready)
    }

    /// Why the newest request failed.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.progress {
            FetchState::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}

/// A value that is loaded repeatedly. Requests are numbered, so that a late response never overwrites a newer one.
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
    /// The current state. Tracked.
    pub fn get(&self) -> Load<T> {
        self.load.get()
    }

    /// The last value. Tracked.
    pub fn value(&self) -> Option<Arc<T>> {
        self.load.with(|load| load.value.clone())
    }

    /// Whether nothing has been requested yet.
    pub fn is_idle(&self) -> bool {
        self.load
            .with_untracked(|load| load.progress == FetchState::Idle)
    }

    /// Clears the value, and ignores the response of a request in progress.
    pub fn clear(&self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.load.set(Load {
            value: None,
            progress: FetchState::Idle,
        });
    }

    /// Reserves the number of a request that [`Self::run`] will start. All earlier requests become outdated.
    pub fn begin(&self) -> u64 {
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.load.update(|load| load.progress = FetchState::Waiting);
        number
    }

    /// Whether request `number` is still the newest.
    pub fn is_newest(&self, number: u64) -> bool {
        self.newest.load(Ordering::Relaxed) == number
    }

    /// Runs request `number`, unless there is a newer one.
    pub fn run(&self, number: u64, request: impl Future<Output = Result<T, Failure>> + 'static) {
        if !self.is_newest(number) {
            return;
        }
        let remote = self.clone();
        leptos::task::spawn_local(async move {
            let result = request.await;
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

    /// Starts a request immediately.
    pub fn start(&self, request: impl Future<Output = Result<T, Failure>> + 'static) {
        let number = self.begin();
        self.run(number, request);
    }
}
