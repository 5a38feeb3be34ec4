//! `GET /v1/credits` and `GET /v1/organizations/{orgId}/credits`: a wallet (contract §3.2, §3.3).

use crate::units::{Credits, OrganizationId};
use crate::wire::lenient;
use serde::Deserialize;

/// A wallet, own or a child's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// Whose wallet.
    pub organization_id: OrganizationId,
    /// Included and prepaid credits together.
    pub balance: Credits,
    /// What may be spent: the balance less what is reserved.
    pub available: Credits,
    /// Of this period's included credits.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub included_remaining: Option<Credits>,
    /// The only part that allocations move.
    pub prepaid_balance: Credits,
    /// Held by running work.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub reserved_credits: Option<Credits>,
}
