//! Carries out one attempt of a submission: check, journal, send, save, and what is due at its end.

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
use crate::movement::reconcile::duplicates::{Duplicate, Own, alikes};
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
/// Readings that are tried to see whether a rejection holds.
const TRIES: u32 = 3;
/// How old a check may be when the request leaves, in milliseconds. An older one is made again.
const FRESH: i64 = 5 * SECOND;
/// How long that second check may take, in milliseconds, before a person is asked.
const SLOW: i64 = 30 * SECOND;
/// How well the service's time has to be known for a check, in milliseconds; else the portal's host is asked.
const PRECISE: i64 = 60 * SECOND;

/// What was read of the figures and the log for a confirmation.
struct FreshFigures {
    begun: Departure,
    quote: Result<Quote, Failure>,
    lines: Result<Vec<LedgerEntry>, Failure>,
    /// Why it is not known whose key it is.
    nobody: Option<Failure>,
}

impl Desk {
    /// Reads figures and log again after a confirmation, then records and sends, or asks once more.
    pub(crate) async fn check(&self, kind: Kind, number: u32) {
        let reviewed =
            self.book_now(|book| book.reviewed(kind).map(|review| review.movement.clone()));
        let Some(movement) = reviewed else { return };
        let Ok(body) = movement.body() else { return };
        let api = kind.api();
        let reviewer = self.book_now(|book| book.reviewed(kind)?.account.clone());
        let figures = self.read_figures(&movement).await;
        // Behind a gateway somebody else may have signed in: what was reviewed was not theirs.
        if reviewer.is_some() && reviewer != self.client.account(api) {
            self.forget_api(api);
            return;
        }
        while self.book_now(|book| book.journal == Journal::Opening) {
            self.pause().await;
        }
        let alikes = self.alikes(&movement, &figures, None);
        let lines = figures.lines.as_deref().unwrap_or_default();
        let check = Check {
            begun: Some(figures.begun),
            watermark: figures.lines.is_ok().then(|| newest_id(lines)),
            known: lines.iter().map(|line| line.id.clone()).collect(),
            alikes,
            key: IdempotencyKey::new(uuid::Uuid::new_v4()),
            body,
            home: self.home(api),
            credential: self.client.credential_fingerprint(api),
            promised_hours: self.promised_hours(api),
            unread: figures
                .lines
                .err()
                .filter(|_| !self.replays(api))
                .or(figures.nobody),
            fresh: figures.quote,
        };
        let now = clock::moment(api.into());
        let key = self.change(|book| book.checked(kind, number, check, now));
        if let Some(key) = key.flatten() {
            self.own.update_value(|own| {
                own.insert(key.clone());
            });
            let hold = tabs::lock(key.as_str()).await;
            self.mark_held(&key, true);
            self.carry_out(&key, SubmissionCommand::Record).await;
            self.follow(&key, Some(hold), true).await;
        }
    }

    async fn read_figures(&self, movement: &Movement) -> FreshFigures {
        let api = movement.kind().api();
        let begun = clock::depart();
        // The account of a key must be known before anything is sent with it. A typed key's account is known from sign-in.
        let identity = async { self.client.identify(api).await.err() };
        let time = async {
            if !clock::is_precise(api.into(), PRECISE) {
                crate::config::read_host_time().await;
            }
        };
        let reading = join4(
            preview::quote_now(&self.client, movement),
            ledger::newest(&self.client, movement),
            identity,
            time,
        );
        let (quote, lines, nobody, ()) = reading.await;
        FreshFigures {
            begun,
            quote,
            lines,
            nobody,
        }
    }

    /// What looks like `movement`, apart from the submission `except` itself.
    fn alikes(
        &self,
        movement: &Movement,
        figures: &FreshFigures,
        except: Option<&IdempotencyKey>,
    ) -> Vec<Duplicate> {
        let api = movement.kind().api();
        let home = self.home(api);
        let lines = figures.lines.as_deref().unwrap_or_default();
        self.book_now(|book| {
            let own: Vec<_> = book
                .submissions()
                .iter()
                .filter(|held| home.owns(held) && (held.is_open() || held.is_made()))
                .filter(|held| Some(&held.key) != except)
                .map(|held| Own {
                    key: held.key.as_str(),
                    movement: &held.movement,
                    confirmed: held.confirmed,
                    sent: held.sent(),
                    longest_age: longest_age(held),
                })
                .collect();
            alikes(movement, clock::moment(api.into()), &own, lines)
        })
    }

    /// Whether the attempt that the journal has just taken may be made: minutes may have passed while it was written.
    async fn may_leave(&self, key: &IdempotencyKey, first: bool) -> bool {
        if first {
            return self.is_still_right(key).await;
        }
        let Some(submission) = self.submission(key) else {
            return false;
        };
        // Behind a gateway, another account may be signed in by now.
        let api = submission.movement.kind().api();
        let is_identified = self.client.identify(api).await.is_ok();
        is_identified && self.cannot_ask(&submission).is_none()
    }

    /// Whether what was checked for the submission `key` still holds, once the journal has it: a slow journal, a sleeping
    /// computer or a slow network may have let minutes pass since. Otherwise nothing is sent, and a person is asked.
    async fn is_still_right(&self, key: &IdempotencyKey) -> bool {
        let Some(submission) = self.submission(key) else {
            return false;
        };
        let age = |begun: Option<Departure>| begun.and_then(clock::longest_since);
        if age(submission.confirmed_here).is_some_and(|age| age <= FRESH) {
            return true;
        }
        let movement = &submission.movement;
        let figures = self.read_figures(movement).await;
        // Balances move where calls are running, and a person may have accepted that nothing can be read.
        let is_same = match &figures.quote {
            Ok(fresh) => submission.quote.drift(fresh) != Drift::Rates,
            Err(_) => self.book_now(|book| book.has_accepted_unread(key)),
        };
        let is_new = |duplicates: &Duplicate| match &duplicates.entry {
            Some(line) => !submission.known.contains(&line.id),
            None => false,
        };
        let alikes = self.alikes(movement, &figures, Some(key));
        let is_home = self.home(movement.kind().api()).owns(&submission);
        let is_fresh = age(Some(figures.begun)).is_some_and(|age| age <= SLOW);
        if !is_same || !is_home || !is_fresh || alikes.iter().any(is_new) {
            return false;
        }
        let now = clock::moment(movement.kind().api().into());
        self.change(|book| book.refresh_check(key, figures.begun, now));
        true
    }

    /// Does what a step has ordered, and what follows from that.
    pub(crate) async fn carry_out(&self, key: &IdempotencyKey, order: SubmissionCommand) {
        let mut next = Some(order);
        while let Some(order) = next {
            next = match order {
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

    /// Writes an attempt into the journal; only then may it be made.
    async fn record(&self, key: &IdempotencyKey) -> Option<SubmissionCommand> {
        let api = self.submission(key)?.movement.kind().api();
        let (credential, promised) = (
            self.client.credential_fingerprint(api),
            self.promised_hours(api),
        );
        self.change(|book| book.note_credential(key, credential, promised));
        let submission = self.submission(key)?;
        let first = submission.attempts.len() == 1;
        // A journal that broke since, and that a person has accepted to go without, holds nobody up.
        let journalled = submission.journalled && !self.book_now(Submissions::goes_without_journal);
        let written = match journalled {
            false => Ok(()),
            true if first => self.insert_if_free(&submission).await,
            true => journal::put(&submission)
                .await
                .map_err(InsertError::Unwritten),
        };
        let ask = match written {
            Ok(()) if self.may_leave(key, first).await => {
                if journalled {
                    self.announce(key);
                }
                return self.step(key, SubmissionEvent::Recorded);
            }
            Ok(()) if !first => {
                let order = self.step(key, SubmissionEvent::NotRecorded);
                self.save(key).await;
                return order;
            }
            Ok(()) => {
                // It was not sent, so nothing is lost if it cannot be forgotten: its absence from the log will show.
                let _ = journal::forget(key.as_str()).await;
                self.announce(key);
                ConfirmationIssue::Expired
            }
            Err(InsertError::Taken(rival)) => {
                let rival_key = rival.key.clone();
                self.change(|book| book.take(*rival));
                self.doing(&rival_key, SubmissionActivity::Elsewhere);
                self.resume(rival_key);
                ConfirmationIssue::Taken
            }
            Err(InsertError::Newer) => ConfirmationIssue::Newer,
            Err(InsertError::Unwritten(why)) => {
                self.change(|book| book.lose_journal(why.clone()));
                ConfirmationIssue::Unwritten(why)
            }
        };
        if first {
            self.change(|book| book.unrecorded(key, ask));
            None
        } else {
            self.step(key, SubmissionEvent::NotRecorded)
        }
    }

    /// Writes a new submission into the journal, within [`journal::LIMIT`]. If the browser finishes only later, the
    /// request was not sent, so the record is deleted again.
    async fn insert_if_free(&self, submission: &Submission) -> Result<(), InsertError> {
        let knows_of_newer = self.book_now(|book| book.knows_of_newer);
        let home = self.home(submission.movement.kind().api());
        let (done, outcome) = oneshot::channel();
        let submission = submission.clone();
        leptos::task::spawn_local(async move {
            let written = journal::insert_if_free(&submission, &home, knows_of_newer).await;
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
        // Somebody else may have signed in since it was confirmed.
        if submission.account != self.client.account(movement.kind().api()) {
            let nobody = Failure::unanswered(FailureKind::SignedOut);
            return self.step(key, SubmissionEvent::Answered(Err(nobody)));
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
            .and_then(|answer| Receipt::read(movement, &answer));
        self.step(key, SubmissionEvent::Answered(result))
    }

    /// Sees whether a rejection holds. A browser repeats a request without asking when a kept connection breaks; then the
    /// rejection is the answer to the repetition, and may have met the first one in flight. Only an attempt that was made
    /// when nothing could be in flight any more, of a service that looks the key up first, needs no look into the log.
    async fn verify(&self, key: &IdempotencyKey) -> Option<SubmissionCommand> {
        let submission = self.submission(key)?;
        let State::Checking(no) = &submission.state else {
            return None;
        };
        let is_alone = submission.attempts.last().is_some_and(|last| last.alone);
        let is_repeated = submission.attempts.len() > 1;
        let api = submission.movement.kind().api();
        if is_repeated && is_alone && self.replays(api) && no.settles_earlier_attempts() {
            return self.step(key, SubmissionEvent::Upheld);
        }
        // The same status and code say that the organization is archived, and that the key is in flight.
        if no.kind == FailureKind::Conflict && !self.is_archived(&submission.movement).await {
            return self.step(key, SubmissionEvent::Unverified);
        }
        for try_ in 0..TRIES {
            sleep(SECOND * i64::from(try_)).await;
            match self.verdict(&submission, None).await {
                Ok(verdict) => return self.step(key, SubmissionEvent::Judged(verdict)),
                // Who has no key at the moment will have one again; then the books are read.
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

    /// Writes how a submission stands into the journal. A journal that fails now still holds the attempt.
    pub(crate) async fn save(&self, key: &IdempotencyKey) {
        let Some(submission) = self.submission(key).filter(|held| held.journalled) else {
            return;
        };
        if let Err(why) = journal::put(&submission).await {
            self.change(|book| book.lose_journal(why));
        }
        self.announce(key);
    }

    async fn is_archived(&self, movement: &Movement) -> bool {
        let Movement::Allocate { organization, .. } = movement else {
            return false;
        };
        let read = self.client.organization(organization).await;
        read.is_ok_and(|read| read.is_archived())
    }

    /// Reads the service's log for a submission. `settled_for` says for how many milliseconds nothing of it could take
    /// effect any more.
    ///
    /// # Errors
    /// Why it could not be read.
    pub(crate) async fn verdict(
        &self,
        submission: &Submission,
        settled_for: Option<i64>,
    ) -> Result<Verdict, Failure> {
        let reading = ledger::since(&self.client, submission, settled_for).await?;
        Ok(self.look_for(submission, |target| judge(target, &reading)))
    }

    /// Compares a submission with the log, with all that is known of the others.
    pub fn look_for<T>(
        &self,
        submission: &Submission,
        compare: impl FnOnce(&SearchTarget) -> T,
    ) -> T {
        let api = submission.movement.kind().api();
        let settles = i64::from(self.settles_after_seconds(api)) * SECOND;
        let home = self.home(api);
        let is_here = |held: &Submission| home.is_same_service(&held.base_url);
        let now = clock::moment(api.into()).server;
        let context = self.book_now(|book| {
            let here = book.submissions().iter().filter(|held| is_here(held));
            SearchContext::of(submission, here, settles, now)
        });
        compare(&context.target(submission))
    }

    /// Looks whether the log holds something of a settled submission that was not shown: a repetition that the service did
    /// not recognize, or an entry that came late. `last` says whether no other look is needed. Gives whether the log could
    /// be read.
    pub(crate) async fn count(&self, submission: &Submission, last: bool) -> bool {
        let key = &submission.key;
        if !last {
            self.step(key, SubmissionEvent::Counting);
        }
        let read = ledger::since(&self.client, submission, Some(0)).await;
        let is_read = read.is_ok();
        let counted = match read {
            Ok(reading) => {
                let shown = shown_as(submission);
                let counted = self.look_for(submission, |target| {
                    count_entries(target, shown, &reading.entries)
                });
                if let Some(own) = counted.own {
                    self.change(|book| book.identify(key, own.performer));
                }
                let is_known = reading.complete || !counted.lines.is_empty();
                SubmissionEvent::EntryCount {
                    lines: is_known.then_some(counted.lines),
                    last: last && reading.complete && counted.is_final,
                }
            }
            // A key that may not read the log will not see more of it later; any other failure may pass.
            Err(failure) => SubmissionEvent::EntryCount {
                lines: None,
                last: last && failure.kind == FailureKind::Forbidden,
            },
        };
        if let Some(order) = self.step(key, counted) {
            self.carry_out(key, order).await;
        }
        is_read
    }
}

/// The longest time that can have passed since a submission was confirmed, in milliseconds, by whichever clock knows.
pub(crate) fn longest_age(submission: &Submission) -> Option<i64> {
    let source = submission.movement.kind().api().into();
    let by_page = submission.confirmed_here.and_then(clock::longest_since);
    let server = clock::moment(source).server;
    let by_server = server.longest_since(submission.confirmed_server);
    match (by_page, by_server) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (age, None) | (None, age) => age,
    }
}

/// The id of the newest of these lines: the greatest number, or the first where ids are no numbers.
fn newest_id(lines: &[LedgerEntry]) -> String {
    let number = |line: &&LedgerEntry| line.id.parse::<i64>().ok();
    let greatest = lines.iter().max_by_key(number);
    let newest = match greatest {
        Some(line) if number(&line).is_some() => Some(line),
        _ => lines.first(),
    };
    newest.map(|line| line.id.clone()).unwrap_or_default()
}
