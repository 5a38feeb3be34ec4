//! Follows submissions to their end: after the attempt made here, at the next start, and after another tab. One page
//! drives each submission; the others watch.

use crate::browser::clock;
use crate::browser::clock::{now, sleep};
use crate::browser::tabs;
use crate::browser::tabs::TabLock;
use crate::client::Failure;
use crate::movement::desk::Desk;
use crate::movement::desk::in_flight;
use crate::movement::desk::saved_drafts::has_returned;
use crate::movement::desk::sign_in::Leaving;
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

/// The shortest pause between two attempts, in milliseconds, whatever becomes of them.
const FLOOR: i64 = 1000;
/// How often a gateway's account is asked for at most, where it is not known, in milliseconds.
const IDENTIFY_PAUSE: i64 = 15_000;
/// How long the journal may take to open before the person is told that there is none, in milliseconds.
const PATIENCE: i64 = 5000;

/// The readings of the books since this page drives a submission.
#[derive(Default)]
struct Readings {
    count: u32,
    last: Steady,
    unread: Option<Failure>,
    is_failed: bool,
}

impl Readings {
    fn note(&mut self, unread: Option<Failure>) {
        self.count += 1;
        self.last = clock::steady();
        self.unread = unread;
    }
}

impl Desk {
    /// Opens the journal, takes up what is unresolved, and listens to other tabs. Ends with the present owner.
    pub fn open_journal(&self) {
        let returned = has_returned();
        self.take_drafts();
        self.keep_drafts_when_hidden();
        let desk = self.clone();
        spawn_local(async move { desk.read_journal(returned).await });
        let desk = self.clone();
        spawn_local(async move {
            sleep(PATIENCE).await;
            if desk.book_now(|book| book.journal == Journal::Opening) {
                desk.change(|book| book.lose_journal("It did not open in time.".to_owned()));
            }
        });
        self.read_again_when_seen();
        if !self.client.is_typed() {
            self.forget_with_account(Api::Reseller);
            self.forget_with_account(Api::Organizations);
        }
        let desk = self.clone();
        let session = use_context::<Session>();
        self.forget_settled_when_asked();
        // Whatever hides the screen hides it from the panic page too.
        Effect::new({
            let desk = self.clone();
            move |_| {
                for api in [Api::Reseller, Api::Organizations] {
                    desk.client.may(api);
                    desk.client.tracked_account(api);
                }
                desk.note_in_flight();
            }
        });
        if let Some(session) = session.clone() {
            for event in ["storage", "pageshow", "visibilitychange"] {
                let (desk, session) = (self.clone(), session.clone());
                let heard = window_event_listener_untyped(event, move |_| {
                    desk.notice_leaving(&session);
                });
                on_cleanup(move || heard.remove());
            }
        }
        tabs::listen(&self.page, move |text| {
            if let (Some(leaving), Some(session)) = (Leaving::parse(&text), &session) {
                desk.take_leave(leaving, session);
            } else if let Some(key) = IdempotencyKey::parse(&text) {
                let desk = desk.clone();
                spawn_local(async move { desk.look_up(key).await });
            }
        });
    }

    /// Reads the journal again whenever the page comes back into sight: it may have been suspended, and where the browser
    /// has no channel between tabs, nothing else says what those have done.
    fn read_again_when_seen(&self) {
        let desk = self.clone();
        let read = StoredValue::new(clock::steady());
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            let is_recent = clock::steady().since(read.get_value()) < FLOOR;
            if document().hidden() || is_recent {
                return;
            }
            read.set_value(clock::steady());
            let desk = desk.clone();
            spawn_local(async move {
                desk.waker.wake();
                if let Ok(kept) = journal::all().await {
                    for held in kept.submissions {
                        desk.take_from_journal(held);
                    }
                }
            });
        });
        on_cleanup(move || seen.remove());
    }

    async fn read_journal(&self, returned: bool) {
        let kept = match journal::all().await {
            Ok(kept) => kept,
            Err(why) => {
                self.change(|book| book.lose_journal(why));
                return;
            }
        };
        // What cannot be forgotten now is forgotten the next time.
        let host = clock::moment(Source::Host).server.earliest;
        let _ = journal::prune(&kept, host.unwrap_or_else(now)).await;
        self.unreadable.set(kept.unreadable);
        self.change(|book| {
            book.journal = Journal::JournalContents;
            kept.submissions
                .into_iter()
                .for_each(|held| book.take(held));
        });
        self.waker.wake();
        self.book_now(|book| in_flight::mark(book, true));
        self.identify_accounts().await;
        let due: Vec<_> = self.book_now(|book| {
            let due = book.submissions().iter().filter(|held| self.is_due(held));
            due.map(|held| held.key.clone()).collect()
        });
        due.into_iter().for_each(|key| self.resume(key));
        // Somebody has just signed in at the gateway, from this very tab.
        if returned {
            self.key_given(Api::Reseller);
            self.key_given(Api::Organizations);
        }
    }

    /// Behind a gateway, asks each service whose key is in use: unresolved submissions resume only for their account.
    async fn identify_accounts(&self) {
        if self.client.is_typed() {
            return;
        }
        let has_any = |api: Api| {
            self.book_now(|book| {
                let mut held = book.submissions().iter();
                held.any(|held| held.movement.kind().api() == api && self.is_due(held))
            })
        };
        for api in [Api::Reseller, Api::Organizations] {
            if has_any(api) && self.client.account(api).is_none() {
                // What cannot be found out now is asked again when it is needed.
                let _ = self.client.identify(api).await;
            }
        }
    }

    /// Asks again whose key a gateway has, where that is not known and a submission waits for it: now and then, and at once
    /// where a person wants to go on.
    async fn identify_again(&self, key: &IdempotencyKey) {
        let Some(api) = self.submission(key).map(|held| held.movement.kind().api()) else {
            return;
        };
        let is_known = self.client.is_typed() || self.client.account(api).is_some();
        if is_known || !untrack(|| self.client.may(api)) {
            return;
        }
        let is_urged = self
            .retry_now_keys
            .with_value(|retry_now_keys| retry_now_keys.contains(key));
        let last = self.identified.get_value();
        let is_recent = last.is_some_and(|last| clock::steady().since(last) < IDENTIFY_PAUSE);
        if is_recent && !is_urged {
            return;
        }
        self.clear_retry_now(key);
        self.identified.set_value(Some(clock::steady()));
        // What cannot be found out now is asked again.
        let _ = self.client.identify(api).await;
    }

    /// Behind a gateway, forgets drafts and figures when another account is signed in.
    fn forget_with_account(&self, api: Api) {
        let desk = self.clone();
        let known = StoredValue::new(self.drafting_account(api));
        Effect::new(move |_| {
            let account = desk.client.tracked_account(api);
            let Some(account) = account else { return };
            let before = known.get_value();
            known.set_value(Some(account.clone()));
            if before.is_some_and(|before| before != account) {
                untrack(|| desk.forget_api(api));
            }
        });
    }

    /// Another tab has changed the submission with this key.
    async fn look_up(&self, key: IdempotencyKey) {
        if let Ok(Some(kept)) = journal::get(key.as_str()).await {
            self.take_from_journal(kept);
        }
    }

    fn take_from_journal(&self, kept: Submission) {
        let key = kept.key.clone();
        // This page knows more about what it drives itself, and an unchanged record is no news.
        let is_known = self.submission(&key).is_some_and(|held| {
            held.is_open() == kept.is_open()
                && held.state.name() == kept.state.name()
                && held.attempts.len() == kept.attempts.len()
                && held.foreign == kept.foreign
                && held.seen == kept.seen
        });
        if self.is_held(&key) || is_known {
            return;
        }
        let (is_open, api) = (kept.is_open(), kept.movement.kind().api());
        self.change(|book| book.take(kept));
        if is_open {
            self.doing(&key, SubmissionActivity::Elsewhere);
            self.resume(key);
        } else {
            self.directory.refresh(api);
        }
    }

    pub(crate) fn announce(&self, key: &IdempotencyKey) {
        tabs::announce(&self.page, key.as_str());
    }

    fn is_held(&self, key: &IdempotencyKey) -> bool {
        self.held.with_value(|held| held.contains(key))
    }

    pub(crate) fn mark_held(&self, key: &IdempotencyKey, is_held: bool) {
        self.held.update_value(|held| {
            if is_held {
                held.insert(key.clone());
            } else {
                held.remove(key);
            }
        });
    }

    /// Follows a submission that was not confirmed on this page, or not in this life of it.
    pub(crate) fn resume(&self, key: IdempotencyKey) {
        let is_new = self
            .followed
            .try_update_value(|followed| followed.insert(key.clone()));
        if is_new == Some(true) {
            let desk = self.clone();
            spawn_local(async move { desk.follow(&key, None, false).await });
        }
    }

    /// Whether something is still to be done about a submission: it has not come to its end, or the books may hold
    /// more than was told.
    fn is_due(&self, submission: &Submission) -> bool {
        submission.is_open() || self.is_watched(submission)
    }

    /// Goes on with a submission until it has come to its end, here or in another tab, and the books can hold no more
    /// than was told. `own` says whether it was confirmed on this page. Whoever cannot go on for want of a key lets go
    /// of it: another tab may have one.
    pub(crate) async fn follow(&self, key: &IdempotencyKey, hold: Option<TabLock>, own: bool) {
        let mut hold = hold;
        self.followed.update_value(|followed| {
            followed.insert(key.clone());
        });
        let mut driven = own;
        loop {
            while self.is_open(key) {
                let held = match hold.take() {
                    Some(held) => held,
                    None => {
                        if let Some(doing) = self.blocker(key) {
                            self.identify_again(key).await;
                            self.doing(key, doing);
                            self.pause().await;
                            continue;
                        }
                        self.doing(key, SubmissionActivity::Elsewhere);
                        let held = tabs::lock(key.as_str()).await;
                        self.take_over(key).await;
                        driven |= self.is_open(key);
                        held
                    }
                };
                self.drive(key).await;
                self.mark_held(key, false);
                drop(held);
            }
            drop(hold.take());
            self.mark_held(key, false);
            // Another tab may have settled what was confirmed here.
            self.show_end(key, driven);
            self.recount(key).await;
            // A person may have opened it again.
            if !self.is_open(key) {
                break;
            }
        }
        self.followed.update_value(|followed| {
            followed.remove(key);
        });
    }

    /// Nobody else drives the submission any more. Whoever did has left it in the journal.
    async fn take_over(&self, key: &IdempotencyKey) {
        if let Ok(Some(kept)) = journal::get(key.as_str()).await {
            self.change(|book| book.take(kept));
        }
        if let Some(held) = self.submission(key) {
            let now = clock::moment(held.movement.kind().api().into());
            let timeout = i64::from(self.config().timeout_seconds) * 1000;
            self.change(|book| book.take_over(key, now, timeout));
        }
        self.mark_held(key, true);
    }

    /// Once what this page has driven came to its end, its form and the balances say so.
    fn show_end(&self, key: &IdempotencyKey, driven: bool) {
        let ended = self.submission(key).filter(|held| !held.is_open());
        if let (true, Some(ended)) = (driven, ended) {
            self.settle(key);
            self.directory.refresh(ended.movement.kind().api());
        }
    }

    /// Checks the log for unexpected entries when that is due, for as long as one could still appear.
    async fn recount(&self, key: &IdempotencyKey) {
        let mut readings = Readings::default();
        while let Some(ended) = self.submission(key).filter(|held| self.is_watched(held)) {
            let retry_context = self.circumstances_after(&ended, &readings);
            let this = retry_context.now.steady;
            let is_time = retry::count_at(&ended, &retry_context).is_some_and(|at| at <= this);
            let is_busy = self.is_counting.get_value();
            if !is_time || is_busy {
                self.identify_again(key).await;
                self.pause().await;
                continue;
            }
            self.is_counting.set_value(true);
            let held = tabs::lock(key.as_str()).await;
            self.take_over(key).await;
            let mut is_read = true;
            if let Some(ended) = self.submission(key).filter(|held| self.is_watched(held)) {
                let last = retry::is_last_count(&ended, &self.retry_context(&ended));
                is_read = self.count(&ended, last).await;
            }
            self.mark_held(key, false);
            drop(held);
            // One after the other: after a long time there may be many.
            sleep(FLOOR).await;
            self.is_counting.set_value(false);
            readings.note(None);
            readings.is_failed = !is_read;
        }
    }

    fn is_watched(&self, submission: &Submission) -> bool {
        retry::is_watched(submission, &self.retry_context(submission))
    }

    fn circumstances_after(&self, submission: &Submission, readings: &Readings) -> RetryContext {
        RetryContext {
            readings: readings.count,
            unread: readings.is_failed || readings.unread.is_some(),
            last_reading: readings.last,
            ..self.retry_context(submission)
        }
    }

    /// Why this page cannot go on with a submission, whatever other pages can.
    fn blocker(&self, key: &IdempotencyKey) -> Option<SubmissionActivity> {
        let submission = self.submission(key)?;
        match retry::next(&submission, &self.retry_context(&submission)) {
            NextStep::NeedKey => Some(SubmissionActivity::NeedsKey),
            NextStep::NeedAccount => Some(SubmissionActivity::NeedsAccount),
            _ => None,
        }
    }

    /// Asks and reads until the submission has settled, or this page cannot go on.
    async fn drive(&self, key: &IdempotencyKey) {
        let mut readings = Readings::default();
        while let Some(submission) = self.submission(key).filter(Submission::is_open) {
            let retry_context = self.circumstances_after(&submission, &readings);
            let this = retry_context.now.steady;
            match retry::next(&submission, &retry_context) {
                NextStep::NeedKey | NextStep::NeedAccount => return,
                NextStep::Retry(at) if at <= this => {
                    self.clear_retry_now(key);
                    let alone = retry::is_settled(&submission, &retry_context);
                    if let Some(order) = self.step(key, SubmissionEvent::Retry { alone }) {
                        self.carry_out(key, order).await;
                    }
                    readings = Readings::default();
                    let Some(held) = self.submission(key) else {
                        return;
                    };
                    // Nothing goes on without a key.
                    if held.state == State::KeyNeeded {
                        continue;
                    }
                    // Whatever became of it: not again within a second, and later where it could not be made.
                    let was_made = held.attempts.len() > submission.attempts.len();
                    sleep(if was_made { FLOOR } else { 5 * FLOOR }).await;
                    continue;
                }
                NextStep::CheckLog(at) if at <= this => {
                    self.clear_retry_now(key);
                    let unread = self.search(&submission, &retry_context).await;
                    // A key that was given is still to be used.
                    if unread.is_some() && submission.state == State::KeyNeeded {
                        sleep(FLOOR).await;
                        self.retry_now(key);
                    }
                    readings.note(unread);
                    continue;
                }
                NextStep::Retry(at) => self.doing(key, SubmissionActivity::RetryAt(at)),
                NextStep::CheckLog(at) => self.doing(
                    key,
                    SubmissionActivity::CheckLogAt(at, readings.unread.clone()),
                ),
                NextStep::NeedDecision | NextStep::Nothing => {
                    self.doing(key, SubmissionActivity::NeedsDecision)
                }
            }
            self.pause().await;
        }
    }

    /// What was urged is being done.
    fn clear_retry_now(&self, key: &IdempotencyKey) {
        self.retry_now_keys.update_value(|retry_now_keys| {
            retry_now_keys.remove(key);
        });
    }

    /// Searches the service's log for a submission. Gives why it could not be read.
    async fn search(&self, submission: &Submission, before: &RetryContext) -> Option<Failure> {
        let key = &submission.key;
        let this = before.now.steady;
        self.doing(key, SubmissionActivity::CheckLogAt(this, None));
        let settled = retry::settled_at(submission, before);
        let settled_for = (settled <= this).then(|| this.since(settled));
        let verdict = match self.verdict(submission, settled_for).await {
            Ok(verdict) => verdict,
            Err(failure) => return Some(failure),
        };
        if let Some(order) = self.step(key, SubmissionEvent::Judged(verdict)) {
            self.carry_out(key, order).await;
        }
        None
    }
}
