//! Which rows of the log were made from this browser.

use crate::log::entry::LogEntry;
use crate::movement::Kind;
use crate::movement::submission::{State, Submission};
use crate::movement::submissions::Submissions;
use crate::units::{IdempotencyKey, Value};
use std::collections::HashMap;

/// What is known of the rows that this browser's submissions made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRows {
    /// By the row that was found in the log.
    by_id: HashMap<String, Own>,
    /// By what the answer said: kind, child, and both balances after. Reseller's answers name no row (contract §1.2).
    by_balances: HashMap<(Kind, String, String, String), Own>,
}

/// A submission, and when it came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Own {
    key: IdempotencyKey,
    ended: i64,
}

impl OwnRows {
    /// What `book` knows.
    pub fn of(book: &Submissions) -> Self {
        let mut own = Self::default();
        for held in book.submissions() {
            own.note(held);
        }
        own
    }

    fn note(&mut self, held: &Submission) {
        let own = Own {
            key: held.key.clone(),
            ended: held.ended.unwrap_or(held.confirmed),
        };
        let movement = &held.movement;
        match &held.state {
            State::Found(line) => drop(self.by_id.insert(line.id.clone(), own)),
            State::Decided {
                made: true,
                line: Some(line),
            } => drop(self.by_id.insert(line.clone(), own)),
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

    /// The submission that made `entry`, and when it came to its end, in milliseconds since 1970.
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
