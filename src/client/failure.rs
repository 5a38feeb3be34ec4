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
pub enum Why {
    /// The portal holds no key for this backend: nothing was sent.
    SignedOut,
    /// The connection failed, or broke before the whole answer was there.
    Network,
    /// No answer within the time limit.
    TimedOut,
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
pub enum Effect {
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
    pub why: Why,
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
    pub fn unanswered(why: Why) -> Self {
        Self {
            why,
            status: None,
            code: None,
            message: None,
            request_id: None,
            retry_after: None,
        }
    }

    fn answered(answer: &Answer, why: Why, body: Body) -> Self {
        Self {
            why,
            status: Some(answer.status),
            code: body.code,
            message: body.message,
            request_id: body.request_id.or_else(|| answer.request_id.clone()),
            retry_after: answer.retry_after,
        }
    }

    /// Whether something may have moved.
    pub fn effect(&self) -> Effect {
        match self.why {
            Why::Network
            | Why::TimedOut
            | Why::Unreadable(_)
            | Why::Server
            | Why::InFlight
            | Why::Unexpected => Effect::Unknown,
            Why::SignedOut
            | Why::Suspended
            | Why::Unauthorized
            | Why::Forbidden
            | Why::NotFound
            | Why::MethodNotAllowed
            | Why::KeyReused
            | Why::Conflict
            | Why::Invalid
            | Why::Insufficient
            | Why::RateLimited
            | Why::Declined => Effect::Nothing,
        }
    }

    /// Whether this answer to a *repeated* request also proves that no earlier attempt moved anything.
    ///
    /// A backend that replays keys looks the key up before it looks at balances and states, but after it
    /// has looked at credentials, limits and shape (contract §7, L1). So only a refusal that comes from
    /// behind that look-up speaks for the attempts before it.
    pub fn settles_earlier_attempts(&self) -> bool {
        match self.why {
            Why::Conflict | Why::Insufficient => true,
            Why::NotFound => self.code.is_some(),
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
        if self.why != Why::Invalid {
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
    let value = read_value(api, answer)?;
    serde_json::from_value(value).map_err(|error| unreadable(answer, &error))
}

/// The part of [`read`] that is the same for every type.
fn read_value(api: Api, answer: &Answer) -> Result<Value, Failure> {
    let parsed = serde_json::from_str::<Value>(&answer.body);
    if !(200..300).contains(&answer.status) {
        let body = parsed.as_ref().map(Body::read).unwrap_or_default();
        return Err(Failure::answered(answer, why_of(answer, &body), body));
    }
    let value = parsed.map_err(|error| unreadable(answer, &error))?;
    if api == Api::Organizations {
        return Ok(value);
    }
    match value.get("success") {
        Some(Value::Bool(true)) => Ok(value),
        Some(Value::Bool(false)) => {
            let body = Body::read(&value);
            let why = if is_insufficient(&body) {
                Why::Insufficient
            } else {
                Why::Declined
            };
            Err(Failure::answered(answer, why, body))
        }
        _ => Err(unreadable(
            answer,
            &"the answer does not say whether it succeeded",
        )),
    }
}

fn unreadable(answer: &Answer, error: &dyn std::fmt::Display) -> Failure {
    Failure::answered(answer, Why::Unreadable(error.to_string()), Body::default())
}

fn is_insufficient(body: &Body) -> bool {
    body.plan_expired
        || body
            .code
            .as_deref()
            .is_some_and(|code| code.starts_with("insufficient_"))
}

fn why_of(answer: &Answer, body: &Body) -> Why {
    let code = body.code.as_deref().unwrap_or_default();
    match answer.status {
        400 | 422 if is_insufficient(body) => Why::Insufficient,
        400 | 422 => Why::Invalid,
        401 => Why::Unauthorized,
        402 => Why::Insufficient,
        403 => Why::Forbidden,
        404 => Why::NotFound,
        405 => Why::MethodNotAllowed,
        409 if code.eq_ignore_ascii_case("idempotency_conflict") => Why::KeyReused,
        409 if answer.retry_after.is_some() => Why::InFlight,
        409 => Why::Conflict,
        429 => Why::RateLimited,
        503 if code == "KILL_SWITCH" => Why::Suspended,
        // A 5xx is never taken as definite, whatever its body says: it may come from behind the commit.
        500.. => Why::Server,
        _ => Why::Unexpected,
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::wire::transfer;
    use proptest::prelude::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.to_owned(),
            ..Answer::default()
        }
    }

    fn why(api: Api, status: u16, body: &str) -> Why {
        read::<transfer::Response>(api, &answer(status, body))
            .unwrap_err()
            .why
    }

    #[test]
    fn the_contracts_failures_are_told_apart() {
        let text = include_str!("../../tests/contract/allocate-errors.json");
        let examples: Value = serde_json::from_str(text).unwrap();
        let whys: Vec<_> = examples["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let status = error["status"].to_string().parse().unwrap();
                let failure = read::<transfer::Response>(
                    Api::Organizations,
                    &answer(status, &error["body"].to_string()),
                )
                .unwrap_err();
                assert_eq!(failure.effect(), Effect::Nothing);
                assert_eq!(
                    failure.request_id.as_deref(),
                    Some("req_01JZZZZZZZZZZZZZZZZZZZZZZZ")
                );
                failure.why
            })
            .collect();
        assert_eq!(
            whys,
            [
                Why::Invalid,
                Why::Insufficient,
                Why::NotFound,
                Why::Conflict,
                Why::KeyReused,
                Why::Invalid,
                Why::RateLimited,
                Why::Suspended
            ]
        );

        let text = include_str!("../../tests/contract/reseller-errors.json");
        let examples: Value = serde_json::from_str(text).unwrap();
        let whys: Vec<_> = examples["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let status = error["status"].to_string().parse().unwrap();
                why(Api::Reseller, status, &error["body"].to_string())
            })
            .collect();
        assert_eq!(
            whys,
            [
                Why::Unauthorized,
                Why::Forbidden,
                Why::NotFound,
                Why::Insufficient,
                Why::Insufficient,
                Why::Server
            ]
        );
    }

    #[test]
    fn success_must_be_said() {
        let good = r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14}"#;
        assert!(read::<transfer::Response>(Api::Reseller, &answer(200, good)).is_ok());
        let refused = r#"{"success":false,"error":"No"}"#;
        assert_eq!(why(Api::Reseller, 200, refused), Why::Declined);
        for body in [
            "",
            "{",
            "<html>",
            "{}",
            "[]",
            "null",
            r#"{"new_from_balance":1,"new_to_balance":2}"#,
            r#"{"success":"true","new_from_balance":1,"new_to_balance":2}"#,
            r#"{"success":true,"new_from_balance":1}"#,
        ] {
            let failure =
                read::<transfer::Response>(Api::Reseller, &answer(200, body)).unwrap_err();
            assert!(matches!(failure.why, Why::Unreadable(_)), "{body}");
            assert_eq!(failure.effect(), Effect::Unknown, "{body}");
        }
    }

    #[test]
    fn a_key_in_flight_is_not_a_refusal() {
        let body = r#"{"error":{"code":"CONFLICT","message":"in flight"}}"#;
        let waiting = Answer {
            retry_after: Some(1),
            ..answer(409, body)
        };
        let failure = read::<transfer::Response>(Api::Organizations, &waiting).unwrap_err();
        assert_eq!(
            (failure.why.clone(), failure.effect()),
            (Why::InFlight, Effect::Unknown)
        );
        assert!(!failure.settles_earlier_attempts());
    }

    #[test]
    fn failures_know_their_field() {
        let field = |status, body: &str| {
            read::<transfer::Response>(Api::Reseller, &answer(status, body))
                .unwrap_err()
                .field()
        };
        let invalid =
            |words: &str| format!(r#"{{"error":"invalid_request","error_description":"{words}"}}"#);
        assert_eq!(field(400, r#"{"error":"invalid_rate"}"#), Some(Field::Rate));
        assert_eq!(
            field(400, r#"{"error":"insufficient_balance"}"#),
            Some(Field::Minutes)
        );
        assert_eq!(field(404, r#"{"error":"not_found"}"#), Some(Field::Child));
        assert_eq!(
            field(400, &invalid("Missing fields: minutes")),
            Some(Field::Minutes)
        );
        assert_eq!(
            field(400, &invalid("cost_per_min must be positive")),
            Some(Field::Rate)
        );
        assert_eq!(field(401, r#"{"error":"unauthorized"}"#), None);
        assert_eq!(field(500, &invalid("minutes")), None);
    }

    proptest! {
        /// Any status with any body reads without a panic, and only the listed statuses are ever definite.
        #[test]
        fn only_listed_answers_are_definite(status in 100u16..600, body in ".{0,80}", after in proptest::option::of(0u32..100)) {
            let answer = Answer { status, body, retry_after: after, request_id: None };
            for api in [Api::Reseller, Api::Organizations] {
                if let Err(failure) = read::<transfer::Response>(api, &answer)
                    && failure.effect() == Effect::Nothing
                {
                    prop_assert!(matches!(status, 400..=405 | 409 | 422 | 429), "{status}");
                }
            }
        }
    }
}
