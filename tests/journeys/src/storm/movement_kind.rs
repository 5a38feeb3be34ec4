//! The three kinds of movements.

/// A kind of movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovementKind {
    /// Minutes to a child.
    #[default]
    Transfer,
    /// Minutes back from a child.
    Revert,
    /// Credits to an organization.
    Allocate,
}

impl MovementKind {
    /// Returns its name, also used in `data-kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Revert => "revert",
            Self::Allocate => "allocate",
        }
    }

    /// Returns the path of its form.
    pub fn path(self) -> &'static str {
        match self {
            Self::Transfer => "/transfer",
            Self::Revert => "/revert",
            Self::Allocate => "/allocate",
        }
    }

    /// Returns the route it is sent to.
    pub fn route(self) -> &'static str {
        match self {
            Self::Transfer => "POST /api/v1/reseller/credits/transfer",
            Self::Revert => "POST /api/v1/reseller/credits/revert",
            Self::Allocate => "POST /v1/organizations/*/credits/allocate",
        }
    }

    /// Returns the route of its preflight.
    pub fn preflight_route(self) -> &'static str {
        match self {
            Self::Transfer => "OPTIONS /api/v1/reseller/credits/transfer",
            Self::Revert => "OPTIONS /api/v1/reseller/credits/revert",
            Self::Allocate => "OPTIONS /v1/organizations/*/credits/allocate",
        }
    }

    /// Returns the route that its log entry is loaded from.
    pub fn log_route(self) -> &'static str {
        match self {
            Self::Transfer | Self::Revert => "GET /api/v1/reseller/credits/logs",
            Self::Allocate => "GET /v1/organizations/*/credits/events",
        }
    }

    /// Returns the ledger's name for it.
    pub fn ledger_kind(self) -> &'static str {
        match self {
            Self::Transfer => "credit_transfer",
            Self::Revert => "credit_revert",
            Self::Allocate => "allocation",
        }
    }

    /// Returns the routes that its screen loads data from.
    pub fn read_routes(self) -> &'static [&'static str] {
        match self {
            Self::Transfer | Self::Revert => &[
                "GET /api/v1/reseller/credits/logs",
                "GET /api/v1/reseller/organizations",
                "GET /api/v1/account/balance",
                "POST /api/v1/reseller/credits/calculate",
            ],
            Self::Allocate => &[
                "GET /v1/credits",
                "GET /v1/organizations",
                "GET /v1/organizations/*/credits",
            ],
        }
    }
}
