//! What the frame needs of the desk, without the desk's code: that comes in a part of the program of its own.

use super::desk::Desk;
use super::flight;
use super::{Act, Failure, Telling, Why};
use crate::client::{now, sleep};
use crate::session::{Api, Credential, Secret, Session};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// How the trying of a key ends: with whose it is, or with a sentence that says why it was not taken.
pub type Trying = Pin<Box<dyn Future<Output = Result<Credential, String>>>>;

/// Milliseconds between two looks for the engine.
const PAUSE: i64 = 50;

/// The desk, as the frame and the sign-in know it.
pub trait Engine: Send + Sync {
    /// Tries a key at the backend of `api`.
    fn try_key(&self, api: Api, secret: Secret) -> Trying;

    /// Takes keys that were accepted. Nothing of one account is shown to another; whoever has locked the page finds it as
    /// it was.
    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>);

    /// Forgets drafts, finished movements and figures. What is unresolved stays.
    fn forget(&self);

    /// Locks the page. Its figures go at once; the keys too, unless a request that moves something is on its way: then
    /// they stay until it has come to its end, but no longer than requests can take.
    fn lock(&self, session: &Session);

    /// Whether closing the page now could lose an answer, or lose track.
    fn holds_the_page(&self) -> bool;
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

    /// The engine, if it has come. Tracked.
    pub fn get(self) -> Option<Arc<dyn Engine>> {
        self.engine.get()
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

impl Engine for Desk {
    fn try_key(&self, api: Api, secret: Secret) -> Trying {
        let desk = self.clone();
        Box::pin(async move {
            match desk.client.try_key(api, &secret).await {
                Ok(account) => Ok(Credential { secret, account }),
                Err(failure) => Err(refusal(&failure)),
            }
        })
    }

    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>) {
        let is_back = |(api, credential): &(Api, Credential)| {
            session.unlocks(*api, credential.account.as_deref())
        };
        if untrack(|| session.is_locked()) && !accepted.iter().all(is_back) {
            self.forget();
            session.sign_out();
        }
        for (api, credential) in accepted {
            if session.account(api) != credential.account {
                self.forget_api(api);
            }
            session.add(api, credential);
            self.key_given(api);
        }
    }

    fn forget(&self) {
        self.forget_api(Api::Reseller);
        self.forget_api(Api::Organizations);
    }

    fn lock(&self, session: &Session) {
        session.lock();
        let (session, desk) = (session.clone(), self.clone());
        leptos::task::spawn_local(async move {
            let seconds = i64::from(desk.config().timeout_seconds) * 3;
            let until = now() + (seconds + 60) * 1000;
            while desk.has_in_hand() && now() < until {
                sleep(100).await;
            }
            session.drop_keys();
        });
    }

    fn holds_the_page(&self) -> bool {
        self.could_lose()
    }
}

/// What to say at a key that was not taken.
fn refusal(failure: &Failure) -> String {
    match failure.why {
        Why::Unauthorized => {
            "This key was not accepted. Check that it was pasted whole.".to_owned()
        }
        _ => {
            let Telling { happened, todo, .. } = Telling::of(failure, Act::Read);
            format!("{happened} {todo}")
        }
    }
}
