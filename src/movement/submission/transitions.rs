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
    /// The journal holds the attempt.
    Recorded,
    /// The journal could not take the attempt, so it was not made.
    NotRecorded,
    /// The attempt ended.
    Answered(Result<Receipt, Failure>),
    /// Make another attempt, with the same key and bytes.
    Retry {
        /// Whether nothing that was sent before can still be carried out.
        alone: bool,
    },
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
    /// The balances give reason to look whether the books hold more than was told.
    Counting,
    /// The books were looked into for more than was told.
    EntryCount {
        /// The lines that may be it; nothing where the books could not be read.
        lines: Option<Vec<LedgerEntry>>,
        /// Whether they can no longer change.
        last: bool,
    },
    /// A person has seen that the books hold more than was told.
    Seen,
    /// A person says that an entry is somebody else's.
    Disown {
        /// Its id.
        line: String,
    },
}

/// What has to be done after a step, by whoever drives the submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionCommand {
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
    /// The submission after `event` at `now`, and what has to be done. An event that does not fit changes
    /// nothing.
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
                self.state = self.unended();
                None
            }
            (State::Sending, SubmissionEvent::Answered(result)) => {
                self.answered(result, now);
                let is_no = matches!(self.state, State::Checking(_));
                Some(if is_no {
                    SubmissionCommand::Verify
                } else {
                    SubmissionCommand::Save
                })
            }
            (State::Checking(_), SubmissionEvent::Upheld) => self.refuse(now),
            (State::Checking(_), SubmissionEvent::Unverified) => self.doubt(None),
            // An entry alone does not turn a rejection into a success: it may be a colleague's.
            (State::Checking(_), SubmissionEvent::Judged(verdict)) => match verdict {
                Verdict::Found(line) => self.doubt(Some((Doubt::Declined, vec![*line]))),
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
            // The books hold nothing of an attempt that wanted only a good key: now it may have one.
            (State::KeyNeeded, SubmissionEvent::Judged(Verdict::NotThere | Verdict::NotYet))
                if !self.is_doubtful() =>
            {
                self.step(SubmissionEvent::Retry { alone: true }, now)
            }
            (State::Unknown { .. } | State::KeyNeeded, SubmissionEvent::Judged(verdict)) => {
                // An attempt whose API key was rejected moved nothing; an earlier attempt may have.
                let declined = self.is_declined_in_doubt() || !self.is_doubtful();
                match verdict {
                    Verdict::Found(line) if declined => {
                        return self.doubt(Some((Doubt::Declined, vec![*line])));
                    }
                    Verdict::Found(line) => {
                        self.performer = line.performer.clone();
                        self.end(State::Found(line), now);
                    }
                    Verdict::NotThere => {
                        let end = match self.failure() {
                            Some(failure) if declined && !is_about_the_key(failure) => {
                                State::Refused(failure.clone())
                            }
                            _ => State::Absent,
                        };
                        self.end(end, now);
                    }
                    Verdict::NotYet => self.state = State::Unknown { doubt: None },
                    Verdict::CannotTell { doubt, candidates } => {
                        let doubt = Some((doubt, candidates));
                        self.state = State::Unknown { doubt };
                    }
                }
                (!self.is_open()).then_some(SubmissionCommand::Save)
            }
            // Nothing moved, and the person does not want to go on: back to the form.
            (State::KeyNeeded, SubmissionEvent::Decide { made: false, .. })
                if !self.is_doubtful() =>
            {
                let why = self.failure().cloned();
                let why = why.unwrap_or_else(|| Failure::unanswered(FailureKind::SignedOut));
                self.end(State::Refused(why), now);
                Some(SubmissionCommand::Save)
            }
            (State::Unknown { .. } | State::KeyNeeded, SubmissionEvent::Decide { made, line })
                if self.is_doubtful() =>
            {
                self.end(State::Decided { made, line }, now);
                Some(SubmissionCommand::Save)
            }
            (State::Done(_) | State::Found(_), SubmissionEvent::Counting) => {
                if matches!(self.excess, ExtraEntries::None | ExtraEntries::Unread) {
                    self.excess = ExtraEntries::Looking;
                }
                None
            }
            (_, SubmissionEvent::EntryCount { lines, last }) if !self.is_open() => {
                self.count(lines, last)
            }
            (_, SubmissionEvent::Seen) if self.needs_acknowledgment() => {
                self.seen = true;
                Some(SubmissionCommand::Save)
            }
            (_, SubmissionEvent::Disown { line }) => self.disown(line),
            _ => None,
        }
    }

    /// How many entries the log should hold for it, by the outcome that was shown.
    fn expected_entries(&self) -> usize {
        usize::from(self.is_made())
    }

    /// Takes the log entries that may be its own. `None` if the log could not be read.
    fn count(&mut self, lines: Option<Vec<LedgerEntry>>, last: bool) -> Option<SubmissionCommand> {
        let expected = self.expected_entries();
        let lines = lines.map(|lines| {
            let own = lines.into_iter();
            own.filter(|line| !self.foreign.contains(&line.id))
                .collect::<Vec<_>>()
        });
        let news = match lines {
            None if matches!(self.excess, ExtraEntries::None | ExtraEntries::Looking) => {
                ExtraEntries::Unread
            }
            None => self.excess.clone(),
            Some(lines) if lines.len() > expected => ExtraEntries::More(lines),
            // What was shown to a person is not taken back.
            Some(_) if matches!(self.excess, ExtraEntries::More(_)) => self.excess.clone(),
            // Its own entry is not in the log yet.
            Some(lines) if lines.len() < expected => ExtraEntries::Unread,
            Some(_) => ExtraEntries::Once,
        };
        let is_new_line = |line: &LedgerEntry| match &self.excess {
            ExtraEntries::More(known) => known.iter().all(|known| known.id != line.id),
            _ => true,
        };
        let has_new_lines =
            matches!(&news, ExtraEntries::More(lines) if lines.iter().any(is_new_line));
        let is_same_kind = std::mem::discriminant(&news) == std::mem::discriminant(&self.excess);
        let is_news = has_new_lines || !is_same_kind || (last && !self.counted);
        if has_new_lines {
            self.seen = false;
        }
        self.excess = news;
        self.counted |= last;
        is_news.then_some(SubmissionCommand::Save)
    }

    /// A person has said that the entry `line` is somebody else's. What rested on it is open again.
    fn disown(&mut self, line: String) -> Option<SubmissionCommand> {
        if self.foreign.contains(&line) {
            return None;
        }
        let rested_on_it = match &mut self.state {
            State::Found(found) => found.id == line,
            State::Decided {
                made: true,
                line: Some(chosen),
            } => *chosen == line,
            State::Unknown {
                doubt: Some((_, lines)),
            } => lines.iter().any(|one| one.id == line),
            _ => false,
        };
        let is_extra = matches!(&self.excess, ExtraEntries::More(lines) if lines.iter().any(|one| one.id == line));
        if !rested_on_it && !is_extra {
            return None;
        }
        if let ExtraEntries::More(lines) = &mut self.excess {
            lines.retain(|one| one.id != line);
        }
        let expected = self.expected_entries();
        if matches!(&self.excess, ExtraEntries::More(lines) if lines.len() <= expected) {
            self.excess = ExtraEntries::Once;
        }
        self.foreign.push(line);
        if rested_on_it {
            self.state = State::Unknown { doubt: None };
            self.ended = None;
            self.counted = false;
            self.performer = None;
            self.excess = ExtraEntries::None;
        }
        Some(SubmissionCommand::Save)
    }

    /// The no holds.
    fn refuse(&mut self, now: Now) -> Option<SubmissionCommand> {
        if let State::Checking(failure) = &self.state {
            self.end(State::Refused(failure.clone()), now);
        }
        Some(SubmissionCommand::Save)
    }

    /// The no may be that to a repetition.
    fn doubt(&mut self, doubt: Option<(Doubt, Vec<LedgerEntry>)>) -> Option<SubmissionCommand> {
        if let Some(last) = self.attempts.last_mut() {
            last.doubted = true;
        }
        self.state = State::Unknown { doubt };
        Some(SubmissionCommand::Save)
    }

    fn end(&mut self, state: State, now: Now) {
        self.state = state;
        self.ended = Some(now.wall);
        self.doing = SubmissionActivity::Nothing;
    }

    fn answered(&mut self, result: Result<Receipt, Failure>, now: Now) {
        let earlier_doubt = self.was_doubtful();
        let mut alone = false;
        self.quiet_since = Some(now.steady);
        if let Some(last) = self.attempts.last_mut() {
            last.ended = Some(now.wall);
            last.server.latest = now.server.latest;
            last.failure = result.as_ref().err().cloned();
            alone = last.alone;
        }
        match result {
            Ok(receipt) => self.end(State::Done(receipt), now),
            Err(failure) if is_about_the_key(&failure) => self.state = State::KeyNeeded,
            // The answer to a repeated request speaks for the earlier attempts only where it comes from behind the
            // service's lookup of the key, and where it cannot have met one of them in flight.
            Err(failure)
                if failure.certainty() == Certainty::Nothing
                    && (!earlier_doubt || (alone && failure.settles_earlier_attempts())) =>
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
