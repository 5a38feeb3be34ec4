//! Which entries of the log came from this browser.

use crate::log::entry::LogEntry;
use crate::movement::Kind;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::Submissions;
use crate::units::{IdempotencyKey, Value};
use std::collections::HashMap;

/// An index of this browser's submissions, to look them up by log entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnEntries {
    /// By the id of the entry found in the log.
    by_id: HashMap<String, OwnSubmission>,
    /// By what the response said: kind, child, and both balances after. Reseller responses name no entry (contract
    /// §1.2).
    by_balances: HashMap<(Kind, String, String, String), OwnSubmission>,
}

/// A submission, and when it settled.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OwnSubmission {
    key: IdempotencyKey,
    ended: i64,
}

impl OwnEntries {
    /// Indexes these submissions.
    pub fn of(submissions: &Submissions) -> Self {
        let mut index = Self::default();
        for submission in submissions.submissions() {
            index.insert(submission);
        }
        index
    }

    fn insert(&mut self, submission: &Submission) {
        let own = OwnSubmission {
            key: submission.key.clone(),
            ended: submission.ended.unwrap_or(submission.confirmed),
        };
        let movement = &submission.movement;
        match &submission.state {
            State::Found(line) => drop(self.by_id.insert(line.id.clone(), own)),
            State::Decided {
                completed: true,
                entry_id: Some(id),
            } => drop(self.by_id.insert(id.clone(), own)),
            State::Done(receipt) => {
                if let Some(after) = receipt.own {
                    let child = receipt.child.plain();
                    let key = (movement.kind(), movement.party(), after.plain(), child);
                    self.by_balances.insert(key, own);
                }
            }
            _ => {}
        }
    }

    /// Returns the key of the submission that caused `entry`, and when it settled, in milliseconds since 1970.
    pub fn find(&self, entry: &LogEntry) -> Option<(IdempotencyKey, i64)> {
        let found = self.by_id.get(&entry.id.to_string()).or_else(|| {
            let kind = match entry.kind {
                crate::wire::logs::Kind::Transfer => Kind::Transfer,
                crate::wire::logs::Kind::Revert => Kind::Revert,
                _ => return None,
            };
            let after = |value| Some(Value::Money(value?).plain());
            let child = entry.child()?.id.to_string();
            let key = (
                kind,
                child,
                after(entry.own_balance().1)?,
                after(entry.child_balance().1)?,
            );
            self.by_balances.get(&key)
        })?;
        Some((found.key.clone(), found.ended))
    }
}
