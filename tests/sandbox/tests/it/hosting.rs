//! Limits on bodies and connections, and the portal's files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::bench::{Bench, LAYERS_KEY, RESELLER_KEY, RequestOptions};

const BALANCE: &str = "/api/v1/account/balance";

#[tokio::test]
async fn oversized_and_slow_bodies_are_rejected() {
    let bench = Bench::with(|options, _| options.body_timeout = Duration::from_millis(300)).await;
    let (reseller, layers) = (
        RequestOptions {
            bearer: Some(RESELLER_KEY),
            ..RequestOptions::default()
        },
        RequestOptions {
            bearer: Some(LAYERS_KEY),
            key: Some("k"),
            ..RequestOptions::default()
        },
    );
    let path = "/api/v1/reseller/credits/transfer";
    let large = "x".repeat(64 * 1024 + 1);
    bench
        .send("POST", path, reseller, large.clone())
        .await
        .unwrap()
        .expect_reseller_error(413, "payload_too_large");
    let path = format!(
        "/v1/organizations/{}/credits/allocate",
        crate::bench::NORTHWIND
    );
    bench
        .send("POST", &path, layers, large)
        .await
        .unwrap()
        .expect_layers_error(413, "PAYLOAD_TOO_LARGE");
    let fits = format!("{{\"credits\":1}}{}", " ".repeat(60 * 1024));
    bench.send("POST", &path, layers, fits).await.unwrap().ok();
    let slow = "POST /api/v1/reseller/credits/transfer HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n{\"";
    let answer = String::from_utf8(bench.raw(slow).await).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"),
        "{answer}"
    );
}

#[tokio::test]
async fn malformed_http_does_no_harm() {
    let bench = Bench::new().await;
    for noise in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "\u{0}\u{1}\u{2}binary\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /v1/credits HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        "POST /v1/credits HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nZZ\r\n",
        "GET /%ff%00..%2f..%2fetc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ] {
        let outcome = tokio::time::timeout(Duration::from_millis(400), bench.raw(noise)).await;
        let answer = outcome.unwrap_or_default();
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{noise:?}");
    }
    bench.reseller_get("/account/balance").await.ok();
}

#[tokio::test]
async fn connections_close_if_the_setting_says_so() {
    let bench = Bench::new().await;
    let requests = format!("GET {BALANCE} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").repeat(2);
    let answers = async || {
        // With keep-alive, the connection stays open and this reads until the timeout.
        let address = bench.base.strip_prefix("http://").unwrap();
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, requests.as_bytes())
            .await
            .unwrap();
        let mut received = Vec::new();
        let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut received);
        let closed = tokio::time::timeout(Duration::from_millis(1500), read)
            .await
            .is_ok();
        (
            closed,
            String::from_utf8(received)
                .unwrap()
                .matches("HTTP/1.1 401")
                .count(),
        )
    };
    assert_eq!(answers().await, (false, 2));
    bench
        .admin("PUT", "settings", json!({"connections": "close"}))
        .await;
    assert_eq!(answers().await, (true, 1));
}

fn portal(folder: &Path) {
    for (name, text) in [
        ("index.html", "<!doctype html>the portal"),
        ("config.json", "{\"from\":\"dist\"}"),
        ("credit-desk-0123456789abcdef.js", "plain js"),
        ("credit-desk-0123456789abcdef.js.br", "brotli js"),
        ("credit-desk-0123456789abcdef.js.gz", "gzip js"),
        ("credit-desk-0123456789abcdef_bg.wasm", "\0asm"),
        ("icon.svg", "<svg/>"),
        ("_headers", "/*"),
        (".env", "SECRET=1"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::create_dir(folder.join("deep")).unwrap();
    fs::write(folder.join("deep/app.css"), "a{}").unwrap();
    fs::create_dir(folder.join("_hosting")).unwrap();
    fs::write(folder.join("_hosting/nginx.conf"), "server {}").unwrap();
}

#[tokio::test]
async fn the_portals_files_are_served() {
    let bench = Bench::with(|options, folder| {
        portal(folder);
        options.dist = Some(folder.to_owned());
    })
    .await;
    let get = async |path: &str| {
        bench
            .send("GET", path, RequestOptions::default(), "")
            .await
            .unwrap()
    };
    for path in [
        "/",
        "/index.html",
        "/transfer",
        "/log/deeper?page=2",
        "/deep",
        "/apiary",
        "/v1x",
        "/a.b/c",
    ] {
        let answer = get(path).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "<!doctype html>the portal"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with("text/html")
        );
    }
    for path in [
        "/missing.js",
        "/missing.wasm",
        "/deep/missing.css",
        "/x.json",
        "/log/a.b",
        "/../Cargo.toml",
    ] {
        let answer = get(path).await;
        assert!(
            answer.status == 404 && !answer.text.contains('<'),
            "{path}: {answer:?}"
        );
    }
    for path in ["/api/transfer", "/v1/transfer", "/__sandbox/transfer"] {
        let answer = get(path).await;
        assert_eq!(answer.status, 404);
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with("application/json")
        );
    }
    let hashed = Some("public, max-age=31536000, immutable");
    let answer = get("/credit-desk-0123456789abcdef_bg.wasm").await;
    assert_eq!(answer.header("content-type"), Some("application/wasm"));
    assert_eq!(answer.header("cache-control"), hashed);
    let answer = get("/credit-desk-0123456789abcdef.js").await;
    assert_eq!(
        (answer.text.as_str(), answer.header("cache-control")),
        ("plain js", hashed)
    );
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .contains("javascript")
    );
    assert_eq!(
        get("/deep/app.css").await.header("cache-control"),
        Some("no-cache")
    );
    assert_eq!(get("/config.json").await.json()["from"], "dist");
    for path in ["/", "/icon.svg", "/missing.js"] {
        let answer = get(path).await;
        for (name, value) in credit_desk_hosting::rules::headers(&[]) {
            assert_eq!(answer.header(name), Some(&*value));
        }
    }
    for path in [
        "/_headers",
        "/_hosting/nginx.conf",
        "/%5fheaders",
        "/%5Fhosting/nginx.conf",
        "/%5f%68osting/nginx.conf",
        "/%5fhosting%2fnginx.conf",
        "/deep%2f..%2f_headers",
        "/deep/%2e%2e/_headers",
        "/deep/%2e%2e/%5fheaders",
        "/./_headers",
        "//_headers",
        "/%255fheaders.x",
        "/_",
        "/log/_x",
        "/.env",
        "/%2eenv",
        "/%2Egit/HEAD",
    ] {
        let answer = get(path).await;
        assert_eq!(
            (answer.status, &*answer.text),
            (404, "Not found\n"),
            "{path}"
        );
    }
    assert_eq!(
        bench
            .send("POST", "/transfer", RequestOptions::default(), "")
            .await
            .unwrap()
            .status,
        405
    );
}

#[tokio::test]
async fn a_development_build_may_create_html() {
    let bench = Bench::with(|options, folder| {
        portal(folder);
        options.dist = Some(folder.to_owned());
        options.allow_html = true;
    })
    .await;
    let answer = bench
        .send("GET", "/", RequestOptions::default(), "")
        .await
        .unwrap();
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.ends_with("; frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn precompressed_copies_are_sent_to_clients_that_accept_them() {
    let bench = Bench::with(|options, folder| {
        portal(folder);
        options.dist = Some(folder.to_owned());
    })
    .await;
    for (accept, text) in [
        ("br, gzip", "brotli js"),
        ("gzip", "gzip js"),
        ("identity", "plain js"),
    ] {
        let request = format!(
            "GET /credit-desk-0123456789abcdef.js HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: {accept}\r\n\r\n"
        );
        let answer = String::from_utf8(bench.raw(&request).await).unwrap();
        assert!(answer.ends_with(text), "{answer}");
        assert!(
            answer.contains("javascript") && answer.contains("vary: accept-encoding"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_separate_config_and_no_portal() {
    let bench = Bench::with(|options, folder| {
        fs::write(folder.join("mine.json"), "{\"from\":\"mine\"}").unwrap();
        options.config = Some(folder.join("mine.json"));
    })
    .await;
    let answer = bench
        .send("GET", "/config.json", RequestOptions::default(), "")
        .await
        .unwrap();
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.ok()["from"], "mine");
    let answer = bench
        .send("GET", "/", RequestOptions::default(), "")
        .await
        .unwrap();
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("--dist"));
    let body: Value = bench.admin("GET", "settings", Value::Null).await;
    assert_eq!(body["rate_limit"], Value::Null);
}
