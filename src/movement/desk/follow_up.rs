//! Follows submissions until they are settled: after an attempt of this page, after a restart, and when another tab is
//! closed. One page drives each submission; the others watch.

use crate::browser::clock;
use crate::browser::clock::{now, sleep};
use crate::browser::tabs;
use crate::browser::tabs::TabLock;
use crate::client::Failure;
use crate::movement::desk::Desk;
use crate::movement::desk::in_flight;
use crate::movement::desk::saved_drafts::has_returned;
use crate::movement::desk::sign_in::LeaveMode;
use crate::movement::journal;
use crate::movement::submission::retry;
use crate::movement::submission::retry::{NextStep, RetryContext};
use crate::movement::submission::{State, Submission, SubmissionActivity, SubmissionEvent};
use crate::movement::submissions::Journal;
use crate::session::{Api, Session};
use crate::units::IdempotencyKey;
use crate::units::clock::{Source, Steady};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The shortest pause between two attempts, in milliseconds, whatever their outcome.
const MIN_PAUSE: i64 = 1000;
/// The shortest pause between two requests for the account behind a gateway while it isn't known, in milliseconds.
const IDENTIFY_PAUSE: i64 = 15_000;
/// How long the journal may take to open before it counts as missing, in milliseconds.
const JOURNAL_TIMEOUT: i64 = 5000;

/// The log checks since this page started to drive a submission.
#[derive(Default)]
struct LogChecks {
    count: u32,
    last: Steady,
    failure: Option<Failure>,
    is_failed: bool,
}

impl LogChecks {
    fn note(&mut self, failure: Option<Failure>) {
        self.count += 1;
        self.last = clock::steady();
        self.failure = failure;
    }
}

impl Desk {
    /// Opens the journal, resumes unresolved submissions, and listens to other tabs, for the lifetime of the current
    /// owner.
    pub fn open_journal(&self) {
        let returned = has_returned();
        self.restore_drafts();
        self.save_drafts_when_hidden();
        let desk = self.clone();
        spawn_local(async move { desk.read_journal(returned).await });
        let desk = self.clone();
        spawn_local(async move {
            sleep(JOURNAL_TIMEOUT).await;
            let is_opening = desk
                .with_submissions_untracked(|submissions| submissions.journal == Journal::Opening);
            if is_opening {
                desk.change(|submissions| {
                    submissions.lose_journal("It didn't open in time.".to_owned())
                });
            }
        });
        self.reload_when_visible();
        if !self.client.has_typed_keys() {
            self.forget_when_account_changes(Api::Reseller);
            self.forget_when_account_changes(Api::Organizations);
        }
        let desk = self.clone();
        let session = use_context::<Session>();
        self.forget_settled_on_request();
        // Anything that the screens no longer show must not appear on the panic page either.
        Effect::new({
            let desk = self.clone();
            move |_| {
                for api in [Api::Reseller, Api::Organizations] {
                    desk.client.has_access_to(api);
                    desk.client.tracked_account(api);
                }
                desk.note_in_flight();
            }
        });
        if let Some(session) = session.clone() {
            for event in ["storage", "pageshow", "visibilitychange"] {
                let (desk, session) = (self.clone(), session.clone());
                let listener = window_event_listener_untyped(event, move |_| {
                    desk.check_for_leave(&session);
                });
                on_cleanup(move || listener.remove());
            }
        }
        tabs::listen(&self.page, move |text| {
            if let (Some(mode), Some(session)) = (LeaveMode::parse(&text), &session) {
                desk.apply_leave(mode, session);
            } else if let Some(key) = IdempotencyKey::parse(&text) {
                let desk = desk.clone();
                spawn_local(async move { desk.reload(key).await });
            }
        });
    }

    /// Reads the journal again whenever the page becomes visible: it may have been suspended, and in a browser without
    /// a channel between tabs, nothing else reports what the others did.
    fn reload_when_visible(&self) {
        let desk = self.clone();
        let last_read = StoredValue::new(clock::steady());
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            let is_recent = clock::steady().since(last_read.get_value()) < MIN_PAUSE;
            if document().hidden() || is_recent {
                return;
            }
            last_read.set_value(clock::steady());
            let desk = desk.clone();
            spawn_local(async move {
                desk.waker.wake();
                if let Ok(contents) = journal::all().await {
                    for stored in contents.submissions {
                        desk.merge_from_journal(stored);
                    }
                }
            });
        });
        on_cleanup(move || listener.remove());
    }

    async fn read_journal(&self, returned: bool) {
        let contents = match journal::all().await {
            Ok(contents) => contents,
            Err(reason) => {
                self.change(|submissions| submissions.lose_journal(reason));
                return;
            }
        };
        // What can't be deleted now is deleted after the next start.
        let host = clock::moment(Source::Host).server.earliest;
        let _ = journal::prune(&contents, host.unwrap_or_else(now)).await;
        self.unreadable.set(contents.unreadable);
        self.change(|submissions| {
            submissions.journal = Journal::Open;
            contents
                .submissions
                .into_iter()
                .for_each(|stored| submissions.merge(stored));
        });
        self.waker.wake();
        self.with_submissions_untracked(|submissions| in_flight::mark(submissions, true));
        self.identify_accounts().await;
        let due: Vec<_> = self.with_submissions_untracked(|submissions| {
            let submissions = submissions.submissions().iter();
            let due = submissions.filter(|submission| self.is_due(submission));
            due.map(|submission| submission.key.clone()).collect()
        });
        due.into_iter().for_each(|key| self.resume(key));
        // The user has just signed in at the gateway, from this tab.
        if returned {
            self.on_key_added(Api::Reseller);
            self.on_key_added(Api::Organizations);
        }
    }

    /// Behind a gateway, asks each service which account is in use: unresolved submissions resume only for their
    /// account.
    async fn identify_accounts(&self) {
        if self.client.has_typed_keys() {
            return;
        }
        let has_any = |api: Api| {
            self.with_submissions_untracked(|submissions| {
                submissions.submissions().iter().any(|submission| {
                    submission.movement.kind().api() == api && self.is_due(submission)
                })
            })
        };
        for api in [Api::Reseller, Api::Organizations] {
            if has_any(api) && self.client.account(api).is_none() {
                // If this fails, the service is asked again when the account is needed.
                let _ = self.client.identify(api).await;
            }
        }
    }

    /// Asks again which account a gateway's key belongs to, if that isn't known and a submission waits for it: every
    /// [`IDENTIFY_PAUSE`], and immediately if the user wants to retry.
    async fn identify_again(&self, key: &IdempotencyKey) {
        let submission = self.submission(key);
        let Some(api) = submission.map(|submission| submission.movement.kind().api()) else {
            return;
        };
        let is_known = self.client.has_typed_keys() || self.client.account(api).is_some();
        if is_known || !untrack(|| self.client.has_access_to(api)) {
            return;
        }
        let is_requested = self.retry_now_keys.with_value(|keys| keys.contains(key));
        let last = self.last_identified.get_value();
        let is_recent = last.is_some_and(|last| clock::steady().since(last) < IDENTIFY_PAUSE);
        if is_recent && !is_requested {
            return;
        }
        self.clear_retry_now(key);
        self.last_identified.set_value(Some(clock::steady()));
        // If this fails, the service is asked again.
        let _ = self.client.identify(api).await;
    }

    /// Behind a gateway, clears drafts and balances when another account signs in.
    fn forget_when_account_changes(&self, api: Api) {
        let desk = self.clone();
        let known = StoredValue::new(self.drafting_account(api));
        Effect::new(move |_| {
            let account = desk.client.tracked_account(api);
            let Some(account) = account else { return };
            let previous = known.get_value();
            known.set_value(Some(account.clone()));
            if previous.is_some_and(|previous| previous != account) {
                untrack(|| desk.clear_api(api));
            }
        });
    }

    /// Reads the submission with this key, which another tab has changed, from the journal.
    async fn reload(&self, key: IdempotencyKey) {
        if let Ok(Some(stored)) = journal::get(key.as_str()).await {
            self.merge_from_journal(stored);
        }
    }

    /// Merges a submission from the journal, and follows it if it is unresolved.
    fn merge_from_journal(&self, stored: Submission) {
        let key = stored.key.clone();
        let is_unchanged = self.submission(&key).is_some_and(|current| {
            current.is_open() == stored.is_open()
                && current.state.name() == stored.state.name()
                && current.attempts.len() == stored.attempts.len()
                && current.foreign == stored.foreign
                && current.acknowledged == stored.acknowledged
        });
        // This page knows more than the journal about the submissions it drives.
        if self.is_driven(&key) || is_unchanged {
            return;
        }
        let (is_open, api) = (stored.is_open(), stored.movement.kind().api());
        self.change(|submissions| submissions.merge(stored));
        if is_open {
            self.set_activity(&key, SubmissionActivity::Elsewhere);
            self.resume(key);
        } else {
            self.directory.refresh(api);
        }
    }

    /// Tells the other tabs that a submission has changed.
    pub(crate) fn announce(&self, key: &IdempotencyKey) {
        tabs::announce(&self.page, key.as_str());
    }

    /// Whether this page drives the submission with this key.
    fn is_driven(&self, key: &IdempotencyKey) -> bool {
        self.driven.with_value(|keys| keys.contains(key))
    }

    /// Sets whether this page drives the submission with this key.
    pub(crate) fn set_driven(&self, key: &IdempotencyKey, is_driven: bool) {
        self.driven.update_value(|keys| {
            if is_driven {
                keys.insert(key.clone());
            } else {
                keys.remove(key);
            }
        });
    }

    /// Starts to follow a submission, unless this page already does.
    pub(crate) fn resume(&self, key: IdempotencyKey) {
        let is_new = self
            .followed
            .try_update_value(|keys| keys.insert(key.clone()));
        if is_new == Some(true) {
            let desk = self.clone();
            spawn_local(async move { desk.follow(&key, None, false).await });
        }
    }

    /// Whether a submission needs more work: it is unresolved, or unexpected log entries could still appear.
    fn is_due(&self, submission: &Submission) -> bool {
        submission.is_open() || self.is_watched(submission)
    }

    /// Follows a submission until it is settled, here or in another tab, and no unexpected log entries can appear
    /// anymore. `is_confirmed_here` says whether it was confirmed on this page. A page that can't continue without a
    /// key releases the lock, because another tab may have the key.
    pub(crate) async fn follow(
        &self,
        key: &IdempotencyKey,
        lock: Option<TabLock>,
        is_confirmed_here: bool,
    ) {
        let mut initial_lock = lock;
        self.followed.update_value(|keys| {
            keys.insert(key.clone());
        });
        let mut was_driven = is_confirmed_here;
        loop {
            while self.is_open(key) {
                let lock = match initial_lock.take() {
                    Some(lock) => lock,
                    None => {
                        if let Some(activity) = self.blocker(key) {
                            self.identify_again(key).await;
                            self.set_activity(key, activity);
                            self.pause().await;
                            continue;
                        }
                        self.set_activity(key, SubmissionActivity::Elsewhere);
                        let lock = tabs::lock(key.as_str()).await;
                        self.take_over(key).await;
                        was_driven |= self.is_open(key);
                        lock
                    }
                };
                self.drive(key).await;
                self.set_driven(key, false);
                drop(lock);
            }
            drop(initial_lock.take());
            self.set_driven(key, false);
            // Another tab may have settled what was confirmed here.
            self.show_outcome(key, was_driven);
            self.check_for_extra_entries(key).await;
            // The user may have reopened it.
            if !self.is_open(key) {
                break;
            }
        }
        self.followed.update_value(|keys| {
            keys.remove(key);
        });
    }

    /// Takes over a submission that no other page drives anymore. The page that drove it has left its state in the
    /// journal.
    async fn take_over(&self, key: &IdempotencyKey) {
        if let Ok(Some(stored)) = journal::get(key.as_str()).await {
            self.change(|submissions| submissions.merge(stored));
        }
        if let Some(submission) = self.submission(key) {
            let now = clock::moment(submission.movement.kind().api().into());
            let timeout = i64::from(self.config().timeout_seconds) * 1000;
            self.change(|submissions| submissions.take_over(key, now, timeout));
        }
        self.set_driven(key, true);
    }

    /// Updates the form and the balances after a submission that this page has driven was settled.
    fn show_outcome(&self, key: &IdempotencyKey, was_driven: bool) {
        let settled = self
            .submission(key)
            .filter(|submission| !submission.is_open());
        if let (true, Some(settled)) = (was_driven, settled) {
            self.settle(key);
            self.directory.refresh(settled.movement.kind().api());
        }
    }

    /// Checks the log for unexpected entries when that is due, for as long as one could still appear.
    async fn check_for_extra_entries(&self, key: &IdempotencyKey) {
        let mut checks = LogChecks::default();
        while let Some(settled) = self.watched_submission(key) {
            let retry_context = self.retry_context_after(&settled, &checks);
            let now = retry_context.now.steady;
            let is_time = retry::count_at(&settled, &retry_context).is_some_and(|at| at <= now);
            let is_busy = self.is_counting.get_value();
            if !is_time || is_busy {
                self.identify_again(key).await;
                self.pause().await;
                continue;
            }
            self.is_counting.set_value(true);
            let lock = tabs::lock(key.as_str()).await;
            self.take_over(key).await;
            let mut is_read = true;
            if let Some(settled) = self.watched_submission(key) {
                let last = retry::is_last_count(&settled, &self.retry_context(&settled));
                is_read = self.count(&settled, last).await;
            }
            self.set_driven(key, false);
            drop(lock);
            // Submissions are checked one at a time: after a long break there may be many.
            sleep(MIN_PAUSE).await;
            self.is_counting.set_value(false);
            checks.note(None);
            checks.is_failed = !is_read;
        }
    }

    /// Returns the submission with this key if unexpected log entries could still appear.
    fn watched_submission(&self, key: &IdempotencyKey) -> Option<Submission> {
        self.submission(key)
            .filter(|submission| self.is_watched(submission))
    }

    fn is_watched(&self, submission: &Submission) -> bool {
        retry::is_watched(submission, &self.retry_context(submission))
    }

    fn retry_context_after(&self, submission: &Submission, checks: &LogChecks) -> RetryContext {
        RetryContext {
            log_checks: checks.count,
            last_check_failed: checks.is_failed || checks.failure.is_some(),
            last_log_check: checks.last,
            ..self.retry_context(submission)
        }
    }

    /// Why this page can't continue with a submission, though another page might.
    fn blocker(&self, key: &IdempotencyKey) -> Option<SubmissionActivity> {
        let submission = self.submission(key)?;
        match retry::next(&submission, &self.retry_context(&submission)) {
            NextStep::NeedKey => Some(SubmissionActivity::NeedsKey),
            NextStep::NeedAccount => Some(SubmissionActivity::NeedsAccount),
            _ => None,
        }
    }

    /// Resends and checks the log until the submission is settled or this page can't continue.
    async fn drive(&self, key: &IdempotencyKey) {
        let mut checks = LogChecks::default();
        while let Some(submission) = self.submission(key).filter(Submission::is_open) {
            let retry_context = self.retry_context_after(&submission, &checks);
            let now = retry_context.now.steady;
            match retry::next(&submission, &retry_context) {
                NextStep::NeedKey | NextStep::NeedAccount => return,
                NextStep::Retry(at) if at <= now => {
                    self.clear_retry_now(key);
                    let alone = retry::is_settled(&submission, &retry_context);
                    if let Some(command) = self.step(key, SubmissionEvent::Retry { alone }) {
                        self.carry_out(key, command).await;
                    }
                    checks = LogChecks::default();
                    let Some(updated) = self.submission(key) else {
                        return;
                    };
                    // Nothing can be resent without a key.
                    if updated.state == State::KeyNeeded {
                        continue;
                    }
                    // Whatever the outcome, wait a second, and longer if the attempt couldn't be made.
                    let was_attempted = updated.attempts.len() > submission.attempts.len();
                    sleep(if was_attempted {
                        MIN_PAUSE
                    } else {
                        5 * MIN_PAUSE
                    })
                    .await;
                    continue;
                }
                NextStep::CheckLog(at) if at <= now => {
                    self.clear_retry_now(key);
                    let failure = self.search(&submission, &retry_context).await;
                    // The failed search has used up the request to retry, but a key that was just added still has to be
                    // tried.
                    if failure.is_some() && submission.state == State::KeyNeeded {
                        sleep(MIN_PAUSE).await;
                        self.retry_now(key);
                    }
                    checks.note(failure);
                    continue;
                }
                NextStep::Retry(at) => self.set_activity(key, SubmissionActivity::RetryAt(at)),
                NextStep::CheckLog(at) => self.set_activity(
                    key,
                    SubmissionActivity::CheckLogAt(at, checks.failure.clone()),
                ),
                NextStep::NeedDecision | NextStep::Nothing => {
                    self.set_activity(key, SubmissionActivity::NeedsDecision)
                }
            }
            self.pause().await;
        }
    }

    /// Clears the user's request to retry a submission now.
    fn clear_retry_now(&self, key: &IdempotencyKey) {
        self.retry_now_keys.update_value(|keys| {
            keys.remove(key);
        });
    }

    /// Searches the service's log for a submission. Returns the failure if the log can't be read.
    async fn search(
        &self,
        submission: &Submission,
        retry_context: &RetryContext,
    ) -> Option<Failure> {
        let key = &submission.key;
        let now = retry_context.now.steady;
        self.set_activity(key, SubmissionActivity::CheckLogAt(now, None));
        let settled = retry::settled_at(submission, retry_context);
        let settled_for = (settled <= now).then(|| now.since(settled));
        let verdict = match self.verdict(submission, settled_for).await {
            Ok(verdict) => verdict,
            Err(failure) => return Some(failure),
        };
        if let Some(command) = self.step(key, SubmissionEvent::Judged(verdict)) {
            self.carry_out(key, command).await;
        }
        None
    }
}
