//! The model's page: what the portal does, with the pure parts that decide it.

use crate::client::{Failure, FailureKind};
use crate::movement::journal::record;
use crate::movement::model::Fate;
use crate::movement::model::service::{MINUTES, Service, money};
use crate::movement::quote::Quote;
use crate::movement::reconcile::search_context::{SearchContext, shown_as};
use crate::movement::reconcile::{LedgerEntry, LedgerRead, count_entries, has_seen_enough, judge};
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::retry;
use crate::movement::submission::retry::{NextStep, RetryContext};
use crate::movement::submission::{
    ExtraEntries, State, Submission, SubmissionCommand, SubmissionEvent,
};
use crate::movement::submissions::{Check, Home, Journal, Submissions};
use crate::movement::{Kind, Movement};
use crate::units::clock::{Clock, Departure, Now, ServerRange, Source, Steady};
use crate::units::{Change, ChildId, IdempotencyKey, Minutes};
use std::collections::BTreeMap;

const TIMEOUT: i64 = 20_000;
const SETTLES: u32 = 60;

/// A verdict as it was shown.
pub(super) struct ShownVerdict {
    pub key: String,
    pub state: State,
    /// Whom the page knew to perform what is sent with its credential.
    pub learned: Option<String>,
}

pub(super) struct Page {
    pub service: Service,
    /// What the deployment says of the service.
    pub replays: bool,
    pub shown: Vec<ShownVerdict>,
    fates: Vec<Fate>,
    dated: bool,
    clock: Clock,
    wall: i64,
    steady: i64,
    book: Submissions,
    /// The journal's texts, by key.
    journal: BTreeMap<String, String>,
    credential: u32,
    retry_now_keys: bool,
    keys: u128,
    /// Readings of the log: for which submission, how many, the newest one's time.
    readings: BTreeMap<String, (u32, Steady)>,
}

impl Page {
    pub fn open(service: Service, fates: Vec<Fate>, dated: bool) -> Self {
        let mut page = Self {
            replays: service.replays,
            service,
            shown: Vec::new(),
            fates,
            dated,
            clock: Clock::default(),
            wall: 1_600_000_000_000,
            steady: 0,
            book: Submissions::default(),
            journal: BTreeMap::new(),
            credential: 1,
            retry_now_keys: false,
            keys: 0,
            readings: BTreeMap::new(),
        };
        page.start();
        page
    }

    fn start(&mut self) {
        self.clock = Clock::default();
        self.steady = 0;
        self.readings.clear();
        self.book = Submissions::default();
        self.book.journal = Journal::JournalContents;
        self.exchange();
        for text in self.journal.values() {
            self.book.take(record::read(text).unwrap());
        }
        let now = self.now();
        for key in self.keys() {
            self.book.take_over(&key, now, TIMEOUT);
        }
    }

    fn keys(&self) -> Vec<IdempotencyKey> {
        self.submissions()
            .iter()
            .map(|held| held.key.clone())
            .collect()
    }

    pub fn submissions(&self) -> &[Submission] {
        self.book.submissions()
    }

    fn home() -> Home {
        Home {
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

    /// A response from the service, or from the host where the service shows no date.
    fn exchange(&mut self) {
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

    fn pass(&mut self, ms: i64) {
        self.service.pass(ms);
        self.steady += ms;
        self.wall += ms;
        self.now();
    }

    pub fn wait(&mut self, ms: i64) {
        // In steps, as a page looks at its clocks.
        for _ in 0..ms / 5_000 {
            self.pass(5_000);
            self.work();
        }
        self.pass(ms % 5_000);
    }

    pub fn sleep(&mut self, ms: i64) {
        self.service.pass(ms);
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
        self.retry_now_keys = true;
    }

    pub fn confirm(&mut self) {
        if self.book.open().next().is_some() {
            return;
        }
        let begun = self.depart();
        self.exchange();
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
        let newest: Vec<String> = log.iter().take(50).map(|line| line.id.clone()).collect();
        let check = Check {
            fresh: Ok(quote.clone()),
            begun: Some(begun),
            watermark: Some(newest.first().cloned().unwrap_or_default()),
            known: newest,
            unread: None,
            alikes: vec![],
            key: IdempotencyKey::new(uuid::Uuid::from_u128(self.keys)),
            body: movement.body().unwrap(),
            home: Self::home(),
            credential: Some(self.credential.to_string()),
            promised_hours: self.replays.then_some(24),
        };
        self.book.close(Kind::Transfer);
        self.book.edit(Kind::Transfer);
        self.book.review(movement, quote, Some("5678".into()));
        let Some(number) = self.book.confirm(Kind::Transfer) else {
            return;
        };
        let now = self.now();
        if let Some(key) = self.book.checked(Kind::Transfer, number, check, now) {
            self.carry_out(&key, SubmissionCommand::Record);
        }
    }

    fn step(&mut self, key: &IdempotencyKey, event: SubmissionEvent) {
        let before = self.book.get(key).unwrap().state.clone();
        let now = self.now();
        let order = self.book.step(key, event, now);
        let held = self.book.get(key).unwrap().clone();
        if held.state != before && !held.is_open() {
            self.shown.push(ShownVerdict {
                key: key.to_string(),
                state: held.state.clone(),
                learned: self.learned(&held),
            });
        }
        if let Some(order) = order {
            self.carry_out(key, order);
        }
    }

    fn learned(&self, submission: &Submission) -> Option<String> {
        let all = self.submissions().iter();
        let context = SearchContext::of(submission, all, 0, ServerRange::default());
        context.target(submission).performer.map(str::to_owned)
    }

    fn save(&mut self, key: &IdempotencyKey) {
        let text = record::write(self.book.get(key).unwrap()).unwrap();
        self.journal.insert(key.to_string(), text);
    }

    fn carry_out(&mut self, key: &IdempotencyKey, order: SubmissionCommand) {
        match order {
            SubmissionCommand::Record => {
                let credential = Some(self.credential.to_string());
                let promised = self.replays.then_some(24);
                self.book.note_credential(key, credential, promised);
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
        let fate = if self.fates.is_empty() {
            Fate::Answered
        } else {
            self.fates.remove(0)
        };
        let fail = |why| SubmissionEvent::Answered(Err(Failure::unanswered(why)));
        let event = match fate {
            Fate::Answered | Fate::Repeated => {
                self.pass(300);
                if matches!(fate, Fate::Repeated) {
                    self.service.carry_out(&text, self.credential);
                }
                let (balances, replayed) = self.service.carry_out(&text, self.credential);
                self.exchange();
                SubmissionEvent::Answered(Ok(Receipt {
                    own: Some(money(balances.own)),
                    child: money(balances.child),
                    lines: vec![],
                    transaction: None,
                    created: None,
                    replayed,
                }))
            }
            Fate::Lost => {
                self.pass(TIMEOUT);
                fail(FailureKind::TimedOut)
            }
            Fate::Late(ms) => {
                self.pass(TIMEOUT);
                self.service.carry_out_later(ms, &text, self.credential);
                fail(FailureKind::TimedOut)
            }
            Fate::InFlight(ms) => {
                self.pass(300);
                self.service.carry_out_later(ms, &text, self.credential);
                fail(FailureKind::Unexpected)
            }
            Fate::Declined => {
                self.pass(300);
                fail(FailureKind::Insufficient)
            }
            Fate::Unauthorized => {
                self.pass(300);
                fail(FailureKind::Unauthorized)
            }
        };
        self.step(key, event);
    }

    fn verify(&mut self, key: &IdempotencyKey) {
        let held = self.book.get(key).unwrap();
        let State::Checking(no) = &held.state else {
            return;
        };
        let is_alone = held.attempts.last().unwrap().alone && held.attempts.len() > 1;
        if is_alone && self.replays && no.settles_earlier_attempts() {
            return self.step(key, SubmissionEvent::Upheld);
        }
        let verdict = self.look(key, None);
        self.step(key, SubmissionEvent::Judged(verdict));
    }

    fn read(&mut self, submission: &Submission, settled_for: Option<i64>) -> LedgerRead {
        self.pass(100);
        self.exchange();
        let log = self.service.log();
        let newest = log.iter().filter_map(|line| line.at).max();
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

    fn look(
        &mut self,
        key: &IdempotencyKey,
        settled_for: Option<i64>,
    ) -> crate::movement::reconcile::Verdict {
        let held = self.book.get(key).unwrap().clone();
        let reading = self.read(&held, settled_for);
        let settles = i64::from(SETTLES) * 1000;
        let now = self.now().server;
        let context = SearchContext::of(&held, self.submissions().iter(), settles, now);
        judge(&context.target(&held), &reading)
    }

    fn retry_context(&mut self, submission: &Submission) -> RetryContext {
        let now = self.now();
        let by_page = submission
            .confirmed_here
            .and_then(|begun| self.clock.longest_since(begun, now.steady));
        let by_server = now.server.longest_since(submission.confirmed_server);
        let (readings, last_reading) = self
            .readings
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
            retry_now_keys: self.retry_now_keys || submission.state == State::KeyNeeded,
            readings,
            unread: false,
            last_reading,
            chance: 500,
        }
    }

    fn note_reading(&mut self, key: &IdempotencyKey) {
        let steady = self.now().steady;
        let reading = self.readings.entry(key.to_string()).or_default();
        *reading = (reading.0 + 1, steady);
    }

    /// Does what is due now.
    pub fn work(&mut self) {
        for _ in 0..12 {
            let mut is_busy = false;
            for key in self.keys() {
                let held = self.book.get(&key).unwrap().clone();
                let now = self.retry_context(&held);
                if held.is_open() {
                    is_busy |= self.drive(&key, &held, &now);
                } else if retry::count_at(&held, &now).is_some_and(|at| at <= now.now.steady) {
                    self.count(&key, &held, &now);
                    is_busy = true;
                }
            }
            if !is_busy {
                break;
            }
        }
    }

    fn drive(&mut self, key: &IdempotencyKey, held: &Submission, now: &RetryContext) -> bool {
        let this = now.now.steady;
        match retry::next(held, now) {
            NextStep::Retry(at) if at <= this => {
                self.retry_now_keys = false;
                let alone = retry::is_settled(held, now);
                self.readings.remove(key.as_str());
                self.step(key, SubmissionEvent::Retry { alone });
                true
            }
            NextStep::CheckLog(at) if at <= this => {
                self.retry_now_keys = false;
                let settled = retry::settled_at(held, now);
                let settled_for = (settled <= this).then(|| this.since(settled));
                let verdict = self.look(key, settled_for);
                self.note_reading(key);
                self.step(key, SubmissionEvent::Judged(verdict));
                true
            }
            _ => false,
        }
    }

    fn count(&mut self, key: &IdempotencyKey, held: &Submission, now: &RetryContext) {
        let last = retry::is_last_count(held, now);
        let reading = self.read(held, Some(0));
        let settles = i64::from(SETTLES) * 1000;
        let now = self.now().server;
        let context = SearchContext::of(held, self.submissions().iter(), settles, now);
        let counted = count_entries(&context.target(held), shown_as(held), &reading.entries);
        self.note_reading(key);
        if let Some(own) = counted.own {
            self.book.identify(key, own.performer);
        }
        let is_known = reading.complete || !counted.lines.is_empty();
        let lines = is_known.then_some(counted.lines);
        let last = last && reading.complete && counted.is_final;
        self.step(key, SubmissionEvent::EntryCount { lines, last });
    }

    /// A person decides what became of the open submission, if that is offered.
    pub fn decide(&mut self, made: bool) {
        let Some(held) = self.book.open().next().cloned() else {
            return;
        };
        let now = self.retry_context(&held);
        if made || retry::is_settled(&held, &now) {
            self.step(&held.key, SubmissionEvent::Decide { made, line: None });
        }
    }

    /// A person says that the entry shown is a colleague's.
    pub fn disown(&mut self) {
        let found = self
            .submissions()
            .iter()
            .rev()
            .find_map(|held| match &held.state {
                State::Found(line) => Some((held.key.clone(), line.id.clone())),
                _ => None,
            });
        if let Some((key, line)) = found {
            self.step(&key, SubmissionEvent::Disown { line });
        }
    }

    /// Whether the log is, or was, watched for a settled submission.
    pub fn is_watching(&self, held: &Submission) -> bool {
        let replays = self.replays && held.promised_hours.is_some();
        !(replays && matches!(held.state, State::Done(_)))
    }

    /// Whether another submission asks a person about an entry of `key`, or warns of it.
    pub fn is_shown_with_another(&self, key: &str) -> bool {
        let is_own = |line: &LedgerEntry| {
            let entry = self.service.entry(&line.id);
            entry.is_some_and(|entry| entry.key == key)
        };
        let lists = |held: &Submission| {
            let candidates = match &held.state {
                State::Unknown {
                    doubt: Some((_, lines)),
                } => lines.as_slice(),
                _ => &[],
            };
            let excess = match &held.excess {
                ExtraEntries::More(lines) => lines.as_slice(),
                _ => &[],
            };
            candidates.iter().chain(excess).any(is_own)
        };
        self.submissions()
            .iter()
            .any(|held| held.key.as_str() != key && lists(held))
    }

    /// A day and more passes while the page stays open.
    pub fn finish(&mut self) {
        for (count, ms) in [(60, 5_000), (40, 60_000), (60, 1_800_000)] {
            for _ in 0..count {
                self.pass(ms);
                self.work();
            }
        }
    }
}
