//! Every movement of this page: what stands in review, what is under way, and what became of it. Pure: the desk
//! carries out what each step orders.

use crate::client::is_same_base;
use crate::movement::Kind;
use crate::movement::submission::{
    Attempt, ExtraEntries, State, Submission, SubmissionActivity, SubmissionCommand,
    SubmissionEvent,
};
use crate::units::IdempotencyKey;
use crate::units::clock::{Departure, Now, ServerRange};

mod forms;
mod review;

pub use forms::{Form, ScreenState};
pub use review::{Check, ConfirmationIssue, Review};

/// Whether there is a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Journal {
    /// It is being opened.
    #[default]
    Opening,
    /// It holds every submission before it is sent.
    JournalContents,
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
pub struct Submissions {
    forms: [Form; 3],
    submissions: Vec<Submission>,
    /// Whether there is a journal.
    pub journal: Journal,
    checks: u32,
    /// What a person has accepted at the newest confirmation.
    accepted: Option<(IdempotencyKey, Vec<ConfirmationIssue>)>,
    /// Whether the person knows that a later version of the portal holds something unresolved.
    pub knows_of_newer: bool,
}

impl Default for Submissions {
    fn default() -> Self {
        Self {
            forms: std::array::from_fn(|_| Form::default()),
            submissions: Vec::new(),
            journal: Journal::default(),
            checks: 0,
            accepted: None,
            knows_of_newer: false,
        }
    }
}

/// Which submissions are at home here: those of this account at this service. Another account's block nothing, and are
/// neither shown nor sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// The account whose key is in use.
    pub account: Option<String>,
    /// The service's configured address.
    pub base_url: String,
    /// The page's origin, which addresses without a host refer to.
    pub origin: String,
}

impl Home {
    /// Whether `base_url` leads to the same service.
    pub fn is_same_service(&self, base_url: &str) -> bool {
        is_same_base(&self.base_url, base_url, &self.origin)
    }

    /// Whether `submission` is at home here.
    pub fn owns(&self, submission: &Submission) -> bool {
        submission.account == self.account && self.is_same_service(&submission.base_url)
    }

    /// Whether `submission` is certainly another account's. One of an account that is not known is nobody else's.
    pub fn is_foreign(&self, submission: &Submission) -> bool {
        self.account.is_some() && submission.account.is_some() && submission.account != self.account
    }
}

impl Submissions {
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
            Journal::JournalContents | Journal::Missing { accepted: true, .. }
        )
    }

    /// Whether the person has accepted, when confirming `key`, that the figures could not be read.
    pub fn has_accepted_unread(&self, key: &IdempotencyKey) -> bool {
        self.accepted.as_ref().is_some_and(|(accepted, issues)| {
            accepted == key
                && issues
                    .iter()
                    .any(|ask| matches!(ask, ConfirmationIssue::Unread(_)))
        })
    }

    /// Whether the person has accepted that there is no journal.
    pub fn goes_without_journal(&self) -> bool {
        matches!(self.journal, Journal::Missing { accepted: true, .. })
    }

    /// What the backend's books hold more of than was told.
    pub fn needs_acknowledgment(&self) -> impl Iterator<Item = &Submission> {
        self.submissions
            .iter()
            .filter(|held| held.needs_acknowledgment())
    }

    /// What is settled and may be forgotten.
    pub fn past(&self) -> impl Iterator<Item = &Submission> {
        self.submissions.iter().filter(|held| held.is_past())
    }

    /// Forgets these submissions, as far as they are settled.
    pub fn forget_past(&mut self, keys: &[IdempotencyKey]) {
        self.submissions
            .retain(|held| !(keys.contains(&held.key) && held.is_past()));
    }

    /// What is not resolved yet.
    pub fn open(&self) -> impl Iterator<Item = &Submission> {
        self.submissions.iter().filter(|held| held.is_open())
    }

    fn open_of(&self, kind: Kind, home: &Home) -> Option<&Submission> {
        self.open()
            .find(|open| open.movement.kind() == kind && home.owns(open))
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
        now: Now,
    ) -> Option<IdempotencyKey> {
        let taken = self.open_of(kind, &check.home).is_some();
        let journalled = self.journal == Journal::JournalContents;
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
        if review.has_new_issue(&check, taken) {
            return None;
        }
        let submission = Submission {
            movement: review.movement.clone(),
            quote: review.quote.clone(),
            key: check.key.clone(),
            body: check.body,
            base_url: check.home.base_url,
            account: check.home.account,
            confirmed: now.wall,
            confirmed_server: now.server,
            confirmed_here: check.begun,
            promised_hours: check.promised_hours,
            credential: check.credential,
            watermark: check.watermark,
            known: check.known,
            foreign: Vec::new(),
            performer: None,
            attempts: vec![Attempt {
                at: now.wall,
                server: ServerRange {
                    earliest: now.server.earliest,
                    latest: None,
                },
                departed: now.server.latest,
                alone: true,
                ..Attempt::default()
            }],
            state: State::Recording,
            ended: None,
            journalled,
            excess: ExtraEntries::None,
            counted: false,
            seen: false,
            quiet_since: None,
            resumed_at: None,
            quiet_before: None,
            doing: SubmissionActivity::Nothing,
        };
        let accepted = std::mem::take(&mut review.issues);
        *form = Form::Shown(check.key.clone());
        self.accepted = Some((check.key.clone(), accepted));
        self.submissions.push(submission);
        Some(check.key)
    }

    /// The first attempt of a submission could not be recorded, so nothing was sent: back to the review, and why.
    pub fn unrecorded(&mut self, key: &IdempotencyKey, ask: ConfirmationIssue) {
        let Some(place) = self.submissions.iter().position(|held| held.key == *key) else {
            return;
        };
        let first = self.submissions[place].attempts.len() == 1;
        if !first || self.submissions[place].state != State::Recording {
            return;
        }
        self.knows_of_newer |= ask == ConfirmationIssue::Newer;
        let submission = self.submissions.remove(place);
        // What was accepted is not asked again.
        let mut issues = match self.accepted.take() {
            Some((accepted, issues)) if accepted == *key => issues,
            _ => Vec::new(),
        };
        issues.retain(|kept| std::mem::discriminant(kept) != std::mem::discriminant(&ask));
        issues.push(ask);
        let kind = submission.movement.kind();
        if *self.form(kind) == Form::Shown(submission.key) {
            *self.form_mut(kind) = Form::Review(Box::new(Review {
                movement: submission.movement,
                quote: submission.quote,
                issues,
                checking: None,
                left: false,
                account: submission.account,
            }));
        }
    }

    /// Something happened to the submission with this key. Gives what has to be done.
    pub fn step(
        &mut self,
        key: &IdempotencyKey,
        event: SubmissionEvent,
        now: Now,
    ) -> Option<SubmissionCommand> {
        let submission = self.get_mut(key)?;
        let was_open = submission.is_open();
        let was_refused = submission.refusal().cloned();
        let order = submission.step(event, now);
        if was_open && !submission.is_open() {
            self.ended(key);
        } else if was_refused.is_some() && submission.needs_acknowledgment() {
            self.withdraw(key, was_refused);
        }
        order
    }

    /// Takes what the journal holds of a submission: at the start, or because another tab has gone on with it.
    pub fn take(&mut self, mut kept: Submission) {
        match self.get_mut(&kept.key) {
            // A journal that could not be written is behind: a settled submission is open again only where a person has
            // said that its entry is somebody else's.
            Some(held)
                if !held.is_open()
                    && kept.is_open()
                    && kept.foreign.len() <= held.foreign.len() => {}
            Some(held) => {
                // What only this page knows about the same attempts.
                if held.attempts.len() == kept.attempts.len() {
                    kept.quiet_since = held.quiet_since;
                    kept.quiet_before = held.quiet_before;
                    kept.resumed_at = held.resumed_at;
                }
                kept.confirmed_here = held.confirmed_here;
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

    /// This page drives a submission from `now` on; see [`Submission::take_over`].
    pub fn take_over(&mut self, key: &IdempotencyKey, now: Now, timeout: i64) {
        if let Some(open) = self.get_mut(key) {
            open.take_over(now, timeout);
        }
    }

    /// The credential that the next attempt leaves with, and what the service promises now. A request that may already
    /// have moved something keeps what it was sent with.
    pub fn note_credential(
        &mut self,
        key: &IdempotencyKey,
        credential: Option<String>,
        promised_hours: Option<u32>,
    ) {
        if let Some(held) = self.get_mut(key).filter(|held| !held.was_doubtful()) {
            held.credential = credential;
            held.promised_hours = promised_hours;
        }
    }

    /// The log shows who performs what is sent with this submission's credential.
    pub fn identify(&mut self, key: &IdempotencyKey, performer: Option<String>) {
        if let Some(held) = self.get_mut(key).filter(|_| performer.is_some()) {
            held.performer = performer;
        }
    }

    /// The figures that a submission was confirmed with were read again, starting at `begun`, and haven't changed.
    pub fn refresh_check(&mut self, key: &IdempotencyKey, begun: Departure, now: Now) {
        if let Some(held) = self.get_mut(key) {
            held.confirmed_here = Some(begun);
            if let Some(last) = held.attempts.last_mut() {
                last.at = now.wall;
            }
        }
    }

    /// Says what is being done about a submission.
    pub fn doing(&mut self, key: &IdempotencyKey, doing: SubmissionActivity) {
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
