//! The model's service: a ledger and its log.

use crate::movement::Kind;
use crate::movement::reconcile::LedgerEntry;
use crate::units::{Amount, Minutes, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The size of every transfer the page makes.
pub(in crate::movement) const MINUTES: i64 = 20;
/// The size of a colleague's other transfers.
const OTHER_MINUTES: i64 = 35;
/// The user that the page's credential belongs to.
const OWN_PERFORMER: i64 = 1000;

/// A transfer that was applied.
#[derive(Clone, Debug)]
pub(in crate::movement) struct AppliedTransfer {
    pub id: String,
    /// As dated by its node.
    pub at: i64,
    /// When it appears in the log, in real time.
    visible: i64,
    pub minutes: i64,
    pub performer: i64,
    pub key: String,
    own: [i64; 2],
    child: [i64; 2],
}

/// The reseller's own balance and the child's, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::movement) struct Balances {
    pub own: i64,
    pub child: i64,
}

#[derive(Clone, Debug)]
struct Pending {
    due: i64,
    key: String,
    credential: u32,
}

#[derive(Clone, Debug)]
pub(in crate::movement) struct Service {
    /// Real time, in milliseconds.
    pub real: i64,
    pub replays: bool,
    lag: i64,
    skew: i64,
    /// How far the log's clock is ahead of the clock that the service reports.
    pub log_ahead: i64,
    offset: i64,
    balances: Balances,
    entries: Vec<AppliedTransfer>,
    pending: Vec<Pending>,
    /// What was applied for each credential and key.
    answered: BTreeMap<(u32, String), Balances>,
}

pub(in crate::movement) fn money(cents: i64) -> Value {
    Value::Money(Amount::new(Decimal::new(cents, 2)))
}

impl Service {
    pub fn new(replays: bool, lag: i64, skew: i64, offset: i64) -> Self {
        Self {
            real: 0,
            replays,
            lag,
            skew,
            log_ahead: 0,
            offset,
            balances: Balances {
                own: 10_000_000,
                child: 1_000,
            },
            entries: Vec::new(),
            pending: Vec::new(),
            answered: BTreeMap::new(),
        }
    }

    /// The time that the service reports.
    pub fn time(&self) -> i64 {
        1_700_000_000_000 + self.offset + self.real
    }

    /// Advances time and carries out in-flight requests as they come due.
    pub fn advance(&mut self, ms: i64) {
        let end = self.real + ms;
        loop {
            let next = self.pending.iter().map(|pending| pending.due).min();
            let Some(due) = next.filter(|due| *due <= end) else {
                break;
            };
            self.real = self.real.max(due);
            let at = self.pending.iter().position(|pending| pending.due == due);
            let pending = self.pending.remove(at.unwrap());
            self.carry_out(&pending.key, pending.credential);
        }
        self.real = end;
    }

    /// Carries out a request in `ms` milliseconds.
    pub fn carry_out_later(&mut self, ms: i64, key: &str, credential: u32) {
        self.pending.push(Pending {
            due: self.real + ms,
            key: key.to_owned(),
            credential,
        });
    }

    /// Carries out a request from the page. Returns the balances afterward and whether they are a replayed answer.
    pub fn carry_out(&mut self, key: &str, credential: u32) -> (Balances, bool) {
        let known = (credential, key.to_owned());
        if self.replays
            && let Some(balances) = self.answered.get(&known)
        {
            return (*balances, true);
        }
        let balances = self.apply(MINUTES, OWN_PERFORMER, key);
        self.answered.insert(known, balances);
        (balances, false)
    }

    /// Applies a colleague's transfer. With `own_credential`, the colleague uses another credential than the page.
    pub fn colleague(&mut self, same: bool, own_credential: bool) {
        let minutes = if same { MINUTES } else { OTHER_MINUTES };
        let performer = if own_credential { 1001 } else { OWN_PERFORMER };
        let key = format!("colleague-{}", self.entries.len());
        self.apply(minutes, performer, &key);
    }

    fn apply(&mut self, minutes: i64, performer: i64, key: &str) -> Balances {
        let before = self.balances;
        self.balances.own -= 9 * minutes;
        self.balances.child += 20 * minutes;
        let number = self.entries.len() as i64;
        // Each node has its own clock.
        let skew = match number % 3 {
            0 => 0,
            1 => self.skew,
            _ => -self.skew,
        };
        self.entries.push(AppliedTransfer {
            // Ids that don't increase.
            id: (number * 7919 % 10_007 + 1).to_string(),
            at: (self.time() + self.log_ahead + skew) / 1000 * 1000,
            visible: self.real + self.lag,
            minutes,
            performer,
            key: key.to_owned(),
            own: [before.own, self.balances.own],
            child: [before.child, self.balances.child],
        });
        self.balances
    }

    pub fn balances(&self) -> Balances {
        self.balances
    }

    /// The log as visible now, newest first by the nodes' clocks.
    pub fn log(&self) -> Vec<LedgerEntry> {
        let mut visible_entries: Vec<&AppliedTransfer> = self
            .entries
            .iter()
            .filter(|entry| entry.visible <= self.real)
            .collect();
        visible_entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        visible_entries.into_iter().map(to_ledger_entry).collect()
    }

    pub fn applied(&self, key: &str) -> usize {
        self.entries.iter().filter(|entry| entry.key == key).count()
    }

    pub fn entry(&self, id: &str) -> Option<&AppliedTransfer> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Whether an equal transfer with another key exists. If the same user performed it, nothing in the log tells the
    /// two apart.
    pub fn has_twin(&self, key: &str) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.key != key && entry.minutes == MINUTES)
    }
}

fn to_ledger_entry(entry: &AppliedTransfer) -> LedgerEntry {
    let change = entry.own[1] - entry.own[0];
    LedgerEntry {
        id: entry.id.clone(),
        at: Some(entry.at),
        written: None,
        kind: Some(Kind::Transfer),
        child: Some("4002".into()),
        minutes: Some(Minutes::new(entry.minutes.into())),
        rate: "0.2".parse().ok(),
        own_change: Some(money(change)),
        credit: Some(money(entry.child[1] - entry.child[0])),
        own_after: Some(money(entry.own[1])),
        child_after: Some(money(entry.child[1])),
        reference: None,
        notes: None,
        metadata: BTreeMap::new(),
        performer: Some(entry.performer.to_string()),
        performed_by: None,
    }
}
