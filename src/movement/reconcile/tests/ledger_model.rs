//! A model of the reseller's log: several children, their balances and rates, and the rows that movements create.

use super::*;
use crate::units::Rate;
use proptest::prelude::*;

/// No two sizes cost the same at any of these rates.
const MINUTES: [i128; 2] = [20, 35];
const RATES: [&str; 2] = ["0.2", "0.31"];
const CHILDREN: [i64; 2] = [4001, 4002];

/// What can happen to the log. Fields are indexes into the lists above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Transfer {
        child: usize,
        minutes: usize,
        rate: usize,
    },
    Revert {
        child: usize,
        minutes: usize,
    },
    Channels,
    /// The child spends credits; the log doesn't show it.
    Usage {
        child: usize,
    },
}

impl Action {
    pub fn movement(self) -> Option<Movement> {
        let name = String::new;
        match self {
            Self::Transfer {
                child,
                minutes,
                rate,
            } => Some(Movement::Transfer {
                child: ChildId(CHILDREN[child]),
                name: name(),
                minutes: Minutes::new(MINUTES[minutes]),
                rate: RATES[rate].parse().unwrap(),
            }),
            Self::Revert { child, minutes } => Some(Movement::Revert {
                child: ChildId(CHILDREN[child]),
                name: name(),
                minutes: Minutes::new(MINUTES[minutes]),
            }),
            _ => None,
        }
    }
}

/// The balances, the children's rates, and the rows, oldest first.
#[derive(Clone, Debug)]
pub(super) struct LedgerModel {
    pub own: Amount,
    children: [(Amount, Rate); 2],
    next: i64,
    pub rows: Vec<Json>,
}

impl LedgerModel {
    pub fn new(next: i64) -> Self {
        let child = ("100".parse().unwrap(), RATES[0].parse().unwrap());
        Self {
            own: "1000".parse().unwrap(),
            children: [child; 2],
            next,
            rows: Vec::new(),
        }
    }

    /// The reseller's balance, the child's balance and the child's rate after `action`, per contract §5.1.
    fn after(&self, action: Action) -> (Amount, Amount, Rate) {
        let wholesale: Rate = "0.09".parse().unwrap();
        match action {
            Action::Transfer {
                child,
                minutes,
                rate,
            } => {
                let minutes = Minutes::new(MINUTES[minutes]);
                let rate: Rate = RATES[rate].parse().unwrap();
                let own = self.own.minus(wholesale.times(minutes).unwrap());
                let child_balance = self.children[child].0.plus(rate.times(minutes).unwrap());
                (own.unwrap(), child_balance.unwrap(), rate)
            }
            Action::Revert { child, minutes } => {
                let minutes = Minutes::new(MINUTES[minutes]);
                let (balance, rate) = self.children[child];
                let own = self.own.plus(wholesale.times(minutes).unwrap());
                (
                    own.unwrap(),
                    balance.minus(rate.times(minutes).unwrap()).unwrap(),
                    rate,
                )
            }
            Action::Usage { child } => {
                let (balance, rate) = self.children[child];
                (
                    self.own,
                    balance.minus("0.05".parse().unwrap()).unwrap(),
                    rate,
                )
            }
            Action::Channels => (self.own, self.children[0].0, self.children[0].1),
        }
    }

    pub fn quote(&self, action: Action) -> Quote {
        let (own, child_balance, _) = self.after(action);
        let (Action::Transfer { child, .. }
        | Action::Revert { child, .. }
        | Action::Usage { child }) = action
        else {
            return Quote::default();
        };
        let change = |before, after| {
            Some(Change {
                before: Value::Money(before),
                after: Value::Money(after),
            })
        };
        Quote {
            own: change(self.own, own),
            child: change(self.children[child].0, child_balance),
            ..Quote::default()
        }
    }

    /// Applies `action` and returns the id of its row.
    pub fn apply(&mut self, action: Action) -> Option<i64> {
        let (own, child_balance, rate) = self.after(action);
        let reseller = json!({"id": 5678});
        let id = self.next;
        let (child, kind, notes) = match action {
            Action::Usage { child } => {
                self.children[child].0 = child_balance;
                return None;
            }
            Action::Channels => {
                self.rows.push(json!({
                    "id": id, "transaction_type": "channel_allocation", "credit_amount": 0,
                    "reseller_organization": reseller, "from_organization": reseller,
                    "to_organization": {"id": CHILDREN[0]}, "from_balance_after": 0, "to_balance_after": 0,
                }));
                self.next += 3;
                return None;
            }
            Action::Transfer { child, minutes, .. } => (
                child,
                "credit_transfer",
                format!("Transfer of {} minutes at {rate}/min", MINUTES[minutes]),
            ),
            Action::Revert { child, minutes } => (
                child,
                "credit_revert",
                format!("Revert of {} minutes at 0.2/min", MINUTES[minutes]),
            ),
        };
        let before = self.children[child].0;
        let credit = before
            .max(child_balance)
            .minus(before.min(child_balance))
            .unwrap();
        let party = json!({"id": CHILDREN[child]});
        let mut row = json!({
            "id": id, "transaction_type": kind, "notes": notes, "credit_amount": credit, "status": "success",
            "reseller_organization": reseller, "transfer_date": "2026-01-15T16:34:40+05:30",
        });
        let is_revert = kind == "credit_revert";
        for (side, (party, before, after)) in [
            (
                if is_revert { "to" } else { "from" },
                (reseller, self.own, own),
            ),
            (
                if is_revert { "from" } else { "to" },
                (party, before, child_balance),
            ),
        ] {
            row[format!("{side}_organization")] = party;
            row[format!("{side}_balance_before")] = json!(before);
            row[format!("{side}_balance_after")] = json!(after);
        }
        self.rows.push(row);
        self.next += 3;
        self.own = own;
        self.children[child] = (child_balance, rate);
        Some(id)
    }
}

/// Any transfer or revert.
pub(super) fn any_movement() -> impl Strategy<Value = Action> {
    let index = || 0usize..2;
    prop_oneof![
        (index(), index(), index()).prop_map(|(child, minutes, rate)| Action::Transfer {
            child,
            minutes,
            rate
        }),
        (index(), index()).prop_map(|(child, minutes)| Action::Revert { child, minutes }),
    ]
}

/// Anything that can happen to the log.
pub(super) fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => any_movement(),
        1 => Just(Action::Channels),
        1 => (0usize..2).prop_map(|child| Action::Usage { child }),
    ]
}
