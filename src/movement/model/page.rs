//! The model's page: what the portal does, using the same pure modules to decide.

use crate::client::{Failure, FailureKind};
use crate::movement::journal::record;
use crate::movement::ledger::has_seen_enough;
use crate::movement::model::AttemptOutcome;
use crate::movement::model::service::{MINUTES, Service, money};
use crate::movement::quote::Quote;
use crate::movement::reconcile::search_context::{SearchContext, shown_as};
use crate::movement::reconcile::{LedgerEntry, LedgerRead, Verdict, count_entries, judge};
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::retry;
use crate::movement::submission::retry::{NextStep, RetryContext};
use crate::movement::submission::{
    ExtraEntries, State, Submission, SubmissionCommand, SubmissionEvent,
};
use crate::movement::submissions::{Check, CurrentAccount, Journal, Submissions};
use crate::movement::{Kind, Movement};
use crate::units::clock::{Clock, Departure, Now, ServerRange, Source, Steady};
use crate::units::{Change, ChildId, IdempotencyKey, Minutes};
use std::collections::BTreeMap;

const TIMEOUT: i64 = 20_000;
const SETTLES: u32 = 60;

/// A verdict as shown to the user.
pub(super) struct ShownVerdict {
    pub key: String,
    pub state: State,
    /// The performer the page had learned for this credential.
    pub known_performer: Option<String>,
}

pub(super) struct Page {
    pub service: Service,
    /// Whether the service replays keys, according to the deployment's setting.
    pub replays: bool,
    pub shown: Vec<ShownVerdict>,
    outcomes: Vec<AttemptOutcome>,
    dated: bool,
    clock: Clock,
    wall: i64,
    steady: i64,
    submissions: Submissions,
    /// The journal's records, by key.
    journal: BTreeMap<String, String>,
    credential: u32,
    retry_now: bool,
    keys: u128,
    /// Log checks per submission: how many, and when the last one ended.
    log_checks: BTreeMap<String, (u32, Steady)>,
}

impl Page {
    pub fn open(service: Service, outcomes: Vec<AttemptOutcome>, dated: bool) -> Self {
        let mut page = Self {
            replays: service.replays,
            service,
            shown: Vec::new(),
            outcomes,
            dated,
            clock: Clock::default(),
            wall: 1_600_000_000_000,
            steady: 0,
            submissions: Submissions::default(),
            journal: BTreeMap::new(),
            credential: 1,
            retry_now: false,
            keys: 0,
            log_checks: BTreeMap::new(),
        };
        page.start();
        page
    }

    fn start(&mut self) {
        self.clock = Clock::default();
        self.steady = 0;
        self.log_checks.clear();
        self.submissions = Submissions::default();
        self.submissions.journal = Journal::Open;
        self.receive_response();
        for text in self.journal.values() {
            self.submissions.merge(record::read(text).unwrap());
        }
        let now = self.now();
        for key in self.keys() {
            self.submissions.take_over(&key, now, TIMEOUT);
        }
    }

    fn keys(&self) -> Vec<IdempotencyKey> {
        self.submissions()
            .iter()
            .map(|submission| submission.key.clone())
            .collect()
    }

    pub fn submissions(&self) -> &[Submission] {
        self.submissions.submissions()
    }

    fn current_account() -> CurrentAccount {
        CurrentAccount {
            account: Some("5678".into()),
            base_url: "/api/v1".into(),
            origin: "https://desk.example".into(),
        }
    }

    fn now(&mut self) -> Now {
        let steady = self.clock.read(self.wall, Steady(self.steady));
        Now {
            wall: self.wall,
            steady,
            server: self.clock.server(Source::Reseller, steady),
        }
    }

    /// Receives a response from the service, or from the portal's host if the service sends no date.
    fn receive_response(&mut self) {
        let steady = self.now().steady;
        let departure = self.clock.depart(steady);
        let source = if self.dated {
            Source::Reseller
        } else {
            Source::Host
        };
        let date = self.service.time() / 1000 * 1000;
        self.clock.learn_date(source, date, departure, steady);
    }

    fn depart(&mut self) -> Departure {
        let steady = self.now().steady;
        self.clock.depart(steady)
    }

    fn advance(&mut self, ms: i64) {
        self.service.advance(ms);
        self.steady += ms;
        self.wall += ms;
        self.now();
    }

    pub fn wait(&mut self, ms: i64) {
        // In steps, because a page reads its clocks regularly.
        for _ in 0..ms / 5_000 {
            self.advance(5_000);
            self.run_due_work();
        }
        self.advance(ms % 5_000);
    }

    pub fn sleep(&mut self, ms: i64) {
        self.service.advance(ms);
        self.wall += ms;
        self.now();
    }

    pub fn set_clock(&mut self, by: i64) {
        self.wall += by;
        self.now();
    }

    pub fn reload(&mut self) {
        self.start();
    }

    pub fn rotate(&mut self) {
        self.credential += 1;
    }

    pub fn retry_now(&mut self) {
        self.retry_now = true;
    }

    pub fn confirm(&mut self) {
        if self.submissions.open().next().is_some() {
            return;
        }
        let departure = self.depart();
        self.receive_response();
        let balances = self.service.balances();
        let change = |before: i64, by: i64| {
            Some(Change {
                before: money(before),
                after: money(before + by),
            })
        };
        let quote = Quote {
            own: change(balances.own, -9 * MINUTES),
            child: change(balances.child, 20 * MINUTES),
            cost: Some(money(9 * MINUTES)),
            credit: Some(money(20 * MINUTES)),
            ..Quote::default()
        };
        let movement = Movement::Transfer {
            child: ChildId(4002),
            name: "Beta Co".into(),
            minutes: Minutes::new(MINUTES.into()),
            rate: "0.2".parse().unwrap(),
        };
        self.keys += 1;
        let log = self.service.log();
        let newest: Vec<String> = log.iter().take(50).map(|entry| entry.id.clone()).collect();
        let check = Check {
            fresh: Ok(quote.clone()),
            begun: Some(departure),
            watermark: Some(newest.first().cloned().unwrap_or_default()),
            known: newest,
            unread: None,
            duplicates: vec![],
            key: IdempotencyKey::new(uuid::Uuid::from_u128(self.keys)),
            body: movement.body().unwrap(),
            current_account: Self::current_account(),
            credential: Some(self.credential.to_string()),
            promised_hours: self.replays.then_some(24),
        };
        self.submissions.close(Kind::Transfer);
        self.submissions.edit(Kind::Transfer);
        self.submissions
            .review(movement, quote, Some("5678".into()));
        let Some(number) = self.submissions.confirm(Kind::Transfer) else {
            return;
        };
        let now = self.now();
        if let Some(key) = self.submissions.checked(Kind::Transfer, number, check, now) {
            self.carry_out(&key, SubmissionCommand::Record);
        }
    }

    fn step(&mut self, key: &IdempotencyKey, event: SubmissionEvent) {
        let before = self.submissions.get(key).unwrap().state.clone();
        let now = self.now();
        let command = self.submissions.step(key, event, now);
        let submission = self.submissions.get(key).unwrap().clone();
        if submission.state != before && !submission.is_open() {
            self.shown.push(ShownVerdict {
                key: key.to_string(),
                state: submission.state.clone(),
                known_performer: self.known_performer(&submission),
            });
        }
        if let Some(command) = command {
            self.carry_out(key, command);
        }
    }

    fn known_performer(&self, submission: &Submission) -> Option<String> {
        let all = self.submissions().iter();
        let context = SearchContext::of(submission, all, 0, ServerRange::default());
        context.target(submission).performer.map(str::to_owned)
    }

    fn save(&mut self, key: &IdempotencyKey) {
        let text = record::write(self.submissions.get(key).unwrap()).unwrap();
        self.journal.insert(key.to_string(), text);
    }

    fn carry_out(&mut self, key: &IdempotencyKey, command: SubmissionCommand) {
        match command {
            SubmissionCommand::Record => {
                let credential = Some(self.credential.to_string());
                let promised = self.replays.then_some(24);
                self.submissions.note_credential(key, credential, promised);
                self.save(key);
                self.step(key, SubmissionEvent::Recorded);
            }
            SubmissionCommand::Send => self.send(key),
            SubmissionCommand::Verify => self.verify(key),
            SubmissionCommand::Save => self.save(key),
        }
    }

    fn send(&mut self, key: &IdempotencyKey) {
        let text = key.to_string();
        let outcome = if self.outcomes.is_empty() {
            AttemptOutcome::Answered
        } else {
            self.outcomes.remove(0)
        };
        let fail = |kind| SubmissionEvent::Answered(Err(Failure::unanswered(kind)));
        let event = match outcome {
            AttemptOutcome::Answered | AttemptOutcome::Repeated => {
                self.advance(300);
                if matches!(outcome, AttemptOutcome::Repeated) {
                    self.service.carry_out(&text, self.credential);
                }
                let (balances, replayed) = self.service.carry_out(&text, self.credential);
                self.receive_response();
                SubmissionEvent::Answered(Ok(Receipt {
                    own: Some(money(balances.own)),
                    child: money(balances.child),
                    lines: vec![],
                    transaction: None,
                    created: None,
                    replayed,
                }))
            }
            AttemptOutcome::Lost => {
                self.advance(TIMEOUT);
                fail(FailureKind::TimedOut)
            }
            AttemptOutcome::Late(ms) => {
                self.advance(TIMEOUT);
                self.service.carry_out_later(ms, &text, self.credential);
                fail(FailureKind::TimedOut)
            }
            AttemptOutcome::InFlight(ms) => {
                self.advance(300);
                self.service.carry_out_later(ms, &text, self.credential);
                fail(FailureKind::Unexpected)
            }
            AttemptOutcome::Declined => {
                self.advance(300);
                fail(FailureKind::Insufficient)
            }
            AttemptOutcome::Unauthorized => {
                self.advance(300);
                fail(FailureKind::Unauthorized)
            }
        };
        self.step(key, event);
    }

    fn verify(&mut self, key: &IdempotencyKey) {
        let submission = self.submissions.get(key).unwrap();
        let State::Checking(failure) = &submission.state else {
            return;
        };
        let is_alone = submission.attempts.last().unwrap().alone && submission.attempts.len() > 1;
        if is_alone && self.replays && failure.settles_earlier_attempts() {
            return self.step(key, SubmissionEvent::Upheld);
        }
        let verdict = self.search_log(key, None);
        self.step(key, SubmissionEvent::Judged(verdict));
    }

    fn read(&mut self, submission: &Submission, settled_for: Option<i64>) -> LedgerRead {
        self.advance(100);
        self.receive_response();
        let log = self.service.log();
        let newest = log.iter().filter_map(|entry| entry.at).max();
        let steady = self.now().steady;
        if let Some(newest) = newest {
            self.clock.learn_entry(Source::Reseller, newest, steady);
        }
        LedgerRead {
            complete: has_seen_enough(submission, &log, true),
            entries: log,
            own_balance: Some(money(self.service.balances().own)),
            settled_for,
        }
    }

    fn search_log(&mut self, key: &IdempotencyKey, settled_for: Option<i64>) -> Verdict {
        let submission = self.submissions.get(key).unwrap().clone();
        let reading = self.read(&submission, settled_for);
        let settles = i64::from(SETTLES) * 1000;
        let now = self.now().server;
        let context = SearchContext::of(&submission, self.submissions().iter(), settles, now);
        judge(&context.target(&submission), &reading)
    }

    fn retry_context(&mut self, submission: &Submission) -> RetryContext {
        let now = self.now();
        let by_page = submission
            .check_started
            .and_then(|begun| self.clock.longest_since(begun, now.steady));
        let by_server = now.server.longest_since(submission.confirmed_server);
        let (log_checks, last_log_check) = self
            .log_checks
            .get(submission.key.as_str())
            .copied()
            .unwrap_or_default();
        RetryContext {
            now,
            signed_in: true,
            account: Some("5678".into()),
            credential: Some(self.credential.to_string()),
            same_service: true,
            replays_for_hours: self.replays.then_some(24),
            settles_after_seconds: SETTLES,
            longest_age: match (by_page, by_server) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            online: true,
            may_send: true,
            retry_now: self.retry_now || submission.state == State::KeyNeeded,
            log_checks,
            last_check_failed: false,
            last_log_check,
            jitter: 500,
        }
    }

    fn note_log_check(&mut self, key: &IdempotencyKey) {
        let steady = self.now().steady;
        let checks = self.log_checks.entry(key.to_string()).or_default();
        *checks = (checks.0 + 1, steady);
    }

    /// Does everything that is due now.
    pub fn run_due_work(&mut self) {
        for _ in 0..12 {
            let mut is_busy = false;
            for key in self.keys() {
                let submission = self.submissions.get(&key).unwrap().clone();
                let context = self.retry_context(&submission);
                if submission.is_open() {
                    is_busy |= self.drive(&key, &submission, &context);
                } else if retry::count_at(&submission, &context)
                    .is_some_and(|at| at <= context.now.steady)
                {
                    self.count(&key, &submission, &context);
                    is_busy = true;
                }
            }
            if !is_busy {
                break;
            }
        }
    }

    fn drive(
        &mut self,
        key: &IdempotencyKey,
        submission: &Submission,
        context: &RetryContext,
    ) -> bool {
        let now = context.now.steady;
        match retry::next(submission, context) {
            NextStep::Retry(at) if at <= now => {
                self.retry_now = false;
                let alone = retry::is_settled(submission, context);
                self.log_checks.remove(key.as_str());
                self.step(key, SubmissionEvent::Retry { alone });
                true
            }
            NextStep::CheckLog(at) if at <= now => {
                self.retry_now = false;
                let settled = retry::settled_at(submission, context);
                let settled_for = (settled <= now).then(|| now.since(settled));
                let verdict = self.search_log(key, settled_for);
                self.note_log_check(key);
                self.step(key, SubmissionEvent::Judged(verdict));
                true
            }
            _ => false,
        }
    }

    fn count(&mut self, key: &IdempotencyKey, submission: &Submission, context: &RetryContext) {
        let last = retry::is_last_count(submission, context);
        let reading = self.read(submission, Some(0));
        let settles = i64::from(SETTLES) * 1000;
        let now = self.now().server;
        let context = SearchContext::of(submission, self.submissions().iter(), settles, now);
        let counted = count_entries(
            &context.target(submission),
            shown_as(submission),
            &reading.entries,
        );
        self.note_log_check(key);
        if let Some(own) = counted.own {
            self.submissions.identify(key, own.performer);
        }
        let is_known = reading.complete || !counted.entries.is_empty();
        let entries = is_known.then_some(counted.entries);
        let last = last && reading.complete && counted.is_final;
        self.step(key, SubmissionEvent::EntriesCounted { entries, last });
    }

    /// The user decides the outcome of the open submission, if the portal offers that.
    pub fn decide(&mut self, completed: bool) {
        let Some(submission) = self.submissions.open().next().cloned() else {
            return;
        };
        let context = self.retry_context(&submission);
        if completed || retry::is_settled(&submission, &context) {
            self.step(
                &submission.key,
                SubmissionEvent::Decide {
                    completed,
                    entry_id: None,
                },
            );
        }
    }

    /// The user marks the matched entry as a colleague's.
    pub fn disown(&mut self) {
        let found =
            self.submissions()
                .iter()
                .rev()
                .find_map(|submission| match &submission.state {
                    State::Found(entry) => Some((submission.key.clone(), entry.id.clone())),
                    _ => None,
                });
        if let Some((key, entry_id)) = found {
            self.step(&key, SubmissionEvent::Disown { entry_id });
        }
    }

    /// Whether the log is, or was, watched after this submission settled.
    pub fn is_watching(&self, submission: &Submission) -> bool {
        let replays = self.replays && submission.promised_hours.is_some();
        !(replays && matches!(submission.state, State::Done(_)))
    }

    /// Whether another submission asks or warns the user about an entry of `key`.
    pub fn is_shown_with_another(&self, key: &str) -> bool {
        let is_own = |entry: &LedgerEntry| {
            let transfer = self.service.entry(&entry.id);
            transfer.is_some_and(|transfer| transfer.key == key)
        };
        let lists = |submission: &Submission| {
            let candidates = match &submission.state {
                State::Unknown {
                    doubt: Some((_, entries)),
                } => entries.as_slice(),
                _ => &[],
            };
            let extra_entries = match &submission.extra_entries {
                ExtraEntries::More(entries) => entries.as_slice(),
                _ => &[],
            };
            candidates.iter().chain(extra_entries).any(is_own)
        };
        self.submissions()
            .iter()
            .any(|submission| submission.key.as_str() != key && lists(submission))
    }

    /// Lets more than a day pass while the page stays open.
    pub fn finish(&mut self) {
        for (count, ms) in [(60, 5_000), (40, 60_000), (60, 1_800_000)] {
            for _ in 0..count {
                self.advance(ms);
                self.run_due_work();
            }
        }
    }
}
