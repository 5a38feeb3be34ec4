//! The app-level store of movements. It lives above the screens, so leaving a screen neither aborts nor forgets a
//! movement.
//!
//! [`Submissions`] decides what may happen; the desk carries it out. `attempt` runs a single attempt, `follow_up`
//! follows a submission until it is settled.

mod attempt;
mod follow_up;
pub mod in_flight;
pub mod loader;
mod saved_drafts;
pub mod sign_in;
mod waker;

use crate::browser::clock;
use crate::browser::tabs;
use crate::client::Client;
use crate::config::Config;
use crate::movement::desk::attempt::longest_age;
use crate::movement::desk::waker::Waker;
use crate::movement::directory::Directory;
use crate::movement::form::draft::{AllocateDraft, CalculateDraft, RevertDraft, TransferDraft};
use crate::movement::journal::record::account_of;
use crate::movement::quote::Quote;
use crate::movement::reconcile::{Evidence, LedgerEntry, evidence};
use crate::movement::submission::retry;
use crate::movement::submission::retry::RetryContext;
use crate::movement::submission::{
    State, Submission, SubmissionActivity, SubmissionCommand, SubmissionEvent,
};
use crate::movement::submissions::{CurrentAccount, Submissions};
use crate::movement::{Kind, Movement};
use crate::session::Api;
use crate::units::IdempotencyKey;
use crate::units::clock::Steady;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The drafts, the submissions, and the state needed to drive them.
#[derive(Clone)]
pub struct Desk {
    pub(crate) client: Client,
    /// Clients, organizations and balances.
    pub directory: Directory,
    /// The draft of the Calculate form.
    pub calculate: ArcRwSignal<CalculateDraft>,
    /// The draft of the transfer form.
    pub transfer: ArcRwSignal<TransferDraft>,
    /// The draft of the revert form.
    pub revert: ArcRwSignal<RevertDraft>,
    /// The draft of the allocate form.
    pub allocate: ArcRwSignal<AllocateDraft>,
    /// Journal records that can't be read: key and text.
    pub unreadable: ArcRwSignal<Vec<(String, String)>>,
    submissions: ArcRwSignal<Submissions>,
    /// Submissions that were confirmed on this page and aren't settled yet.
    pub(super) confirmed_here: Keys,
    /// Submissions that this page is driving.
    pub(super) driven: Keys,
    /// Submissions that this page is driving or waiting to drive.
    pub(super) followed: Keys,
    /// Submissions that the user asked to retry now.
    pub(super) retry_now_keys: Keys,
    /// Identifies this page to the other tabs.
    pub(super) page: String,
    /// Wakes the loops that are waiting.
    pub(super) waker: Waker,
    /// When the account behind a gateway was last requested.
    pub(super) last_identified: ArcStoredValue<Option<Steady>>,
    /// The accounts that the restored drafts belong to: of the reseller API and of the organizations API.
    pub(super) draft_accounts: ArcStoredValue<[Option<String>; 2]>,
    /// The last sign-out or lock in any tab that this page knows of.
    pub(super) last_leave: ArcStoredValue<Option<String>>,
    /// Whether the last attempt to sign out at the gateway failed, so the user may still be signed in there.
    pub gateway_unreachable: ArcRwSignal<bool>,
    /// Whether the user asked to delete settled submissions.
    pub(super) forget_settled_requested: ArcRwSignal<bool>,
    /// Whether the log is being checked for a settled submission. Only one check runs at a time.
    pub(super) is_counting: ArcStoredValue<bool>,
}

/// A set of submissions, by key.
pub(super) type Keys = ArcStoredValue<BTreeSet<IdempotencyKey>>;

impl Desk {
    /// Returns an empty desk.
    pub fn new(client: Client, directory: Directory) -> Self {
        Self {
            client,
            directory,
            calculate: ArcRwSignal::default(),
            transfer: ArcRwSignal::default(),
            revert: ArcRwSignal::default(),
            allocate: ArcRwSignal::default(),
            unreadable: ArcRwSignal::default(),
            submissions: ArcRwSignal::default(),
            confirmed_here: Keys::default(),
            driven: Keys::default(),
            followed: Keys::default(),
            retry_now_keys: Keys::default(),
            page: uuid::Uuid::new_v4().to_string(),
            waker: Waker::default(),
            last_identified: ArcStoredValue::default(),
            draft_accounts: ArcStoredValue::default(),
            last_leave: ArcStoredValue::new(tabs::last_leave()),
            gateway_unreachable: ArcRwSignal::default(),
            forget_settled_requested: ArcRwSignal::default(),
            is_counting: ArcStoredValue::default(),
        }
    }

    /// Waits until this page's [`Waker`] is woken, for at most a second.
    pub(super) async fn pause(&self) {
        self.waker.wait().await;
    }

    /// Reads from the submissions. Tracked.
    pub fn with_submissions<T>(&self, read: impl FnOnce(&Submissions) -> T) -> T {
        self.submissions.with(read)
    }

    /// Reads from the submissions without tracking.
    pub fn with_submissions_untracked<T>(&self, read: impl FnOnce(&Submissions) -> T) -> T {
        self.submissions.with_untracked(read)
    }

    /// Updates the submissions.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Submissions) -> T) -> Option<T> {
        let result = self.submissions.try_update(change);
        self.note_in_flight();
        result
    }

    /// Updates what the panic page may show, which is no more than the screens may show.
    pub(super) fn note_in_flight(&self) {
        let shows = |submission: &Submission| untrack(|| self.shows(submission));
        self.submissions
            .with_untracked(|submissions| in_flight::note(submissions, shows));
    }

    /// Applies an event to a submission. Returns the command to carry out.
    pub(super) fn step(
        &self,
        key: &IdempotencyKey,
        event: SubmissionEvent,
    ) -> Option<SubmissionCommand> {
        let was_open = self.is_open(key);
        let source = self.submission(key)?.movement.kind().api().into();
        let now = clock::moment(source);
        let command = self
            .change(|submissions| submissions.step(key, event, now))
            .flatten();
        if was_open {
            self.settle(key);
        }
        self.waker.wake();
        command
    }

    /// Updates the form of a submission that is settled. The form must not keep values that may already have been
    /// carried out; values that were declined stay, or are filled in again. This happens immediately, because the user
    /// may be typing there a moment later.
    pub(super) fn settle(&self, key: &IdempotencyKey) {
        let settled = self
            .submission(key)
            .filter(|submission| !submission.is_open());
        let Some(settled) = settled else {
            return;
        };
        let is_confirmed_here = self
            .confirmed_here
            .try_update_value(|keys| keys.remove(key))
            == Some(true);
        let kind = settled.movement.kind();
        let is_declined = matches!(settled.state, State::Refused(_));
        // Another user may be signed in by now, with a draft of their own.
        if !self.current_account(kind.api()).owns(&settled) {
            self.change(|submissions| submissions.dismiss(key));
        } else if is_confirmed_here && !is_declined {
            self.clear_draft(kind);
        } else if !is_confirmed_here && is_declined && untrack(|| self.is_empty(kind)) {
            self.fill(&settled.movement);
        }
    }

    /// Whether the submission with this key is unresolved.
    pub(super) fn is_open(&self, key: &IdempotencyKey) -> bool {
        self.with_submissions_untracked(|submissions| {
            submissions.get(key).is_some_and(Submission::is_open)
        })
    }

    /// Returns the submission with this key.
    pub(super) fn submission(&self, key: &IdempotencyKey) -> Option<Submission> {
        self.with_submissions_untracked(|submissions| submissions.get(key).cloned())
    }

    /// Sets the current activity of a submission.
    pub(super) fn set_activity(&self, key: &IdempotencyKey, activity: SubmissionActivity) {
        let is_changed = self.with_submissions_untracked(|submissions| {
            submissions
                .get(key)
                .is_some_and(|submission| submission.activity != activity)
        });
        if is_changed {
            self.change(|submissions| submissions.set_activity(key, activity));
        }
    }

    /// The deployment's settings: how credentials are provided, and which services there are.
    pub fn config(&self) -> &Config {
        self.client.config()
    }

    /// Opens the review of a complete form.
    pub fn review(&self, movement: Movement, quote: Quote) {
        let account = self.client.account(movement.kind().api());
        self.change(|submissions| submissions.review(movement, quote, account));
    }

    /// Goes back to the form, from the review or from a declined submission.
    pub fn edit(&self, kind: Kind) {
        self.change(|submissions| submissions.edit(kind));
    }

    /// Checks the reviewed movement again, and sends it if nothing has changed. Only the first of several confirmations
    /// takes effect: the submissions are updated before this returns, so a second click finds nothing to confirm.
    pub fn confirm(&self, kind: Kind) {
        let check = self
            .change(|submissions| submissions.confirm(kind))
            .flatten();
        if let Some(number) = check {
            let desk = self.clone();
            leptos::task::spawn_local(async move { desk.check(kind, number).await });
        }
    }

    /// Records that the user accepts working without a journal.
    pub fn accept_no_journal(&self) {
        self.change(Submissions::accept);
    }

    /// Returns the evidence that `entry` belongs to `submission`.
    pub fn evidence(&self, submission: &Submission, entry: &LedgerEntry) -> Evidence {
        self.with_search_target(submission, |target| evidence(target, entry))
    }

    /// Whether a submission belongs to the current account and service.
    pub fn belongs_to_current_account(&self, submission: &Submission) -> bool {
        self.current_account(submission.movement.kind().api())
            .owns(submission)
    }

    /// Why an unresolved submission must not be resent with its key, if it must not.
    pub fn resend_blocker(&self, submission: &Submission) -> Option<&'static str> {
        retry::resend_blocker(submission, &self.retry_context(submission))
    }

    /// When the service can no longer carry out what was sent, on the steady clock.
    pub fn settled_at(&self, submission: &Submission) -> Steady {
        retry::settled_at(submission, &self.retry_context(submission))
    }

    /// Whether the service can no longer carry out anything that was sent.
    pub fn is_settled(&self, submission: &Submission) -> bool {
        retry::is_settled(submission, &self.retry_context(submission))
    }

    /// The account and the service whose submissions belong here.
    pub fn current_account(&self, api: Api) -> CurrentAccount {
        CurrentAccount {
            account: self.client.account(api),
            base_url: self.base_url(api),
            origin: window().location().origin().unwrap_or_default(),
        }
    }

    /// Like [`Self::current_account`], but tracked.
    pub fn tracked_current_account(&self, api: Api) -> CurrentAccount {
        self.client.tracked_account(api);
        self.current_account(api)
    }

    /// Whether the details of a submission may be shown: its account is signed in, or its account isn't known and its
    /// service is in use. Tracked.
    pub fn shows(&self, submission: &Submission) -> bool {
        let api = submission.movement.kind().api();
        let account = &submission.account;
        self.client.has_access_to(api)
            && (account.is_none() || self.client.tracked_account(api) == *account)
    }

    /// Whether the text of an unreadable record may be shown: its account is signed in. Tracked.
    pub fn shows_unreadable(&self, text: &str) -> bool {
        let account = account_of(text);
        account.is_some()
            && [Api::Reseller, Api::Organizations].into_iter().any(|api| {
                self.client.has_access_to(api) && self.client.tracked_account(api) == account
            })
    }

    /// For how many hours the service of `api` recognizes a repeated key; `None` if it doesn't.
    pub(super) fn promised_hours(&self, api: Api) -> Option<u32> {
        let backend = self.client.backend(api)?;
        backend
            .replays_idempotency_keys
            .then_some(backend.replay_window_hours)
    }

    /// For how many seconds the service of `api` may still carry out a request after it was sent.
    pub(super) fn settles_after_seconds(&self, api: Api) -> u32 {
        let backend = self.client.backend(api);
        backend.map_or(60, |backend| backend.settles_after_seconds)
    }

    pub(super) fn retry_context(&self, submission: &Submission) -> RetryContext {
        let api = submission.movement.kind().api();
        let current_account = self.current_account(api);
        RetryContext {
            now: clock::moment(api.into()),
            signed_in: untrack(|| self.client.has_access_to(api)),
            same_service: current_account.is_same_service(&submission.base_url),
            account: current_account.account,
            credential: self.client.credential_fingerprint(api),
            replays_for_hours: self.promised_hours(api),
            settles_after_seconds: self.settles_after_seconds(api),
            longest_age: longest_age(submission),
            online: tabs::is_online(),
            may_send: self.with_submissions_untracked(Submissions::may_send),
            retry_now: self
                .retry_now_keys
                .with_value(|keys| keys.contains(&submission.key)),
            log_checks: 0,
            last_check_failed: false,
            last_log_check: Steady::default(),
            // Derived from the attempt, so that the pause stays the same each time it is computed.
            jitter: submission.last_attempt().rem_euclid(1001),
        }
    }

    /// The configured base URL of a service, or an empty string.
    pub(super) fn base_url(&self, api: Api) -> String {
        let backend = self.client.backend(api);
        backend
            .map(|backend| backend.base_url.clone())
            .unwrap_or_default()
    }

    /// Whether the service of `api` recognizes a repeated key.
    pub fn replays(&self, api: Api) -> bool {
        self.promised_hours(api).is_some()
    }

    /// Requests that a submission is retried now.
    pub fn retry_now(&self, key: &IdempotencyKey) {
        self.retry_now_keys.update_value(|keys| {
            keys.insert(key.clone());
        });
        self.waker.wake();
    }

    /// Records the user's decision about the outcome of a submission.
    ///
    /// `completed: false` is ignored while the request can still take effect.
    pub fn decide(&self, key: &IdempotencyKey, completed: bool, entry_id: Option<String>) {
        let is_early = self
            .submission(key)
            .is_some_and(|submission| submission.is_doubtful() && !self.is_settled(&submission));
        if !completed && is_early {
            return;
        }
        self.act(
            key,
            SubmissionEvent::Decide {
                completed,
                entry_id,
            },
        );
    }

    /// Records that a log entry belongs to a colleague. If the submission was resolved by that entry, the search
    /// resumes.
    pub fn disown(&self, key: &IdempotencyKey, entry_id: String) {
        self.act(key, SubmissionEvent::Disown { entry_id });
        if self.is_open(key) {
            self.resume(key.clone());
        }
    }

    /// Records that the user has seen the unexpected log entries.
    pub fn acknowledge(&self, key: &IdempotencyKey) {
        self.act(key, SubmissionEvent::Acknowledged);
    }

    /// Applies a user's action, and saves it to the journal.
    fn act(&self, key: &IdempotencyKey, event: SubmissionEvent) {
        if self.step(key, event) == Some(SubmissionCommand::Save) {
            let (desk, key) = (self.clone(), key.clone());
            leptos::task::spawn_local(async move { desk.save(&key).await });
        }
    }

    /// Dismisses a settled submission, so that the screen shows a form again.
    pub fn close(&self, kind: Kind) {
        self.change(|submissions| submissions.close(kind));
    }

    /// Dismisses a settled submission, and fills the form with its movement again.
    pub fn refill(&self, movement: &Movement) {
        self.fill(movement);
        self.close(movement.kind());
    }

    /// Notes that the screen of `kind` was opened.
    pub fn enter(&self, kind: Kind) {
        self.change(|submissions| submissions.enter(kind));
    }

    /// Notes that the screen of `kind` was closed.
    pub fn leave(&self, kind: Kind) {
        self.change(|submissions| submissions.leave(kind));
    }

    /// Clears the draft of `kind` after its movement was completed.
    pub(super) fn clear_draft(&self, kind: Kind) {
        match kind {
            Kind::Transfer => self.transfer.set(TransferDraft::default()),
            Kind::Revert => self.revert.set(RevertDraft::default()),
            Kind::Allocate => self.allocate.set(AllocateDraft::default()),
        }
    }

    /// Fills the form with the values of `movement`.
    pub(super) fn fill(&self, movement: &Movement) {
        match movement.kind() {
            Kind::Transfer => self.transfer.set(TransferDraft::of(movement)),
            Kind::Revert => self.revert.set(RevertDraft::of(movement)),
            Kind::Allocate => self.allocate.set(AllocateDraft::of(movement)),
        }
    }

    /// Whether the form of `kind` is empty. Tracked.
    pub fn is_empty(&self, kind: Kind) -> bool {
        match kind {
            Kind::Transfer => self.transfer.with(|draft| *draft == Default::default()),
            Kind::Revert => self.revert.with(|draft| *draft == Default::default()),
            Kind::Allocate => self.allocate.with(|draft| *draft == Default::default()),
        }
    }

    /// Whether closing the page now could lose a response, or lose track of a submission that isn't in the journal.
    pub fn could_lose(&self) -> bool {
        self.with_submissions_untracked(|submissions| {
            submissions
                .open()
                .any(|open| !open.journaled || open.is_in_progress())
        })
    }
}
