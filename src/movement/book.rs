//! Every movement of this page: what stands in review, what is under way, and what became of it. Pure: the desk
//! carries out what each step orders.

use super::machine::{Attempt, Doing, Excess, Happening, Order, State, Submission};
use super::plan::Kind;
use crate::units::IdempotencyKey;

mod forms;
mod review;

pub use forms::{Face, Form};
pub use review::{Ask, Check, Review};

/// Whether there is a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Journal {
    /// It is being opened.
    #[default]
    Opening,
    /// It holds every submission before it is sent.
    Kept,
    /// There is none; a crash can lose track.
    Missing {
        /// Why, in the browser's words.
        why: String,
        /// Whether the person has accepted that.
        accepted: bool,
    },
}

/// Everything about the movements of this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    forms: [Form; 3],
    submissions: Vec<Submission>,
    /// Whether there is a journal.
    pub journal: Journal,
    checks: u32,
    /// Whether the person knows that a later version of the portal holds something unresolved.
    pub told_of_newer: bool,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            forms: std::array::from_fn(|_| Form::default()),
            submissions: Vec::new(),
            journal: Journal::default(),
            checks: 0,
            told_of_newer: false,
        }
    }
}

impl Book {
    /// Every submission, the oldest first.
    pub fn submissions(&self) -> &[Submission] {
        &self.submissions
    }

    /// The submission with this key.
    pub fn get(&self, key: &IdempotencyKey) -> Option<&Submission> {
        self.submissions.iter().find(|held| held.key == *key)
    }

    fn get_mut(&mut self, key: &IdempotencyKey) -> Option<&mut Submission> {
        self.submissions.iter_mut().find(|held| held.key == *key)
    }

    /// Whether something may be sent: what is sent is in the journal, or a person has accepted that it is not.
    pub fn may_send(&self) -> bool {
        matches!(
            self.journal,
            Journal::Kept | Journal::Missing { accepted: true, .. }
        )
    }

    /// What the backend's books hold more of than was told.
    pub fn alarms(&self) -> impl Iterator<Item = &Submission> {
        self.submissions.iter().filter(|held| held.alarms())
    }

    /// What is not resolved yet.
    pub fn open(&self) -> impl Iterator<Item = &Submission> {
        self.submissions.iter().filter(|held| held.is_open())
    }

    fn open_of(&self, kind: Kind, account: Option<&str>) -> Option<&Submission> {
        self.open()
            .find(|open| open.movement.kind() == kind && open.account.as_deref() == account)
    }

    /// The one button that moves money was pressed. Gives the number of the check to make before; nothing where
    /// there is nothing to confirm, or a check is under way already.
    pub fn confirm(&mut self, kind: Kind) -> Option<u32> {
        // Before the journal is open nobody knows: the check waits for it.
        if self.journal != Journal::Opening && !self.may_send() {
            return None;
        }
        let number = self.checks.wrapping_add(1);
        match self.form_mut(kind) {
            Form::Review(review) if review.checking.is_none() => review.checking = Some(number),
            _ => return None,
        }
        self.checks = number;
        Some(number)
    }

    /// The check that was asked for has ended. Gives the key of the submission to record, if there is no reason
    /// to ask once more.
    pub fn checked(
        &mut self,
        kind: Kind,
        number: u32,
        check: Check,
        now: i64,
    ) -> Option<IdempotencyKey> {
        let taken = self.open_of(kind, check.account.as_deref()).is_some();
        let journalled = self.journal == Journal::Kept;
        let may_send = self.may_send();
        let form = self.form_mut(kind);
        let Form::Review(review) = form else {
            return None;
        };
        if review.checking != Some(number) {
            return None;
        }
        review.checking = None;
        // The journal was lost meanwhile: the person is told, and has to accept that first.
        if !may_send {
            return None;
        }
        if let Err(failure) = &check.fresh
            && failure.is_about_the_form()
        {
            *form = Form::Draft {
                refused: Some(failure.clone()),
            };
            return None;
        }
        if review.asks_again(&check, taken) {
            return None;
        }
        let submission = Submission {
            movement: review.movement.clone(),
            quote: review.quote.clone(),
            key: check.key.clone(),
            body: check.body,
            base_url: check.base_url,
            account: check.account,
            confirmed: now,
            mark: check.mark,
            attempts: vec![Attempt {
                at: now,
                ..Attempt::default()
            }],
            state: State::Recording,
            ended: None,
            journalled,
            excess: Excess::None,
            counted: false,
            seen: false,
            doing: Doing::Nothing,
        };
        *form = Form::Shown(check.key.clone());
        self.submissions.push(submission);
        Some(check.key)
    }

    /// The first attempt of a submission could not be recorded, so nothing was sent: back to the review, and why.
    pub fn unrecorded(&mut self, key: &IdempotencyKey, ask: Ask) {
        let Some(place) = self.submissions.iter().position(|held| held.key == *key) else {
            return;
        };
        let first = self.submissions[place].attempts.len() == 1;
        if !first || self.submissions[place].state != State::Recording {
            return;
        }
        self.told_of_newer |= ask == Ask::Newer;
        let submission = self.submissions.remove(place);
        let kind = submission.movement.kind();
        if *self.form(kind) == Form::Shown(submission.key) {
            *self.form_mut(kind) = Form::Review(Box::new(Review {
                movement: submission.movement,
                quote: submission.quote,
                asks: vec![ask],
                checking: None,
                left: false,
            }));
        }
    }

    /// Something happened to the submission with this key. Gives what has to be done.
    pub fn step(&mut self, key: &IdempotencyKey, event: Happening, now: i64) -> Option<Order> {
        let submission = self.get_mut(key)?;
        let was_open = submission.is_open();
        let was_refused = submission.refusal().cloned();
        let order = submission.step(event, now);
        if was_open && !submission.is_open() {
            self.ended(key);
        } else if was_refused.is_some() && submission.alarms() {
            self.withdraw(key, was_refused);
        }
        order
    }

    /// Takes what the journal holds of a submission: at the start, or because another tab has gone on with it.
    pub fn take(&mut self, kept: Submission) {
        match self.get_mut(&kept.key) {
            // An end is an end: a journal that could not be written is behind.
            Some(held) if !held.is_open() && kept.is_open() => {}
            Some(held) => {
                // The end of what is shown here is shown here, whoever brought it about.
                let ends = held.is_open() && !kept.is_open();
                let key = kept.key.clone();
                *held = kept;
                if ends && matches!(self.form_of(&key), Some(Form::Shown(shown)) if *shown == key) {
                    self.ended(&key);
                }
            }
            None => {
                let place = self
                    .submissions
                    .partition_point(|held| held.confirmed <= kept.confirmed);
                self.submissions.insert(place, kept);
            }
        }
    }

    /// What was under way when the page that sent it was closed is not any more.
    pub fn interrupt(&mut self, key: &IdempotencyKey) {
        if let Some(open) = self.get_mut(key).filter(|held| held.is_open()) {
            open.interrupt();
        }
    }

    /// Says what is being done about a submission.
    pub fn doing(&mut self, key: &IdempotencyKey, doing: Doing) {
        if let Some(held) = self.get_mut(key).filter(|held| held.is_open()) {
            held.doing = doing;
        }
    }

    /// There turned out to be no journal.
    pub fn lose_journal(&mut self, why: String) {
        let accepted = matches!(self.journal, Journal::Missing { accepted: true, .. });
        self.journal = Journal::Missing { why, accepted };
    }

    /// The person accepts that a crash can lose track.
    pub fn accept(&mut self) {
        if let Journal::Missing { accepted, .. } = &mut self.journal {
            *accepted = true;
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
