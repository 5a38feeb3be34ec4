//! The app-level store of movements. It lives above the screens: leaving a screen neither aborts nor forgets
//! anything. What may happen is the [`Submissions`]'s affair; here it is carried out: one attempt by `runner`, the way to the end by `follow`.

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
use crate::movement::submissions::{Home, Submissions};
use crate::movement::{Kind, Movement};
use crate::session::Api;
use crate::units::IdempotencyKey;
use crate::units::clock::Steady;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The drafts, the movements and everything they need.
#[derive(Clone)]
pub struct Desk {
    pub(super) client: Client,
    /// Knows the balances.
    pub directory: Directory,
    /// What is in the Calculate form.
    pub calculate: ArcRwSignal<CalculateDraft>,
    /// What stands in the transfer form.
    pub transfer: ArcRwSignal<TransferDraft>,
    /// What stands in the revert form.
    pub revert: ArcRwSignal<RevertDraft>,
    /// What stands in the allocate form.
    pub allocate: ArcRwSignal<AllocateDraft>,
    /// Entries of the journal that cannot be read: key and text.
    pub unreadable: ArcRwSignal<Vec<(String, String)>>,
    book: ArcRwSignal<Submissions>,
    /// What was confirmed on this page and has not come to its end.
    pub(super) own: Keys,
    /// What this page drives.
    pub(super) held: Keys,
    /// What this page drives, or waits to.
    pub(super) followed: Keys,
    /// What somebody wants to go on now.
    pub(super) retry_now_keys: Keys,
    /// This page's name among the tabs.
    pub(super) page: String,
    /// Wakes whatever waits.
    pub(super) waker: Waker,
    /// When a gateway's account was asked for last.
    pub(super) identified: ArcStoredValue<Option<Steady>>,
    /// Whose the drafts are that this page has found: of the reseller API and the organizations API.
    pub(super) drafted_for: ArcStoredValue<[Option<String>; 2]>,
    /// The last time that somebody left, as this page knows it.
    pub(super) last_leave: ArcStoredValue<Option<String>>,
    /// Whether the last attempt to sign out at the gateway failed, so that somebody may still be signed in there.
    pub gateway_unreachable: ArcRwSignal<bool>,
    /// Whether someone asked to delete settled submissions.
    pub(super) forgets_settled: ArcRwSignal<bool>,
    /// Whether the log is being read for a settled submission: one at a time.
    pub(super) is_counting: ArcStoredValue<bool>,
}

/// A set of submissions.
pub(super) type Keys = ArcStoredValue<BTreeSet<IdempotencyKey>>;

impl Desk {
    /// An empty desk.
    pub fn new(client: Client, directory: Directory) -> Self {
        Self {
            client,
            directory,
            calculate: ArcRwSignal::default(),
            transfer: ArcRwSignal::default(),
            revert: ArcRwSignal::default(),
            allocate: ArcRwSignal::default(),
            unreadable: ArcRwSignal::default(),
            book: ArcRwSignal::default(),
            own: Keys::default(),
            held: Keys::default(),
            followed: Keys::default(),
            retry_now_keys: Keys::default(),
            page: uuid::Uuid::new_v4().to_string(),
            waker: Waker::default(),
            identified: ArcStoredValue::default(),
            drafted_for: ArcStoredValue::default(),
            last_leave: ArcStoredValue::new(tabs::last_leave()),
            gateway_unreachable: ArcRwSignal::default(),
            forgets_settled: ArcRwSignal::default(),
            is_counting: ArcStoredValue::default(),
        }
    }

    /// Waits until something happens that may matter to whatever waits, a second at most.
    pub(super) async fn pause(&self) {
        self.waker.wait().await;
    }

    /// Reads something from the book. Tracked.
    pub fn book<T>(&self, read: impl FnOnce(&Submissions) -> T) -> T {
        self.book.with(read)
    }

    /// Reads something from the book, once.
    pub fn book_now<T>(&self, read: impl FnOnce(&Submissions) -> T) -> T {
        self.book.with_untracked(read)
    }

    /// Changes the book.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Submissions) -> T) -> Option<T> {
        let result = self.book.try_update(change);
        self.note_in_flight();
        result
    }

    /// Notes what the panic page may say, which is no more than the screen may.
    pub(super) fn note_in_flight(&self) {
        let shows = |submission: &Submission| untrack(|| self.shows(submission));
        self.book
            .with_untracked(|book| in_flight::note(book, shows));
    }

    /// Tells the book what happened to a submission, and gives what has to be done.
    pub(super) fn step(
        &self,
        key: &IdempotencyKey,
        event: SubmissionEvent,
    ) -> Option<SubmissionCommand> {
        let was_open = self.is_open(key);
        let source = self.submission(key)?.movement.kind().api().into();
        let now = clock::moment(source);
        let order = self.change(|book| book.step(key, event, now)).flatten();
        if was_open {
            self.settle(key);
        }
        self.waker.wake();
        order
    }

    /// Once a submission has come to its end, its form does not keep what may have been made. At once: a moment
    /// later somebody may be typing there.
    pub(super) fn settle(&self, key: &IdempotencyKey) {
        let Some(ended) = self.submission(key).filter(|held| !held.is_open()) else {
            return;
        };
        let own = self.own.try_update_value(|own| own.remove(key)) == Some(true);
        let kind = ended.movement.kind();
        let refused = matches!(ended.state, State::Refused(_));
        // Somebody else may sit here by now, with a form of their own.
        if !self.home(kind.api()).owns(&ended) {
            self.change(|book| book.dismiss(key));
        } else if own && !refused {
            self.clear_draft(kind);
        } else if !own && refused && untrack(|| self.is_empty(kind)) {
            self.fill(&ended.movement);
        }
    }

    /// Whether the submission with this key has not come to its end.
    pub(super) fn is_open(&self, key: &IdempotencyKey) -> bool {
        self.book_now(|book| book.get(key).is_some_and(Submission::is_open))
    }

    /// The submission with this key, as it stands.
    pub(super) fn submission(&self, key: &IdempotencyKey) -> Option<Submission> {
        self.book_now(|book| book.get(key).cloned())
    }

    /// Says what is being done about a submission.
    pub(super) fn doing(&self, key: &IdempotencyKey, doing: SubmissionActivity) {
        let is_news = self.book_now(|book| book.get(key).is_some_and(|held| held.doing != doing));
        if is_news {
            self.change(|book| book.doing(key, doing));
        }
    }

    /// How the deployment says that credentials come, and which backends there are.
    pub fn config(&self) -> &Config {
        self.client.config()
    }

    /// Shows the review of a complete form.
    pub fn review(&self, movement: Movement, quote: Quote) {
        let account = self.client.account(movement.kind().api());
        self.change(|book| book.review(movement, quote, account));
    }

    /// Back to the form; also the end of a refusal that was read.
    pub fn edit(&self, kind: Kind) {
        self.change(|book| book.edit(kind));
    }

    /// Checks what was reviewed once more, and sends it if nothing has changed. Of several confirmations only the
    /// first finds something to confirm: the book has changed before this returns, so a second click cannot
    /// overtake it.
    pub fn confirm(&self, kind: Kind) {
        let check = self.change(|book| book.confirm(kind)).flatten();
        if let Some(number) = check {
            let desk = self.clone();
            leptos::task::spawn_local(async move { desk.check(kind, number).await });
        }
    }

    /// The person accepts that there is no journal.
    pub fn accept_no_journal(&self) {
        self.change(Submissions::accept);
    }

    /// What speaks for the entry `line` being a submission's own.
    pub fn evidence(&self, submission: &Submission, line: &LedgerEntry) -> Evidence {
        self.look_for(submission, |target| evidence(target, line))
    }

    /// Whether a submission is of the account and the service in use.
    pub fn is_at_home(&self, submission: &Submission) -> bool {
        self.home(submission.movement.kind().api()).owns(submission)
    }

    /// Why an unresolved submission must not be sent once more with its key, if it must not.
    pub fn cannot_ask(&self, submission: &Submission) -> Option<&'static str> {
        retry::cannot_ask(submission, &self.retry_context(submission))
    }

    /// Until when what was sent may still be carried out, on the steady clock.
    pub fn settled_at(&self, submission: &Submission) -> Steady {
        retry::settled_at(submission, &self.retry_context(submission))
    }

    /// Whether nothing that was sent can be carried out any more.
    pub fn is_settled(&self, submission: &Submission) -> bool {
        retry::is_settled(submission, &self.retry_context(submission))
    }

    /// Whose submissions are at home here.
    pub fn home(&self, api: Api) -> Home {
        Home {
            account: self.client.account(api),
            base_url: self.base_url(api),
            origin: window().location().origin().unwrap_or_default(),
        }
    }

    /// The same. Tracked.
    pub fn tracked_home(&self, api: Api) -> Home {
        self.client.tracked_account(api);
        self.home(api)
    }

    /// Whether the details of a submission may be shown: its account is signed in, or its account isn't known and its service is
    /// in use. Tracked.
    pub fn shows(&self, submission: &Submission) -> bool {
        let api = submission.movement.kind().api();
        let account = &submission.account;
        self.client.may(api) && (account.is_none() || self.client.tracked_account(api) == *account)
    }

    /// Whether the text of an entry that cannot be read may be shown: its account is signed in. Tracked.
    pub fn shows_unreadable(&self, text: &str) -> bool {
        let account = account_of(text);
        account.is_some()
            && [Api::Reseller, Api::Organizations]
                .into_iter()
                .any(|api| self.client.may(api) && self.client.tracked_account(api) == account)
    }

    /// For how many hours the service of `api` recognizes a repeated key; `None` where it does not.
    pub(super) fn promised_hours(&self, api: Api) -> Option<u32> {
        let backend = self.client.backend(api)?;
        backend
            .replays_idempotency_keys
            .then_some(backend.replay_window_hours)
    }

    /// For how long the service of `api` may still carry out what was sent.
    pub(super) fn settles_after_seconds(&self, api: Api) -> u32 {
        let backend = self.client.backend(api);
        backend.map_or(60, |backend| backend.settles_after_seconds)
    }

    pub(super) fn retry_context(&self, submission: &Submission) -> RetryContext {
        let api = submission.movement.kind().api();
        let home = self.home(api);
        RetryContext {
            now: clock::moment(api.into()),
            signed_in: untrack(|| self.client.may(api)),
            same_service: home.is_same_service(&submission.base_url),
            account: home.account,
            credential: self.client.credential_fingerprint(api),
            replays_for_hours: self.promised_hours(api),
            settles_after_seconds: self.settles_after_seconds(api),
            longest_age: longest_age(submission),
            online: tabs::is_online(),
            may_send: self.book_now(Submissions::may_send),
            retry_now_keys: self
                .retry_now_keys
                .with_value(|retry_now_keys| retry_now_keys.contains(&submission.key)),
            readings: 0,
            unread: false,
            last_reading: Steady::default(),
            // The same pause however often it is looked at.
            chance: submission.last_attempt().rem_euclid(1001),
        }
    }

    /// The configured address of a backend.
    pub(super) fn base_url(&self, api: Api) -> String {
        let backend = self.client.backend(api);
        backend
            .map(|backend| backend.base_url.clone())
            .unwrap_or_default()
    }

    /// Whether the backend of `api` recognizes a repeated key.
    pub fn replays(&self, api: Api) -> bool {
        self.promised_hours(api).is_some()
    }

    /// A person wants a submission to go on now.
    pub fn retry_now(&self, key: &IdempotencyKey) {
        self.retry_now_keys.update_value(|retry_now_keys| {
            retry_now_keys.insert(key.clone());
        });
        self.waker.wake();
    }

    /// A person decides what became of a submission.
    ///
    /// `made: false` is ignored while the request can still take effect.
    pub fn decide(&self, key: &IdempotencyKey, made: bool, line: Option<String>) {
        let is_early = self
            .submission(key)
            .is_some_and(|held| held.is_doubtful() && !self.is_settled(&held));
        if !made && is_early {
            return;
        }
        self.act(key, SubmissionEvent::Decide { made, line });
    }

    /// A person says that an entry of the log is a colleague's. What rested on it is looked for again.
    pub fn disown(&self, key: &IdempotencyKey, line: String) {
        self.act(key, SubmissionEvent::Disown { line });
        if self.is_open(key) {
            self.resume(key.clone());
        }
    }

    /// A person has seen that the books hold more than was told.
    pub fn acknowledge(&self, key: &IdempotencyKey) {
        self.act(key, SubmissionEvent::Seen);
    }

    /// Tells the book what a person did, and writes it into the journal.
    fn act(&self, key: &IdempotencyKey, event: SubmissionEvent) {
        if self.step(key, event) == Some(SubmissionCommand::Save) {
            let (desk, key) = (self.clone(), key.clone());
            leptos::task::spawn_local(async move { desk.save(&key).await });
        }
    }

    /// Puts what has ended aside, for a new form. The form does not keep what may have been made already.
    pub fn close(&self, kind: Kind) {
        self.change(|book| book.close(kind));
    }

    /// Puts what has ended aside, and fills the form with it once more.
    pub fn refill(&self, movement: &Movement) {
        self.fill(movement);
        self.close(movement.kind());
    }

    /// The screen of `kind` is opened.
    pub fn enter(&self, kind: Kind) {
        self.change(|book| book.enter(kind));
    }

    /// The screen of `kind` is left.
    pub fn leave(&self, kind: Kind) {
        self.change(|book| book.leave(kind));
    }

    /// Empties the form of `kind` after its movement was made.
    pub(super) fn clear_draft(&self, kind: Kind) {
        match kind {
            Kind::Transfer => self.transfer.set(TransferDraft::default()),
            Kind::Revert => self.revert.set(RevertDraft::default()),
            Kind::Allocate => self.allocate.set(AllocateDraft::default()),
        }
    }

    /// Fills the form with what `movement` asks for.
    pub(super) fn fill(&self, movement: &Movement) {
        match movement.kind() {
            Kind::Transfer => self.transfer.set(TransferDraft::of(movement)),
            Kind::Revert => self.revert.set(RevertDraft::of(movement)),
            Kind::Allocate => self.allocate.set(AllocateDraft::of(movement)),
        }
    }

    /// Whether nothing stands in the form of `kind`. Tracked.
    pub fn is_empty(&self, kind: Kind) -> bool {
        match kind {
            Kind::Transfer => self.transfer.with(|draft| *draft == Default::default()),
            Kind::Revert => self.revert.with(|draft| *draft == Default::default()),
            Kind::Allocate => self.allocate.with(|draft| *draft == Default::default()),
        }
    }

    /// Whether closing the page now could lose an answer, or lose track of what no journal holds.
    pub fn could_lose(&self) -> bool {
        self.book_now(|book| {
            book.open()
                .any(|open| !open.journalled || open.is_in_hand())
        })
    }
}
