//! `GET /reseller/credits/logs`: what moved, newest first (contract §1.4).

use crate::units::Amount;
use crate::wire::lenient;
use serde::{Deserialize, Deserializer};

/// The envelope around a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Response {
    /// The page.
    pub data: Page,
}

/// One page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// The rows, newest first.
    pub logs: Vec<Row>,
    /// Rows in the whole range asked for.
    pub total_records: u64,
    /// This page, from 1.
    pub page: u64,
    /// Rows a page, as the backend took it (at most 100).
    pub page_size: u64,
    /// Pages in the whole range, 0 when it is empty.
    pub total_pages: u64,
}

/// One row of the log. Only the id is certain to be there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// The row's key (the reference is not unique).
    pub id: i64,
    /// Such as `CT-20260115110440-5678-4002`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub transfer_reference: Option<String>,
    /// Whose account this is.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub reseller_organization: Option<Party>,
    /// Who gave.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_organization: Option<Party>,
    /// Who received.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_organization: Option<Party>,
    /// The change of the child's balance, unsigned in a revert (contract §7, O8).
    #[serde(default, deserialize_with = "lenient::optional")]
    pub credit_amount: Option<Amount>,
    /// The signed change of the reseller's balance.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub cost_amount: Option<Amount>,
    /// The giver's balance before.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_balance_before: Option<Amount>,
    /// The giver's balance after.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_balance_after: Option<Amount>,
    /// The receiver's balance before.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_balance_before: Option<Amount>,
    /// The receiver's balance after.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_balance_after: Option<Amount>,
    /// ISO 8601 with the account's offset.
    #[serde(default, deserialize_with = "lenient::text")]
    pub transfer_date: Option<String>,
    /// The member of staff.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub performed_by: Option<Person>,
    /// Only `success` is documented.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// What kind of row this is.
    #[serde(default)]
    pub transaction_type: Kind,
    /// The signed change of the child's channels.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub channels_count: Option<i64>,
    /// Channels before.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub previous_channels: Option<i64>,
    /// Channels after.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub new_channels: Option<i64>,
    /// Minutes and rate stand only here, such as `Transfer of 20 minutes at 0.20/min`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub notes: Option<String>,
}

/// A side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The giving one.
    From,
    /// The receiving one.
    To,
}

impl Row {
    /// The child, and the side it stands on. No revert is shown in the documents (contract §7, O8), so the child of a
    /// row other than a transfer is whoever is not the reseller.
    pub fn child(&self) -> Option<(&Party, Side)> {
        let reseller = self.reseller_organization.as_ref().map(|party| party.id);
        let other = |party: &Option<Party>| {
            let id = party.as_ref().map(|party| party.id);
            id.is_some() && id != reseller
        };
        let from = self
            .from_organization
            .as_ref()
            .map(|party| (party, Side::From));
        let to = self.to_organization.as_ref().map(|party| (party, Side::To));
        match (other(&self.from_organization), other(&self.to_organization)) {
            (_, true) if self.transaction_type == Kind::Transfer => to,
            _ if self.transaction_type == Kind::Transfer || reseller.is_none() => None,
            (true, false) => from,
            (false, true) => to,
            _ => None,
        }
    }

    /// Whether it says that it succeeded, or nothing else.
    pub fn succeeded(&self) -> bool {
        succeeded(self.status.as_deref())
    }
}

/// Whether a row of this status succeeded: it says so, or nothing else.
pub fn succeeded(status: Option<&str>) -> bool {
    status.is_none_or(|status| status.eq_ignore_ascii_case("success"))
}

/// An organization as the log names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Party {
    /// Its id.
    pub id: i64,
    /// Its name at the time.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
}

/// A member of staff as the log names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Their id.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub id: Option<i64>,
    /// Their name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Their address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
}

/// What a row records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Minutes to a child.
    Transfer,
    /// Minutes back from a child.
    Revert,
    /// A change of a child's concurrent calls; moves no money and carries zero balances.
    Channels,
    /// A kind this portal does not know, in the backend's word.
    Other(String),
    /// The row does not say.
    #[default]
    Unsaid,
}

impl Kind {
    /// The backend's word for it, where the row has one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Transfer => Some("credit_transfer"),
            Self::Revert => Some("credit_revert"),
            Self::Channels => Some("channel_allocation"),
            Self::Other(word) => Some(word),
            Self::Unsaid => None,
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match lenient::text(deserializer)? {
            None => Self::Unsaid,
            Some(word) => match word.as_str() {
                "credit_transfer" => Self::Transfer,
                "credit_revert" => Self::Revert,
                "channel_allocation" => Self::Channels,
                _ => Self::Other(word),
            },
        })
    }
}
