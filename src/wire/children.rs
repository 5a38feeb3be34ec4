//! `GET /reseller/organizations`: the reseller and its children (contract §1.5).

use crate::units::{Amount, ChildId, Rate};
use crate::wire::lenient;
use serde::Deserialize;

/// The reseller's children, all at once: the list is not paged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Response {
    /// Who asks. Carries no balance and no rate.
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
    /// Its pool of concurrent calls.
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
    /// The rate it is charged at present.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub cost_per_min: Option<Rate>,
    /// Its balance at present.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub org_balance: Option<Amount>,
    /// For display only.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reseller_org_balance_currency_symbol: Option<String>,
    /// Its concurrent calls.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub concurrent_call_limit: Option<i64>,
}
