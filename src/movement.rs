//! Transfers, reverts and allocations: what a [`Movement`] is, and everything that happens to it.
//!
//! Pure modules decide, the others read and act:
//! - [`form`]: drafts, and which client or organization a typed text means (pure)
//! - [`quote`]: what a movement would do, assembled in one place; [`quote::preview`] asks the service
//! - [`submission`]: the state machine of one submission, when to retry it, and its receipt (pure)
//! - [`submissions`]: every submission and review of this browser (pure)
//! - [`reconcile`]: what the service's records prove about a submission; duplicates (pure)
//! - [`journal`]: submissions in IndexedDB, the format of a record, details for support
//! - [`desk`]: carries submissions out and follows them until they are settled; sign-in, saved drafts
//! - [`directory`]: clients, organizations and balances
//! - [`ledger`]: reads the service's records for [`reconcile`]

pub mod desk;
pub mod directory;
pub mod form;
pub mod journal;
pub mod ledger;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod model;
pub mod quote;
pub mod reconcile;
pub mod submission;
pub mod submissions;

use crate::session::Api;
use crate::units::{ChildId, Credits, Minutes, OrganizationId, Rate};
use crate::wire::{allocate, revert, transfer};
use std::collections::BTreeMap;

const TRANSFER: &str = "/reseller/credits/transfer";
const REVERT: &str = "/reseller/credits/revert";
const ALLOCATE: (&str, &str) = ("/v1/organizations/", "/credits/allocate");

/// The three kinds of movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Minutes to a child organization.
    Transfer,
    /// Unused minutes back from a child organization.
    Revert,
    /// Credits to a child's wallet.
    Allocate,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Transfer, Self::Revert, Self::Allocate];

    /// The machine-readable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Revert => "revert",
            Self::Allocate => "allocate",
        }
    }

    /// The API that carries it out.
    pub fn api(self) -> Api {
        match self {
            Self::Transfer | Self::Revert => Api::Reseller,
            Self::Allocate => Api::Organizations,
        }
    }
}

/// A complete, validated movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Transfers minutes to a child (contract §1.2).
    Transfer {
        /// The receiving child.
        child: ChildId,
        /// The child's name, or its id if the name isn't known.
        name: String,
        /// The number of minutes.
        minutes: Minutes,
        /// The rate charged to the child.
        rate: Rate,
    },
    /// Takes unused minutes back from a child (contract §1.3).
    Revert {
        /// The child that gives them back.
        child: ChildId,
        /// The child's name, or its id if the name isn't known.
        name: String,
        /// The number of minutes.
        minutes: Minutes,
    },
    /// Allocates credits to a child's wallet (contract §3.1).
    Allocate {
        /// The receiving organization.
        organization: OrganizationId,
        /// The organization's name, or its id if the name isn't known.
        name: String,
        /// The number of credits.
        credits: Credits,
        /// The reason, at most 500 characters.
        description: Option<String>,
        /// Free-form notes.
        metadata: BTreeMap<String, String>,
    },
}

impl Movement {
    /// Restores the movement from the exact `path` and `body` bytes that were sent. `name` is the other party's name at
    /// the time. Returns `None` for anything that [`Self::path`] and [`Self::body`] don't produce.
    pub fn restored(path: &str, body: &str, name: String) -> Option<Self> {
        match path {
            TRANSFER => {
                let request: transfer::Request = serde_json::from_str(body).ok()?;
                Some(Self::Transfer {
                    child: request.to_organization_id,
                    name,
                    minutes: request.minutes,
                    rate: request.cost_per_min,
                })
            }
            REVERT => {
                let request: revert::Request = serde_json::from_str(body).ok()?;
                Some(Self::Revert {
                    child: request.from_organization_id,
                    name,
                    minutes: request.minutes,
                })
            }
            _ => {
                let id = path.strip_prefix(ALLOCATE.0)?.strip_suffix(ALLOCATE.1)?;
                let request: allocate::Request = serde_json::from_str(body).ok()?;
                Some(Self::Allocate {
                    organization: OrganizationId::given(id)?,
                    name,
                    credits: request.credits,
                    description: request.description,
                    metadata: request.metadata,
                })
            }
        }
    }

    /// The kind of movement.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Transfer { .. } => Kind::Transfer,
            Self::Revert { .. } => Kind::Revert,
            Self::Allocate { .. } => Kind::Allocate,
        }
    }

    /// The other party's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Transfer { name, .. }
            | Self::Revert { name, .. }
            | Self::Allocate { name, .. } => name,
        }
    }

    /// The other party's id.
    pub fn party(&self) -> String {
        match self {
            Self::Transfer { child, .. } | Self::Revert { child, .. } => child.to_string(),
            Self::Allocate { organization, .. } => organization.to_string(),
        }
    }

    /// The request path.
    pub fn path(&self) -> String {
        match self {
            Self::Transfer { .. } => TRANSFER.to_owned(),
            Self::Revert { .. } => REVERT.to_owned(),
            Self::Allocate { organization, .. } => {
                format!("{}{organization}{}", ALLOCATE.0, ALLOCATE.1)
            }
        }
    }

    /// Serializes the request body. Call it once per submission: a retry must send the same bytes.
    ///
    /// # Errors
    /// A validated movement always serializes; serializer errors are passed on rather than hidden.
    pub fn body(&self) -> serde_json::Result<String> {
        match self {
            Self::Transfer {
                child,
                minutes,
                rate,
                ..
            } => serde_json::to_string(&transfer::Request {
                to_organization_id: *child,
                minutes: *minutes,
                cost_per_min: *rate,
            }),
            Self::Revert { child, minutes, .. } => serde_json::to_string(&revert::Request {
                from_organization_id: *child,
                minutes: *minutes,
            }),
            Self::Allocate {
                credits,
                description,
                metadata,
                ..
            } => serde_json::to_string(&allocate::Request {
                credits: *credits,
                description: description.clone(),
                metadata: metadata.clone(),
            }),
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_movement() -> impl Strategy<Value = Movement> {
        let named = || (1i64..9999, "[a-zA-Z ]{0,12}", 1i128..100_000);
        prop_oneof![
            (named(), 1u64..1_000_000).prop_map(|((child, name, minutes), rate)| {
                Movement::Transfer {
                    child: ChildId(child),
                    name,
                    minutes: Minutes::new(minutes),
                    rate: format!("0.{rate:06}").parse().unwrap(),
                }
            }),
            named().prop_map(|(child, name, minutes)| Movement::Revert {
                child: ChildId(child),
                name,
                minutes: Minutes::new(minutes),
            }),
            (
                any::<u128>(),
                named(),
                proptest::option::of("\\PC{0,20}"),
                proptest::collection::btree_map("[a-z]{1,4}", "\\PC{0,6}", 0..3)
            )
                .prop_map(|(id, (_, name, credits), description, metadata)| {
                    Movement::Allocate {
                        organization: OrganizationId::parse(&format!(
                            "org_{}",
                            uuid::Uuid::from_u128(id)
                        ))
                        .unwrap(),
                        name,
                        credits: Credits::new(credits),
                        description,
                        metadata,
                    }
                }),
        ]
    }

    proptest! {
        /// The bytes that were sent contain the whole movement.
        #[test]
        fn a_movement_is_restored_from_its_bytes(movement in any_movement()) {
            let body = movement.body().unwrap();
            let restored = Movement::restored(&movement.path(), &body, movement.name().to_owned());
            prop_assert_eq!(restored, Some(movement));
        }
    }

    #[test]
    fn unknown_requests_are_not_restored() {
        for (path, body) in [
            ("/reseller/credits/transfer", "{}"),
            ("/reseller/credits/revert", "not json"),
            (
                "/v1/organizations/a/../b/credits/allocate",
                r#"{"credits":1}"#,
            ),
            ("/v1/organizations", r#"{"credits":1}"#),
        ] {
            assert_eq!(
                Movement::restored(path, body, String::new()),
                None,
                "{path}"
            );
        }
    }
}
