//! Signing in and out: adding keys, locking the page, switching accounts.

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
                Err(failure) => Err(rejection_message(&failure)),
            }
        })
    }

    fn take(&self, session: &Session, accepted: Vec<(Api, Credential)>) {
        let is_same_user = |(api, credential): &(Api, Credential)| {
            session.unlocks(*api, credential.account.as_deref())
        };
        if untrack(|| session.is_locked()) && !accepted.iter().all(is_same_user) {
            self.clear_all();
            session.sign_out();
        }
        self.last_leave.set_value(tabs::last_leave());
        for (api, credential) in accepted {
            if self.drafting_account(api) != credential.account {
                self.clear_api(api);
            }
            session.add(api, credential);
            self.on_key_added(api);
        }
    }
}

impl Desk {
    /// The account whose key is used for movements of `kind`.
    pub fn account(&self, kind: Kind) -> Option<String> {
        self.client.account(kind.api())
    }

    /// Retries the submissions that waited for a key of `api`.
    pub fn on_key_added(&self, api: Api) {
        let keys: Vec<_> = self.with_submissions_untracked(|submissions| {
            let waiting = submissions
                .open()
                .filter(|open| open.state == State::KeyNeeded && open.movement.kind().api() == api);
            waiting.map(|open| open.key.clone()).collect()
        });
        keys.iter().for_each(|key| self.retry_now(key));
    }

    /// Clears drafts, reviews, shown outcomes and balances of `api` when a user signs out or another account signs in.
    /// The submissions themselves stay.
    pub(crate) fn clear_api(&self, api: Api) {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.api() == api) {
            self.clear_draft(kind);
            self.change(|submissions| submissions.forget(kind));
        }
        if api == Api::Reseller {
            self.calculate.set(CalculateDraft::default());
        }
        self.directory.clear(api);
    }

    /// Calls [`Self::clear_api`] for both APIs.
    fn clear_all(&self) {
        self.clear_api(Api::Reseller);
        self.clear_api(Api::Organizations);
    }

    /// Whether an attempt is in progress that needs its key.
    fn has_attempt_in_progress(&self) -> bool {
        self.with_submissions_untracked(|submissions| {
            submissions.open().any(Submission::is_in_progress)
        })
    }

    /// Locks or signs out this page and the other tabs of this browser. A gateway's session ends too.
    pub fn leave_all_tabs(&self, mode: LeaveMode, session: &Session) {
        self.apply_leave(mode, session);
        let stored = tabs::announce_leave(&self.page, mode.name());
        self.last_leave.set_value(stored);
        if !session.has_typed_keys() {
            self.leave_gateway();
        }
        if mode == LeaveMode::SignOut && self.config().forget_settled_at_sign_out {
            self.forget_settled_requested.set(true);
        }
    }

    /// Deletes settled submissions whenever that is requested. The code that makes the request is in a part of the
    /// program that doesn't include the journal.
    pub(crate) fn forget_settled_on_request(&self) {
        let desk = self.clone();
        Effect::new(move |_| {
            if desk.forget_settled_requested.get() {
                desk.forget_settled_requested.set(false);
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

    /// Asks the services, through the gateway, whether the user has signed in there again, and unlocks the page if one
    /// of them responds.
    ///
    /// Returns whether the page is unlocked.
    pub async fn reopen(&self, session: &Session) -> bool {
        // If an earlier sign-out is still pending, the gateway's session is the old one, not a new sign-in.
        if is_leaving_pending() {
            self.leave_gateway();
            return false;
        }
        let mut has_response = false;
        for api in [Api::Reseller, Api::Organizations] {
            has_response |= session.offers(api) && self.client.identify(api).await.is_ok();
        }
        if !has_response {
            return false;
        }
        self.last_leave.set_value(tabs::last_leave());
        session.reopen();
        for api in [Api::Reseller, Api::Organizations] {
            self.directory.refresh(api);
            self.on_key_added(api);
        }
        true
    }

    /// How many settled submissions can be deleted from this browser's journal. Tracked.
    pub fn settled_count(&self) -> usize {
        self.with_submissions(|submissions| submissions.finished().count())
    }

    /// Deletes settled submissions from this browser's journal.
    pub fn forget_settled(&self) {
        let desk = self.clone();
        leptos::task::spawn_local(async move {
            let keys: Vec<_> = desk.with_submissions_untracked(|submissions| {
                let finished = submissions.finished();
                finished.map(|submission| submission.key.clone()).collect()
            });
            // What can't be deleted stays visible.
            if journal::forget_finished(&keys).await.is_ok() {
                desk.change(|submissions| submissions.forget_finished(&keys));
            }
        });
    }

    /// Applies a sign-out or lock that happened in another tab while this one was suspended or unreachable.
    pub(crate) fn check_for_leave(&self, session: &Session) {
        let stored = tabs::last_leave();
        if stored == self.last_leave.get_value() {
            return;
        }
        self.last_leave.set_value(stored.clone());
        let parts = stored.as_deref().and_then(|stored| stored.split_once(' '));
        if let Some(mode) = parts.and_then(|(name, _)| LeaveMode::parse(name)) {
            self.apply_leave(mode, session);
        }
    }

    /// Locks or signs out this page.
    pub(crate) fn apply_leave(&self, mode: LeaveMode, session: &Session) {
        match mode {
            LeaveMode::SignOut => {
                session.sign_out();
                self.clear_all();
                // A hidden tab has already saved its drafts, and may be discarded at any time.
                forget_drafts();
            }
            // There is nothing to lock before sign-in.
            LeaveMode::Lock if untrack(|| session.signed_in()) => self.lock(session),
            LeaveMode::Lock => {}
        }
    }

    /// Locks the page. Its data is hidden immediately. The keys are dropped too, unless a movement's request is in
    /// progress: then they stay until it has finished, but no longer than requests can take.
    pub fn lock(&self, session: &Session) {
        session.lock();
        let (session, desk) = (session.clone(), self.clone());
        leptos::task::spawn_local(async move {
            let seconds = i64::from(desk.config().timeout_seconds) * 3;
            let until = steady().plus((seconds + 60) * 1000);
            while desk.has_attempt_in_progress() && steady() < until {
                desk.pause().await;
            }
            session.drop_keys();
        });
    }
}

/// How a user leaves the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveMode {
    /// Signs out: keys, drafts and balances are cleared.
    SignOut,
    /// Locks the page: a key of the same account unlocks it.
    Lock,
}

impl LeaveMode {
    /// The name used between the tabs of a browser.
    fn name(self) -> &'static str {
        match self {
            Self::SignOut => "sign-out",
            Self::Lock => "lock",
        }
    }

    /// Parses the name used between tabs.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::SignOut, Self::Lock];
        all.into_iter().find(|mode| mode.name() == name)
    }
}

/// Returns the message to show for a key that was rejected.
fn rejection_message(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Unauthorized => "Invalid API key. Check that you copied all of it.".to_owned(),
        _ => {
            let ErrorMessage { text, action, .. } = ErrorMessage::of(failure, Operation::Read);
            format!("{text} {action}")
        }
    }
}
