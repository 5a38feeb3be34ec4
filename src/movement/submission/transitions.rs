//! Pure: the state machine of one submission (see [`crate::movement`]).
//!
//! ```text
//! Recording --Recorded--> Sending --> Done                     completed, according to the service's response
//!   ^  ^                     |  \---> Checking --> Refused     a rejection that the log confirms: nothing moved
//!   |  |                     |\-----> KeyNeeded --Retry--+     the API key was rejected: retry with a valid one
//!   |  \---Retry-------------|---------------------------/
//!   |                        v
//!   \--------Retry------- Unknown --> Found | Refused | Absent what the service's log shows
//!                            \------> Decided                  what the user decided
//! ```
//!
//! `Checking` leads to `Unknown` if the log doesn't confirm the rejection. `Disown` reopens an outcome that was based
//! on the disowned entry.
//!
//! Every attempt goes through `Recording`: its first byte leaves only after the journal holds it.

use crate::client::{Certainty, Failure, FailureKind};
use crate::movement::reconcile::{Doubt, LedgerEntry, Verdict};
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::{
    Attempt, ExtraEntries, State, Submission, SubmissionActivity, is_about_the_key,
};
use crate::units::clock::{Now, ServerRange};

/// What can happen to a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmissionEvent {
    /// The attempt was written to the journal.
    Recorded,
    /// The attempt couldn't be written to the journal, so it wasn't made.
    NotRecorded,
    /// The attempt ended.
    Answered(Result<Receipt, Failure>),
    /// Makes another attempt with the same key and bytes.
    Retry {
        /// Whether nothing sent earlier can still be carried out.
        alone: bool,
    },
    /// The service's log was checked.
    Judged(Verdict),
    /// The rejection is final without a log check: the service looked up the key first, or this credential may not read
    /// the log.
    Upheld,
    /// The log couldn't be read to confirm a rejection.
    Unverified,
    /// The user decided the outcome.
    Decide {
        /// Whether it was completed.
        completed: bool,
        /// The id of the entry that the user picked.
        entry_id: Option<String>,
    },
    /// A check of the log for extra entries began.
    Counting,
    /// The log was checked for extra entries.
    EntriesCounted {
        /// The entries that may match; `None` if the log couldn't be read.
        entries: Option<Vec<LedgerEntry>>,
        /// Whether the log can no longer change.
        last: bool,
    },
    /// The user acknowledged the extra entries.
    Acknowledged,
    /// The user marked an entry as somebody else's.
    Disown {
        /// The entry's id.
        entry_id: String,
    },
}

/// What the driver of the submission has to do after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionCommand {
    /// Write the attempt to the journal.
    Record,
    /// Send the body with the idempotency key.
    Send,
    /// Write the current state to the journal.
    Save,
    /// Check whether a rejection holds.
    Verify,
}

impl Submission {
    /// Applies `event` at `now` and returns what has to be done. An event that doesn't fit the state changes nothing.
    pub fn step(&mut self, event: SubmissionEvent, now: Now) -> Option<SubmissionCommand> {
        match (&self.state, event) {
            (State::Recording, SubmissionEvent::Recorded) => {
                self.state = State::Sending;
                if let Some(last) = self.attempts.last_mut() {
                    last.at = now.wall;
                }
                Some(SubmissionCommand::Send)
            }
            (State::Recording, SubmissionEvent::NotRecorded) if self.attempts.len() > 1 => {
                self.attempts.pop();
                self.quiet_since = self.quiet_before;
                self.state = self.unresolved_state();
                None
            }
            (State::Sending, SubmissionEvent::Answered(result)) => {
                self.record_answer(result, now);
                let is_rejection = matches!(self.state, State::Checking(_));
                Some(if is_rejection {
                    SubmissionCommand::Verify
                } else {
                    SubmissionCommand::Save
                })
            }
            (State::Checking(_), SubmissionEvent::Upheld) => self.refuse(now),
            (State::Checking(_), SubmissionEvent::Unverified) => self.doubt(None),
            // An entry alone doesn't turn a rejection into a success: it may be a colleague's.
            (State::Checking(_), SubmissionEvent::Judged(verdict)) => match verdict {
                Verdict::Found(entry) => self.doubt(Some((Doubt::Declined, vec![*entry]))),
                Verdict::CannotTell { doubt, candidates } => self.doubt(Some((doubt, candidates))),
                Verdict::NotThere | Verdict::NotYet => self.refuse(now),
            },
            (State::Unknown { .. } | State::KeyNeeded, SubmissionEvent::Retry { alone }) => {
                self.attempts.push(Attempt {
                    at: now.wall,
                    server: ServerRange {
                        earliest: now.server.earliest,
                        latest: None,
                    },
                    departed: now.server.latest,
                    alone,
                    ..Attempt::default()
                });
                self.quiet_before = self.quiet_since.take();
                self.resumed_at = None;
                self.state = State::Recording;
                Some(SubmissionCommand::Record)
            }
            // The log shows nothing of an attempt that only lacked a valid API key; now there may be one.
            (State::KeyNeeded, SubmissionEvent::Judged(Verdict::NotThere | Verdict::NotYet))
                if !self.is_doubtful() =>
            {
                self.step(SubmissionEvent::Retry { alone: true }, now)
            }
            (State::Unknown { .. } | State::KeyNeeded, SubmissionEvent::Judged(verdict)) => {
                // An attempt whose API key was rejected moved nothing; an earlier attempt may have.
                let declined = self.is_declined_in_doubt() || !self.is_doubtful();
                match verdict {
                    Verdict::Found(entry) if declined => {
                        return self.doubt(Some((Doubt::Declined, vec![*entry])));
                    }
                    Verdict::Found(entry) => {
                        self.performer = entry.performer.clone();
                        self.settle(State::Found(entry), now);
                    }
                    Verdict::NotThere => {
                        let outcome = match self.failure() {
                            Some(failure) if declined && !is_about_the_key(failure) => {
                                State::Refused(failure.clone())
                            }
                            _ => State::Absent,
                        };
                        self.settle(outcome, now);
                    }
                    Verdict::NotYet => self.state = State::Unknown { doubt: None },
                    Verdict::CannotTell { doubt, candidates } => {
                        let doubt = Some((doubt, candidates));
                        self.state = State::Unknown { doubt };
                    }
                }
                (!self.is_open()).then_some(SubmissionCommand::Save)
            }
            // Nothing moved, and the user doesn't want to continue: back to the form.
            (
                State::KeyNeeded,
                SubmissionEvent::Decide {
                    completed: false, ..
                },
            ) if !self.is_doubtful() => {
                let failure = self.failure().cloned();
                let failure =
                    failure.unwrap_or_else(|| Failure::unanswered(FailureKind::SignedOut));
                self.settle(State::Refused(failure), now);
                Some(SubmissionCommand::Save)
            }
            (
                State::Unknown { .. } | State::KeyNeeded,
                SubmissionEvent::Decide {
                    completed,
                    entry_id,
                },
            ) if self.is_doubtful() => {
                self.settle(
                    State::Decided {
                        completed,
                        entry_id,
                    },
                    now,
                );
                Some(SubmissionCommand::Save)
            }
            (State::Done(_) | State::Found(_), SubmissionEvent::Counting) => {
                if matches!(
                    self.extra_entries,
                    ExtraEntries::None | ExtraEntries::Unread
                ) {
                    self.extra_entries = ExtraEntries::Checking;
                }
                None
            }
            (_, SubmissionEvent::EntriesCounted { entries, last }) if !self.is_open() => {
                self.record_count(entries, last)
            }
            (_, SubmissionEvent::Acknowledged) if self.needs_acknowledgment() => {
                self.acknowledged = true;
                Some(SubmissionCommand::Save)
            }
            (_, SubmissionEvent::Disown { entry_id }) => self.disown(entry_id),
            _ => None,
        }
    }

    /// How many entries the log should hold for the outcome that was shown.
    fn expected_entries(&self) -> usize {
        usize::from(self.is_completed())
    }

    /// Records the log entries that may match. `None` if the log couldn't be read.
    fn record_count(
        &mut self,
        entries: Option<Vec<LedgerEntry>>,
        last: bool,
    ) -> Option<SubmissionCommand> {
        let expected = self.expected_entries();
        let entries = entries.map(|entries| {
            let own = entries.into_iter();
            own.filter(|entry| !self.foreign.contains(&entry.id))
                .collect::<Vec<_>>()
        });
        let updated = match entries {
            None if matches!(
                self.extra_entries,
                ExtraEntries::None | ExtraEntries::Checking
            ) =>
            {
                ExtraEntries::Unread
            }
            None => self.extra_entries.clone(),
            Some(entries) if entries.len() > expected => ExtraEntries::More(entries),
            // Extra entries that the user has seen stay.
            Some(_) if matches!(self.extra_entries, ExtraEntries::More(_)) => {
                self.extra_entries.clone()
            }
            // Its own entry isn't in the log yet.
            Some(entries) if entries.len() < expected => ExtraEntries::Unread,
            Some(_) => ExtraEntries::Once,
        };
        let is_new_entry = |entry: &LedgerEntry| match &self.extra_entries {
            ExtraEntries::More(known) => known.iter().all(|known| known.id != entry.id),
            _ => true,
        };
        let has_new_entries =
            matches!(&updated, ExtraEntries::More(entries) if entries.iter().any(is_new_entry));
        let is_same_kind =
            std::mem::discriminant(&updated) == std::mem::discriminant(&self.extra_entries);
        let has_changed = has_new_entries || !is_same_kind || (last && !self.counted);
        if has_new_entries {
            self.acknowledged = false;
        }
        self.extra_entries = updated;
        self.counted |= last;
        has_changed.then_some(SubmissionCommand::Save)
    }

    /// Marks the entry `entry_id` as somebody else's. An outcome based on it is open again.
    fn disown(&mut self, entry_id: String) -> Option<SubmissionCommand> {
        if self.foreign.contains(&entry_id) {
            return None;
        }
        let was_based_on_it = match &mut self.state {
            State::Found(found) => found.id == entry_id,
            State::Decided {
                completed: true,
                entry_id: Some(picked),
            } => *picked == entry_id,
            State::Unknown {
                doubt: Some((_, entries)),
            } => entries.iter().any(|entry| entry.id == entry_id),
            _ => false,
        };
        let is_extra = matches!(&self.extra_entries, ExtraEntries::More(entries) if entries.iter().any(|entry| entry.id == entry_id));
        if !was_based_on_it && !is_extra {
            return None;
        }
        if let ExtraEntries::More(entries) = &mut self.extra_entries {
            entries.retain(|entry| entry.id != entry_id);
        }
        let expected = self.expected_entries();
        if matches!(&self.extra_entries, ExtraEntries::More(entries) if entries.len() <= expected) {
            self.extra_entries = ExtraEntries::Once;
        }
        self.foreign.push(entry_id);
        if was_based_on_it {
            self.state = State::Unknown { doubt: None };
            self.ended = None;
            self.counted = false;
            self.performer = None;
            self.extra_entries = ExtraEntries::None;
        }
        Some(SubmissionCommand::Save)
    }

    /// Accepts the rejection as final.
    fn refuse(&mut self, now: Now) -> Option<SubmissionCommand> {
        if let State::Checking(failure) = &self.state {
            self.settle(State::Refused(failure.clone()), now);
        }
        Some(SubmissionCommand::Save)
    }

    /// The rejection may answer a repeat.
    fn doubt(&mut self, doubt: Option<(Doubt, Vec<LedgerEntry>)>) -> Option<SubmissionCommand> {
        if let Some(last) = self.attempts.last_mut() {
            last.doubted = true;
        }
        self.state = State::Unknown { doubt };
        Some(SubmissionCommand::Save)
    }

    fn settle(&mut self, state: State, now: Now) {
        self.state = state;
        self.ended = Some(now.wall);
        self.activity = SubmissionActivity::Nothing;
    }

    fn record_answer(&mut self, result: Result<Receipt, Failure>, now: Now) {
        let was_doubtful = self.was_doubtful();
        let mut alone = false;
        self.quiet_since = Some(now.steady);
        if let Some(last) = self.attempts.last_mut() {
            last.ended = Some(now.wall);
            last.server.latest = now.server.latest;
            last.failure = result.as_ref().err().cloned();
            alone = last.alone;
        }
        match result {
            Ok(receipt) => self.settle(State::Done(receipt), now),
            Err(failure) if is_about_the_key(&failure) => self.state = State::KeyNeeded,
            // The answer to a retry settles the earlier attempts only if it was given after the service looked up the
            // key, and if it can't have met one of them in flight.
            Err(failure)
                if failure.certainty() == Certainty::Nothing
                    && (!was_doubtful || (alone && failure.settles_earlier_attempts())) =>
            {
                self.state = State::Checking(failure);
            }
            Err(_) => self.state = State::Unknown { doubt: None },
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;
