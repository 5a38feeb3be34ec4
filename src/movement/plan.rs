//! A movement as a person asked for it.

use crate::session::Api;
use crate::units::{ChildId, Credits, Minutes, OrganizationId, Rate};
use crate::wire::{allocate, revert, transfer};
use std::collections::BTreeMap;

/// The three ways to move something.
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
    /// All three.
    pub const ALL: [Self; 3] = [Self::Transfer, Self::Revert, Self::Allocate];

    /// The backend that carries it out.
    pub fn api(self) -> Api {
        match self {
            Self::Transfer | Self::Revert => Api::Reseller,
            Self::Allocate => Api::Organizations,
        }
    }
}

/// One movement, complete and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Minutes to a child (contract §1.2).
    Transfer {
        /// Who receives.
        child: ChildId,
        /// The child's name, or its id where no name is known.
        name: String,
        /// How many.
        minutes: Minutes,
        /// The rate charged to the child.
        rate: Rate,
    },
    /// Minutes back from a child (contract §1.3).
    Revert {
        /// Who gives back.
        child: ChildId,
        /// The child's name, or its id where no name is known.
        name: String,
        /// How many.
        minutes: Minutes,
    },
    /// Credits to a child's wallet (contract §3.1).
    Allocate {
        /// Who receives.
        organization: OrganizationId,
        /// The organization's name, or its id where no name is known.
        name: String,
        /// How many.
        credits: Credits,
        /// Why, at most 500 characters.
        description: Option<String>,
        /// Notes of one's own.
        metadata: BTreeMap<String, String>,
    },
}

impl Movement {
    /// Which of the three it is.
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

    /// The path it is sent to.
    pub fn path(&self) -> String {
        match self {
            Self::Transfer { .. } => "/reseller/credits/transfer".to_owned(),
            Self::Revert { .. } => "/reseller/credits/revert".to_owned(),
            Self::Allocate { organization, .. } => {
                format!("/v1/organizations/{organization}/credits/allocate")
            }
        }
    }

    /// The bytes of its body. Made once a submission; a repeated request sends the very same ones.
    ///
    /// # Errors
    /// None that a checked movement can meet; the serialiser's own are passed on rather than hidden.
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
