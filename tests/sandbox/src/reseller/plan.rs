//! Computes a transfer or revert, or why it fails. Previews and movements both use this, so that one succeeds exactly
//! when the other does (O9).

use super::Failure;
use super::parties::{Child, Reseller};
use crate::settings::Rounding;
use crate::units::Micro;

/// A valid transfer, as far as the reseller is concerned (contract §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Minutes at the reseller's rate, rounded according to the settings.
    pub my_cost: Micro,
    /// Minutes at the child's rate, rounded in the same way.
    pub user_credit: Micro,
    /// The difference.
    pub profit: Micro,
    /// The difference between the two rates.
    pub margin: Micro,
    /// The reseller's balance afterwards.
    pub new_balance: Micro,
}

/// A valid revert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revert {
    /// Minutes at the reseller's rate, which are refunded to it (§6 point 2).
    pub refund: Micro,
    /// Minutes at the child's current rate, which are deducted from it.
    pub deduction: Micro,
    /// The child's balance afterwards.
    pub new_child_balance: Micro,
    /// The amount that stays charged for the child (O7).
    pub new_charged: Micro,
}

/// Plans a transfer of `minutes` at `rate` (O1, O4).
pub fn transfer(
    reseller: &Reseller,
    minutes: i64,
    rate: Micro,
    rounding: Rounding,
) -> Result<Transfer, Failure> {
    if rate < reseller.rate {
        let text = format!(
            "cost_per_min must be at least the reseller rate {}",
            reseller.rate
        );
        return Err(Failure::new(400, "invalid_rate", text));
    }
    let numbers = || {
        let my_cost = rounding.apply(reseller.rate.times(minutes)?)?;
        let user_credit = rounding.apply(rate.times(minutes)?)?;
        Some(Transfer {
            my_cost,
            user_credit,
            profit: user_credit.minus(my_cost)?,
            margin: rate.minus(reseller.rate)?,
            new_balance: reseller.balance.minus(my_cost)?,
        })
    };
    let plan = numbers().ok_or_else(Failure::too_large)?;
    if plan.new_balance < Micro::ZERO {
        let text = format!("Not enough balance for {minutes} minutes");
        return Err(Failure::new(400, "insufficient_balance", text));
    }
    Ok(plan)
}

/// Plans a revert of `minutes` from `child` (O2, O7).
pub fn revert(
    reseller: &Reseller,
    child: &Child,
    minutes: i64,
    rounding: Rounding,
) -> Result<Revert, Failure> {
    let numbers = || {
        let refund = rounding.apply(reseller.rate.times(minutes)?)?;
        let deduction = rounding.apply(child.rate.times(minutes)?)?;
        Some(Revert {
            refund,
            deduction,
            new_child_balance: child.balance.minus(deduction)?,
            new_charged: child.charged.minus(refund)?,
        })
    };
    let plan = numbers().ok_or_else(Failure::too_large)?;
    if plan.new_child_balance < Micro::ZERO {
        let text = format!("The organization has fewer than {minutes} unused minutes");
        return Err(Failure::new(400, "insufficient_child_balance", text));
    }
    if plan.new_charged < Micro::ZERO {
        let text = "The refund would exceed what was charged for this organization";
        return Err(Failure::new(400, "exceeds_transferred", text));
    }
    Ok(plan)
}
