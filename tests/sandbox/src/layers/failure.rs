//! A failure in the error envelope (contract §4).

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::store::Error;
use crate::vendor::json_response;

/// A failure: nothing was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    status: u16,
    code: &'static str,
    text: String,
    details: Option<Value>,
    retry_after: Option<u16>,
}

impl Failure {
    /// Creates a failure with a `status`, a `code` for programs and a `text` for people.
    pub fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            code,
            text: text.into(),
            details: None,
            retry_after: None,
        }
    }

    /// Creates a failure for a request that can never be valid.
    pub fn validation(text: impl Into<String>) -> Self {
        Self::new(422, "VALIDATION", text)
    }

    /// Creates the failure for an organization that doesn't exist or isn't a direct child: the same for both.
    pub fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "Organization not found")
    }

    /// Creates the failure for a key that was used with a different request (L2).
    pub fn key_conflict() -> Self {
        let text = "Idempotency-Key was used with another body";
        Self::new(409, "IDEMPOTENCY_CONFLICT", text)
    }

    /// Adds `details` (L8).
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Returns the response to request `id`.
    pub fn render(self, id: &str) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut error = json!({"code": self.code, "message": self.text, "requestId": id});
        if let Some(details) = self.details {
            error["details"] = details;
        }
        let mut response = json_response(status, &json!({"error": error}));
        if let Some(seconds) = self.retry_after {
            let wait = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Overflow => Self::validation("The amount is too large"),
            // L4: the lock wait timed out; nothing moved.
            Error::Busy => Self {
                retry_after: Some(1),
                ..Self::new(
                    409,
                    "CONFLICT",
                    "Another request is still running; nothing was moved",
                )
            },
            other => {
                eprintln!("{other}");
                Self::new(500, "PLATFORM_ERROR", "Internal error")
            }
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}
