//! Pure: what the other submissions of this browser say about the entries that one of them is looked for in.

use crate::movement::reconcile::duplicates::is_same_request;
use crate::movement::reconcile::{KnownEntry, SearchTarget, ShownAs};
use crate::movement::submission::{State, Submission};
use crate::units::clock::ServerRange;

/// What is known besides the submission and the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchContext {
    claims: Vec<KnownEntry>,
    performer: Option<String>,
    settles: i64,
    now: ServerRange,
    /// How many identical submissions are still open: each may have its own entry.
    open_rivals: usize,
}

impl SearchContext {
    /// What `all` submissions at the same service, the oldest first, say for `submission` at `now`. The service may
    /// still carry out a request for `settles` milliseconds after it was sent.
    pub fn of<'a>(
        submission: &Submission,
        all: impl DoubleEndedIterator<Item = &'a Submission> + Clone,
        settles: i64,
        now: ServerRange,
    ) -> Self {
        let rivals = all
            .clone()
            .filter(|held| is_possibly_same(held, submission));
        let open_rivals = rivals.clone().filter(|held| {
            held.is_open()
                && held.is_doubtful()
                && is_same_request(&held.movement, &submission.movement)
        });
        let is_of_same_key = |held: &&Submission| {
            held.credential.is_some()
                && held.credential == submission.credential
                && held.account == submission.account
                && held.movement.kind().api() == submission.movement.kind().api()
                // Only what the service itself has answered is certainly this key's.
                && matches!(held.state, State::Done(_))
        };
        let mut of_same_key = all.rev().filter(is_of_same_key);
        Self {
            open_rivals: open_rivals.count(),
            claims: rivals
                .flat_map(|held| {
                    let claims = [claim(held, submission, settles), repetition(held)];
                    claims.into_iter().flatten()
                })
                .collect(),
            performer: of_same_key.find_map(|held| held.performer.clone()),
            settles,
            now,
        }
    }

    /// `submission`, as it is looked for.
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

/// Whether the entry of `held` may be taken for that of `submission`.
fn is_possibly_same(held: &Submission, submission: &Submission) -> bool {
    held.key != submission.key
        && held.account == submission.account
        && held.movement.kind() == submission.movement.kind()
        && held.movement.party() == submission.movement.party()
}

/// What a settled submission was shown as.
pub fn shown_as(submission: &Submission) -> ShownAs<'_> {
    match &submission.state {
        State::Done(receipt) => ShownAs::Answered(receipt),
        State::Found(line) => ShownAs::Entry(&line.id),
        State::Decided {
            made: true,
            line: Some(line),
        } => ShownAs::Entry(line),
        State::Decided { made: true, .. } => ShownAs::Completed,
        _ => ShownAs::NotCompleted,
    }
}

/// The entry that `held` may have besides its own: its answer has other balances than the preview, and the service did not
/// promise to recognize a repeated request.
fn repetition(held: &Submission) -> Option<KnownEntry> {
    let State::Done(receipt) = &held.state else {
        return None;
    };
    let is_odd = !receipt.differences(&held.quote).is_empty() && held.promised_hours.is_none();
    is_odd.then(|| KnownEntry::Possible {
        sent: held.sent(),
        known: held.known.clone(),
        is_completed: false,
    })
}

/// Which entry is that of `held`, as far as it is known.
fn claim(held: &Submission, submission: &Submission, settles: i64) -> Option<KnownEntry> {
    let sent = held.sent();
    let within = ServerRange {
        latest: sent.latest.map(|latest| latest.saturating_add(settles)),
        ..sent
    };
    match &held.state {
        State::Done(receipt) => Some(match &receipt.transaction {
            Some(transaction) => KnownEntry::Row(transaction.clone()),
            None => KnownEntry::Balances {
                own: receipt.own,
                child: receipt.child,
                sent,
            },
        }),
        State::Found(line) => Some(KnownEntry::Row(line.id.clone())),
        State::Decided {
            made: true,
            line: Some(line),
        } => Some(KnownEntry::Row(line.clone())),
        // Only where its time is known: everything else would be its own, too.
        _ if held.is_doubtful()
            && within.earliest.is_some()
            && is_same_request(&held.movement, &submission.movement) =>
        {
            Some(KnownEntry::Possible {
                sent: within,
                known: held.known.clone(),
                is_completed: matches!(shown_as(held), ShownAs::Completed),
            })
        }
        _ => None,
    }
}
