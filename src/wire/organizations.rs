//! `GET /v1/organizations` and `GET /v1/whoami` (contract §3.6, §3.13).

use crate::units::OrganizationId;
use crate::wire::lenient;
use serde::Deserialize;

/// One page of the caller's direct children.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The organizations, newest first.
    pub items: Vec<Organization>,
    /// Cursor of the next page; `None` on the last page.
    #[serde(default, deserialize_with = "lenient::text")]
    pub next_cursor: Option<String>,
}

/// A child organization.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `active`, `suspended`, or `archived`; the service may add others.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

impl Organization {
    /// Whether it can receive credits but not use them.
    pub fn is_suspended(&self) -> bool {
        self.status.as_deref() == Some("suspended")
    }

    /// Whether it can't receive credits.
    pub fn is_archived(&self) -> bool {
        self.status.as_deref() == Some("archived")
    }
}

/// The owner of an API key. A successful response also means that the owner is not suspended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoAmI {
    /// The organization that the key belongs to.
    pub organization_id: OrganizationId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub organization_name: Option<String>,
    /// The service's id for the key. Not secret.
    #[serde(default, deserialize_with = "lenient::text")]
    pub api_key_id: Option<String>,
}
