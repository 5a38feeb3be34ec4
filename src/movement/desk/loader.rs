//! What the frame needs of the desk, without the desk's code: that comes in a part of the program of its own.

use crate::movement::desk::in_flight;
use crate::session::{Api, Credential, Secret, Session};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// How the trying of a key ends: with whose it is, or with a sentence that says why it was not taken.
pub type KeyCheck = Pin<Box<dyn Future<Output = Result<Credential, String>>>>;

/// The desk, as the sign-in knows it. Whoever asks more of it comes in the desk's own part, and knows the desk itself.
pub trait DeskActions: Send + Sync {
    /// Tries a key at the backend of `api`.
    fn try_key(&self, api: Api, secret: Secret) -> KeyCheck;

    /// Takes keys that were accepted. Nothing of one account is shown to another; whoever has locked the page finds it as
    /// it was.
    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>);
}

/// The engine, once its code has come. A context of the whole portal.
#[derive(Clone, Copy)]
pub struct DeskLoader {
    desk: RwSignal<Option<Arc<dyn DeskActions>>>,
    requested: RwSignal<bool>,
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
}

impl DeskLoader {
    /// None yet. Its code is fetched at once where something may be unresolved in this browser; else when somebody wants it.
    pub fn new() -> Self {
        Self {
            desk: RwSignal::new(None),
            requested: RwSignal::new(in_flight::is_marked()),
            waiting: StoredValue::new(Vec::new()),
        }
    }

    /// Its code will be needed.
    pub fn request(self) {
        if self.requested.try_get_untracked() == Some(false) {
            self.requested.set(true);
        }
    }

    /// Its code will be needed once `ready` says that the screen has what it shows first: on a slow line one would take
    /// the other's place. Ends with the present owner.
    pub fn request_after(ready: Signal<bool>) {
        if let Some(loader) = use_context::<Self>() {
            Effect::new(move |_| {
                if ready.get() {
                    loader.request();
                }
            });
        }
    }

    /// Whether its code is needed. Tracked.
    pub fn is_requested(self) -> bool {
        self.requested.get()
    }

    /// It has come.
    pub fn start(self, desk: Arc<dyn DeskActions>) {
        self.desk.set(Some(desk));
        let waiting = self.waiting.try_update_value(std::mem::take);
        for wake in waiting.unwrap_or_default() {
            let _ = wake.send(());
        }
    }

    /// Whether it has come. Tracked.
    pub fn is_loaded(self) -> bool {
        self.desk.with(Option::is_some)
    }

    /// Waits for the engine: on a slow line somebody may be quicker. Nothing once the portal is gone.
    pub async fn wait(self) -> Option<Arc<dyn DeskActions>> {
        self.request();
        loop {
            if let Some(desk) = self.desk.try_get_untracked()? {
                return Some(desk);
            }
            let (wake, woken) = oneshot::channel();
            self.waiting
                .try_update_value(|waiting| waiting.push(wake))?;
            // Dropped with the portal.
            woken.await.ok()?;
        }
    }
}
