//! The three kinds of movements.

/// Which movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Minutes to a child.
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
