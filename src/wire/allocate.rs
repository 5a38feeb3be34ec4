//! `POST /v1/organizations/{orgId}/credits/allocate`: moves credits to a child's wallet (contract §3.1).

use crate::units::{Credits, OrganizationId};
use crate::wire::lenient;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Moves credits from the caller's prepaid balance to a child's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Credits to move.
    pub credits: Credits,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// At most 50 entries, with keys of up to 40 characters and values of up to 500.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// The allocation, and the child's wallet right after it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Response {
    /// `txn_…`: the id of the entry in the parent's ledger, which the events of both wallets refer to.
    pub id: String,
    /// The child.
    #[serde(rename = "organizationId")]
    pub organization_id: OrganizationId,
    /// Credits moved.
    pub allocated: Credits,
    /// The **child's** balance afterward.
    pub balance: Credits,
    /// What the **child** can spend afterward.
    pub available: Credits,
    /// When the credits moved.
    #[serde(default, deserialize_with = "lenient::text")]
    pub created: Option<String>,
    /// Whether this repeats an earlier response (contract §7, L7).
    #[serde(default, deserialize_with = "lenient::flag")]
    pub replayed: bool,
}
