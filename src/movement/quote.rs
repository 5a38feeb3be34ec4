//! What a movement would do, as it is shown before anything moves.

pub mod preview;

use crate::units::{Change, Credits, LabeledValue, Minutes, Rate, Value};
use crate::wire::children::Child;
use crate::wire::{calculate, wallet};

/// What should give pause before a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The figures of the preview contradict each other, or what was asked.
    DoNotFollow,
    /// The child's rate may change with this transfer (contract §7, O6).
    RateChange {
        /// What the child pays at present.
        present: Rate,
        /// What the form says.
        asked: Rate,
    },
    /// One's own balance would be less than nothing.
    OwnBelowZero,
    /// The child's balance would be less than nothing.
    ChildBelowZero,
    /// More than the wallet has available.
    BeyondAvailable,
    /// The organization is suspended: what it receives stays there unused, and there is no way to take it back.
    Suspended,
    /// Something could not be read, so that a figure is missing here: a sentence.
    Missing(String),
}

/// The figures of a preview, in the words of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// The ledger's currency symbol.
    pub symbol: Option<String>,
    /// One's own balance before and after, where it is known.
    pub own: Option<Change>,
    /// The child's balance before and after, where it is known.
    pub child: Option<Change>,
    /// What the movement changes one's own balance by, as the service quoted it; unsigned.
    pub cost: Option<Value>,
    /// What it changes the child's balance by, as the service quoted it; unsigned.
    pub credit: Option<Value>,
    /// The other figures.
    pub lines: Vec<LabeledValue>,
    /// What should give pause.
    pub cautions: Vec<Caution>,
}

/// How a quote differs from an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Not at all.
    None,
    /// The balances are others; what is paid and received is the same.
    Balances,
    /// What is paid or received is another.
    Rates,
}

/// The figures that only follow from a balance.
const FROM_BALANCES: [&str; 3] = [BUYS_NOW, UNUSED_NOW, AVAILABLE_NOW];
const BUYS_NOW: &str = "Minutes your balance buys now";
const UNUSED_NOW: &str = "Unused minutes of the child now";
const AVAILABLE_NOW: &str = "Available in your wallet";

impl Quote {
    /// Why the service is certain to decline it: a balance that does not cover it, in a sentence.
    pub fn shortage(&self) -> Option<&'static str> {
        self.cautions.iter().find_map(|caution| match caution {
            Caution::OwnBelowZero => Some("Your balance doesn't cover this."),
            Caution::ChildBelowZero => Some("The client's balance doesn't cover this."),
            Caution::BeyondAvailable => Some("This is more than your wallet has available."),
            _ => None,
        })
    }

    /// How `fresh` differs from this quote.
    pub fn drift(&self, fresh: &Self) -> Drift {
        fn paid(quote: &Quote) -> impl Iterator<Item = &LabeledValue> {
            let is_paid = |line: &&LabeledValue| !FROM_BALANCES.contains(&line.label);
            quote.lines.iter().filter(is_paid)
        }
        if !paid(self).eq(paid(fresh)) {
            Drift::Rates
        } else if self.own != fresh.own || self.child != fresh.child {
            Drift::Balances
        } else {
            Drift::None
        }
    }

    /// The quote of a transfer of `minutes` at `rate`. The preview knows nothing of the child (contract §1.1);
    /// its balance comes from the list.
    pub fn transfer(
        preview: &calculate::Forward,
        minutes: Minutes,
        rate: Rate,
        child: Option<&Child>,
    ) -> Self {
        let mut quote = Self {
            symbol: preview.currency_symbol.clone(),
            own: Some(Change {
                before: Value::Money(preview.reseller_balance),
                after: Value::Money(preview.new_reseller_balance),
            }),
            child: child
                .and_then(|child| child.org_balance)
                .and_then(|before| {
                    let after = before.plus(preview.user_credit).ok()?;
                    Some(Change {
                        before: Value::Money(before),
                        after: Value::Money(after),
                    })
                }),
            cost: Some(Value::Money(preview.my_cost)),
            credit: Some(Value::Money(preview.user_credit)),
            lines: vec![
                LabeledValue {
                    label: "You pay",
                    value: Value::Money(preview.my_cost),
                },
                LabeledValue {
                    label: "The child receives",
                    value: Value::Money(preview.user_credit),
                },
                LabeledValue {
                    label: "Your profit",
                    value: Value::Money(preview.profit),
                },
                LabeledValue {
                    label: "Margin per minute",
                    value: Value::PerMinute(preview.margin),
                },
                LabeledValue {
                    label: "Your rate",
                    value: Value::PerMinute(preview.reseller_rate),
                },
                LabeledValue {
                    label: BUYS_NOW,
                    value: Value::Minutes(preview.reseller_available_minutes),
                },
            ],
            cautions: Vec::new(),
        };
        let follows = preview.reseller_rate.times(minutes) == Ok(preview.my_cost)
            && rate.times(minutes) == Ok(preview.user_credit)
            && preview.reseller_balance.minus(preview.my_cost) == Ok(preview.new_reseller_balance);
        if !follows {
            quote.cautions.push(Caution::DoNotFollow);
        }
        if let Some(present) = child
            .and_then(|child| child.cost_per_min)
            .filter(|present| *present != rate)
        {
            quote.cautions.push(Caution::RateChange {
                present,
                asked: rate,
            });
        }
        quote.caution_shortage(quote.own, Caution::OwnBelowZero);
        quote
    }

    /// The quote of a revert of `minutes`. The preview does not carry one's own balance; `balance` does, where
    /// it could be read.
    pub fn revert(
        preview: &calculate::Revert,
        minutes: Minutes,
        balance: Option<crate::units::Amount>,
    ) -> Self {
        let mut lines = vec![
            LabeledValue {
                label: "Taken from the child",
                value: Value::Money(preview.deduction_amount),
            },
            LabeledValue {
                label: "Refunded to you",
                value: Value::Money(preview.refund_amount),
            },
        ];
        if let Some(rate) = Rate::of(preview.deduction_amount, minutes) {
            lines.push(LabeledValue {
                label: "The child's rate",
                value: Value::PerMinute(rate),
            });
        }
        lines.push(LabeledValue {
            label: "Your rate",
            value: Value::PerMinute(preview.reseller_rate),
        });
        lines.push(LabeledValue {
            label: UNUSED_NOW,
            value: Value::Minutes(preview.child_available_minutes),
        });
        let mut quote = Self {
            symbol: preview.currency_symbol.clone(),
            own: balance.and_then(|before| {
                let after = before.plus(preview.refund_amount).ok()?;
                Some(Change {
                    before: Value::Money(before),
                    after: Value::Money(after),
                })
            }),
            child: Some(Change {
                before: Value::Money(preview.child_balance),
                after: Value::Money(preview.new_child_balance),
            }),
            cost: Some(Value::Money(preview.refund_amount)),
            credit: Some(Value::Money(preview.deduction_amount)),
            lines,
            cautions: Vec::new(),
        };
        let follows = preview.reseller_rate.times(minutes) == Ok(preview.refund_amount)
            && preview.child_balance.minus(preview.deduction_amount)
                == Ok(preview.new_child_balance);
        if !follows {
            quote.cautions.push(Caution::DoNotFollow);
        }
        quote.caution_shortage(quote.child, Caution::ChildBelowZero);
        quote
    }

    /// The quote of an allocation: there is no preview endpoint (contract §3.1), so it follows from the two
    /// wallets. Allocations move prepaid credits only (contract §7, L9).
    pub fn allocate(
        credits: Credits,
        own: Option<&wallet::Response>,
        child: Option<&wallet::Response>,
    ) -> Self {
        let change = |before: Credits, after: Option<Credits>| {
            Some(Change {
                before: Value::Credits(before),
                after: Value::Credits(after?),
            })
        };
        let mut quote = Self {
            own: own
                .and_then(|own| change(own.prepaid_balance, own.prepaid_balance.minus(credits))),
            child: child.and_then(|child| change(child.balance, child.balance.plus(credits))),
            cost: Some(Value::Credits(credits)),
            credit: Some(Value::Credits(credits)),
            lines: vec![LabeledValue {
                label: "Credits",
                value: Value::Credits(credits),
            }],
            ..Self::default()
        };
        if let Some(own) = own {
            quote.lines.push(LabeledValue {
                label: AVAILABLE_NOW,
                value: Value::Credits(own.available),
            });
            if credits > own.available {
                quote.cautions.push(Caution::BeyondAvailable);
            }
        }
        quote.caution_shortage(quote.own, Caution::OwnBelowZero);
        quote
    }

    /// Warns where the `paying` balance doesn't cover the movement. The receiving one may stay below zero.
    fn caution_shortage(&mut self, paying: Option<Change>, caution: Caution) {
        let is_short = |change: Change| change.after.is_negative() && change.after != change.before;
        if paying.is_some_and(is_short) {
            self.cautions.push(caution);
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
