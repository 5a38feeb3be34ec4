//! One submission, and what can be said about it as it stands.

pub mod receipt;
pub mod retry;
mod state;
pub(crate) mod transitions;

pub use state::{Attempt, ExtraEntries, State, SubmissionActivity};
pub use transitions::{SubmissionCommand, SubmissionEvent};

use crate::client::{Failure, FailureKind};
use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::units::IdempotencyKey;
use crate::units::clock::{Departure, Now, ServerRange, Steady};

/// How long an attempt takes at the very most, from when it was meant to leave, unless the computer sleeps: the journal,
/// another check, and the longest time limit of a request. In milliseconds.
const UNSEEN_END: i64 = 6 * 60_000;

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
    /// When, by the service's clock.
    pub confirmed_server: ServerRange,
    /// When its check began, by this page's clocks; `None` for what another page confirmed. Not kept.
    pub confirmed_here: Option<Departure>,
    /// For how many hours the service promised, at the confirmation, to recognize a repeated key; `None` where it did not.
    pub promised_hours: Option<u32>,
    /// A fingerprint of the credential it was confirmed with, where that is known.
    pub credential: Option<String>,
    /// The newest entry of the log just before; empty where there was none, `None` where the log could not be read.
    pub watermark: Option<String>,
    /// The entries that the log showed then: none of them can be this one's.
    pub known: Vec<String>,
    /// Entries that a person has said are somebody else's.
    pub foreign: Vec<String>,
    /// Who performed it by its log entry, where that was identified.
    pub performer: Option<String>,
    /// Every try so far, the newest last.
    pub attempts: Vec<Attempt>,
    /// Where it stands.
    pub state: State,
    /// When it came to its end.
    pub ended: Option<i64>,
    /// Whether the journal holds it.
    pub journalled: bool,
    /// Whether the books hold more than was told.
    pub excess: ExtraEntries,
    /// Whether they were looked into for that once they could no longer change.
    pub counted: bool,
    /// Whether a person has seen to the excess.
    pub seen: bool,
    /// Since when no attempt can be leaving any more, on this page's steady clock. Not kept; `None` while an attempt is
    /// under way, and until this page knows better.
    pub quiet_since: Option<Steady>,
    /// When this page took over an attempt that it had not made. Not kept.
    pub resumed_at: Option<Steady>,
    /// The same as `quiet_since`, before the attempt that is being recorded. Not kept.
    pub quiet_before: Option<Steady>,
    /// What is being done about it at the moment. Not kept.
    pub doing: SubmissionActivity,
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

    /// Whether an attempt is under way, or its answer is being looked into.
    pub fn is_in_hand(&self) -> bool {
        matches!(
            self.state,
            State::Recording | State::Sending | State::Checking(_)
        )
    }

    /// Whether no more work is due: it is settled, raises no alarm, and the log was read again where it could
    /// still change; not of what was answered, or sent by an older version.
    pub fn is_past(&self) -> bool {
        let is_answered = matches!(self.state, State::Done(_));
        let is_watched = !self.counted && !is_answered && self.confirmed_server.earliest.is_some();
        !self.is_open() && !self.needs_acknowledgment() && !is_watched
    }

    /// Whether it was made, as far as anybody knows.
    pub fn is_made(&self) -> bool {
        matches!(
            self.state,
            State::Done(_) | State::Found(_) | State::Decided { made: true, .. }
        )
    }

    /// The no that it was told as.
    pub fn refusal(&self) -> Option<&Failure> {
        match &self.state {
            State::Refused(failure) => Some(failure),
            _ => None,
        }
    }

    /// The `txn_…` that it was made as, where the backend has named it.
    pub fn transaction(&self) -> Option<&str> {
        match (&self.movement, &self.state) {
            (_, State::Done(receipt)) => receipt.transaction.as_deref(),
            // A row's reference is not unique; an event's is the transaction.
            (Movement::Allocate { .. }, State::Found(line)) => line.reference.as_deref(),
            _ => None,
        }
    }

    /// How the newest attempt that ended did end.
    pub fn failure(&self) -> Option<&Failure> {
        self.attempts
            .iter()
            .rev()
            .find_map(|try_| try_.failure.as_ref())
    }

    /// When the first attempt was begun.
    pub fn first_attempt(&self) -> i64 {
        self.attempts
            .first()
            .map_or(self.confirmed, |first| first.at)
    }

    /// When the newest attempt was begun.
    pub fn last_attempt(&self) -> i64 {
        self.attempts.last().map_or(self.confirmed, |last| last.at)
    }

    /// From when to when its attempts may have reached the service, by the service's clock.
    pub fn sent(&self) -> ServerRange {
        let mut ranges = self.attempts.iter().map(|attempt| attempt.server);
        let Some(first) = ranges.next() else {
            return self.confirmed_server;
        };
        ranges.fold(first, |all, next| ServerRange {
            earliest: all.earliest,
            latest: all.latest.zip(next.latest).map(|(a, b)| a.max(b)),
        })
    }

    /// Until when, by the service's clock, its attempts have most likely reached the service. An attempt whose end nobody
    /// saw has an end in [`Self::sent`] that may be days later; most likely it left when it was meant to.
    pub fn likely_until(&self) -> Option<i64> {
        let until = |attempt: &Attempt| {
            let meant = attempt.departed?.saturating_add(UNSEEN_END);
            let is_seen = attempt.ended.is_some();
            let seen = attempt.server.latest.filter(|_| is_seen);
            Some(seen.map_or(meant, |seen| seen.min(meant)))
        };
        let all: Option<Vec<i64>> = self.attempts.iter().map(until).collect();
        all?.into_iter().max()
    }

    /// Whether the newest answer was a rejection that the log did not bear out.
    pub fn is_declined_in_doubt(&self) -> bool {
        self.attempts.last().is_some_and(|last| last.doubted)
    }

    /// Whether any attempt may have moved something: one that has no definite answer.
    pub fn is_doubtful(&self) -> bool {
        self.attempts.iter().any(Attempt::is_doubtful)
    }

    /// Whether the books hold more than was told, and nobody has seen to it yet.
    pub fn needs_acknowledgment(&self) -> bool {
        matches!(self.excess, ExtraEntries::More(_)) && !self.seen
    }

    /// This page takes over at `now`, and no other drives it. An attempt without an end was under way when its page was
    /// closed, and has no answer. When that was is not known, so it may go on for as long as a request can take, which is
    /// `timeout` milliseconds.
    pub fn take_over(&mut self, now: Now, timeout: i64) {
        let Some(last) = self.attempts.last_mut() else {
            return;
        };
        let has_ended = last.ended.is_some();
        if !has_ended && last.failure.is_none() {
            last.failure = Some(Failure::unanswered(FailureKind::Interrupted));
        }
        if !has_ended && last.server.latest.is_none() {
            last.server.latest = now
                .server
                .latest
                .map(|latest| latest.saturating_add(timeout));
        }
        if self.quiet_since.is_none() {
            let wait = if has_ended { 0 } else { timeout };
            self.quiet_since = Some(now.steady.plus(wait));
            self.resumed_at = Some(now.steady);
        }
    }

    /// Whether an attempt before the newest one may have moved something.
    pub(in crate::movement) fn was_doubtful(&self) -> bool {
        let earlier = self.attempts.len().saturating_sub(1);
        self.attempts.iter().take(earlier).any(Attempt::is_doubtful)
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
}

/// Whether a good key is all that is missing.
pub(crate) fn is_about_the_key(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Unauthorized | FailureKind::SignedOut
    )
}
