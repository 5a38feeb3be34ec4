//! One submission and its current state.

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

/// The longest time from when an attempt was meant to leave until it ends, in milliseconds, unless the computer sleeps:
/// writing the journal, another check, and the longest request timeout.
const MAX_ATTEMPT_TIME: i64 = 6 * 60_000;

/// One submission. It is created at confirmation and keeps the same key and bytes until it is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The movement to carry out.
    pub movement: Movement,
    /// The quote shown at confirmation.
    pub quote: Quote,
    /// The idempotency key, sent with every attempt.
    pub key: IdempotencyKey,
    /// The request body, sent with every attempt.
    pub body: String,
    /// The service it was confirmed for. It is never sent to another one.
    pub base_url: String,
    /// The account it was sent from. A service knows an idempotency key only within its account.
    pub account: Option<String>,
    /// When it was confirmed, in milliseconds since 1970.
    pub confirmed: i64,
    /// The same moment in server time.
    pub confirmed_server: ServerRange,
    /// When the check began, by this page's clocks; `None` if another page confirmed it. Not stored.
    pub check_started: Option<Departure>,
    /// For how many hours the service promised to recognize a repeated key when this was sent; `None` if it didn't.
    /// Later attempts update it as long as nothing can have moved.
    pub promised_hours: Option<u32>,
    /// A fingerprint of the credential it was sent with, if known. Later attempts update it as long as nothing can have
    /// moved.
    pub credential: Option<String>,
    /// The newest log entry just before confirmation: empty if there was none, `None` if the log couldn't be read.
    pub watermark: Option<String>,
    /// The entries that the log showed at that time. None of them can belong to this submission.
    pub known: Vec<String>,
    /// Entries that the user marked as somebody else's.
    pub foreign: Vec<String>,
    /// The performer named by its log entry, once identified.
    pub performer: Option<String>,
    /// Every attempt so far, newest last.
    pub attempts: Vec<Attempt>,
    /// The current state.
    pub state: State,
    /// When it was settled, in milliseconds since 1970.
    pub ended: Option<i64>,
    /// Whether it is in the journal.
    pub journaled: bool,
    /// Whether the log holds more entries than the outcome shown accounts for.
    pub extra_entries: ExtraEntries,
    /// Whether the log was checked for extra entries after it could no longer change.
    pub counted: bool,
    /// Whether the user acknowledged the extra entries.
    pub acknowledged: bool,
    /// The time from which no attempt can still be sending, on this page's steady clock; `None` while an attempt is in
    /// progress, and until this page knows. Not stored.
    pub quiet_since: Option<Steady>,
    /// When this page took over an attempt that another page made. Not stored.
    pub resumed_at: Option<Steady>,
    /// The value of `quiet_since` before the attempt that is being recorded. Not stored.
    pub quiet_before: Option<Steady>,
    /// What is currently being done about it. Not stored.
    pub activity: SubmissionActivity,
}

impl Submission {
    /// Whether its outcome is still unresolved.
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

    /// Whether an attempt is in progress, or its response is being checked.
    pub fn is_in_progress(&self) -> bool {
        matches!(
            self.state,
            State::Recording | State::Sending | State::Checking(_)
        )
    }

    /// Whether no more work is due: it is settled, nothing needs acknowledgment, and the log was checked again if it
    /// could still change. That check isn't needed after a successful response, or for a record from an older version.
    pub fn is_finished(&self) -> bool {
        let is_answered = matches!(self.state, State::Done(_));
        let is_watched = !self.counted && !is_answered && self.confirmed_server.earliest.is_some();
        !self.is_open() && !self.needs_acknowledgment() && !is_watched
    }

    /// Whether it was completed, as far as the portal knows.
    pub fn is_completed(&self) -> bool {
        matches!(
            self.state,
            State::Done(_)
                | State::Found(_)
                | State::Decided {
                    completed: true,
                    ..
                }
        )
    }

    /// The rejection it ended with, if any.
    pub fn refusal(&self) -> Option<&Failure> {
        match &self.state {
            State::Refused(failure) => Some(failure),
            _ => None,
        }
    }

    /// The `txn_…` of the completed allocation, if the service named it.
    pub fn transaction(&self) -> Option<&str> {
        match (&self.movement, &self.state) {
            (_, State::Done(receipt)) => receipt.transaction.as_deref(),
            // A log row's reference isn't unique. A wallet event's is the transaction.
            (Movement::Allocate { .. }, State::Found(entry)) => entry.reference.as_deref(),
            _ => None,
        }
    }

    /// How the latest failed attempt ended.
    pub fn failure(&self) -> Option<&Failure> {
        self.attempts
            .iter()
            .rev()
            .find_map(|attempt| attempt.failure.as_ref())
    }

    /// When the first attempt began, in milliseconds since 1970.
    pub fn first_attempt(&self) -> i64 {
        self.attempts
            .first()
            .map_or(self.confirmed, |first| first.at)
    }

    /// When the latest attempt began, in milliseconds since 1970.
    pub fn last_attempt(&self) -> i64 {
        self.attempts.last().map_or(self.confirmed, |last| last.at)
    }

    /// When its attempts may have reached the service, in server time.
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

    /// The latest server time at which its attempts most likely reached the service. For an attempt whose end was never
    /// seen, [`Self::sent`] may end days later; most likely it left when it was meant to.
    pub fn likely_until(&self) -> Option<i64> {
        let until = |attempt: &Attempt| {
            let intended = attempt.departed?.saturating_add(MAX_ATTEMPT_TIME);
            let is_seen = attempt.ended.is_some();
            let seen = attempt.server.latest.filter(|_| is_seen);
            Some(seen.map_or(intended, |seen| seen.min(intended)))
        };
        let all: Option<Vec<i64>> = self.attempts.iter().map(until).collect();
        all?.into_iter().max()
    }

    /// Whether the latest answer was a rejection that the log didn't confirm.
    pub fn is_declined_in_doubt(&self) -> bool {
        self.attempts.last().is_some_and(|last| last.doubted)
    }

    /// Whether any attempt has no definite answer and so may have moved something.
    pub fn is_doubtful(&self) -> bool {
        self.attempts.iter().any(Attempt::is_doubtful)
    }

    /// Whether the log holds more entries than expected and the user hasn't acknowledged them.
    pub fn needs_acknowledgment(&self) -> bool {
        matches!(self.extra_entries, ExtraEntries::More(_)) && !self.acknowledged
    }

    /// Takes over at `now`, when no other page drives the submission. An attempt without an end was in progress when
    /// its page closed and has no answer. When that happened is unknown, so it may go on for as long as a request can
    /// take, which is `timeout` milliseconds.
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

    /// Whether an attempt before the latest one may have moved something.
    pub(in crate::movement) fn was_doubtful(&self) -> bool {
        let earlier = self.attempts.len().saturating_sub(1);
        self.attempts.iter().take(earlier).any(Attempt::is_doubtful)
    }

    /// The state when no attempt is in progress and none has settled the submission.
    pub fn unresolved_state(&self) -> State {
        let key_needed = self.failure().is_some_and(is_about_the_key) && !self.is_doubtful();
        if key_needed {
            State::KeyNeeded
        } else {
            State::Unknown { doubt: None }
        }
    }
}

/// Whether a valid API key is all that is missing.
pub(crate) fn is_about_the_key(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Unauthorized | FailureKind::SignedOut
    )
}
