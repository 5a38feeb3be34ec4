//! `POST /reseller/credits/revert`: takes unused minutes back from a child (contract §1.3).

use crate::units::{Amount, ChildId, Minutes};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};

/// Takes unused minutes back at the child's current rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The child to take from.
    pub from_organization_id: ChildId,
    /// Minutes to take back.
    pub minutes: Minutes,
}

/// The balances right after the revert. From and to are **swapped** compared with a transfer's response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The vendor's message.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The **child's** balance afterward.
    pub new_from_balance: Amount,
    /// The **reseller's** balance afterward.
    pub new_to_balance: Amount,
}
