//! What the screens show: forms, reviews, and outcomes that haven't been dismissed.

use crate::client::Failure;
use crate::movement::quote::Quote;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::{ConfirmationIssue, CurrentAccount, Review, Submissions};
use crate::movement::{Kind, Movement};
use crate::units::IdempotencyKey;

/// The state of the screen of one kind. An unresolved submission takes precedence; see [`ScreenState`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The form is being filled in, possibly again after a rejection.
    Draft {
        /// The rejection. No credits moved.
        refused: Option<Failure>,
    },
    /// Everything is ready to confirm; nothing was sent.
    Review(Box<Review>),
    /// The submission with this key, until its outcome has been seen.
    Shown(IdempotencyKey),
}

impl Default for Form {
    fn default() -> Self {
        Self::Draft { refused: None }
    }
}

/// What the screen of a kind shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenState<'a> {
    /// The form, with the rejection that led back to it.
    Form(Option<&'a Failure>),
    /// The review.
    Review(&'a Review),
    /// A submission.
    Submission(&'a Submission),
}

impl Submissions {
    /// Returns what the screen of `kind` shows for `current_account`: an unresolved submission first, then the latest
    /// outcome.
    pub fn screen_state(&self, kind: Kind, current_account: &CurrentAccount) -> ScreenState<'_> {
        if let Some(open) = self.open_of(kind, current_account) {
            return ScreenState::Submission(open);
        }
        match self.form(kind) {
            Form::Draft { refused } => ScreenState::Form(refused.as_ref()),
            Form::Review(review) => ScreenState::Review(review),
            Form::Shown(key) => {
                let shown = self
                    .get(key)
                    .filter(|submission| !current_account.is_foreign(submission));
                shown.map_or(ScreenState::Form(None), ScreenState::Submission)
            }
        }
    }

    /// The form of `kind`.
    pub fn form(&self, kind: Kind) -> &Form {
        let [transfer, revert, allocate] = &self.forms;
        match kind {
            Kind::Transfer => transfer,
            Kind::Revert => revert,
            Kind::Allocate => allocate,
        }
    }

    pub(crate) fn form_mut(&mut self, kind: Kind) -> &mut Form {
        let [transfer, revert, allocate] = &mut self.forms;
        match kind {
            Kind::Transfer => transfer,
            Kind::Revert => revert,
            Kind::Allocate => allocate,
        }
    }

    /// The review of `kind`, if there is one.
    pub fn reviewed(&self, kind: Kind) -> Option<&Review> {
        match self.form(kind) {
            Form::Review(review) => Some(review),
            _ => None,
        }
    }

    /// Starts the review of a completed form whose quote was seen by a user of `account`.
    pub fn review(&mut self, movement: Movement, quote: Quote, account: Option<String>) {
        let form = self.form_mut(movement.kind());
        if !matches!(form, Form::Shown(_)) {
            *form = Form::Review(Box::new(Review {
                movement,
                quote,
                issues: Vec::new(),
                checking: None,
                is_abandoned: false,
                account,
            }));
        }
    }

    /// Returns to the form, or records a change in it. Anything in progress continues.
    pub fn edit(&mut self, kind: Kind) {
        let form = self.form_mut(kind);
        if !matches!(form, Form::Shown(_)) {
            *form = Form::default();
        }
    }

    /// Handles leaving the screen of `kind`: an unconfirmed review becomes a draft again, and a receipt that was seen
    /// is closed. Anything confirmed, in progress or unknown continues.
    pub fn leave(&mut self, kind: Kind) {
        match self.form_mut(kind) {
            Form::Review(review) if review.checking.is_some() => review.is_abandoned = true,
            Form::Review(_) => self.edit(kind),
            Form::Shown(_) => self.close(kind),
            Form::Draft { .. } => {}
        }
    }

    /// Handles opening the screen of `kind`.
    pub fn enter(&mut self, kind: Kind) {
        if let Form::Review(review) = self.form_mut(kind) {
            review.is_abandoned = false;
        }
    }

    /// The confirmed reviews whose screens were left before they could be sent.
    pub fn abandoned_reviews(&self) -> impl Iterator<Item = &Review> {
        self.forms.iter().filter_map(|form| match form {
            Form::Review(review) if review.is_abandoned => Some(&**review),
            _ => None,
        })
    }

    /// Closes the outcome on screen, so that a new form is shown. Keeps an unresolved submission.
    pub fn close(&mut self, kind: Kind) {
        let is_open = match self.form(kind) {
            Form::Shown(key) => self.get(key).is_some_and(Submission::is_open),
            _ => false,
        };
        if !is_open {
            *self.form_mut(kind) = Form::default();
        }
    }

    /// Shows the outcome of a submission on its form's screen. A rejection leads back to the form itself.
    pub(crate) fn show_outcome(&mut self, key: &IdempotencyKey) {
        let Some(submission) = self.get(key) else {
            return;
        };
        let kind = submission.movement.kind();
        let outcome = match &submission.state {
            State::Refused(failure) => Form::Draft {
                refused: Some(failure.clone()),
            },
            _ => Form::Shown(key.clone()),
        };
        match self.form_mut(kind) {
            // An ongoing review isn't replaced; the submission no longer blocks it.
            Form::Review(review) => review
                .issues
                .retain(|issue| *issue != ConfirmationIssue::Taken),
            form => *form = outcome,
        }
    }

    /// Stops showing a rejection that the log has put in doubt.
    pub(crate) fn withdraw_rejection(&mut self, key: &IdempotencyKey, rejection: Option<Failure>) {
        let Some(kind) = self.get(key).map(|submission| submission.movement.kind()) else {
            return;
        };
        if let Form::Draft { refused } = self.form_mut(kind)
            && *refused == rejection
        {
            *refused = None;
        }
    }

    /// Takes the outcome of a submission off the screen: someone else may be using it now.
    pub fn dismiss(&mut self, key: &IdempotencyKey) {
        let Some(submission) = self.get(key) else {
            return;
        };
        let kind = submission.movement.kind();
        let is_its_outcome = match (self.form(kind), &submission.state) {
            (Form::Shown(shown), _) => shown == key,
            (Form::Draft { refused }, State::Refused(failure)) => refused.as_ref() == Some(failure),
            _ => false,
        };
        if is_its_outcome {
            *self.form_mut(kind) = Form::default();
        }
    }

    /// Forgets a review or an outcome, for example at sign-out. Anything unresolved stays.
    pub fn forget(&mut self, kind: Kind) {
        *self.form_mut(kind) = Form::default();
    }

    pub(crate) fn form_of(&self, key: &IdempotencyKey) -> Option<&Form> {
        self.get(key)
            .map(|submission| self.form(submission.movement.kind()))
    }
}
