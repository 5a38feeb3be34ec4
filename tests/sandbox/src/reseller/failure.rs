//! A failure in a superset of both documented shapes (contract §7).

use axum::body::Body;
use axum::http::{Response, StatusCode};

use crate::store::Error;
use crate::vendor::Vendor;

/// A failure: nothing was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    status: u16,
    code: &'static str,
    text: String,
}

impl Failure {
    /// Creates a failure with a `status`, a `code` for programs and a `text` for people.
    pub fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { status, code, text }
    }

    /// Creates a failure for a request that can never be valid (O5).
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", text)
    }

    /// Creates the failure for a child that doesn't exist or isn't the caller's: the same for both (O3).
    pub fn no_such_organization() -> Self {
        Self::new(404, "not_found", "Organization not found")
    }

    /// Creates the failure for an amount that is too large to store.
    pub fn too_large() -> Self {
        Self::invalid("The amount is too large")
    }

    /// Returns the response.
    pub fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        Vendor::Reseller.failure(status, self.code, &self.text, "")
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Overflow => Self::too_large(),
            Error::Busy => Self::new(503, "server_error", "The ledger is busy; nothing was done"),
            other => {
                eprintln!("{other}");
                Self::new(500, "server_error", "Internal error")
            }
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}
