//! What the frame needs of the desk, without the desk's code, which is loaded separately.

use crate::movement::desk::in_flight;
use crate::session::{Api, Credential, Secret, Session};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The outcome of checking a key: the credential with its account, or a sentence that says why the key was rejected.
pub type KeyCheck = Pin<Box<dyn Future<Output = Result<Credential, String>>>>;

/// The part of the desk that the sign-in uses. Code that needs more is loaded with the desk and uses `Desk` directly.
pub trait DeskActions: Send + Sync {
    /// Checks a key with the service of `api`.
    fn try_key(&self, api: Api, secret: Secret) -> KeyCheck;

    /// Adds accepted keys to the session. One account's data is never shown to another. A user who unlocks the page
    /// finds it as they left it.
    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>);
}

/// Loads the desk on demand. Provided as a context to the whole portal.
#[derive(Clone, Copy)]
pub struct DeskLoader {
    desk: RwSignal<Option<Arc<dyn DeskActions>>>,
    requested: RwSignal<bool>,
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
}

impl Default for DeskLoader {
    /// Returns a loader without a desk. The desk's code is fetched immediately if something may be unresolved in this
    /// browser, and otherwise on request.
    fn default() -> Self {
        Self {
            desk: RwSignal::new(None),
            requested: RwSignal::new(in_flight::is_marked()),
            waiting: StoredValue::new(Vec::new()),
        }
    }
}

impl DeskLoader {
    /// Requests the desk's code.
    pub fn request(self) {
        if self.requested.try_get_untracked() == Some(false) {
            self.requested.set(true);
        }
    }

    /// Requests the desk's code once the screen is `ready`, meaning that it has the data it shows first. Otherwise, the
    /// code would compete with that data for a slow connection. The effect lives as long as the current owner.
    pub fn request_after(ready: Signal<bool>) {
        if let Some(loader) = use_context::<Self>() {
            Effect::new(move |_| {
                if ready.get() {
                    loader.request();
                }
            });
        }
    }

    /// Whether the desk's code was requested. Tracked.
    pub fn is_requested(self) -> bool {
        self.requested.get()
    }

    /// Sets the loaded desk, and wakes everything that waits for it.
    pub fn start(self, desk: Arc<dyn DeskActions>) {
        self.desk.set(Some(desk));
        let waiting = self.waiting.try_update_value(std::mem::take);
        for wake in waiting.unwrap_or_default() {
            let _ = wake.send(());
        }
    }

    /// Whether the desk is loaded. Tracked.
    pub fn is_loaded(self) -> bool {
        self.desk.with(Option::is_some)
    }

    /// Requests the desk and waits until it is loaded. On a slow connection, the user may need it sooner. Returns
    /// `None` if the portal is torn down first.
    pub async fn wait(self) -> Option<Arc<dyn DeskActions>> {
        self.request();
        loop {
            if let Some(desk) = self.desk.try_get_untracked()? {
                return Some(desk);
            }
            let (wake, woken) = oneshot::channel();
            self.waiting
                .try_update_value(|waiting| waiting.push(wake))?;
            // The sender is dropped with the portal.
            woken.await.ok()?;
        }
    }
}
