//! Pure: all movements of this page, under review, in progress and settled. The desk carries out the commands that each
//! step returns.

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

/// The state of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Journal {
    /// It is being opened.
    #[default]
    Opening,
    /// It holds every submission before it is sent.
    Open,
    /// There is none, so a crash can lose track of a submission.
    Missing {
        /// Why, in the browser's words.
        why: String,
        /// Whether the user accepted that.
        accepted: bool,
    },
}

/// Everything about the movements of this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submissions {
    forms: [Form; 3],
    submissions: Vec<Submission>,
    /// The state of the journal.
    pub journal: Journal,
    checks: u32,
    /// What the user accepted at the latest confirmation.
    accepted: Option<(IdempotencyKey, Vec<ConfirmationIssue>)>,
    /// Whether the user knows that a newer version of the portal holds something unresolved.
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

/// The current account and service. Only their submissions are shown and sent, and only those block a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrentAccount {
    /// The signed-in account.
    pub account: Option<String>,
    /// The service's configured address.
    pub base_url: String,
    /// The page's origin, to which addresses without a host are relative.
    pub origin: String,
}

impl CurrentAccount {
    /// Whether `base_url` leads to the same service.
    pub fn is_same_service(&self, base_url: &str) -> bool {
        is_same_base(&self.base_url, base_url, &self.origin)
    }

    /// Whether `submission` belongs to this account and service.
    pub fn owns(&self, submission: &Submission) -> bool {
        submission.account == self.account && self.is_same_service(&submission.base_url)
    }

    /// Whether `submission` certainly belongs to another account. A submission without a known account doesn't.
    pub fn is_foreign(&self, submission: &Submission) -> bool {
        self.account.is_some() && submission.account.is_some() && submission.account != self.account
    }
}

impl Submissions {
    /// Every submission, oldest first.
    pub fn submissions(&self) -> &[Submission] {
        &self.submissions
    }

    /// The submission with this key.
    pub fn get(&self, key: &IdempotencyKey) -> Option<&Submission> {
        self.submissions
            .iter()
            .find(|submission| submission.key == *key)
    }

    fn get_mut(&mut self, key: &IdempotencyKey) -> Option<&mut Submission> {
        self.submissions
            .iter_mut()
            .find(|submission| submission.key == *key)
    }

    /// Whether sending is allowed: submissions are in the journal, or the user accepted that they aren't.
    pub fn may_send(&self) -> bool {
        matches!(
            self.journal,
            Journal::Open | Journal::Missing { accepted: true, .. }
        )
    }

    /// Whether the user accepted, when confirming `key`, that the amounts couldn't be loaded.
    pub fn has_accepted_unread(&self, key: &IdempotencyKey) -> bool {
        self.accepted.as_ref().is_some_and(|(accepted, issues)| {
            accepted == key
                && issues
                    .iter()
                    .any(|issue| matches!(issue, ConfirmationIssue::Unread(_)))
        })
    }

    /// Whether the user accepted that there is no journal.
    pub fn goes_without_journal(&self) -> bool {
        matches!(self.journal, Journal::Missing { accepted: true, .. })
    }

    /// The submissions with extra log entries that the user hasn't acknowledged.
    pub fn needs_acknowledgment(&self) -> impl Iterator<Item = &Submission> {
        self.submissions
            .iter()
            .filter(|submission| submission.needs_acknowledgment())
    }

    /// The submissions that are settled and may be forgotten.
    pub fn finished(&self) -> impl Iterator<Item = &Submission> {
        self.submissions
            .iter()
            .filter(|submission| submission.is_finished())
    }

    /// Forgets those of `keys` that are settled.
    pub fn forget_finished(&mut self, keys: &[IdempotencyKey]) {
        self.submissions
            .retain(|submission| !(keys.contains(&submission.key) && submission.is_finished()));
    }

    /// The unresolved submissions.
    pub fn open(&self) -> impl Iterator<Item = &Submission> {
        self.submissions
            .iter()
            .filter(|submission| submission.is_open())
    }

    fn open_of(&self, kind: Kind, current_account: &CurrentAccount) -> Option<&Submission> {
        self.open()
            .find(|open| open.movement.kind() == kind && current_account.owns(open))
    }

    /// Handles a press of the button that moves money. Returns the number of the check to make first; `None` if there
    /// is nothing to confirm or a check is already in progress.
    pub fn confirm(&mut self, kind: Kind) -> Option<u32> {
        // While the journal is opening, its state is unknown: the check waits for it.
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

    /// Handles the end of check `number`. Returns the key of the submission to record, unless there is a reason to ask
    /// the user once more.
    pub fn checked(
        &mut self,
        kind: Kind,
        number: u32,
        check: Check,
        now: Now,
    ) -> Option<IdempotencyKey> {
        let taken = self.open_of(kind, &check.current_account).is_some();
        let journaled = self.journal == Journal::Open;
        let may_send = self.may_send();
        let form = self.form_mut(kind);
        let Form::Review(review) = form else {
            return None;
        };
        if review.checking != Some(number) {
            return None;
        }
        review.checking = None;
        // The journal was lost in the meantime. The user is notified and has to accept that first.
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
            base_url: check.current_account.base_url,
            account: check.current_account.account,
            confirmed: now.wall,
            confirmed_server: now.server,
            check_started: check.begun,
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
            journaled,
            extra_entries: ExtraEntries::None,
            counted: false,
            acknowledged: false,
            quiet_since: None,
            resumed_at: None,
            quiet_before: None,
            activity: SubmissionActivity::Nothing,
        };
        let accepted = std::mem::take(&mut review.issues);
        *form = Form::Shown(check.key.clone());
        self.accepted = Some((check.key.clone(), accepted));
        self.submissions.push(submission);
        Some(check.key)
    }

    /// Handles a first attempt that couldn't be recorded, so nothing was sent: returns to the review with `issue`.
    pub fn unrecorded(&mut self, key: &IdempotencyKey, issue: ConfirmationIssue) {
        let Some(index) = self
            .submissions
            .iter()
            .position(|submission| submission.key == *key)
        else {
            return;
        };
        let first = self.submissions[index].attempts.len() == 1;
        if !first || self.submissions[index].state != State::Recording {
            return;
        }
        self.knows_of_newer |= issue == ConfirmationIssue::Newer;
        let submission = self.submissions.remove(index);
        // What was accepted isn't asked about again.
        let mut issues = match self.accepted.take() {
            Some((accepted, issues)) if accepted == *key => issues,
            _ => Vec::new(),
        };
        issues
            .retain(|accepted| std::mem::discriminant(accepted) != std::mem::discriminant(&issue));
        issues.push(issue);
        let kind = submission.movement.kind();
        if *self.form(kind) == Form::Shown(submission.key) {
            *self.form_mut(kind) = Form::Review(Box::new(Review {
                movement: submission.movement,
                quote: submission.quote,
                issues,
                checking: None,
                is_abandoned: false,
                account: submission.account,
            }));
        }
    }

    /// Applies `event` to the submission with this key and returns what has to be done.
    pub fn step(
        &mut self,
        key: &IdempotencyKey,
        event: SubmissionEvent,
        now: Now,
    ) -> Option<SubmissionCommand> {
        let submission = self.get_mut(key)?;
        let was_open = submission.is_open();
        let rejection = submission.refusal().cloned();
        let command = submission.step(event, now);
        if was_open && !submission.is_open() {
            self.show_outcome(key);
        } else if rejection.is_some() && submission.needs_acknowledgment() {
            self.withdraw_rejection(key, rejection);
        }
        command
    }

    /// Merges a submission from the journal: at startup, or because another tab updated it.
    pub fn merge(&mut self, mut stored: Submission) {
        match self.get_mut(&stored.key) {
            // A journal that couldn't be written is out of date. A settled submission is reopened only if the user
            // marked its entry as somebody else's.
            Some(current)
                if !current.is_open()
                    && stored.is_open()
                    && stored.foreign.len() <= current.foreign.len() => {}
            Some(current) => {
                // Only this page knows these about the same attempts.
                if current.attempts.len() == stored.attempts.len() {
                    stored.quiet_since = current.quiet_since;
                    stored.quiet_before = current.quiet_before;
                    stored.resumed_at = current.resumed_at;
                }
                stored.check_started = current.check_started;
                // The outcome of the submission on this screen is shown here, even if another tab brought it about.
                let settles = current.is_open() && !stored.is_open();
                let key = stored.key.clone();
                *current = stored;
                if settles
                    && matches!(self.form_of(&key), Some(Form::Shown(shown)) if *shown == key)
                {
                    self.show_outcome(&key);
                }
            }
            None => {
                let index = self
                    .submissions
                    .partition_point(|submission| submission.confirmed <= stored.confirmed);
                self.submissions.insert(index, stored);
            }
        }
    }

    /// Lets this page drive a submission from `now` on; see [`Submission::take_over`].
    pub fn take_over(&mut self, key: &IdempotencyKey, now: Now, timeout: i64) {
        if let Some(open) = self.get_mut(key) {
            open.take_over(now, timeout);
        }
    }

    /// Records the credential of the next attempt and the service's current promise. A submission that may already have
    /// moved something keeps those it was sent with.
    pub fn note_credential(
        &mut self,
        key: &IdempotencyKey,
        credential: Option<String>,
        promised_hours: Option<u32>,
    ) {
        if let Some(submission) = self
            .get_mut(key)
            .filter(|submission| !submission.was_doubtful())
        {
            submission.credential = credential;
            submission.promised_hours = promised_hours;
        }
    }

    /// Records the performer that the log names for this submission's credential.
    pub fn identify(&mut self, key: &IdempotencyKey, performer: Option<String>) {
        if let Some(submission) = self.get_mut(key).filter(|_| performer.is_some()) {
            submission.performer = performer;
        }
    }

    /// Records that the amounts a submission was confirmed with were loaded again, starting at `begun`, and haven't
    /// changed.
    pub fn refresh_check(&mut self, key: &IdempotencyKey, begun: Departure, now: Now) {
        if let Some(submission) = self.get_mut(key) {
            submission.check_started = Some(begun);
            if let Some(last) = submission.attempts.last_mut() {
                last.at = now.wall;
            }
        }
    }

    /// Records what is being done about a submission.
    pub fn set_activity(&mut self, key: &IdempotencyKey, activity: SubmissionActivity) {
        if let Some(submission) = self.get_mut(key).filter(|submission| submission.is_open()) {
            submission.activity = activity;
        }
    }

    /// Records that there is no journal, or that it can't be written.
    pub fn lose_journal(&mut self, why: String) {
        let accepted = matches!(self.journal, Journal::Missing { accepted: true, .. });
        self.journal = Journal::Missing { why, accepted };
    }

    /// Records that the user accepts losing track of a submission in a crash.
    pub fn accept(&mut self) {
        if let Journal::Missing { accepted, .. } = &mut self.journal {
            *accepted = true;
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
