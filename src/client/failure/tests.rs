use super::*;
use crate::wire::transfer;
use proptest::prelude::*;

fn response(status: u16, body: &str) -> RawResponse {
    RawResponse {
        status,
        body: body.to_owned(),
        ..RawResponse::default()
    }
}

fn kind(api: Api, status: u16, body: &str) -> FailureKind {
    read::<transfer::Response>(api, &response(status, body))
        .unwrap_err()
        .kind
}

#[test]
fn documented_errors_have_their_own_kinds() {
    let text = include_str!("../../../tests/contract/allocate-errors.json");
    let examples: Value = serde_json::from_str(text).unwrap();
    let kinds: Vec<_> = examples["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            let status = error["status"].to_string().parse().unwrap();
            let failure = read::<transfer::Response>(
                Api::Organizations,
                &response(status, &error["body"].to_string()),
            )
            .unwrap_err();
            assert_eq!(failure.certainty(), Certainty::Nothing);
            assert_eq!(
                failure.request_id.as_deref(),
                Some("req_01JZZZZZZZZZZZZZZZZZZZZZZZ")
            );
            failure.kind
        })
        .collect();
    assert_eq!(
        kinds,
        [
            FailureKind::Invalid,
            FailureKind::Insufficient,
            FailureKind::NotFound,
            FailureKind::Conflict,
            FailureKind::KeyReused,
            FailureKind::Invalid,
            FailureKind::RateLimited,
            FailureKind::Suspended
        ]
    );

    let text = include_str!("../../../tests/contract/reseller-errors.json");
    let examples: Value = serde_json::from_str(text).unwrap();
    let kinds: Vec<_> = examples["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            let status = error["status"].to_string().parse().unwrap();
            kind(Api::Reseller, status, &error["body"].to_string())
        })
        .collect();
    assert_eq!(
        kinds,
        [
            FailureKind::Unauthorized,
            FailureKind::Forbidden,
            FailureKind::NotFound,
            FailureKind::Insufficient,
            FailureKind::Insufficient,
            FailureKind::Server
        ]
    );
}

#[test]
fn success_must_be_explicit() {
    let success = r#"{"success":true,"new_from_balance":59.813,"new_to_balance":14}"#;
    assert!(read::<transfer::Response>(Api::Reseller, &response(200, success)).is_ok());
    let declined = r#"{"success":false,"error":"No"}"#;
    assert_eq!(kind(Api::Reseller, 200, declined), FailureKind::Declined);
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
        let failure = read::<transfer::Response>(Api::Reseller, &response(200, body)).unwrap_err();
        assert!(matches!(failure.kind, FailureKind::Unreadable(_)), "{body}");
        assert_eq!(failure.certainty(), Certainty::Unknown, "{body}");
    }
}

#[test]
fn a_key_in_flight_is_not_a_definite_failure() {
    let body = r#"{"error":{"code":"CONFLICT","message":"in flight"}}"#;
    let in_flight = RawResponse {
        retry_after: Some(1),
        ..response(409, body)
    };
    let failure = read::<transfer::Response>(Api::Organizations, &in_flight).unwrap_err();
    assert_eq!(
        (failure.kind.clone(), failure.certainty()),
        (FailureKind::InFlight, Certainty::Unknown)
    );
    assert!(!failure.settles_earlier_attempts());
}

#[test]
fn failures_name_the_form_field() {
    let field = |status, body: &str| {
        read::<transfer::Response>(Api::Reseller, &response(status, body))
            .unwrap_err()
            .field()
    };
    let invalid =
        |message: &str| format!(r#"{{"error":"invalid_request","error_description":"{message}"}}"#);
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
    /// No response makes the reader panic, and only the listed statuses are ever definite.
    #[test]
    fn only_listed_statuses_are_definite(status in 100u16..600, body in ".{0,80}", retry_after in proptest::option::of(0u32..100)) {
        let response = RawResponse { status, body, retry_after, request_id: None };
        for api in [Api::Reseller, Api::Organizations] {
            if let Err(failure) = read::<transfer::Response>(api, &response)
                && failure.certainty() == Certainty::Nothing
            {
                prop_assert!(matches!(status, 400..=405 | 409 | 422 | 429), "{status}");
            }
        }
    }
}
