//! What stands on the screens: forms, reviews, and the ends that were not put aside yet.

use crate::client::Failure;
use crate::movement::quote::Quote;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::{ConfirmationIssue, Home, Review, Submissions};
use crate::movement::{Kind, Movement};
use crate::units::IdempotencyKey;

/// What the screen of one kind is about, apart from what is unresolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The form is being filled; perhaps again, after a refusal.
    Draft {
        /// The answer that said no. No credits moved.
        refused: Option<Failure>,
    },
    /// Everything is on the table; nothing was sent.
    Review(Box<Review>),
    /// The submission with this key, to its end and until that was seen.
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
    /// The form, and the refusal that led back to it.
    Form(Option<&'a Failure>),
    /// The review.
    Review(&'a Review),
    /// A submission.
    Submission(&'a Submission),
}

impl Submissions {
    /// What the screen of `kind` shows at `home`: first what is unresolved, then what was just made.
    pub fn screen_state(&self, kind: Kind, home: &Home) -> ScreenState<'_> {
        if let Some(open) = self.open_of(kind, home) {
            return ScreenState::Submission(open);
        }
        match self.form(kind) {
            Form::Draft { refused } => ScreenState::Form(refused.as_ref()),
            Form::Review(review) => ScreenState::Review(review),
            Form::Shown(key) => {
                let shown = self.get(key).filter(|held| !home.is_foreign(held));
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

    /// What stands in review for `kind`.
    pub fn reviewed(&self, kind: Kind) -> Option<&Review> {
        match self.form(kind) {
            Form::Review(review) => Some(review),
            _ => None,
        }
    }

    /// The form of `movement` was completed and its quote seen by somebody of `account`.
    pub fn review(&mut self, movement: Movement, quote: Quote, account: Option<String>) {
        let form = self.form_mut(movement.kind());
        if !matches!(form, Form::Shown(_)) {
            *form = Form::Review(Box::new(Review {
                movement,
                quote,
                issues: Vec::new(),
                checking: None,
                left: false,
                account,
            }));
        }
    }

    /// Back to the form, or a change in it. What is under way goes on.
    pub fn edit(&mut self, kind: Kind) {
        let form = self.form_mut(kind);
        if !matches!(form, Form::Shown(_)) {
            *form = Form::default();
        }
    }

    /// The screen of `kind` is left: what was only reviewed is a draft again, and a receipt that was seen is put
    /// away. What was confirmed goes on, and so does what is under way or unknown.
    pub fn leave(&mut self, kind: Kind) {
        match self.form_mut(kind) {
            Form::Review(review) if review.checking.is_some() => review.left = true,
            Form::Review(_) => self.edit(kind),
            Form::Shown(_) => self.close(kind),
            Form::Draft { .. } => {}
        }
    }

    /// The screen of `kind` is opened.
    pub fn enter(&mut self, kind: Kind) {
        if let Form::Review(review) = self.form_mut(kind) {
            review.left = false;
        }
    }

    /// What was confirmed on a screen that was left before it could be sent.
    pub fn left(&self) -> impl Iterator<Item = &Review> {
        self.forms.iter().filter_map(|form| match form {
            Form::Review(review) if review.left => Some(&**review),
            _ => None,
        })
    }

    /// Puts what is shown and has ended aside, for a new form.
    pub fn close(&mut self, kind: Kind) {
        let is_open = match self.form(kind) {
            Form::Shown(key) => self.get(key).is_some_and(Submission::is_open),
            _ => false,
        };
        if !is_open {
            *self.form_mut(kind) = Form::default();
        }
    }

    /// Shows the end of a submission where its form stands: a refusal leads back to the form itself.
    pub(crate) fn ended(&mut self, key: &IdempotencyKey) {
        let Some(submission) = self.get(key) else {
            return;
        };
        let kind = submission.movement.kind();
        let end = match &submission.state {
            State::Refused(failure) => Form::Draft {
                refused: Some(failure.clone()),
            },
            _ => Form::Shown(key.clone()),
        };
        match self.form_mut(kind) {
            // What somebody is reviewing is not taken from under their hands; nothing stands in its way any more.
            Form::Review(review) => review.issues.retain(|ask| *ask != ConfirmationIssue::Taken),
            form => *form = end,
        }
    }

    /// A refusal that the books put in doubt is no longer told where the form stands.
    pub(crate) fn withdraw(&mut self, key: &IdempotencyKey, told: Option<Failure>) {
        let Some(kind) = self.get(key).map(|held| held.movement.kind()) else {
            return;
        };
        if let Form::Draft { refused } = self.form_mut(kind)
            && *refused == told
        {
            *refused = None;
        }
    }

    /// Takes the end of a submission off the screen: somebody else sits there by now.
    pub fn dismiss(&mut self, key: &IdempotencyKey) {
        let Some(submission) = self.get(key) else {
            return;
        };
        let kind = submission.movement.kind();
        let is_its_end = match (self.form(kind), &submission.state) {
            (Form::Shown(shown), _) => shown == key,
            (Form::Draft { refused }, State::Refused(failure)) => refused.as_ref() == Some(failure),
            _ => false,
        };
        if is_its_end {
            *self.form_mut(kind) = Form::default();
        }
    }

    /// Forgets what stands in review or was made, as when somebody signs out. What is unresolved stays.
    pub fn forget(&mut self, kind: Kind) {
        *self.form_mut(kind) = Form::default();
    }
    pub(crate) fn form_of(&self, key: &IdempotencyKey) -> Option<&Form> {
        self.get(key).map(|held| self.form(held.movement.kind()))
    }
}
