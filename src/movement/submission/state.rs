//! The state of a submission, how its attempts went, and what is being done about it.

use crate::client::{Certainty, Failure};
use crate::movement::reconcile::{Doubt, LedgerEntry};
use crate::movement::submission::receipt::Receipt;
use crate::units::clock::{ServerRange, Steady};

/// One attempt to have a submission carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// When it began, in milliseconds since 1970.
    pub at: i64,
    /// When it ended, in milliseconds since 1970; `None` if its page closed first.
    pub ended: Option<i64>,
    /// Why it failed; `None` for success, or while it is in progress.
    pub failure: Option<Failure>,
    /// Whether its rejection may answer a repeat of a request that did move something.
    pub doubted: bool,
    /// When it may have reached the service, in server time.
    pub server: ServerRange,
    /// The latest server time at which it was meant to leave.
    pub departed: Option<i64>,
    /// Whether nothing sent earlier could still be carried out when it began. Only then can a rejection not have met an
    /// earlier attempt in flight.
    pub alone: bool,
}

/// The state of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The journal is being written. Nothing of this attempt has been sent.
    Recording,
    /// A request is in flight.
    Sending,
    /// No attempt has a definite answer.
    Unknown {
        /// Why the log doesn't settle it, and the entries that may match.
        doubt: Option<(Doubt, Vec<LedgerEntry>)>,
    },
    /// The API key was rejected, or the user is signed out.
    KeyNeeded,
    /// Completed, according to the service's response.
    Done(Receipt),
    /// Completed: its entry is in the service's log.
    Found(Box<LedgerEntry>),
    /// Rejected. The rejection may answer a repeat that the browser sent silently, so the log is checked before the
    /// user sees that nothing moved.
    Checking(Failure),
    /// Definitely declined. Nothing moved.
    Refused(Failure),
    /// Not completed: it isn't in the service's log and can no longer show up there.
    Absent,
    /// The user decided what neither a response nor an entry could settle.
    Decided {
        /// Whether it was completed.
        completed: bool,
        /// The id of the entry that the user picked.
        entry_id: Option<String>,
    },
}

/// Whether the log holds more entries than the outcome shown accounts for. A browser may silently repeat a request when
/// a keep-alive connection breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExtraEntries {
    /// The log hasn't been checked.
    #[default]
    None,
    /// The log is being checked.
    Checking,
    /// The log matches the outcome shown. If the balances differ from the quote, something else changed them.
    Once,
    /// The log holds these entries: more than one for a completed submission, or any for one that was declined.
    More(Vec<LedgerEntry>),
    /// The log couldn't be read, or doesn't hold the submission's own entry yet.
    Unread,
}

/// What is being done about a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SubmissionActivity {
    /// Nothing, as far as this page knows.
    #[default]
    Nothing,
    /// It is resent at this time.
    RetryAt(Steady),
    /// The log is checked at this time. Includes why the last check failed.
    CheckLogAt(Steady, Option<Failure>),
    /// It waits for a sign-in.
    NeedsKey,
    /// It waits for the account it was sent from.
    NeedsAccount,
    /// Another tab is handling it.
    Elsewhere,
    /// It waits for the user to decide.
    NeedsDecision,
}

impl State {
    /// The machine-readable name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Sending => "sending",
            Self::Unknown { .. } => "unknown",
            Self::KeyNeeded => "key-needed",
            Self::Done(_) | Self::Found(_) => "done",
            Self::Checking(_) => "checking",
            Self::Refused(_) => "refused",
            Self::Absent => "absent",
            Self::Decided {
                completed: true, ..
            } => "decided-made",
            Self::Decided {
                completed: false, ..
            } => "decided-not",
        }
    }
}

impl Attempt {
    /// Whether it may have moved something.
    pub(crate) fn is_doubtful(&self) -> bool {
        match (&self.ended, &self.failure) {
            (None, _) => true,
            (Some(_), Some(failure)) => self.doubted || failure.certainty() == Certainty::Unknown,
            (Some(_), None) => false,
        }
    }
}
