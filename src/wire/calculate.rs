//! `POST /reseller/credits/calculate`: previews a movement (contract §1.1).

use crate::units::{Amount, ChildId, Minutes, Rate};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};

/// Previews a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferPreviewRequest {
    /// Minutes to transfer.
    pub minutes: Minutes,
    /// The rate charged to the child.
    pub cost_per_min: Rate,
}

/// Previews a revert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevertPreviewRequest {
    /// Minutes to take back.
    pub minutes: Minutes,
    /// Always `true`: selects the revert response.
    pub is_revert: bool,
    /// The child to take from.
    pub child_organization_id: ChildId,
}

/// The preview of a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferPreview {
    /// Deducted from the reseller's balance: minutes times the reseller's rate.
    pub my_cost: Amount,
    /// Credited to the child: minutes times the child's rate.
    pub user_credit: Amount,
    /// `user_credit` minus `my_cost`.
    pub profit: Amount,
    /// Profit per minute: money, not a ratio.
    pub margin: Rate,
    /// What the reseller pays per minute.
    pub reseller_rate: Rate,
    /// The reseller's balance before.
    pub reseller_balance: Amount,
    /// Minutes that the balance before buys.
    pub reseller_available_minutes: Minutes,
    /// The reseller's balance afterward. May be negative (contract §7, O9).
    pub new_reseller_balance: Amount,
    /// For display only (contract §7, O21).
    #[serde(default, deserialize_with = "lenient::text")]
    pub currency_symbol: Option<String>,
}

/// The preview of a revert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevertPreview {
    /// Refunded to the reseller: minutes times the reseller's rate.
    pub refund_amount: Amount,
    /// Deducted from the child: minutes times the child's current rate.
    pub deduction_amount: Amount,
    /// What the reseller pays per minute.
    pub reseller_rate: Rate,
    /// The child's balance before.
    pub child_balance: Amount,
    /// Minutes that the child's balance before buys.
    pub child_available_minutes: Minutes,
    /// The child's balance afterward. May be negative (contract §7, O9).
    pub new_child_balance: Amount,
    /// For display only (contract §7, O21).
    #[serde(default, deserialize_with = "lenient::text")]
    pub currency_symbol: Option<String>,
}
