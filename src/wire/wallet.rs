//! `GET /v1/credits` and `GET /v1/organizations/{orgId}/credits`: a wallet (contract §3.2, §3.3).

use crate::units::{Credits, OrganizationId};
use crate::wire::lenient;
use serde::Deserialize;

/// A wallet: the caller's own or a child's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The owner.
    pub organization_id: OrganizationId,
    /// Included plus prepaid credits.
    pub balance: Credits,
    /// What can be spent: the balance minus reserved credits.
    pub available: Credits,
    /// What is left of this period's included credits.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub included_remaining: Option<Credits>,
    /// The only part that allocations move.
    pub prepaid_balance: Credits,
    /// Credits reserved by running work.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub reserved_credits: Option<Credits>,
}
