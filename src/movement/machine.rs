//! The life of one submission as a pure state machine (design §3).
//!
//! ```text
//! Recording --Recorded--> Sending --> Done                     made, in the backend's own word
//!   ^  ^                     |  \---> Checking --> Refused     a no that the books agree with: nothing moved
//!   |  |                     |\-----> KeyNeeded --Ask--+       the key was not taken: the same again with a good one
//!   |  \----Ask--------------|-----------------------/
//!   |                        v
//!   \---------Ask-------- Unknown --> Done | Absent            what the backend's books show
//!                            \------> Decided                  what a person decided
//! ```
//!
//! Every attempt goes through `Recording`: its first byte leaves only after the journal holds it.

use super::plan::Movement;
use super::quote::Quote;
use super::receipt::Receipt;
use super::reconcile::{Doubt, Trace, Verdict};
use crate::client::{Effect, Failure, Why};
use crate::units::IdempotencyKey;

mod state;

pub use state::{Attempt, Doing, Excess, State};

/// One submission: made at the confirmation, with the same key and bytes until its end.
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
    /// The backend it is meant for. It is never sent to another one.
    pub base_url: String,
    /// Whose key it left with: a backend knows an idempotency key only together with its account.
    pub account: Option<String>,
    /// When it was confirmed, in milliseconds since 1970.
    pub confirmed: i64,
    /// The newest line of the backend's books just before; empty where there was none, nothing where they
    /// could not be read.
    pub mark: Option<String>,
    /// Every try so far, the newest last.
    pub attempts: Vec<Attempt>,
    /// Where it stands.
    pub state: State,
    /// When it came to its end.
    pub ended: Option<i64>,
    /// Whether the journal holds it.
    pub journalled: bool,
    /// What is being done about it at the moment. Not kept.
    pub doing: Doing,
}

/// What can happen to a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The journal holds the attempt.
    Recorded,
    /// The journal could not take the attempt, so it was not made.
    NotRecorded,
    /// The attempt ended.
    Answered(Result<Receipt, Failure>),
    /// Make another attempt, with the same key and bytes.
    Ask,
    /// The backend's books were read.
    Judged(Verdict),
    /// A no needs no look into the books: the backend has looked for the key before, or shows its books to
    /// nobody with this key.
    Upheld,
    /// The books could not be read to see whether a no holds.
    Unverified,
    /// A person decided.
    Decide {
        /// Whether it was made.
        made: bool,
        /// The line they pointed at.
        line: Option<String>,
    },
    /// The books were read once more after it was made.
    Counted(Excess),
}

/// What has to be done after a step, by whoever drives the submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Write the attempt into the journal.
    Record,
    /// Send the body with the key.
    Send,
    /// Write into the journal how it stands now.
    Save,
    /// See whether a no holds.
    Verify,
}

impl Submission {
    /// Whether its end is not known yet.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            State::Recording
                | State::Sending
                | State::Checking(_)
                | State::Unknown { .. }
                | State::KeyNeeded
        )
    }

    /// Whether it was made, as far as anybody knows.
    pub fn is_made(&self) -> bool {
        matches!(
            self.state,
            State::Done { .. } | State::Found(_) | State::Decided { made: true, .. }
        )
    }

    /// How the newest attempt that ended did end.
    pub fn failure(&self) -> Option<&Failure> {
        self.attempts
            .iter()
            .rev()
            .find_map(|try_| try_.failure.as_ref())
    }

    /// When the newest attempt was begun.
    pub fn last_attempt(&self) -> i64 {
        self.attempts.last().map_or(self.confirmed, |last| last.at)
    }

    /// Whether any attempt may have moved something: one that has no definite answer.
    pub fn is_doubtful(&self) -> bool {
        self.attempts.iter().any(Attempt::is_doubtful)
    }

    /// Whether an attempt before the newest one may have moved something.
    fn was_doubtful(&self) -> bool {
        let earlier = self.attempts.len().saturating_sub(1);
        self.attempts.iter().take(earlier).any(Attempt::is_doubtful)
    }

    /// The submission after `event` at `now`, and what has to be done. An event that does not fit changes
    /// nothing.
    pub fn step(&mut self, event: Happening, now: i64) -> Option<Order> {
        match (&self.state, event) {
            (State::Recording, Happening::Recorded) => {
                self.state = State::Sending;
                Some(Order::Send)
            }
            (State::Recording, Happening::NotRecorded) if self.attempts.len() > 1 => {
                self.attempts.pop();
                self.state = self.unended();
                None
            }
            (State::Sending, Happening::Answered(result)) => {
                self.answered(result, now);
                let is_no = matches!(self.state, State::Checking(_));
                Some(if is_no { Order::Verify } else { Order::Save })
            }
            (State::Checking(_), Happening::Upheld) => self.refuse(now),
            (State::Checking(_), Happening::Unverified) => self.doubt(None),
            (State::Checking(_), Happening::Judged(verdict)) => match verdict {
                Verdict::Found(line) => {
                    self.end(State::Found(line), now);
                    Some(Order::Save)
                }
                Verdict::CannotTell { doubt, candidates } => self.doubt(Some((doubt, candidates))),
                Verdict::NotThere | Verdict::NotYet => self.refuse(now),
            },
            (State::Unknown { .. } | State::KeyNeeded, Happening::Ask) => {
                self.attempts.push(Attempt {
                    at: now,
                    ..Attempt::default()
                });
                self.state = State::Recording;
                Some(Order::Record)
            }
            // The books hold nothing of an attempt that wanted only a good key: now it may have one.
            (State::KeyNeeded, Happening::Judged(Verdict::NotThere | Verdict::NotYet))
                if !self.is_doubtful() =>
            {
                self.step(Happening::Ask, now)
            }
            (State::Unknown { .. } | State::KeyNeeded, Happening::Judged(verdict)) => {
                match verdict {
                    Verdict::Found(line) => self.end(State::Found(line), now),
                    Verdict::NotThere => self.end(State::Absent, now),
                    Verdict::NotYet => self.state = State::Unknown { doubt: None },
                    Verdict::CannotTell { doubt, candidates } => {
                        let doubt = Some((doubt, candidates));
                        self.state = State::Unknown { doubt };
                    }
                }
                (!self.is_open()).then_some(Order::Save)
            }
            // Nothing moved, and the person does not want to go on: back to the form.
            (State::KeyNeeded, Happening::Decide { made: false, .. }) if !self.is_doubtful() => {
                let why = self.failure().cloned();
                let why = why.unwrap_or_else(|| Failure::unanswered(Why::SignedOut));
                self.end(State::Refused(why), now);
                Some(Order::Save)
            }
            (State::Unknown { .. } | State::KeyNeeded, Happening::Decide { made, line })
                if self.is_doubtful() =>
            {
                self.end(State::Decided { made, line }, now);
                Some(Order::Save)
            }
            (State::Done { receipt, .. }, Happening::Counted(excess)) => {
                let receipt = receipt.clone();
                let keep = excess != Excess::Looking;
                self.state = State::Done { receipt, excess };
                keep.then_some(Order::Save)
            }
            _ => None,
        }
    }

    /// Where it stands when no attempt is under way and none has settled it.
    pub fn unended(&self) -> State {
        let key_needed = self.failure().is_some_and(is_about_the_key) && !self.is_doubtful();
        if key_needed {
            State::KeyNeeded
        } else {
            State::Unknown { doubt: None }
        }
    }

    /// The no holds.
    fn refuse(&mut self, now: i64) -> Option<Order> {
        if let State::Checking(failure) = &self.state {
            self.end(State::Refused(failure.clone()), now);
        }
        Some(Order::Save)
    }

    /// The no may be that to a repetition.
    fn doubt(&mut self, doubt: Option<(Doubt, Vec<Trace>)>) -> Option<Order> {
        if let Some(last) = self.attempts.last_mut() {
            last.doubted = true;
        }
        self.state = State::Unknown { doubt };
        Some(Order::Save)
    }

    fn end(&mut self, state: State, now: i64) {
        self.state = state;
        self.ended = Some(now);
        self.doing = Doing::Nothing;
    }

    fn answered(&mut self, result: Result<Receipt, Failure>, now: i64) {
        let earlier_doubt = self.was_doubtful();
        if let Some(last) = self.attempts.last_mut() {
            last.ended = Some(now);
            last.failure = result.as_ref().err().cloned();
        }
        match result {
            Ok(receipt) => {
                let excess = Excess::None;
                self.end(State::Done { receipt, excess }, now);
            }
            Err(failure) if is_about_the_key(&failure) => self.state = State::KeyNeeded,
            // The answer to a repeated request speaks for the earlier attempts only where it comes from behind
            // the backend's look-up of the key.
            Err(failure)
                if failure.effect() == Effect::Nothing
                    && (!earlier_doubt || failure.settles_earlier_attempts()) =>
            {
                self.state = State::Checking(failure);
            }
            Err(_) => self.state = State::Unknown { doubt: None },
        }
    }
}

/// Whether a good key is all that is missing.
fn is_about_the_key(failure: &Failure) -> bool {
    matches!(failure.why, Why::Unauthorized | Why::SignedOut)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;
