//! The life of one movement as a pure state machine (design §3).
//!
//! ```text
//! Draft --Review--> Reviewed --Confirm--> Sending --> Done
//!   ^                  |                  |  ^  \---> Draft with the refusal: nothing moved
//!   \------Edit--------/                  v  |Ask: same key, same bytes
//!                                        Unknown
//! ```

use super::plan::Movement;
use super::quote::Quote;
use super::receipt::Receipt;
use crate::client::{Effect, Failure};
use crate::units::IdempotencyKey;

/// One submission: made at the confirmation, and the same until its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// What is asked for.
    pub movement: Movement,
    /// What was shown when it was confirmed.
    pub quote: Quote,
    /// Its key, sent with every attempt.
    pub key: IdempotencyKey,
    /// Its body's bytes, sent with every attempt.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Whose key it left with: a backend knows an idempotency key only together with its account.
    pub account: Option<String>,
    /// When it was confirmed, in milliseconds since 1970.
    pub confirmed: i64,
}

/// Where a movement stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The form is being filled; perhaps again, after a refusal.
    Draft {
        /// The answer that said no. Nothing was moved.
        refused: Option<Failure>,
    },
    /// Everything is on the table; nothing was sent.
    Reviewed {
        /// What is asked for.
        movement: Movement,
        /// What it would do.
        quote: Quote,
    },
    /// A request is on its way.
    Sending(Submission),
    /// No attempt has had a definite answer.
    Unknown {
        /// The submission that may have moved something.
        submission: Submission,
        /// How the newest attempt ended.
        why: Failure,
    },
    /// Made.
    Done {
        /// What was asked for.
        submission: Submission,
        /// What came back.
        receipt: Receipt,
    },
}

impl Default for Stage {
    fn default() -> Self {
        Self::Draft { refused: None }
    }
}

/// What can happen to a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The form was completed and its quote seen.
    Review {
        /// What is asked for.
        movement: Movement,
        /// What it would do.
        quote: Quote,
    },
    /// Back to the form, or a change in it.
    Edit,
    /// The one button that moves money was pressed.
    Confirm {
        /// A fresh key.
        key: IdempotencyKey,
        /// The movement's bytes.
        body: String,
        /// Whose key it leaves with.
        account: Option<String>,
        /// The time, in milliseconds since 1970.
        now: i64,
    },
    /// An attempt ended.
    Answered {
        /// The submission it belongs to.
        key: IdempotencyKey,
        /// How.
        result: Result<Receipt, Failure>,
    },
    /// Send the same submission once more: same key, same bytes. Only for a backend that replays keys.
    Ask,
    /// The person is through with a finished movement, or has looked into the log and puts an unknown one
    /// aside.
    Close,
}

impl Stage {
    /// The stage after `event`. An event that does not fit leaves the stage as it is.
    pub fn step(self, event: Event) -> Self {
        match (self, event) {
            (Self::Draft { .. } | Self::Reviewed { .. }, Event::Review { movement, quote }) => {
                Self::Reviewed { movement, quote }
            }
            (Self::Draft { .. } | Self::Reviewed { .. }, Event::Edit) => Self::default(),
            (
                Self::Reviewed { movement, quote },
                Event::Confirm {
                    key,
                    body,
                    account,
                    now,
                },
            ) => Self::Sending(Submission {
                movement,
                quote,
                key,
                body,
                attempt: 1,
                account,
                confirmed: now,
            }),
            (Self::Sending(submission), Event::Answered { key, result })
                if submission.key == key =>
            {
                submission.answered(result)
            }
            (Self::Unknown { submission, .. }, Event::Ask) => {
                let attempt = submission.attempt.saturating_add(1);
                Self::Sending(Submission {
                    attempt,
                    ..submission
                })
            }
            (Self::Unknown { .. } | Self::Done { .. }, Event::Close) => Self::default(),
            (stage, _) => stage,
        }
    }

    /// The request that is under way, if one is.
    pub fn sending(&self) -> Option<&Submission> {
        match self {
            Self::Sending(submission) => Some(submission),
            _ => None,
        }
    }

    /// The submission whose end is not known yet.
    pub fn unresolved(&self) -> Option<&Submission> {
        match self {
            Self::Sending(submission) | Self::Unknown { submission, .. } => Some(submission),
            _ => None,
        }
    }
}

impl Submission {
    /// Why the same key must not be sent again at `now` by `account`, if it must not: the backend would take it
    /// for a new submission.
    pub fn outlived(
        &self,
        account: Option<&str>,
        now: i64,
        window_hours: u32,
    ) -> Option<&'static str> {
        let window = i64::from(window_hours) * 60 * 60 * 1000;
        if self.account.as_deref() != account {
            Some("It was sent with another account's key, which alone can ask for it again.")
        } else if now - self.confirmed >= window {
            Some("It is too long ago: the backend no longer recognises the submission's key.")
        } else {
            None
        }
    }

    fn answered(self, result: Result<Receipt, Failure>) -> Stage {
        match result {
            Ok(receipt) => Stage::Done {
                submission: self,
                receipt,
            },
            // The answer to a repeated request speaks for the earlier attempts only where it comes from behind
            // the backend's look-up of the key.
            Err(failure)
                if failure.effect() == Effect::Nothing
                    && (self.attempt == 1 || failure.settles_earlier_attempts()) =>
            {
                Stage::Draft {
                    refused: Some(failure),
                }
            }
            Err(why) => Stage::Unknown {
                submission: self,
                why,
            },
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
