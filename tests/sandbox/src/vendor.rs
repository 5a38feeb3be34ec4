//! The failure formats of the two vendors.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::json;

/// The vendor that an API path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// Under `/api` (contract §1).
    Reseller,
    /// Under `/v1` (contract §3).
    Layers,
}

impl Vendor {
    /// Returns the vendor of an API path.
    pub fn of(path: &str) -> Self {
        if within(path, "/v1") {
            Self::Layers
        } else {
            Self::Reseller
        }
    }

    /// Returns a failure in this vendor's format (contract §1.9 and the superset of §7; §4).
    pub fn failure(self, status: StatusCode, code: &str, text: &str, id: &str) -> Response<Body> {
        match self {
            Self::Reseller => json_response(
                status,
                &json!({"success": false, "error": code, "error_description": text}),
            ),
            Self::Layers => json_response(
                status,
                &json!({"error": {"code": code, "message": text, "requestId": id}}),
            ),
        }
    }

    /// Returns the code that this vendor would use for a status, for failures that only have a status.
    pub fn code_for(self, status: StatusCode) -> &'static str {
        match (self, status.as_u16()) {
            (Self::Reseller, 401) => "unauthorized",
            (Self::Reseller, 403) => "forbidden",
            (Self::Reseller, 404) => "not_found",
            (Self::Reseller, 405) => "method_not_allowed",
            (Self::Reseller, 408) => "request_timeout",
            (Self::Reseller, 409) => "conflict",
            (Self::Reseller, 413) => "payload_too_large",
            (Self::Reseller, 415) => "unsupported_media_type",
            (Self::Reseller, 429) => "rate_limited",
            (Self::Reseller, 500..) => "server_error",
            (Self::Reseller, _) => "invalid_request",
            (Self::Layers, 400 | 422) => "VALIDATION",
            (Self::Layers, 401) => "UNAUTHENTICATED",
            (Self::Layers, 402) => "BILLING_EXHAUSTED",
            (Self::Layers, 403) => "FORBIDDEN_SCOPE",
            (Self::Layers, 404) => "NOT_FOUND",
            (Self::Layers, 405) => "METHOD_NOT_ALLOWED",
            (Self::Layers, 408) => "REQUEST_TIMEOUT",
            (Self::Layers, 409) => "CONFLICT",
            (Self::Layers, 413) => "PAYLOAD_TOO_LARGE",
            (Self::Layers, 415) => "UNSUPPORTED_MEDIA_TYPE",
            (Self::Layers, 429) => "RATE_LIMITED",
            (Self::Layers, 503) => "KILL_SWITCH",
            (Self::Layers, _) => "PLATFORM_ERROR",
        }
    }
}

/// Returns whether `path` is `prefix` or below it.
pub fn within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a JSON response.
pub fn json_response<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Response<Body> {
    match serde_json::to_string(body) {
        Ok(text) => text_response(status, "application/json", text),
        // Only a map with non-text keys fails, and no body here has one.
        Err(_) => text_response(
            StatusCode::INTERNAL_SERVER_ERROR,
            "application/json",
            r#"{"error":"server_error"}"#,
        ),
    }
}

/// Returns a response of any content type; API responses must not be cached.
pub fn text_response(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
