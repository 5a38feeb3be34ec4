//! The allowed origins.

use serde_json::json;

use crate::bench::{Bench, RESELLER_KEY, RequestOptions};

const BALANCE: &str = "/api/v1/account/balance";

async fn preflight(bench: &Bench, origin: &str) -> String {
    let request = format!(
        "OPTIONS /api/v1/reseller/credits/transfer HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         origin: {origin}\r\naccess-control-request-method: POST\r\n\
         access-control-request-headers: authorization,content-type,idempotency-key\r\n\r\n"
    );
    String::from_utf8(bench.raw(&request).await)
        .unwrap()
        .to_lowercase()
}

#[tokio::test]
async fn loopback_origins_are_allowed_by_default() {
    let bench = Bench::new().await;
    for origin in [
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "https://[::1]:9",
    ] {
        let answer = preflight(&bench, origin).await;
        assert!(answer.starts_with("http/1.1 204"), "{answer}");
        assert!(
            answer.contains(&format!("access-control-allow-origin: {origin}")),
            "{answer}"
        );
        for word in [
            "get, post",
            "delete",
            "patch",
            "authorization",
            "content-type",
            "idempotency-key",
        ] {
            assert!(answer.contains(word), "{word}: {answer}");
        }
    }
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
        "http://127.0.0.1.evil.example",
    ] {
        let answer = preflight(&bench, origin).await;
        assert!(!answer.contains("access-control"), "{answer}");
        let with = RequestOptions {
            bearer: Some(RESELLER_KEY),
            origin: Some(origin),
            ..RequestOptions::default()
        };
        let answer = bench.send("GET", BALANCE, with, "").await.unwrap();
        assert!(
            !answer
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("access-control"))
        );
    }
    assert_eq!(
        bench.ledger().await["requests"].as_object().unwrap().len(),
        1,
        "preflights are not counted"
    );
}

#[tokio::test]
async fn failures_and_faults_have_cors_headers_too() {
    let bench = Bench::new().await;
    let origin = "http://localhost:8080";
    let with = RequestOptions {
        bearer: Some("wrong"),
        origin: Some(origin),
        ..RequestOptions::default()
    };
    for path in [BALANCE, "/v1/credits", "/v1/nope"] {
        let answer = bench.send("GET", path, with, "").await.unwrap();
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        let exposed = answer.header("access-control-expose-headers").unwrap();
        for name in ["x-request-id", "retry-after", "x-ratelimit-remaining"] {
            assert!(exposed.contains(name));
        }
    }
    bench
        .fault(json!({"route": "*", "fault": "status", "status": 500}))
        .await;
    let answer = bench.send("GET", BALANCE, with, "").await.unwrap();
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (500, Some(origin))
    );
}

#[tokio::test]
async fn only_listed_origins_are_allowed() {
    let bench = Bench::with(|options, _| {
        options.allow_origin = vec![
            "https://desk.example".to_owned(),
            "https://two.example".to_owned(),
        ];
    })
    .await;
    assert!(
        preflight(&bench, "https://two.example")
            .await
            .contains("allow-origin: https://two.example")
    );
    assert!(
        !preflight(&bench, "http://localhost:8080")
            .await
            .contains("access-control")
    );
}
