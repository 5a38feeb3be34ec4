//! A model of the reseller's books: several children, their balances and rates, and the rows that movements leave.

use super::*;
use crate::units::Rate;
use proptest::prelude::*;

/// Chosen so that no two sizes cost the same at any of the rates.
const MINUTES: [i128; 2] = [20, 35];
const RATES: [&str; 2] = ["0.2", "0.31"];
const CHILDREN: [i64; 2] = [4001, 4002];

/// What happens to the books. Indices are into the lists above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
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
    /// The child spends; the books say nothing of it.
    Usage {
        child: usize,
    },
}

impl Deed {
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

/// The balances, the children's rates and the rows, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Books {
    pub own: Amount,
    children: [(Amount, Rate); 2],
    next: i64,
    pub rows: Vec<Json>,
}

impl Books {
    pub fn new(next: i64) -> Self {
        let child = ("100".parse().unwrap(), RATES[0].parse().unwrap());
        Self {
            own: "1000".parse().unwrap(),
            children: [child; 2],
            next,
            rows: Vec::new(),
        }
    }

    /// One's own balance and the child's after `deed`, and the child's rate; as contract §5.1 has it.
    fn after(&self, deed: Deed) -> (Amount, Amount, Rate) {
        let wholesale: Rate = "0.09".parse().unwrap();
        match deed {
            Deed::Transfer {
                child,
                minutes,
                rate,
            } => {
                let minutes = Minutes::new(MINUTES[minutes]);
                let rate: Rate = RATES[rate].parse().unwrap();
                let own = self.own.minus(wholesale.times(minutes).unwrap());
                let theirs = self.children[child].0.plus(rate.times(minutes).unwrap());
                (own.unwrap(), theirs.unwrap(), rate)
            }
            Deed::Revert { child, minutes } => {
                let minutes = Minutes::new(MINUTES[minutes]);
                let (balance, rate) = self.children[child];
                let own = self.own.plus(wholesale.times(minutes).unwrap());
                (
                    own.unwrap(),
                    balance.minus(rate.times(minutes).unwrap()).unwrap(),
                    rate,
                )
            }
            Deed::Usage { child } => {
                let (balance, rate) = self.children[child];
                (
                    self.own,
                    balance.minus("0.05".parse().unwrap()).unwrap(),
                    rate,
                )
            }
            Deed::Channels => (self.own, self.children[0].0, self.children[0].1),
        }
    }

    pub fn quote(&self, deed: Deed) -> Quote {
        let (own, theirs, _) = self.after(deed);
        let (Deed::Transfer { child, .. } | Deed::Revert { child, .. } | Deed::Usage { child }) =
            deed
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
            child: change(self.children[child].0, theirs),
            ..Quote::default()
        }
    }

    /// Makes `deed` and gives the id of its row.
    pub fn make(&mut self, deed: Deed) -> Option<i64> {
        let (own, theirs, rate) = self.after(deed);
        let reseller = json!({"id": 5678});
        let id = self.next;
        let (child, kind, notes) = match deed {
            Deed::Usage { child } => {
                self.children[child].0 = theirs;
                return None;
            }
            Deed::Channels => {
                self.rows.push(json!({
                    "id": id, "transaction_type": "channel_allocation", "credit_amount": 0,
                    "reseller_organization": reseller, "from_organization": reseller,
                    "to_organization": {"id": CHILDREN[0]}, "from_balance_after": 0, "to_balance_after": 0,
                }));
                self.next += 3;
                return None;
            }
            Deed::Transfer { child, minutes, .. } => (
                child,
                "credit_transfer",
                format!("Transfer of {} minutes at {rate}/min", MINUTES[minutes]),
            ),
            Deed::Revert { child, minutes } => (
                child,
                "credit_revert",
                format!("Revert of {} minutes at 0.2/min", MINUTES[minutes]),
            ),
        };
        let before = self.children[child].0;
        let credit = before.max(theirs).minus(before.min(theirs)).unwrap();
        let party = json!({"id": CHILDREN[child]});
        let mut row = json!({
            "id": id, "transaction_type": kind, "notes": notes, "credit_amount": credit, "status": "success",
            "reseller_organization": reseller, "transfer_date": "2026-01-15T16:34:40+05:30",
        });
        let back = kind == "credit_revert";
        for (side, (party, before, after)) in [
            (if back { "to" } else { "from" }, (reseller, self.own, own)),
            (if back { "from" } else { "to" }, (party, before, theirs)),
        ] {
            row[format!("{side}_organization")] = party;
            row[format!("{side}_balance_before")] = json!(before);
            row[format!("{side}_balance_after")] = json!(after);
        }
        self.rows.push(row);
        self.next += 3;
        self.own = own;
        self.children[child] = (theirs, rate);
        Some(id)
    }
}

/// Any transfer or revert.
pub(super) fn any_movement() -> impl Strategy<Value = Deed> {
    let index = || 0usize..2;
    prop_oneof![
        (index(), index(), index()).prop_map(|(child, minutes, rate)| Deed::Transfer {
            child,
            minutes,
            rate
        }),
        (index(), index()).prop_map(|(child, minutes)| Deed::Revert { child, minutes }),
    ]
}

/// Anything that can happen.
pub(super) fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => any_movement(),
        1 => Just(Deed::Channels),
        1 => (0usize..2).prop_map(|child| Deed::Usage { child }),
    ]
}
