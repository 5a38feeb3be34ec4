//! The shared request path: what a request contains and how its response is handled.

use crate::support::{Backend, Reply, config};
use credit_desk::client::{Call, Client, Failure, FailureKind};
use credit_desk::config::{Config, Credentials};
use credit_desk::session::{Api, Credential, Secret, Session};
use credit_desk::units::IdempotencyKey;
use serde_json::Value;
use std::sync::Arc;
use wasm_bindgen_test::wasm_bindgen_test;

fn client(config: Config) -> Client {
    let session = Session::new(&config);
    for (api, key) in [
        (Api::Reseller, "reseller-secret"),
        (Api::Organizations, "lp_test_secret"),
    ] {
        let secret = Secret::parse(key).unwrap();
        session.add(
            api,
            Credential {
                secret,
                account: None,
            },
        );
    }
    Client::new(Arc::new(config), session)
}

async fn send(client: &Client, call: &Call) -> Result<Value, Failure> {
    client.ask(call).await
}

fn read() -> Call {
    Call::get(Api::Reseller, "/reseller/organizations")
}

fn success() -> Reply {
    Reply::Json(200, r#"{"success":true}"#.to_owned())
}

#[wasm_bindgen_test]
async fn a_read_sends_its_own_services_key_and_no_body() {
    let backend = Backend::install(|_| success());
    let client = client(config());
    send(&client, &read()).await.unwrap();
    send(&client, &Call::get(Api::Organizations, "/v1/whoami"))
        .await
        .unwrap();
    let requests = backend.requests.borrow();
    assert_eq!(requests[0].method, "GET");
    assert_eq!(requests[0].path, "/api/v1/reseller/organizations");
    assert_eq!(
        requests[0].authorization.as_deref(),
        Some("Bearer reseller-secret")
    );
    assert_eq!(
        (requests[0].key.clone(), requests[0].body.as_str()),
        (None, "")
    );
    assert_eq!(requests[0].redirect, "error");
    assert_eq!(requests[0].credentials, "omit");
    assert_eq!(requests[0].referrer_policy, "no-referrer");
    assert_eq!(requests[1].path, "/v1/whoami");
    assert_eq!(
        requests[1].authorization.as_deref(),
        Some("Bearer lp_test_secret")
    );
}

#[wasm_bindgen_test]
async fn a_submission_is_sent_byte_for_byte() {
    let backend = Backend::install(|_| success());
    let key = IdempotencyKey::new(uuid::Uuid::new_v4());
    let body = r#"{"amount":12345678901234567890.123456 , "name":"ä"}"#;
    let call = Call::post(Api::Reseller, "/x", body.to_owned(), key.clone());
    send(&client(config()), &call).await.unwrap();
    let requests = backend.requests.borrow();
    assert_eq!(requests[0].body, body);
    assert_eq!(requests[0].key.as_deref(), Some(key.as_str()));
    assert_eq!(
        requests[0].content_type.as_deref(),
        Some("application/json")
    );
}

#[wasm_bindgen_test]
async fn behind_a_gateway_no_key_is_sent() {
    let backend = Backend::install(|_| success());
    let client = client(Config {
        credentials: Credentials::Gateway,
        ..config()
    });
    // Even a key that is in the session isn't sent.
    send(&client, &read()).await.unwrap();
    let requests = backend.requests.borrow();
    assert_eq!(requests[0].authorization, None);
    assert_eq!(requests[0].credentials, "same-origin");
    assert_eq!(requests[0].redirect, "manual", "redirects are not followed");
}

#[wasm_bindgen_test]
async fn a_gateways_own_401_is_distinguished_from_the_services() {
    let gateway = || Config {
        credentials: Credentials::Gateway,
        ..config()
    };
    {
        let _backend = Backend::install(|_| Reply::Json(401, "{}".to_owned()));
        let failure = send(&client(gateway()), &read()).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unauthorized);
    }
    let _backend = Backend::install(|_| Reply::With(401, "x-signed-out", "1", String::new()));
    let client = client(gateway());
    let failure = send(&client, &read()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignedOut);
    assert!(
        !client.has_access_to(Api::Reseller),
        "and its screens are closed"
    );
}

#[wasm_bindgen_test]
async fn nothing_is_sent_while_signed_out() {
    let backend = Backend::install(|_| success());
    let config = config();
    let client = Client::new(Arc::new(config.clone()), Session::new(&config));
    assert_eq!(
        send(&client, &read()).await.unwrap_err().kind,
        FailureKind::SignedOut
    );
    assert_eq!(backend.requests.borrow().len(), 0);
}

#[wasm_bindgen_test]
async fn timeouts_and_network_failures_are_distinguished() {
    {
        let _backend = Backend::install(|_| Reply::Silent);
        assert_eq!(
            send(&client(config()), &read()).await.unwrap_err().kind,
            FailureKind::TimedOut
        );
    }
    let _backend = Backend::install(|_| Reply::Broken);
    assert_eq!(
        send(&client(config()), &read()).await.unwrap_err().kind,
        FailureKind::Network
    );
}

#[wasm_bindgen_test]
async fn useful_response_headers_are_kept() {
    let body = r#"{"error":{"code":"RATE_LIMITED","message":"slow down"}}"#;
    {
        let _backend = Backend::install(|_| Reply::With(429, "retry-after", "17", body.to_owned()));
        let failure = send(&client(config()), &read()).await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.retry_after),
            (FailureKind::RateLimited, Some(17))
        );
    }
    let _backend = Backend::install(|_| Reply::With(500, "x-request-id", "req_1", String::new()));
    let failure = send(&client(config()), &read()).await.unwrap_err();
    assert_eq!(failure.request_id.as_deref(), Some("req_1"));
}
