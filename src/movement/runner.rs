//! Carries out one attempt of a submission: check, journal, send, save, and what is due at its end.

use super::alike::alikes;
use super::book::{Ask, Check, Journal};
use super::desk::Desk;
use super::journal::{self, Refusal};
use super::machine::{Doing, Happening, Order, State, Submission};
use super::plan::Kind;
use super::receipt::Receipt;
use super::reconcile::{Claim, Reading, SKEW, Sought, Trace, Verdict, candidates, judge};
use super::{books, preview, tabs};
use crate::client::{Call, Failure, Why, now, sleep};
use crate::units::IdempotencyKey;
use futures::future::join;
use leptos::prelude::UpdateValue;

/// The pause between two looks at something that should be there in a moment, in milliseconds.
const GLANCE: i64 = 50;
/// Readings that are tried to see whether a no holds.
const TRIES: u32 = 3;

impl Desk {
    /// Reads figures and books anew after a confirmation, then records and sends, or asks once more.
    pub(super) async fn check(&self, kind: Kind, number: u32) {
        let reviewed =
            self.book_now(|book| book.reviewed(kind).map(|review| review.movement.clone()));
        let Some(movement) = reviewed else { return };
        let Ok(body) = movement.body() else { return };
        let api = kind.api();
        let reading = join(
            preview::quote_now(&self.client, &movement),
            books::newest(&self.client, &movement),
        );
        let (fresh, lines) = reading.await;
        while self.book_now(|book| book.journal == Journal::Opening) {
            sleep(GLANCE).await;
        }
        let account = self.client.account(api);
        let alikes = self.book_now(|book| {
            let own: Vec<_> = book
                .submissions()
                .iter()
                .filter(|held| held.account == account && (held.is_open() || held.is_made()))
                .map(|held| (held.key.to_string(), &held.movement, held.confirmed))
                .collect();
            let lines = lines.as_ref().map(Vec::as_slice).unwrap_or_default();
            alikes(&movement, now(), &own, lines)
        });
        let check = Check {
            fresh,
            mark: lines.as_ref().ok().map(|lines| newest_id(lines)),
            unread: lines.err().filter(|_| !self.replays(api)),
            alikes,
            key: IdempotencyKey::new(uuid::Uuid::new_v4()),
            body,
            base_url: self.base_url(api),
            account,
        };
        let key = self.change(|book| book.checked(kind, number, check, now()));
        if let Some(key) = key.flatten() {
            self.own.update_value(|own| {
                own.insert(key.clone());
            });
            let hold = tabs::hold(key.as_str()).await;
            self.mark_held(&key, true);
            self.carry_out(&key, Order::Record).await;
            self.follow(&key, Some(hold), true).await;
        }
    }

    /// Does what a step has ordered, and what follows from that.
    pub(super) async fn carry_out(&self, key: &IdempotencyKey, order: Order) {
        let mut next = Some(order);
        while let Some(order) = next {
            next = match order {
                Order::Record => self.record(key).await,
                Order::Send => self.send(key).await,
                Order::Verify => self.verify(key).await,
                Order::Save => {
                    self.save(key).await;
                    None
                }
            };
        }
    }

    /// Writes an attempt into the journal; only then may it be made.
    async fn record(&self, key: &IdempotencyKey) -> Option<Order> {
        let submission = self.submission(key)?;
        if !submission.journalled {
            return self.step(key, Happening::Recorded);
        }
        let first = submission.attempts.len() == 1;
        let written = if first {
            let told = self.book_now(|book| book.told_of_newer);
            journal::claim(&submission, told).await
        } else {
            journal::put(&submission).await.map_err(Refusal::Unwritten)
        };
        let refusal = match written {
            Ok(()) => {
                self.announce(key);
                return self.step(key, Happening::Recorded);
            }
            Err(refusal) => refusal,
        };
        let ask = match refusal {
            Refusal::Taken(rival) => {
                let rival_key = rival.key.clone();
                self.change(|book| book.take(*rival));
                self.doing(&rival_key, Doing::Elsewhere);
                self.adopt(rival_key);
                Ask::Taken
            }
            Refusal::Newer => Ask::Newer,
            Refusal::Unwritten(why) => {
                self.change(|book| book.lose_journal(why.clone()));
                Ask::Unwritten(why)
            }
        };
        if first {
            self.change(|book| book.unrecorded(key, ask));
            None
        } else {
            self.step(key, Happening::NotRecorded)
        }
    }

    async fn send(&self, key: &IdempotencyKey) -> Option<Order> {
        let submission = self.submission(key)?;
        let movement = &submission.movement;
        // Somebody else may have signed in since it was confirmed.
        if submission.account != self.client.account(movement.kind().api()) {
            let nobody = Failure::unanswered(Why::SignedOut);
            return self.step(key, Happening::Answered(Err(nobody)));
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
        self.step(key, Happening::Answered(result))
    }

    /// Sees whether a no holds. A browser repeats a request by itself when a kept connection breaks; then the no
    /// is the answer to the repetition, and speaks for the first one only where the backend has looked for the key
    /// before it said no.
    async fn verify(&self, key: &IdempotencyKey) -> Option<Order> {
        let submission = self.submission(key)?;
        let State::Checking(no) = &submission.state else {
            return None;
        };
        if self.replays(submission.movement.kind().api()) && no.settles_earlier_attempts() {
            return self.step(key, Happening::Upheld);
        }
        for try_ in 0..TRIES {
            sleep(GLANCE * i64::from(try_ * 20)).await;
            match self.verdict(&submission, false).await {
                Ok((verdict, _)) => return self.step(key, Happening::Judged(verdict)),
                // Who has no key at the moment will have one again; then the books are read.
                Err(failure) if failure.why == Why::SignedOut => {
                    return self.step(key, Happening::Unverified);
                }
                Err(failure) if failure.is_about_access() => {
                    return self.step(key, Happening::Upheld);
                }
                Err(_) => {}
            }
        }
        self.step(key, Happening::Unverified)
    }

    /// Writes how a submission stands into the journal. A journal that fails now still holds the attempt.
    pub(super) async fn save(&self, key: &IdempotencyKey) {
        let Some(submission) = self.submission(key).filter(|held| held.journalled) else {
            return;
        };
        if let Err(why) = journal::put(&submission).await {
            self.change(|book| book.lose_journal(why));
        }
        self.announce(key);
    }

    /// Reads the backend's books for a submission: what they say, and the lines that may be it. `settled` says whether
    /// nothing can come into them any more.
    ///
    /// # Errors
    /// Why they could not be read.
    pub(super) async fn verdict(
        &self,
        submission: &Submission,
        settled: bool,
    ) -> Result<(Verdict, Option<Vec<Trace>>), Failure> {
        let reading = books::since(&self.client, submission, settled).await?;
        let claims = self.claims(submission);
        let sought = sought(submission, &claims);
        let until = self.settled_at(submission).saturating_add(SKEW);
        let lines = lines_until(until, &sought, &reading);
        Ok((judge(&sought, &reading), lines))
    }

    /// What other submissions of the kind and child have to do with lines behind the mark of this one.
    fn claims(&self, submission: &Submission) -> Vec<Claim> {
        self.book_now(|book| {
            let is_rival = |held: &&Submission| {
                is_rival(held, submission)
                    && held.ended.is_none_or(|ended| ended >= submission.confirmed)
            };
            let rivals = book.submissions().iter().filter(is_rival);
            rivals.filter_map(claim).collect()
        })
    }

    /// Whether another submission to the same child is unresolved: its line may be taken for this one's.
    pub(super) fn has_open_rival(&self, submission: &Submission) -> bool {
        self.book_now(|book| book.open().any(|open| is_rival(open, submission)))
    }

    /// Looks whether the books hold more than was told of a submission that has come to its end: a backend that does
    /// not recognise a repeated key has no means against a browser that repeats a request by itself. `last` says
    /// whether nothing can come into them any more.
    pub(super) async fn count(&self, submission: &Submission, last: bool) {
        let key = &submission.key;
        if !last {
            self.step(key, Happening::Counting);
        }
        let counted = match self.verdict(submission, last).await {
            Ok((_, lines)) => Happening::Counted { lines, last },
            // Whoever may not read the books now will not see more of them later.
            Err(failure) => Happening::Counted {
                lines: None,
                last: failure.is_about_access(),
            },
        };
        if let Some(order) = self.step(key, counted) {
            self.carry_out(key, order).await;
        }
    }
}

/// Whether the line of `held` may be taken for that of `submission`.
fn is_rival(held: &Submission, submission: &Submission) -> bool {
    held.key != submission.key
        && held.movement.kind() == submission.movement.kind()
        && held.movement.party() == submission.movement.party()
}

/// The lines that may be the movement's, up to a time; nothing where books that were not read to the end show none.
fn lines_until(until: i64, sought: &Sought, reading: &Reading) -> Option<Vec<Trace>> {
    let mut lines = candidates(sought, &reading.traces);
    lines.retain(|line| line.at.is_none_or(|at| at <= until));
    (reading.complete || !lines.is_empty()).then_some(lines)
}

/// Which line of the books is that of `held`, as far as it is known.
fn claim(held: &Submission) -> Option<Claim> {
    match &held.state {
        State::Done(receipt) => Some(match &receipt.transaction {
            Some(transaction) => Claim::Row(transaction.clone()),
            None => Claim::Balances {
                own: receipt.own,
                child: receipt.child,
            },
        }),
        State::Found(line) => Some(Claim::Row(line.id.clone())),
        State::Decided { made: true, line } => line.clone().map(Claim::Row),
        _ => None,
    }
}

fn sought<'a>(submission: &'a Submission, claims: &'a [Claim]) -> Sought<'a> {
    Sought {
        movement: &submission.movement,
        quote: &submission.quote,
        mark: submission.mark.as_deref(),
        first_attempt: submission.first_attempt(),
        claims,
    }
}

/// The id of the newest of these lines: the greatest number, or the first where ids are no numbers.
fn newest_id(lines: &[Trace]) -> String {
    let number = |line: &&Trace| line.id.parse::<i64>().ok();
    let greatest = lines.iter().max_by_key(number);
    let newest = match greatest {
        Some(line) if number(&line).is_some() => Some(line),
        _ => lines.first(),
    };
    newest.map(|line| line.id.clone()).unwrap_or_default()
}
