//! What the frame needs of the desk, without the desk's code: that comes in a part of the program of its own.

use super::flight;
use crate::client::sleep;
use crate::session::{Api, Credential, Secret, Session};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// How the trying of a key ends: with whose it is, or with a sentence that says why it was not taken.
pub type Trying = Pin<Box<dyn Future<Output = Result<Credential, String>>>>;

/// Milliseconds between two looks for the engine.
const PAUSE: i64 = 50;

/// The desk, as the sign-in knows it. Whoever asks more of it comes in the desk's own part, and knows the desk itself.
pub trait Engine: Send + Sync {
    /// Tries a key at the backend of `api`.
    fn try_key(&self, api: Api, secret: Secret) -> Trying;

    /// Takes keys that were accepted. Nothing of one account is shown to another; whoever has locked the page finds it as
    /// it was.
    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>);
}

/// The engine, once its code has come. A context of the whole portal.
#[derive(Clone, Copy)]
pub struct Engines {
    engine: RwSignal<Option<Arc<dyn Engine>>>,
    wanted: RwSignal<bool>,
}

impl Engines {
    /// None yet. Whether its code is fetched at once: who has to type a key first, and has left nothing unresolved in
    /// this browser, needs it only then.
    pub fn new(at_once: bool) -> Self {
        Self {
            engine: RwSignal::new(None),
            wanted: RwSignal::new(at_once || flight::is_marked()),
        }
    }

    /// Its code will be needed.
    pub fn want(self) {
        if self.wanted.try_get_untracked() == Some(false) {
            self.wanted.set(true);
        }
    }

    /// Whether its code is needed. Tracked.
    pub fn is_wanted(self) -> bool {
        self.wanted.get()
    }

    /// It has come.
    pub fn start(self, engine: Arc<dyn Engine>) {
        self.engine.set(Some(engine));
    }

    /// Whether it has come. Tracked.
    pub fn has_come(self) -> bool {
        self.engine.with(Option::is_some)
    }

    /// Waits for the engine: on a slow line somebody may be quicker. Nothing once the portal is gone.
    pub async fn come(self) -> Option<Arc<dyn Engine>> {
        self.want();
        loop {
            match self.engine.try_get_untracked()? {
                Some(engine) => return Some(engine),
                None => sleep(PAUSE).await,
            }
        }
    }
}
