//! `POST /reseller/credits/revert`: unused minutes back from a child (contract §1.3).

use crate::units::{Amount, ChildId, Minutes};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};

/// Takes unused minutes back, at the child's present rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The child to take from.
    pub from_organization_id: ChildId,
    /// Minutes to take back.
    pub minutes: Minutes,
}

/// The balances right after. From and to are **swapped** against a transfer's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The vendor's own words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The **child's** balance after.
    pub new_from_balance: Amount,
    /// The **reseller's** balance after.
    pub new_to_balance: Amount,
}
