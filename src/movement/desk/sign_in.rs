//! Whose desk it is: keys come, the page is locked, somebody signs out.

use crate::browser::clock::steady;
use crate::browser::tabs;
use crate::client::is_leaving_pending;
use crate::client::{ErrorMessage, Failure, FailureKind, Operation};
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::desk::loader::{DeskActions, KeyCheck};
use crate::movement::desk::saved_drafts::forget_drafts;
use crate::movement::form::draft::CalculateDraft;
use crate::movement::journal;
use crate::movement::submission::{State, Submission};
use crate::session::{Api, Credential, Secret, Session};
use leptos::prelude::*;

impl DeskActions for Desk {
    fn try_key(&self, api: Api, secret: Secret) -> KeyCheck {
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
        self.last_leave.set_value(tabs::last_leave());
        for (api, credential) in accepted {
            if self.drafting_account(api) != credential.account {
                self.forget_api(api);
            }
            session.add(api, credential);
            self.key_given(api);
        }
    }
}

impl Desk {
    /// Whose key is used for movements of `kind`.
    pub fn account(&self, kind: Kind) -> Option<String> {
        self.client.account(kind.api())
    }

    /// A key was given for `api`: what was not taken for want of one goes on.
    pub fn key_given(&self, api: Api) {
        let keys: Vec<_> = self.book_now(|book| {
            let waiting = book
                .open()
                .filter(|open| open.state == State::KeyNeeded && open.movement.kind().api() == api);
            waiting.map(|open| open.key.clone()).collect()
        });
        keys.iter().for_each(|key| self.retry_now(key));
    }

    /// Forgets drafts, finished movements and figures of `api`, as when somebody signs out or another account
    /// signs in. What is unresolved stays.
    pub(crate) fn forget_api(&self, api: Api) {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.api() == api) {
            self.clear_draft(kind);
            self.change(|book| book.forget(kind));
        }
        if api == Api::Reseller {
            self.calculate.set(CalculateDraft::default());
        }
        self.directory.clear(api);
    }

    /// Forgets drafts, finished movements and figures. What is unresolved stays.
    fn forget(&self) {
        self.forget_api(Api::Reseller);
        self.forget_api(Api::Organizations);
    }

    /// Whether an attempt is under way that needs its key.
    fn has_in_hand(&self) -> bool {
        self.book_now(|book| book.open().any(Submission::is_in_hand))
    }

    /// Hides what this page shows, and what the other tabs of this browser show. A gateway's session ends too.
    pub fn in_every_tab(&self, leaving: Leaving, session: &Session) {
        self.take_leave(leaving, session);
        let stored = tabs::announce_leave(&self.page, leaving.name());
        self.last_leave.set_value(stored);
        if !session.is_typed() {
            self.leave_gateway();
        }
        if leaving == Leaving::SignOut && self.config().forget_settled_at_sign_out {
            self.forgets_settled.set(true);
        }
    }

    /// Deletes settled submissions whenever that is asked for. The journal's code isn't in the part of the program that asks.
    pub(crate) fn forget_settled_when_asked(&self) {
        let desk = self.clone();
        Effect::new(move |_| {
            if desk.forgets_settled.get() {
                desk.forgets_settled.set(false);
                desk.forget_settled();
            }
        });
    }

    /// Signs out at the gateway.
    pub fn leave_gateway(&self) {
        let desk = self.clone();
        self.gateway_unreachable.set(false);
        leptos::task::spawn_local(async move {
            let is_signed_out = desk.client.leave_gateway().await;
            desk.gateway_unreachable.set(!is_signed_out);
        });
    }

    /// Asks the services, through the gateway, whether somebody has signed in there again, and opens the page if one answers.
    ///
    /// Returns whether it is open.
    pub async fn reopen(&self, session: &Session) -> bool {
        // A session that was to end is nobody's sign-in.
        if is_leaving_pending() {
            self.leave_gateway();
            return false;
        }
        let mut has_answered = false;
        for api in [Api::Reseller, Api::Organizations] {
            has_answered |= session.offers(api) && self.client.identify(api).await.is_ok();
        }
        if !has_answered {
            return false;
        }
        self.last_leave.set_value(tabs::last_leave());
        session.reopen();
        for api in [Api::Reseller, Api::Organizations] {
            self.directory.refresh(api);
            self.key_given(api);
        }
        true
    }

    /// How many settled submissions this browser's journal may forget. Tracked.
    pub fn settled_count(&self) -> usize {
        self.book(|book| book.past().count())
    }

    /// Deletes settled submissions from this browser's journal.
    pub fn forget_settled(&self) {
        let desk = self.clone();
        leptos::task::spawn_local(async move {
            let keys: Vec<_> =
                desk.book_now(|book| book.past().map(|held| held.key.clone()).collect());
            // What can't be deleted stays visible.
            if journal::forget_past(&keys).await.is_ok() {
                desk.change(|book| book.forget_past(&keys));
            }
        });
    }

    /// Does what another tab has done while this one was suspended, or could not be reached otherwise.
    pub(crate) fn notice_leaving(&self, session: &Session) {
        let stored = tabs::last_leave();
        if stored == self.last_leave.get_value() {
            return;
        }
        self.last_leave.set_value(stored.clone());
        let how = stored.as_deref().and_then(|stored| stored.split_once(' '));
        if let Some(leaving) = how.and_then(|(how, _)| Leaving::parse(how)) {
            self.take_leave(leaving, session);
        }
    }

    /// Hides what this page shows.
    pub(crate) fn take_leave(&self, leaving: Leaving, session: &Session) {
        match leaving {
            Leaving::SignOut => {
                session.sign_out();
                self.forget();
                // This tab may be discarded while it is hidden.
                forget_drafts();
            }
            // There is nothing to lock before somebody has signed in.
            Leaving::Lock if untrack(|| session.signed_in()) => self.lock(session),
            Leaving::Lock => {}
        }
    }

    /// Locks the page. Its figures go at once; the keys too, unless a request that moves something is on its way: then
    /// they stay until it has come to its end, but no longer than requests can take.
    pub fn lock(&self, session: &Session) {
        session.lock();
        let (session, desk) = (session.clone(), self.clone());
        leptos::task::spawn_local(async move {
            let seconds = i64::from(desk.config().timeout_seconds) * 3;
            let until = steady().plus((seconds + 60) * 1000);
            while desk.has_in_hand() && steady() < until {
                desk.pause().await;
            }
            session.drop_keys();
        });
    }
}

/// How somebody leaves the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// For good: keys, drafts and figures are forgotten.
    SignOut,
    /// For a while: the same person's key opens the page again.
    Lock,
}

impl Leaving {
    /// As the tabs of a browser call it among themselves.
    fn name(self) -> &'static str {
        match self {
            Self::SignOut => "sign-out",
            Self::Lock => "lock",
        }
    }

    /// From that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::SignOut, Self::Lock];
        all.into_iter().find(|leaving| leaving.name() == name)
    }
}

/// What to say at a key that was not taken.
fn refusal(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Unauthorized => "Invalid API key. Check that you copied all of it.".to_owned(),
        _ => {
            let ErrorMessage { happened, todo, .. } = ErrorMessage::of(failure, Operation::Read);
            format!("{happened} {todo}")
        }
    }
}
