//! Names of things: who, and which submission.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A child organization of the reseller API, an integer such as 4002 (contract §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChildId(pub i64);

impl fmt::Display for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An organization of the partner API, `org_` and a UUID (contract §3). Opaque to the portal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganizationId(String);

impl OrganizationId {
    /// Takes `org_<uuid>` or a bare UUID, and nothing else: the text goes into a path.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = text.strip_prefix("org_").unwrap_or(text);
        uuid::Uuid::try_parse(uuid)
            .ok()
            .filter(|_| uuid.len() == 36)?;
        Some(Self(text.to_owned()))
    }

    /// An id as a backend has given it: whatever fits one segment of a path.
    pub fn given(text: &str) -> Option<Self> {
        Some(Self(text.to_owned())).filter(Self::is_safe_in_path)
    }

    /// The id as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both name one organization: the prefix may be there or not (contract §3).
    pub fn is_same(&self, other: &Self) -> bool {
        let bare = |id: &Self| id.0.trim_start_matches("org_").to_ascii_lowercase();
        bare(self) == bare(other)
    }

    /// The id as one segment of a path, whatever a backend may have put into it.
    pub fn is_safe_in_path(&self) -> bool {
        !self.0.is_empty()
            && self
                .0
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The Idempotency-Key of one form submission: a UUID, made when the submission is made and never again
/// used for another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// From a UUID that was drawn outside: the pure rooms have no randomness of their own.
    pub fn new(uuid: uuid::Uuid) -> Self {
        Self(uuid.to_string())
    }

    /// Reads a key that was kept, such as one in the journal.
    pub fn parse(text: &str) -> Option<Self> {
        uuid::Uuid::try_parse(text).ok().map(Self::new)
    }

    /// The key as it travels in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn organization_ids_are_uuids_with_or_without_prefix() {
        let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
        assert_eq!(OrganizationId::parse(id).unwrap().as_str(), id);
        assert!(OrganizationId::parse(&id[4..]).is_some());
        for text in [
            "",
            "org_",
            "4002",
            "org_../../x",
            "org_d4e5f6a78b9c4d0e9f2a3b4c5d6e7f80",
        ] {
            assert_eq!(OrganizationId::parse(text), None, "{text}");
        }
    }
}
