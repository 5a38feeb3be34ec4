//! `POST /reseller/credits/transfer`: moves minutes to a child (contract §1.2).

use crate::units::{Amount, ChildId, Minutes, Rate};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};

/// Moves minutes to a direct child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The receiving child.
    pub to_organization_id: ChildId,
    /// Minutes to move.
    pub minutes: Minutes,
    /// The rate charged to the child from now on (contract §7, O6).
    pub cost_per_min: Rate,
}

/// The balances right after the transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The vendor's message.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The **reseller's** balance afterward.
    pub new_from_balance: Amount,
    /// The **child's** balance afterward.
    pub new_to_balance: Amount,
}
