//! Pure: what this browser's other submissions say about log entries that may belong to a given submission.

use crate::movement::reconcile::duplicates::is_same_request;
use crate::movement::reconcile::{Claim, SearchTarget, ShownAs};
use crate::movement::submission::{State, Submission};
use crate::units::clock::ServerRange;

/// What is known apart from the submission and the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchContext {
    claims: Vec<Claim>,
    performer: Option<String>,
    settles: i64,
    now: ServerRange,
    /// How many identical submissions are still open. Each may have its own entry.
    open_rivals: usize,
}

impl SearchContext {
    /// Collects what `all` submissions at the same service, oldest first, say about `submission` at `now`. The service
    /// may still carry out a request for `settles` milliseconds after it was sent.
    pub fn of<'a>(
        submission: &Submission,
        all: impl DoubleEndedIterator<Item = &'a Submission> + Clone,
        settles: i64,
        now: ServerRange,
    ) -> Self {
        let rivals = all
            .clone()
            .filter(|other| is_possibly_same(other, submission));
        let open_rivals = rivals.clone().filter(|other| {
            other.is_open()
                && other.is_doubtful()
                && is_same_request(&other.movement, &submission.movement)
        });
        let has_same_credential = |other: &&Submission| {
            other.credential.is_some()
                && other.credential == submission.credential
                && other.account == submission.account
                && other.movement.kind().api() == submission.movement.kind().api()
                // Only a submission that the service itself answered certainly belongs to this credential.
                && matches!(other.state, State::Done(_))
        };
        let mut same_credential = all.rev().filter(has_same_credential);
        Self {
            open_rivals: open_rivals.count(),
            claims: rivals
                .flat_map(|other| {
                    let claims = [claim(other, submission, settles), repeat_claim(other)];
                    claims.into_iter().flatten()
                })
                .collect(),
            performer: same_credential.find_map(|other| other.performer.clone()),
            settles,
            now,
        }
    }

    /// The search target for `submission`.
    pub fn target<'a>(&'a self, submission: &'a Submission) -> SearchTarget<'a> {
        SearchTarget {
            movement: &submission.movement,
            quote: &submission.quote,
            watermark: submission.watermark.as_deref(),
            known: &submission.known,
            foreign: &submission.foreign,
            sent: submission.sent(),
            likely_until: submission.likely_until(),
            now: self.now,
            settles: self.settles,
            performer: self.performer.as_deref(),
            first_attempt: submission.first_attempt(),
            claims: &self.claims,
            open_rivals: self.open_rivals,
        }
    }
}

/// Whether the entry of `other` may be mistaken for that of `submission`.
fn is_possibly_same(other: &Submission, submission: &Submission) -> bool {
    other.key != submission.key
        && other.account == submission.account
        && other.movement.kind() == submission.movement.kind()
        && other.movement.party() == submission.movement.party()
}

/// Returns the outcome that was shown for a settled submission.
pub fn shown_as(submission: &Submission) -> ShownAs<'_> {
    match &submission.state {
        State::Done(receipt) => ShownAs::Answered(receipt),
        State::Found(entry) => ShownAs::Entry(&entry.id),
        State::Decided {
            completed: true,
            entry_id: Some(id),
        } => ShownAs::Entry(id),
        State::Decided {
            completed: true, ..
        } => ShownAs::Completed,
        _ => ShownAs::NotCompleted,
    }
}

/// The extra entry that `other` may have: its response has other balances than the preview, and the service didn't
/// promise to recognize a repeated request.
fn repeat_claim(other: &Submission) -> Option<Claim> {
    let State::Done(receipt) = &other.state else {
        return None;
    };
    let may_have_repeat =
        !receipt.differences(&other.quote).is_empty() && other.promised_hours.is_none();
    may_have_repeat.then(|| Claim::Possible {
        sent: other.sent(),
        known: other.known.clone(),
        is_completed: false,
    })
}

/// The entry that belongs to `other`, as far as it is known.
fn claim(other: &Submission, submission: &Submission, settles: i64) -> Option<Claim> {
    let sent = other.sent();
    let window = ServerRange {
        latest: sent.latest.map(|latest| latest.saturating_add(settles)),
        ..sent
    };
    match &other.state {
        State::Done(receipt) => Some(match &receipt.transaction {
            Some(transaction) => Claim::Row(transaction.clone()),
            None => Claim::Balances {
                own: receipt.own,
                child: receipt.child,
                sent,
            },
        }),
        State::Found(entry) => Some(Claim::Row(entry.id.clone())),
        State::Decided {
            completed: true,
            entry_id: Some(id),
        } => Some(Claim::Row(id.clone())),
        // Only if its time is known. Otherwise it would claim every entry.
        _ if other.is_doubtful()
            && window.earliest.is_some()
            && is_same_request(&other.movement, &submission.movement) =>
        {
            Some(Claim::Possible {
                sent: window,
                known: other.known.clone(),
                is_completed: matches!(shown_as(other), ShownAs::Completed),
            })
        }
        _ => None,
    }
}
