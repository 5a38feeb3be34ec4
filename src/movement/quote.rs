//! What a movement would do, shown before anything moves.

pub mod assemble;
pub mod preview;

use crate::units::{Change, Credits, LabeledValue, Minutes, Rate, Value};
use crate::wire::children::Child;
use crate::wire::{calculate, wallet};

/// A warning to show before a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The amounts of the preview contradict each other or the request.
    Inconsistent,
    /// The child's rate may change with this transfer (contract §7, O6).
    RateChange {
        /// The child's current rate.
        current: Rate,
        /// The rate in the form.
        requested: Rate,
    },
    /// The user's own balance would become negative.
    OwnBelowZero,
    /// The child's balance would become negative.
    ChildBelowZero,
    /// The movement exceeds what the wallet has available.
    BeyondAvailable,
    /// The organization is suspended: credits that it receives stay there unused and can't be recovered.
    Suspended,
    /// Something could not be read, so an amount is missing. Holds a sentence.
    Missing(String),
}

/// The amounts of a preview, labeled for the user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// The ledger's currency symbol.
    pub symbol: Option<String>,
    /// The user's own balance before and after, if known.
    pub own: Option<Change>,
    /// The child's balance before and after, if known.
    pub child: Option<Change>,
    /// The change of the user's own balance as the service quoted it, unsigned.
    pub cost: Option<Value>,
    /// The change of the child's balance as the service quoted it, unsigned.
    pub credit: Option<Value>,
    /// The other amounts.
    pub lines: Vec<LabeledValue>,
    /// The warnings to show.
    pub cautions: Vec<Caution>,
}

/// How a quote differs from an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// No difference.
    None,
    /// Only the balances differ; what is paid and received is the same.
    Balances,
    /// What is paid or received differs.
    Rates,
}

/// The labels of amounts that only depend on a balance.
const BALANCE_LABELS: [&str; 3] = [BUYS_NOW, UNUSED_NOW, AVAILABLE_NOW];
const BUYS_NOW: &str = "Minutes available before";
const UNUSED_NOW: &str = "Client's unused minutes";
const AVAILABLE_NOW: &str = "Wallet available before";

impl Quote {
    /// Why the service is certain to decline the movement: a sentence about the balance that doesn't cover it.
    pub fn shortage(&self) -> Option<&'static str> {
        self.cautions.iter().find_map(|caution| match caution {
            Caution::OwnBelowZero => Some("Your balance doesn't cover this."),
            Caution::ChildBelowZero => Some("The client's balance doesn't cover this."),
            Caution::BeyondAvailable => Some("Insufficient credits in your wallet."),
            _ => None,
        })
    }

    /// Returns how `fresh` differs from this quote.
    pub fn drift(&self, fresh: &Self) -> Drift {
        fn paid(quote: &Quote) -> impl Iterator<Item = &LabeledValue> {
            let is_paid = |line: &&LabeledValue| !BALANCE_LABELS.contains(&line.label);
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

    /// Returns the quote of a transfer of `minutes` at `rate`. The preview has no data about the child (contract §1.1),
    /// so its balance comes from the list.
    pub fn transfer(
        preview: &calculate::TransferPreview,
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
                    label: "Cost to you",
                    value: Value::Money(preview.my_cost),
                },
                LabeledValue {
                    label: "Client is credited",
                    value: Value::Money(preview.user_credit),
                },
                LabeledValue {
                    label: "Your profit",
                    value: Value::Money(preview.profit),
                },
                LabeledValue {
                    label: "Profit per minute",
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
        let is_consistent = preview.reseller_rate.times(minutes) == Ok(preview.my_cost)
            && rate.times(minutes) == Ok(preview.user_credit)
            && preview.reseller_balance.minus(preview.my_cost) == Ok(preview.new_reseller_balance);
        if !is_consistent {
            quote.cautions.push(Caution::Inconsistent);
        }
        if let Some(current) = child
            .and_then(|child| child.cost_per_min)
            .filter(|current| *current != rate)
        {
            quote.cautions.push(Caution::RateChange {
                current,
                requested: rate,
            });
        }
        quote.caution_shortage(quote.own, Caution::OwnBelowZero);
        quote
    }

    /// Returns the quote of a revert of `minutes`. The preview doesn't include the user's own balance; `balance` is
    /// that balance, if it could be read.
    pub fn revert(
        preview: &calculate::RevertPreview,
        minutes: Minutes,
        balance: Option<crate::units::Amount>,
    ) -> Self {
        let mut lines = vec![
            LabeledValue {
                label: "Deducted from client",
                value: Value::Money(preview.deduction_amount),
            },
            LabeledValue {
                label: "Refund to you",
                value: Value::Money(preview.refund_amount),
            },
        ];
        if let Some(rate) = Rate::of(preview.deduction_amount, minutes) {
            lines.push(LabeledValue {
                label: "Client rate",
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
        let is_consistent = preview.reseller_rate.times(minutes) == Ok(preview.refund_amount)
            && preview.child_balance.minus(preview.deduction_amount)
                == Ok(preview.new_child_balance);
        if !is_consistent {
            quote.cautions.push(Caution::Inconsistent);
        }
        quote.caution_shortage(quote.child, Caution::ChildBelowZero);
        quote
    }

    /// Returns the quote of an allocation. There is no preview endpoint (contract §3.1), so it is computed from the two
    /// wallets. Allocations move only prepaid credits (contract §7, L9).
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

    /// Adds `caution` if the `paying` balance doesn't cover the movement. The receiving balance may stay negative.
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
