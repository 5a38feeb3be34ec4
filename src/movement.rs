//! Transfers, reverts and allocations: what a [`Movement`] is, and everything that happens to it.
//!
//! Pure modules make the decisions; the others load data and act:
//! - [`form`]: drafts, and which client or organization the typed text refers to (pure)
//! - [`quote`]: what a movement would do, assembled in one place; [`quote::preview`] asks the service
//! - [`submission`]: the state machine of one submission, when to retry it, and its receipt (pure)
//! - [`submissions`]: every submission and review of this browser (pure)
//! - [`reconcile`]: what the service's records prove about a submission; duplicates (pure)
//! - [`journal`]: submissions in IndexedDB, the format of a record, details for support
//! - [`desk`]: carries submissions out and follows them until they are settled; sign-in, saved drafts
//! - [`directory`]: clients, organizations and balances
//! - [`ledger`]: reads the service's records for [`reconcile`]
//!
//! # How a movement is resolved
//!
//! **Before sending.** Confirming loads the amounts, the balances and the log again. If they changed, if the same
//! movement was sent within ten minutes, or if they can't be loaded, the user is asked again. If more than five seconds
//! pass between that check and sending (a slow disk, a slow network, a computer that slept), the check is repeated, and
//! if anything changed, nothing is sent. If the balance that pays no longer covers the amount, the request can't be
//! confirmed. The status of an organization is loaded again before credits go to it: they can't be reverted from one
//! that is suspended. The newest entries (up to 50) that the first check saw are saved with the request; none of them
//! can belong to it later. Behind a gateway the service is asked whose key is in use, and another account's reviews are
//! dropped.
//!
//! **Time.** The portal goes by the service's time: the `Date` header of its responses, or of the portal's host where
//! the service's isn't readable. Durations are measured with a monotonic clock, and sleep and clock changes only ever
//! make the portal less certain. If this computer's clock is off by two minutes or more, every screen says so.
//!
//! **Unknown** is what a timeout, a broken connection, a 5xx, an unreadable response or an undocumented status means.
//! So is a 409 that no document names, and any rejection of a repeated request that may have met the first one in
//! flight. It is resolved without the user where possible:
//!
//! - *Sent again* with the same key and bytes: five attempts in all, the first included, with growing pauses, and one
//!   more if the last response may have met an earlier attempt in flight, once nothing can be in flight anymore. This
//!   happens only if the service promised to recognize repeated keys when the movement was confirmed, and still does;
//!   if address, account and API key are the same (the journal has 16 bits of a salted hash of the key); safely inside
//!   the key's window; and, unless the user asks for it, within ten minutes. Otherwise the portal only searches.
//! - *Searched for* in the credit log, or in the wallet's history. An entry is accepted only if its kind, client,
//!   amount (as quoted, or as it follows from the rate), description and metadata fit; its date is within the time of
//!   the attempts; it wasn't in the log before; it wasn't performed by a different user than earlier requests with this
//!   API key; and it can't belong to another request from this browser. The screen lists the evidence. A colleague's
//!   identical transaction can look the same: *This is a colleague's* excludes it, and the search continues.
//! - *Not completed* is shown only when the log was read back beyond the newest entries seen at the confirmation,
//!   nothing fits, our own balance didn't change by exactly the missing amount (if it changed otherwise, or isn't
//!   known, the portal waits two minutes longer), and `settles_after_seconds` have passed since the last attempt ended
//!   (or since the portal was opened again, if that isn't known).
//! - *The user decides* where several entries fit, where one doesn't fit well enough, where the service declined a
//!   request and the log still has a matching entry, or where the log can't be read. *Mark as not completed* is offered
//!   only once the request can't take effect anymore.
//!
//! **After the outcome is shown**, the log is read again when the request can't take effect anymore, then at growing
//! intervals: for two minutes after a response that matches the preview, for a day otherwise. Not after a response from
//! a service that recognizes repeated keys. The watch continues after a reload, and reads at least once, however late
//! the same account opens the portal again. An extra entry, or any entry for a request shown as declined or not
//! completed, is shown on every screen, with the entries and how to reverse it, until someone marks it as resolved. A
//! colleague's deliberate repeat raises no alarm if the log shows another user, or if it is dated after our request and
//! the response to ours matched the preview. An identical entry that led to the balance before such a request is older
//! than the request, whatever the clocks of the service's nodes say, and raises no alarm either. If a user marked an
//! identical request as completed without choosing an entry, that request must have an entry in the log: if no other
//! entry can be it, this one raises no alarm for other requests.
//!
//! **Accounts.** A request belongs to an account at a service. Another account's requests block nothing, aren't shown
//! and are never sent. Addresses count as the same if they lead to the same place, as `/api/v1` and
//! `https://desk.example/api/v1/` do on `desk.example`.
//!
//! **Tabs and missing features.** One tab drives a request; the others watch it and take over when it is closed.
//! Without locks (plain http, or a browser that refuses site data) the journal alone keeps requests apart. Without a
//! journal the user is warned and has to accept that once. `navigator.onLine` is a hint: it slows automatic retries and
//! stops nothing the user asks for. Signing out or locking one tab does the same in every tab of the browser, including
//! one that was suspended or comes back from the back/forward cache.
//!
//! **Drafts** survive a reload or a discarded tab, and are shown only to the account that typed them.

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
    /// Prepaid credits to a child organization's wallet.
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
        /// Labels and values, such as an invoice number.
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
