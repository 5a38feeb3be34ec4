//! The three kinds of movements.

/// Which movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Minutes to a child.
    #[default]
    Transfer,
    /// Minutes back from a child.
    Revert,
    /// Credits to an organization.
    Allocate,
}

impl Kind {
    /// Its name, in `data-kind` too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Revert => "revert",
            Self::Allocate => "allocate",
        }
    }

    /// The path of its form.
    pub fn screen(self) -> &'static str {
        match self {
            Self::Transfer => "/transfer",
            Self::Revert => "/revert",
            Self::Allocate => "/allocate",
        }
    }

    /// Where it is sent.
    pub fn route(self) -> &'static str {
        match self {
            Self::Transfer => "POST /api/v1/reseller/credits/transfer",
            Self::Revert => "POST /api/v1/reseller/credits/revert",
            Self::Allocate => "POST /v1/organizations/*/credits/allocate",
        }
    }

    /// The preflight of that.
    pub fn preflight(self) -> &'static str {
        match self {
            Self::Transfer => "OPTIONS /api/v1/reseller/credits/transfer",
            Self::Revert => "OPTIONS /api/v1/reseller/credits/revert",
            Self::Allocate => "OPTIONS /v1/organizations/*/credits/allocate",
        }
    }

    /// Where its entry is read.
    pub fn log(self) -> &'static str {
        match self {
            Self::Transfer | Self::Revert => "GET /api/v1/reseller/credits/logs",
            Self::Allocate => "GET /v1/organizations/*/credits/events",
        }
    }

    /// What the ledger calls it.
    pub fn in_ledger(self) -> &'static str {
        match self {
            Self::Transfer => "credit_transfer",
            Self::Revert => "credit_revert",
            Self::Allocate => "allocation",
        }
    }

    /// What its screen reads on the way.
    pub fn readings(self) -> &'static [&'static str] {
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
