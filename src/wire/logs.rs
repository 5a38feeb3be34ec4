//! `GET /reseller/credits/logs`: the credit log, newest first (contract §1.4).

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
    /// The entries, newest first.
    pub logs: Vec<Row>,
    /// Entries in the whole requested range.
    pub total_records: u64,
    /// The number of this page, from 1.
    pub page: u64,
    /// Entries per page, as the service applied it (at most 100).
    pub page_size: u64,
    /// Pages in the whole range; 0 when it is empty.
    pub total_pages: u64,
}

/// One entry of the log. Only the id is always present.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// The unique key of the entry (the reference is not unique).
    pub id: i64,
    /// For example `CT-20260115110440-5678-4002`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub transfer_reference: Option<String>,
    /// The reseller whose account this is.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub reseller_organization: Option<Party>,
    /// The sender.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_organization: Option<Party>,
    /// The recipient.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_organization: Option<Party>,
    /// The change of the child's balance, unsigned in a revert (contract §7, O8).
    #[serde(default, deserialize_with = "lenient::optional")]
    pub credit_amount: Option<Amount>,
    /// The signed change of the reseller's balance.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub cost_amount: Option<Amount>,
    /// The sender's balance before.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_balance_before: Option<Amount>,
    /// The sender's balance after.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub from_balance_after: Option<Amount>,
    /// The recipient's balance before.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_balance_before: Option<Amount>,
    /// The recipient's balance after.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub to_balance_after: Option<Amount>,
    /// ISO 8601 with the account's offset.
    #[serde(default, deserialize_with = "lenient::text")]
    pub transfer_date: Option<String>,
    /// The staff member who made the entry.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub performed_by: Option<Person>,
    /// Only `success` is documented.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// The kind of entry.
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
    /// The only field with the minutes and the rate, as in `Transfer of 20 minutes at 0.20/min`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub notes: Option<String>,
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sender.
    From,
    /// The recipient.
    To,
}

impl Row {
    /// Returns the child and its side. The documentation shows no revert (contract §7, O8), so for anything but a
    /// transfer, the child is the party that is not the reseller.
    pub fn child(&self) -> Option<(&Party, Side)> {
        let reseller = self.reseller_organization.as_ref().map(|party| party.id);
        let is_other = |party: &Option<Party>| {
            let id = party.as_ref().map(|party| party.id);
            id.is_some() && id != reseller
        };
        let from = self
            .from_organization
            .as_ref()
            .map(|party| (party, Side::From));
        let to = self.to_organization.as_ref().map(|party| (party, Side::To));
        match (
            is_other(&self.from_organization),
            is_other(&self.to_organization),
        ) {
            (_, true) if self.transaction_type == Kind::Transfer => to,
            _ if self.transaction_type == Kind::Transfer || reseller.is_none() => None,
            (true, false) => from,
            (false, true) => to,
            _ => None,
        }
    }

    /// Whether the entry succeeded; see [`succeeded`].
    pub fn succeeded(&self) -> bool {
        succeeded(self.status.as_deref())
    }
}

/// Whether an entry with this status succeeded: the status says so, or there is none.
pub fn succeeded(status: Option<&str>) -> bool {
    status.is_none_or(|status| status.eq_ignore_ascii_case("success"))
}

/// An organization, as the log names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Party {
    /// Its id.
    pub id: i64,
    /// Its name at the time.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
}

/// A staff member, as the log names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Their id.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub id: Option<i64>,
    /// Their name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Their email address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
}

/// What an entry records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Minutes moved to a child.
    Transfer,
    /// Minutes taken back from a child.
    Revert,
    /// A change of a child's concurrent calls. Moves no money and carries zero balances.
    Channels,
    /// A kind that this portal doesn't know, in the service's own term.
    Other(String),
    /// The entry has no kind.
    #[default]
    Unspecified,
}

impl Kind {
    /// The service's name for it, if the entry has a kind.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Transfer => Some("credit_transfer"),
            Self::Revert => Some("credit_revert"),
            Self::Channels => Some("channel_allocation"),
            Self::Other(name) => Some(name),
            Self::Unspecified => None,
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match lenient::text(deserializer)? {
            None => Self::Unspecified,
            Some(name) => match name.as_str() {
                "credit_transfer" => Self::Transfer,
                "credit_revert" => Self::Revert,
                "channel_allocation" => Self::Channels,
                _ => Self::Other(name),
            },
        })
    }
}
