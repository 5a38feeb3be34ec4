//! Carries out one attempt of a submission: check, record in the journal, send, verify and save.

use crate::browser::clock;
use crate::browser::clock::sleep;
use crate::browser::tabs;
use crate::client::{Call, Failure, FailureKind};
use crate::movement::desk::Desk;
use crate::movement::journal;
use crate::movement::journal::InsertError;
use crate::movement::ledger;
use crate::movement::quote::preview;
use crate::movement::quote::{Drift, Quote};
use crate::movement::reconcile::duplicates::{Duplicate, Own, find_duplicates};
use crate::movement::reconcile::search_context::{SearchContext, shown_as};
use crate::movement::reconcile::{LedgerEntry, SearchTarget, Verdict, count_entries, judge};
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{
    State, Submission, SubmissionActivity, SubmissionCommand, SubmissionEvent,
};
use crate::movement::submissions::{Check, ConfirmationIssue, Journal, Submissions};
use crate::movement::{Kind, Movement};
use crate::units::IdempotencyKey;
use crate::units::clock::Departure;
use futures::channel::oneshot;
use futures::future::{Either, join4, select};
use leptos::prelude::UpdateValue;

const SECOND: i64 = 1000;
/// The maximum number of times the log is read to verify a rejection.
const VERIFY_TRIES: u32 = 3;
/// How old a check may be when the request is sent, in milliseconds. An older one is repeated.
const MAX_CHECK_AGE: i64 = 5 * SECOND;
/// How long the repeated check may take, in milliseconds, before the user has to confirm again.
const MAX_RECHECK_TIME: i64 = 30 * SECOND;
/// How precisely the service's time must be known for a check, in milliseconds. If it isn't, the time of the portal's
/// host is read.
const TIME_PRECISION: i64 = 60 * SECOND;

/// The quote and the newest log entries, read for a confirmation.
struct FreshQuote {
    begun: Departure,
    quote: Result<Quote, Failure>,
    entries: Result<Vec<LedgerEntry>, Failure>,
    /// Why the account of the key isn't known.
    unidentified: Option<Failure>,
}

impl Desk {
    /// Reads the quote and the log again after a confirmation. Then records and sends the submission, or asks the user
    /// to confirm again.
    pub(crate) async fn check(&self, kind: Kind, number: u32) {
        let reviewed = self.with_submissions_untracked(|submissions| {
            submissions
                .reviewed(kind)
                .map(|review| review.movement.clone())
        });
        let Some(movement) = reviewed else { return };
        let Ok(body) = movement.body() else { return };
        let api = kind.api();
        let reviewer = self
            .with_submissions_untracked(|submissions| submissions.reviewed(kind)?.account.clone());
        let read = self.read_quote(&movement).await;
        // Behind a gateway, another user may have signed in. The reviewed movement isn't theirs.
        if reviewer.is_some() && reviewer != self.client.account(api) {
            self.clear_api(api);
            return;
        }
        while self.with_submissions_untracked(|submissions| submissions.journal == Journal::Opening)
        {
            self.pause().await;
        }
        let duplicates = self.find_duplicates(&movement, &read, None);
        let entries = read.entries.as_deref().unwrap_or_default();
        let check = Check {
            begun: Some(read.begun),
            watermark: read.entries.is_ok().then(|| newest_id(entries)),
            known: entries.iter().map(|entry| entry.id.clone()).collect(),
            duplicates,
            key: IdempotencyKey::new(uuid::Uuid::new_v4()),
            body,
            current_account: self.current_account(api),
            credential: self.client.credential_fingerprint(api),
            promised_hours: self.promised_hours(api),
            unread: read
                .entries
                .err()
                .filter(|_| !self.replays(api))
                .or(read.unidentified),
            fresh: read.quote,
        };
        let now = clock::moment(api.into());
        let key = self.change(|submissions| submissions.checked(kind, number, check, now));
        if let Some(key) = key.flatten() {
            self.confirmed_here.update_value(|keys| {
                keys.insert(key.clone());
            });
            let lock = tabs::lock(key.as_str()).await;
            self.set_driven(&key, true);
            self.carry_out(&key, SubmissionCommand::Record).await;
            self.follow(&key, Some(lock), true).await;
        }
    }

    async fn read_quote(&self, movement: &Movement) -> FreshQuote {
        let api = movement.kind().api();
        let begun = clock::depart();
        // The account of a key must be known before anything is sent with it. For a typed key, it has been known since
        // sign-in.
        let identity = async { self.client.identify(api).await.err() };
        let time = async {
            if !clock::is_precise(api.into(), TIME_PRECISION) {
                crate::config::read_host_time().await;
            }
        };
        let reading = join4(
            preview::fetch_quote(&self.client, movement),
            ledger::newest(&self.client, movement),
            identity,
            time,
        );
        let (quote, entries, unidentified, ()) = reading.await;
        FreshQuote {
            begun,
            quote,
            entries,
            unidentified,
        }
    }

    /// Finds possible duplicates of `movement`, apart from the submission `except` itself.
    fn find_duplicates(
        &self,
        movement: &Movement,
        read: &FreshQuote,
        except: Option<&IdempotencyKey>,
    ) -> Vec<Duplicate> {
        let api = movement.kind().api();
        let current_account = self.current_account(api);
        let entries = read.entries.as_deref().unwrap_or_default();
        self.with_submissions_untracked(|submissions| {
            let own: Vec<_> = submissions
                .submissions()
                .iter()
                .filter(|other| {
                    current_account.owns(other) && (other.is_open() || other.is_completed())
                })
                .filter(|other| Some(&other.key) != except)
                .map(|other| Own {
                    key: other.key.as_str(),
                    movement: &other.movement,
                    confirmed: other.confirmed,
                    sent: other.sent(),
                    longest_age: longest_age(other),
                })
                .collect();
            find_duplicates(movement, clock::moment(api.into()), &own, entries)
        })
    }

    /// Whether the attempt that was just recorded may be sent. Minutes may have passed while the journal was written.
    async fn may_send(&self, key: &IdempotencyKey, first: bool) -> bool {
        if first {
            return self.is_check_valid(key).await;
        }
        let Some(submission) = self.submission(key) else {
            return false;
        };
        // Behind a gateway, another account may be signed in by now.
        let api = submission.movement.kind().api();
        let is_identified = self.client.identify(api).await.is_ok();
        is_identified && self.resend_blocker(&submission).is_none()
    }

    /// Whether the check of the submission `key` still holds after it was recorded. A slow journal, a sleeping computer
    /// or a slow network may have let minutes pass since. If not, nothing is sent, and the user has to confirm again.
    async fn is_check_valid(&self, key: &IdempotencyKey) -> bool {
        let Some(submission) = self.submission(key) else {
            return false;
        };
        let age = |begun: Option<Departure>| begun.and_then(clock::longest_since);
        if age(submission.check_started).is_some_and(|age| age <= MAX_CHECK_AGE) {
            return true;
        }
        let movement = &submission.movement;
        let read = self.read_quote(movement).await;
        // Balances may differ, because ongoing phone calls use them up. The user may also have accepted that the quote
        // can't be read.
        let is_same = match &read.quote {
            Ok(fresh) => submission.quote.drift(fresh) != Drift::Rates,
            Err(_) => {
                self.with_submissions_untracked(|submissions| submissions.has_accepted_unread(key))
            }
        };
        let is_new = |duplicates: &Duplicate| match &duplicates.entry {
            Some(entry) => !submission.known.contains(&entry.id),
            None => false,
        };
        let duplicates = self.find_duplicates(movement, &read, Some(key));
        let is_current_account = self
            .current_account(movement.kind().api())
            .owns(&submission);
        let is_fresh = age(Some(read.begun)).is_some_and(|age| age <= MAX_RECHECK_TIME);
        if !is_same || !is_current_account || !is_fresh || duplicates.iter().any(is_new) {
            return false;
        }
        let now = clock::moment(movement.kind().api().into());
        self.change(|submissions| submissions.refresh_check(key, read.begun, now));
        true
    }

    /// Carries out a command, and the commands that follow from it.
    pub(crate) async fn carry_out(&self, key: &IdempotencyKey, command: SubmissionCommand) {
        let mut next = Some(command);
        while let Some(command) = next {
            next = match command {
                SubmissionCommand::Record => self.record(key).await,
                SubmissionCommand::Send => self.send(key).await,
                SubmissionCommand::Verify => self.verify(key).await,
                SubmissionCommand::Save => {
                    self.save(key).await;
                    None
                }
            };
        }
    }

    /// Writes an attempt to the journal. It may only be sent after that.
    async fn record(&self, key: &IdempotencyKey) -> Option<SubmissionCommand> {
        let api = self.submission(key)?.movement.kind().api();
        let (credential, promised) = (
            self.client.credential_fingerprint(api),
            self.promised_hours(api),
        );
        self.change(|submissions| submissions.note_credential(key, credential, promised));
        let submission = self.submission(key)?;
        let first = submission.attempts.len() == 1;
        // If the journal has failed since, and the user has accepted working without it, don't wait for it.
        let journaled = submission.journaled
            && !self.with_submissions_untracked(Submissions::goes_without_journal);
        let written = match journaled {
            false => Ok(()),
            true if first => self.insert_if_free(&submission).await,
            true => journal::put(&submission)
                .await
                .map_err(InsertError::Unwritten),
        };
        let issue = match written {
            Ok(()) if self.may_send(key, first).await => {
                if journaled {
                    self.announce(key);
                }
                return self.step(key, SubmissionEvent::Recorded);
            }
            Ok(()) if !first => {
                let command = self.step(key, SubmissionEvent::NotRecorded);
                self.save(key).await;
                return command;
            }
            Ok(()) => {
                // It was not sent, so a failed deletion does no harm: the log will show that it is absent.
                let _ = journal::forget(key.as_str()).await;
                self.announce(key);
                ConfirmationIssue::Expired
            }
            Err(InsertError::Taken(rival)) => {
                let rival_key = rival.key.clone();
                self.change(|submissions| submissions.merge(*rival));
                self.set_activity(&rival_key, SubmissionActivity::Elsewhere);
                self.resume(rival_key);
                ConfirmationIssue::Taken
            }
            Err(InsertError::Newer) => ConfirmationIssue::Newer,
            Err(InsertError::Unwritten(reason)) => {
                self.change(|submissions| submissions.lose_journal(reason.clone()));
                ConfirmationIssue::Unwritten(reason)
            }
        };
        if first {
            self.change(|submissions| submissions.unrecorded(key, issue));
            None
        } else {
            self.step(key, SubmissionEvent::NotRecorded)
        }
    }

    /// Writes a new submission to the journal within [`journal::LIMIT`]. If the browser finishes later than that, the
    /// request was not sent, so the record is deleted again.
    async fn insert_if_free(&self, submission: &Submission) -> Result<(), InsertError> {
        let knows_of_newer =
            self.with_submissions_untracked(|submissions| submissions.knows_of_newer);
        let current_account = self.current_account(submission.movement.kind().api());
        let (done, outcome) = oneshot::channel();
        let submission = submission.clone();
        leptos::task::spawn_local(async move {
            let written =
                journal::insert_if_free(&submission, &current_account, knows_of_newer).await;
            let is_written = written.is_ok();
            if done.send(written).is_err() && is_written {
                let _ = journal::forget(submission.key.as_str()).await;
            }
        });
        match select(outcome, Box::pin(clock::sleep(journal::LIMIT))).await {
            Either::Left((Ok(written), _)) => {
                tabs::ask_for_persistence();
                written
            }
            _ => Err(InsertError::Unwritten(
                "The browser's storage didn't respond in time.".to_owned(),
            )),
        }
    }

    async fn send(&self, key: &IdempotencyKey) -> Option<SubmissionCommand> {
        let submission = self.submission(key)?;
        let movement = &submission.movement;
        // Another user may have signed in since it was confirmed.
        if submission.account != self.client.account(movement.kind().api()) {
            let failure = Failure::unanswered(FailureKind::SignedOut);
            return self.step(key, SubmissionEvent::Answered(Err(failure)));
        }
        let call = Call::post(
            movement.kind().api(),
            movement.path(),
            submission.body,
            key.clone(),
        );
        let result = self
            .client
            .submit(&call)
            .await
            .and_then(|response| Receipt::read(movement, &response));
        self.step(key, SubmissionEvent::Answered(result))
    }

    /// Verifies a rejection. Browsers silently repeat a request when a keep-alive connection breaks. The rejection then
    /// answers the repeat, while the first request may have been in flight. The log check is skipped only if nothing
    /// else could be in flight during the attempt and the service looks the key up first.
    async fn verify(&self, key: &IdempotencyKey) -> Option<SubmissionCommand> {
        let submission = self.submission(key)?;
        let State::Checking(rejection) = &submission.state else {
            return None;
        };
        let is_alone = submission.attempts.last().is_some_and(|last| last.alone);
        let is_repeated = submission.attempts.len() > 1;
        let api = submission.movement.kind().api();
        if is_repeated && is_alone && self.replays(api) && rejection.settles_earlier_attempts() {
            return self.step(key, SubmissionEvent::Upheld);
        }
        // The same status and code can mean that the organization is archived or that a request with this key is in
        // flight.
        if rejection.kind == FailureKind::Conflict && !self.is_archived(&submission.movement).await
        {
            return self.step(key, SubmissionEvent::Unverified);
        }
        for try_ in 0..VERIFY_TRIES {
            sleep(SECOND * i64::from(try_)).await;
            match self.verdict(&submission, None).await {
                Ok(verdict) => return self.step(key, SubmissionEvent::Judged(verdict)),
                // Without a key, the log is checked once the user has signed in again.
                Err(failure) if failure.kind == FailureKind::SignedOut => {
                    return self.step(key, SubmissionEvent::Unverified);
                }
                Err(failure) if failure.kind == FailureKind::Forbidden => {
                    return self.step(key, SubmissionEvent::Upheld);
                }
                Err(failure) if failure.is_about_access() => {
                    return self.step(key, SubmissionEvent::Unverified);
                }
                Err(_) => {}
            }
        }
        self.step(key, SubmissionEvent::Unverified)
    }

    /// Saves a submission's state to the journal. If that fails, the journal still holds the attempt.
    pub(crate) async fn save(&self, key: &IdempotencyKey) {
        let Some(submission) = self
            .submission(key)
            .filter(|submission| submission.journaled)
        else {
            return;
        };
        if let Err(reason) = journal::put(&submission).await {
            self.change(|submissions| submissions.lose_journal(reason));
        }
        self.announce(key);
    }

    async fn is_archived(&self, movement: &Movement) -> bool {
        let Movement::Allocate { organization, .. } = movement else {
            return false;
        };
        let organization = self.client.organization(organization).await;
        organization.is_ok_and(|organization| organization.is_archived())
    }

    /// Reads the service's log and judges what it proves about a submission. `settled_for` is how many milliseconds
    /// ago its requests could last take effect; `None` if they still can.
    ///
    /// # Errors
    /// The [`Failure`] if the log can't be read.
    pub(crate) async fn verdict(
        &self,
        submission: &Submission,
        settled_for: Option<i64>,
    ) -> Result<Verdict, Failure> {
        let log = ledger::since(&self.client, submission, settled_for).await?;
        Ok(self.with_search_target(submission, |target| judge(target, &log)))
    }

    /// Calls `compare` with the search target of a submission, which includes all that is known of the other
    /// submissions.
    pub fn with_search_target<T>(
        &self,
        submission: &Submission,
        compare: impl FnOnce(&SearchTarget) -> T,
    ) -> T {
        let api = submission.movement.kind().api();
        let settles = i64::from(self.settles_after_seconds(api)) * SECOND;
        let current_account = self.current_account(api);
        let is_same_service = |other: &Submission| current_account.is_same_service(&other.base_url);
        let now = clock::moment(api.into()).server;
        let context = self.with_submissions_untracked(|submissions| {
            let submissions = submissions.submissions().iter();
            let same_service = submissions.filter(|other| is_same_service(other));
            SearchContext::of(submission, same_service, settles, now)
        });
        compare(&context.target(submission))
    }

    /// Checks whether the log holds unexpected entries of a settled submission: one from a repeat that the service
    /// didn't recognize, or a late one. `last` says that no further check is needed. Returns whether the log could be
    /// read.
    pub(crate) async fn count(&self, submission: &Submission, last: bool) -> bool {
        let key = &submission.key;
        if !last {
            self.step(key, SubmissionEvent::Counting);
        }
        let read = ledger::since(&self.client, submission, Some(0)).await;
        let is_read = read.is_ok();
        let event = match read {
            Ok(log) => {
                let shown = shown_as(submission);
                let counted = self.with_search_target(submission, |target| {
                    count_entries(target, shown, &log.entries)
                });
                if let Some(own) = counted.own {
                    self.change(|submissions| submissions.identify(key, own.performer));
                }
                let is_known = log.complete || !counted.entries.is_empty();
                SubmissionEvent::EntriesCounted {
                    entries: is_known.then_some(counted.entries),
                    last: last && log.complete && counted.is_final,
                }
            }
            // A key without permission to read the log won't see more later. Any other failure may be temporary.
            Err(failure) => SubmissionEvent::EntriesCounted {
                entries: None,
                last: last && failure.kind == FailureKind::Forbidden,
            },
        };
        if let Some(command) = self.step(key, event) {
            self.carry_out(key, command).await;
        }
        is_read
    }
}

/// Returns the longest time that can have passed since a submission was confirmed, in milliseconds: the lower of the
/// limits by the page's and the service's clocks.
pub(crate) fn longest_age(submission: &Submission) -> Option<i64> {
    let source = submission.movement.kind().api().into();
    let by_page = submission.check_started.and_then(clock::longest_since);
    let server = clock::moment(source).server;
    let by_server = server.longest_since(submission.confirmed_server);
    match (by_page, by_server) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (age, None) | (None, age) => age,
    }
}

/// Returns the id of the newest of these entries: the greatest number, or the first id if ids aren't numbers.
fn newest_id(entries: &[LedgerEntry]) -> String {
    let number = |entry: &&LedgerEntry| entry.id.parse::<i64>().ok();
    let greatest = entries.iter().max_by_key(number);
    let newest = match greatest {
        Some(entry) if number(&entry).is_some() => Some(entry),
        _ => entries.first(),
    };
    newest.map(|entry| entry.id.clone()).unwrap_or_default()
}
