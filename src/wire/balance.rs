//! `GET /account/balance`: the reseller's own balance (contract §1.6).

use crate::units::{Amount, Minutes, Rate};
use crate::wire::lenient;
use serde::Deserialize;

/// The reseller's balance and what it buys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Response {
    /// The balance. Its amount may be negative.
    #[serde(deserialize_with = "lenient::required")]
    pub balance: Balance,
    /// Minutes that the balance still buys; `None` if no rate is set.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub estimated_minutes_remaining: Option<Minutes>,
    /// What the reseller pays per minute.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub rates_per_minute_usd: Option<Rate>,
}

/// An amount of money and its currency.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Balance {
    /// The amount.
    pub amount: Amount,
    /// ISO 4217 code, such as `USD`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub currency: Option<String>,
}
