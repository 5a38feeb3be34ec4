//! `GET /reseller/organizations`: the reseller and its children (contract §1.5).

use crate::units::{Amount, ChildId, Rate};
use crate::wire::lenient;
use serde::Deserialize;

/// All of the reseller's children: the list is not paged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Response {
    /// The caller. Has no balance and no rate here.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub reseller_organization: Option<Reseller>,
    /// The children.
    pub organizations: Vec<Child>,
}

/// The reseller itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reseller {
    /// Its id.
    pub id: i64,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The size of its pool of concurrent calls.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub concurrent_call_limit: Option<i64>,
}

/// One child organization.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Child {
    /// Its id.
    pub id: ChildId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The rate it is currently charged.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub cost_per_min: Option<Rate>,
    /// Its current balance.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub org_balance: Option<Amount>,
    /// For display only.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reseller_org_balance_currency_symbol: Option<String>,
    /// Its limit of concurrent calls.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub concurrent_call_limit: Option<i64>,
}
