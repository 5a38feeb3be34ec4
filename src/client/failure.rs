//! Decides what a response means. This is the only place that does.

use crate::session::Api;
use crate::wire::failure::Body;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A raw response, not interpreted yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// Seconds to wait, from the `Retry-After` header.
    pub retry_after: Option<u32>,
    /// The `X-Request-Id` header.
    pub request_id: Option<String>,
    /// The body.
    pub body: String,
}

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The session has no key for this service: nothing was sent.
    SignedOut,
    /// The connection failed, or broke before the whole response arrived.
    Network,
    /// No response within the time limit.
    TimedOut,
    /// The page was closed, reloaded or killed before the response arrived.
    Interrupted,
    /// A success status with an invalid body. Holds what is wrong with it.
    Unreadable(String),
    /// 5xx.
    Server,
    /// 503 KILL_SWITCH: the key or its organization is suspended.
    Suspended,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 409: the request with this idempotency key is still in progress; retry later.
    InFlight,
    /// 409: the idempotency key was used with another body. Always a bug in the portal.
    KeyReused,
    /// 409: the organization's state doesn't allow the movement.
    Conflict,
    /// 400 or 422: the form is invalid.
    Invalid,
    /// The balance doesn't cover the movement.
    Insufficient,
    /// 429.
    RateLimited,
    /// `success: false` for any other reason.
    Declined,
    /// An undocumented status.
    Unexpected,
}

/// What a failure says about the requested movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Definite: nothing moved.
    Nothing,
    /// It may have moved.
    Unknown,
}

/// A field of a form that a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The child organization.
    Child,
    /// The minutes.
    Minutes,
    /// The rate charged to the child.
    Rate,
    /// The credits.
    Credits,
    /// The description.
    Description,
    /// The metadata.
    Metadata,
}

/// A request that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The service's error code.
    pub code: Option<String>,
    /// The service's message for users.
    pub message: Option<String>,
    /// The request id, for the service's support.
    pub request_id: Option<String>,
    /// Seconds to wait before a retry.
    pub retry_after: Option<u32>,
}

impl Failure {
    /// Returns a failure without a response.
    pub fn unanswered(kind: FailureKind) -> Self {
        Self {
            kind,
            status: None,
            code: None,
            message: None,
            request_id: None,
            retry_after: None,
        }
    }

    fn answered(response: &RawResponse, kind: FailureKind, body: Body) -> Self {
        Self {
            kind,
            status: Some(response.status),
            code: body.code,
            message: body.message,
            request_id: body.request_id.or_else(|| response.request_id.clone()),
            retry_after: response.retry_after,
        }
    }

    /// Returns whether the movement may have happened.
    pub fn certainty(&self) -> Certainty {
        match self.kind {
            FailureKind::Network
            | FailureKind::TimedOut
            | FailureKind::Interrupted
            | FailureKind::Unreadable(_)
            | FailureKind::Server
            | FailureKind::InFlight
            | FailureKind::Unexpected => Certainty::Unknown,
            FailureKind::SignedOut
            | FailureKind::Suspended
            | FailureKind::Unauthorized
            | FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::MethodNotAllowed
            | FailureKind::KeyReused
            | FailureKind::Conflict
            | FailureKind::Invalid
            | FailureKind::Insufficient
            | FailureKind::RateLimited
            | FailureKind::Declined => Certainty::Nothing,
        }
    }

    /// Whether the form must be changed before the movement can succeed.
    pub fn is_about_the_form(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Insufficient
                | FailureKind::Invalid
                | FailureKind::NotFound
                | FailureKind::Conflict
                | FailureKind::Declined
        )
    }

    /// Whether the key has no access at all, not even to read.
    pub fn is_about_access(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::SignedOut
                | FailureKind::Unauthorized
                | FailureKind::Forbidden
                | FailureKind::Suspended
        )
    }

    /// Whether this response to a *repeated* request also proves that no earlier attempt moved anything.
    ///
    /// A service that replays idempotency keys looks the key up before it checks balances and states, but after it has
    /// checked credentials, limits and the request's shape (contract §7, L1). So only a rejection that happens after
    /// the lookup covers the earlier attempts.
    pub fn settles_earlier_attempts(&self) -> bool {
        match self.kind {
            FailureKind::Conflict | FailureKind::Insufficient => true,
            FailureKind::NotFound => self.code.is_some(),
            _ => false,
        }
    }

    /// The form field that the failure is about, if any.
    pub fn field(&self) -> Option<Field> {
        match self.code.as_deref() {
            Some("insufficient_balance" | "insufficient_child_balance" | "exceeds_transferred") => {
                return Some(Field::Minutes);
            }
            Some("invalid_rate") => return Some(Field::Rate),
            Some("not_found" | "NOT_FOUND" | "CONFLICT") => return Some(Field::Child),
            Some("BILLING_EXHAUSTED") => return Some(Field::Credits),
            _ => {}
        }
        if self.kind != FailureKind::Invalid {
            return None;
        }
        let message = self.message.as_deref()?.to_ascii_lowercase();
        let mentions = |name: &str| message.contains(name);
        [
            ("cost_per_min", Field::Rate),
            ("organization", Field::Child),
            ("orgid", Field::Child),
            ("metadata", Field::Metadata),
            ("description", Field::Description),
            ("credits", Field::Credits),
            ("minutes", Field::Minutes),
        ]
        .into_iter()
        .find_map(|(name, field)| mentions(name).then_some(field))
    }
}

/// Reads a successful response.
///
/// # Errors
/// A [`Failure`] for everything that is not a success according to the contract.
pub fn read<T: DeserializeOwned>(api: Api, response: &RawResponse) -> Result<T, Failure> {
    check(api, response)?;
    // Parsed from the text, not from the `Value`, which would add a second deserializer for every type and go through
    // floating-point numbers.
    serde_json::from_str(&response.body).map_err(|error| unreadable(response, &error))
}

/// The part of [`read`] that is the same for every type. The whole body must be valid JSON, which a typed deserializer
/// doesn't ensure: it skips unknown fields whatever they contain.
fn check(api: Api, response: &RawResponse) -> Result<(), Failure> {
    let parsed = serde_json::from_str::<Value>(&response.body);
    if !(200..300).contains(&response.status) {
        let body = parsed.as_ref().map(Body::read).unwrap_or_default();
        return Err(Failure::answered(
            response,
            failure_kind(api, response, &body),
            body,
        ));
    }
    let value = parsed.map_err(|error| unreadable(response, &error))?;
    if api == Api::Organizations && value.is_object() {
        return Ok(());
    }
    match value.get("success") {
        Some(Value::Bool(true)) => Ok(()),
        Some(Value::Bool(false)) => {
            let body = Body::read(&value);
            let kind = if is_insufficient(&body) {
                FailureKind::Insufficient
            } else {
                FailureKind::Declined
            };
            Err(Failure::answered(response, kind, body))
        }
        _ => Err(unreadable(
            response,
            &"the response isn't an object, or doesn't say whether it succeeded",
        )),
    }
}

fn unreadable(response: &RawResponse, error: &dyn std::fmt::Display) -> Failure {
    Failure::answered(
        response,
        FailureKind::Unreadable(error.to_string()),
        Body::default(),
    )
}

fn is_insufficient(body: &Body) -> bool {
    body.plan_expired
        || body
            .code
            .as_deref()
            .is_some_and(|code| code.starts_with("insufficient_"))
}

fn failure_kind(api: Api, response: &RawResponse, body: &Body) -> FailureKind {
    let code = body.code.as_deref().unwrap_or_default();
    match response.status {
        400 | 422 if is_insufficient(body) => FailureKind::Insufficient,
        400 | 422 => FailureKind::Invalid,
        401 => FailureKind::Unauthorized,
        402 => FailureKind::Insufficient,
        403 => FailureKind::Forbidden,
        404 => FailureKind::NotFound,
        405 => FailureKind::MethodNotAllowed,
        // Only the organizations API documents 409, and only these codes. Any other 409 proves nothing (contract §3.1).
        409 if response.retry_after.is_some() => FailureKind::InFlight,
        409 if api == Api::Organizations && code == "IDEMPOTENCY_CONFLICT" => {
            FailureKind::KeyReused
        }
        409 if api == Api::Organizations && code == "CONFLICT" => FailureKind::Conflict,
        429 => FailureKind::RateLimited,
        503 if code == "KILL_SWITCH" => FailureKind::Suspended,
        // A 5xx is never definite, whatever its body says: the service may have failed after the commit.
        500.. => FailureKind::Server,
        _ => FailureKind::Unexpected,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
