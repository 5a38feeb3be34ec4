//! What an answer means. This is the one place that decides it (design §3).

use crate::session::Api;
use crate::wire::failure::Body;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer as it came: nothing read into it yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Seconds from a `Retry-After` header.
    pub retry_after: Option<u32>,
    /// The `X-Request-Id` header.
    pub request_id: Option<String>,
    /// The body.
    pub body: String,
}

/// Why there is no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The portal holds no key for this backend: nothing was sent.
    SignedOut,
    /// The connection failed, or broke before the whole answer was there.
    Network,
    /// No answer within the time limit.
    TimedOut,
    /// The page was closed, reloaded or killed before there was an answer.
    Interrupted,
    /// A good status with a body that does not say what it must. Holds what was wrong with it.
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
    /// 409: the same key is still being worked on; ask again.
    InFlight,
    /// 409: the key was used with another body. Always the portal's own mistake.
    KeyReused,
    /// 409: the target's state does not allow it.
    Conflict,
    /// 400 or 422: the form is wrong.
    Invalid,
    /// The balance does not cover it.
    Insufficient,
    /// 429.
    RateLimited,
    /// `success: false` for a reason of the backend's own.
    Declined,
    /// A status that no document names.
    Unexpected,
}

/// What a failure says about the movement that was asked for.
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

/// A request without a good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The backend's machine word.
    pub code: Option<String>,
    /// The backend's words for people.
    pub message: Option<String>,
    /// To quote to the backend's support.
    pub request_id: Option<String>,
    /// Seconds to wait before asking again.
    pub retry_after: Option<u32>,
}

impl Failure {
    /// A failure without an answer.
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

    fn answered(answer: &Answer, kind: FailureKind, body: Body) -> Self {
        Self {
            kind,
            status: Some(answer.status),
            code: body.code,
            message: body.message,
            request_id: body.request_id.or_else(|| answer.request_id.clone()),
            retry_after: answer.retry_after,
        }
    }

    /// Whether something may have moved.
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

    /// Whether the form has to be changed before anything can come of it.
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

    /// Whether this key may do nothing here, not even read.
    pub fn is_about_access(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::SignedOut
                | FailureKind::Unauthorized
                | FailureKind::Forbidden
                | FailureKind::Suspended
        )
    }

    /// Whether this answer to a *repeated* request also proves that no earlier attempt moved anything.
    ///
    /// A backend that replays keys looks the key up before it looks at balances and states, but after it
    /// has looked at credentials, limits and shape (contract §7, L1). So only a refusal that comes from
    /// behind that look-up speaks for the attempts before it.
    pub fn settles_earlier_attempts(&self) -> bool {
        match self.kind {
            FailureKind::Conflict | FailureKind::Insufficient => true,
            FailureKind::NotFound => self.code.is_some(),
            _ => false,
        }
    }

    /// The field of the form that this is about, where it is about one.
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
        let words = self.message.as_deref()?.to_ascii_lowercase();
        let named = |name: &str| words.contains(name);
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
        .find_map(|(name, field)| named(name).then_some(field))
    }
}

/// Reads a good answer, or says why it is not one.
///
/// # Errors
/// Everything that is not a success the contract knows, as a [`Failure`].
pub fn read<T: DeserializeOwned>(api: Api, answer: &Answer) -> Result<T, Failure> {
    check(api, answer)?;
    // From the text, not from the tree: that would bring a second reader of every type, and the floating numbers.
    serde_json::from_str(&answer.body).map_err(|error| unreadable(answer, &error))
}

/// The part of [`read`] that is the same for every type. The whole body has to be JSON: fields that nobody reads are skipped
/// by a reader of types, whatever stands in them.
fn check(api: Api, answer: &Answer) -> Result<(), Failure> {
    let parsed = serde_json::from_str::<Value>(&answer.body);
    if !(200..300).contains(&answer.status) {
        let body = parsed.as_ref().map(Body::read).unwrap_or_default();
        return Err(Failure::answered(answer, why_of(api, answer, &body), body));
    }
    let value = parsed.map_err(|error| unreadable(answer, &error))?;
    if api == Api::Organizations && value.is_object() {
        return Ok(());
    }
    match value.get("success") {
        Some(Value::Bool(true)) => Ok(()),
        Some(Value::Bool(false)) => {
            let body = Body::read(&value);
            let why = if is_insufficient(&body) {
                FailureKind::Insufficient
            } else {
                FailureKind::Declined
            };
            Err(Failure::answered(answer, why, body))
        }
        _ => Err(unreadable(
            answer,
            &"the answer is no object, or does not say whether it succeeded",
        )),
    }
}

fn unreadable(answer: &Answer, error: &dyn std::fmt::Display) -> Failure {
    Failure::answered(
        answer,
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

fn why_of(api: Api, answer: &Answer, body: &Body) -> FailureKind {
    let code = body.code.as_deref().unwrap_or_default();
    match answer.status {
        400 | 422 if is_insufficient(body) => FailureKind::Insufficient,
        400 | 422 => FailureKind::Invalid,
        401 => FailureKind::Unauthorized,
        402 => FailureKind::Insufficient,
        403 => FailureKind::Forbidden,
        404 => FailureKind::NotFound,
        405 => FailureKind::MethodNotAllowed,
        // Only the organizations API documents a 409, and only these codes; any other proves nothing (contract §3.1).
        409 if answer.retry_after.is_some() => FailureKind::InFlight,
        409 if api == Api::Organizations && code == "IDEMPOTENCY_CONFLICT" => {
            FailureKind::KeyReused
        }
        409 if api == Api::Organizations && code == "CONFLICT" => FailureKind::Conflict,
        429 => FailureKind::RateLimited,
        503 if code == "KILL_SWITCH" => FailureKind::Suspended,
        // A 5xx is never taken as definite, whatever its body says: it may come from behind the commit.
        500.. => FailureKind::Server,
        _ => FailureKind::Unexpected,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
