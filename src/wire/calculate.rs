//! `POST /reseller/credits/calculate`: what a movement would do (contract §1.1).

use crate::units::{Amount, ChildId, Minutes, Rate};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};

/// Asks what a transfer would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForwardRequest {
    /// Minutes to transfer.
    pub minutes: Minutes,
    /// The rate charged to the child.
    pub cost_per_min: Rate,
}

/// Asks what a revert would give back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevertRequest {
    /// Minutes to take back.
    pub minutes: Minutes,
    /// Always `true`: selects the revert's answer.
    pub is_revert: bool,
    /// The child to take from.
    pub child_organization_id: ChildId,
}

/// The preview of a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// Taken from the reseller's balance: minutes times the reseller's rate.
    pub my_cost: Amount,
    /// Received by the child: minutes times the child's rate.
    pub user_credit: Amount,
    /// `user_credit` less `my_cost`.
    pub profit: Amount,
    /// Profit per minute; money, not a ratio.
    pub margin: Rate,
    /// What the reseller pays per minute.
    pub reseller_rate: Rate,
    /// The reseller's balance before.
    pub reseller_balance: Amount,
    /// Minutes the balance before still buys.
    pub reseller_available_minutes: Minutes,
    /// The reseller's balance after. May be negative (contract §7, O9).
    pub new_reseller_balance: Amount,
    /// For display only (contract §7, O21).
    #[serde(default, deserialize_with = "lenient::text")]
    pub currency_symbol: Option<String>,
}

/// The preview of a revert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// Added back to the reseller: minutes times the reseller's rate.
    pub refund_amount: Amount,
    /// Removed from the child: minutes times the child's present rate.
    pub deduction_amount: Amount,
    /// What the reseller pays per minute.
    pub reseller_rate: Rate,
    /// The child's balance before.
    pub child_balance: Amount,
    /// Minutes in the child's balance before.
    pub child_available_minutes: Minutes,
    /// The child's balance after. May be negative (contract §7, O9).
    pub new_child_balance: Amount,
    /// For display only (contract §7, O21).
    #[serde(default, deserialize_with = "lenient::text")]
    pub currency_symbol: Option<String>,
}
