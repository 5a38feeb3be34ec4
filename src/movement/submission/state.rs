//! Where a submission stands, how its attempts went, and what is being done about it.

use crate::client::{Certainty, Failure};
use crate::movement::reconcile::{Doubt, LedgerEntry};
use crate::movement::submission::receipt::Receipt;
use crate::units::clock::{ServerRange, Steady};

/// One try to have a submission carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// When it was begun, in milliseconds since 1970.
    pub at: i64,
    /// When it ended, if it did before the page did.
    pub ended: Option<i64>,
    /// How it ended; nothing for a good answer.
    pub failure: Option<Failure>,
    /// Whether its rejection may answer a repetition of a request that did move something.
    pub doubted: bool,
    /// From when to when it may have reached the service, by the service's clock.
    pub server: ServerRange,
    /// The latest time by the service's clock at which it was meant to leave.
    pub departed: Option<i64>,
    /// Whether nothing sent before it could still be carried out when it was begun: only then a rejection cannot have
    /// met an earlier attempt in flight.
    pub alone: bool,
}

/// Where a submission stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The journal is being written; nothing of this attempt has left.
    Recording,
    /// A request is on its way.
    Sending,
    /// No attempt has had a definite answer.
    Unknown {
        /// Why the books do not settle it, and the lines that may be it.
        doubt: Option<(Doubt, Vec<LedgerEntry>)>,
    },
    /// The key was not accepted, or the person is signed out.
    KeyNeeded,
    /// Made, in the backend's own word.
    Done(Receipt),
    /// Made: its line stands in the backend's books.
    Found(Box<LedgerEntry>),
    /// The answer is a no. It may be the answer to a repetition that the browser has sent by itself, so the books
    /// are looked into before anybody is told that nothing moved.
    Checking(Failure),
    /// A definite no; nothing moved.
    Refused(Failure),
    /// Not made: it is not in the backend's books, and can no longer come into them.
    Absent,
    /// A person decided what no answer and no line would say.
    Decided {
        /// Whether it was made.
        made: bool,
        /// The line they pointed at.
        line: Option<String>,
    },
}

/// Whether the books hold more than was told: a browser repeats a request by itself when a kept connection breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExtraEntries {
    /// Nothing gives reason to think so.
    #[default]
    None,
    /// The balances differ from the quote; the books are being read.
    Looking,
    /// The books hold what was told. Something else moved the balances.
    Once,
    /// The books hold these lines: more than one of what was made, or one of what was refused.
    More(Vec<LedgerEntry>),
    /// The books could not be read.
    Unread,
}

/// What is being done about a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SubmissionActivity {
    /// Nothing is known to be done.
    #[default]
    Nothing,
    /// It is sent again at this time.
    RetryAt(Steady),
    /// The log is read at this time. With why it could not be read the last time.
    CheckLogAt(Steady, Option<Failure>),
    /// It waits for somebody to sign in.
    NeedsKey,
    /// It waits for the account it left with.
    NeedsAccount,
    /// Another tab is at it.
    Elsewhere,
    /// Only a person can go on.
    NeedsDecision,
}

impl State {
    /// Its name, for machines.
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
            Self::Decided { made: true, .. } => "decided-made",
            Self::Decided { made: false, .. } => "decided-not",
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
