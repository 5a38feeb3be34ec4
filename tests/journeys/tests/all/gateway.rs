//! The portal behind the gateway that the project ships: a real nginx signs staff in, adds the API keys, and forwards a
//! movement once.

use anyhow::Result;
use credit_desk_hosting::rules;
use credit_desk_journeys::{Desk, Engine, HostKind, KEYS, STAFF, Setup};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::steps::{
    self, TRANSFER, allow_failed_requests, assert_outcome, open_as_staff, open_screen,
    review_transfer, submission_key, transfer_and_check_log, transfer_count,
};

/// Idempotency keys in the portal's format.
const A: &str = "00000000-0000-4000-8000-00000000000a";
const B: &str = "10000000-0000-4000-8000-00000000000b";
const C: &str = "20000000-0000-4000-8000-00000000000c";
const D: &str = "30000000-0000-4000-8000-00000000000d";

pub fn setup() -> Setup {
    Setup::default()
        .host(HostKind::Gateway)
        .config(json!({ "timeout_seconds": 5, "reseller_api": { "settles_after_seconds": 5 } }))
}

/// Builds a request that bypasses the portal, as a member of staff who has signed in with this browser before.
pub fn staff_request(desk: &Desk, method: Method, path: &str) -> Result<RequestBuilder> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let (name, password) = STAFF;
    let address = format!("{}{path}", desk.address());
    let request = client
        .request(method, address)
        .basic_auth(name, Some(password));
    Ok(request.header("cookie", desk.host().device_cookie(name)?))
}

pub fn transfer(desk: &Desk, key: &str) -> Result<RequestBuilder> {
    let body = json!({ "to_organization_id": 4002, "minutes": 5, "cost_per_min": 0.2 });
    let request = staff_request(desk, Method::POST, "/api/v1/reseller/credits/transfer")?;
    Ok(request.header("idempotency-key", key).json(&body))
}

#[test]
fn a_transfer_completes_and_no_api_key_is_ever_in_the_browser() {
    setup().journey(async |desk| {
        open_as_staff(desk).await?;
        open_screen(desk, "Transfer").await?;
        transfer_and_check_log(desk).await?;
        open_screen(desk, "Allocate").await?;
        desk.field("Organization").fill("Northwind Studio").await?;
        desk.field("Credits").fill("7").await?;
        desk.button("Review allocation").click().await?;
        desk.button("Allocate 7 credits to Northwind Studio")
            .click()
            .await?;
        desk.css("main .receipt").seen().await?;
        let stored = "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML, document.cookie])";
        let stored = desk.js(stored).await?.to_string();
        assert!(KEYS.iter().all(|(_, secret)| !stored.contains(secret)));
        Ok(())
    });
}

#[test]
fn a_request_resent_by_the_browser_is_declined_and_found_in_the_log() {
    let engines = [Engine::Chromium, Engine::Firefox];
    let setup = setup().only(engines, "WebKit never resends a request");
    setup.journey(async |desk| {
        allow_failed_requests(desk);
        open_as_staff(desk).await?;
        open_screen(desk, "Transfer").await?;
        review_transfer(desk, "Beta Co", "20").await?;
        desk.sandbox
            .fault(json!({ "route": TRANSFER, "fault": "delay", "delay_ms": 2500, "after_commit": true }))
            .await?;
        desk.button("Transfer 20 minutes to Beta Co")
            .click()
            .await?;
        desk.until("the transfer to arrive", async || {
            Ok(desk.sandbox.requests(TRANSFER).await? == 1)
        })
        .await?;
        let key = submission_key(desk, "sending").await?;
        // The connection breaks before the response. The browser opens another one at once and sends the same request
        // again.
        desk.host().kill_workers()?;
        desk.until("the resent request to be declined", async || {
            let log = desk.host().access_log();
            Ok(log
                .lines()
                .any(|line| line.contains(&key) && line.contains(r#""status":503"#)))
        })
        .await?;
        assert_outcome(desk, &key, "done").await?;
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        assert_eq!(transfer_count(desk).await?, 1);
        Ok(())
    });
}

#[test]
fn a_key_is_forwarded_once_even_after_a_restart() {
    setup().journey(async |desk| {
        let first = transfer(desk, A)?.send().await?;
        assert_eq!(first.status(), StatusCode::OK);
        // Immediately, and also after the gateway has lost everything in its memory.
        for _ in 0..3 {
            let repeated = transfer(desk, A)?.send().await?;
            assert_eq!(repeated.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(repeated.text().await?.contains("already_arrived"));
            desk.host().restart()?;
        }
        assert_eq!(transfer(desk, B)?.send().await?.status(), StatusCode::OK);
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 2);
        // Many at the same time.
        let all = (0..12).map(|_| async { anyhow::Ok(transfer(desk, C)?.send().await?.status()) });
        let all = futures_util::future::try_join_all(all).await?;
        assert_eq!(
            all.iter().filter(|status| status.is_success()).count(),
            1,
            "{all:?}"
        );
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 3);
        // For the vendor that replays keys, every request is forwarded.
        for _ in 0..2 {
            let path = format!("/v1/organizations/{}/credits/allocate", steps::NORTHWIND);
            let request = staff_request(desk, Method::POST, &path)?.header("idempotency-key", D);
            let response = request.json(&json!({ "credits": 3 })).send().await?;
            assert_eq!(response.status(), StatusCode::OK);
        }
        Ok(())
    });
}

#[test]
fn a_request_without_a_password_uses_up_no_key() {
    setup().journey(async |desk| {
        let body = json!({ "to_organization_id": 4002, "minutes": 5, "cost_per_min": 0.2 });
        let address = format!("{}/api/v1/reseller/credits/transfer", desk.address());
        let client = reqwest::Client::builder().no_proxy().build()?;
        let request = client.post(address).header("idempotency-key", A);
        let response = request.json(&body).send().await?;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()["x-signed-out"], "yes");
        assert_eq!(transfer(desk, A)?.send().await?.status(), StatusCode::OK);
        // A vendor that rejects its API key also answers 401, but without that header. The vendor's own header is not
        // forwarded.
        desk.sandbox
            .fault(json!({ "route": "*", "fault": "status", "status": 401, "count": 2 }))
            .await?;
        for path in ["/v1/credits", "/api/v1/account/balance"] {
            let response = staff_request(desk, Method::GET, path)?.send().await?;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert!(!response.headers().contains_key("x-signed-out"), "{path}");
        }
        Ok(())
    });
}

#[test]
fn nothing_else_is_forwarded() {
    setup().journey(async |desk| {
        let (get, post) = (Method::GET, Method::POST);
        let anonymous = reqwest::Client::builder().no_proxy().build()?;
        for path in [
            "/",
            "/config.json",
            "/transfer",
            "/api/v1/account/balance",
            "/v1/credits",
            "/nothing.js",
        ] {
            let response = anonymous
                .get(format!("{}{path}", desk.address()))
                .send()
                .await?;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        for (method, path, status) in [
            (&get, "/api/v1/reseller/credits/transfer", 405),
            (&Method::DELETE, "/api/v1/reseller/organizations", 405),
            (&post, "/api/v1/reseller/users/add", 403),
            (&post, "/api/v1/reseller/concurrency", 403),
            (&get, "/api/v1", 403),
            (&get, "/v1/organizations/a/b/credits", 403),
            (&Method::DELETE, "/v1/organizations/org_1", 405),
            (&post, "/v1/organizations/org_1/suspend", 403),
            (&post, "/v1/organizations", 405),
            (&post, "/transfer", 405),
            (&Method::PUT, "/index.html", 405),
            (&get, "/__sandbox/ledger", 404),
            (&get, "/_hosting/gateway.conf", 404),
            (&get, "/.git/config", 404),
            // No idempotency key, as a form on another site would send it.
            (&post, "/api/v1/reseller/credits/transfer", 400),
        ] {
            let response = staff_request(desk, method.clone(), path)?.send().await?;
            assert_eq!(response.status(), status, "{method} {path}");
        }
        for site in ["cross-site", "same-site", "none"] {
            let request = transfer(desk, A)?.header("sec-fetch-site", site);
            assert_eq!(request.send().await?.status(), StatusCode::FORBIDDEN);
        }
        for path in [
            "/reseller-key.conf",
            "/secrets/reseller-key.conf",
            "/../secrets/reseller-key.conf",
            "/%2e%2e/secrets/reseller-key.conf",
            "/config.json/../../secrets/staff.htpasswd",
            "/config.json../reseller-key.conf",
            "/staff.htpasswd",
        ] {
            let response = staff_request(desk, get.clone(), path)?.send().await?;
            let status = response.status();
            let text = response.text().await?;
            assert!(
                status.is_client_error() && !text.contains("demo"),
                "{path}: {status} {text}"
            );
        }
        assert_eq!(desk.sandbox.recent_requests().await?.len(), 0);
        Ok(())
    });
}

#[test]
fn every_response_has_the_projects_headers() {
    setup().journey(async |desk| {
        let wasm = format!("/{}", desk.host().name("_bg.wasm")?);
        for (path, status, cache, kind) in [
            ("/", 200, rules::REVALIDATE, "text/html; charset=utf-8"),
            (
                "/transfer",
                200,
                rules::REVALIDATE,
                "text/html; charset=utf-8",
            ),
            (
                "/no/such/screen",
                200,
                rules::REVALIDATE,
                "text/html; charset=utf-8",
            ),
            (
                "/config.json",
                200,
                rules::REVALIDATE,
                "application/json; charset=utf-8",
            ),
            (&wasm, 200, rules::IMMUTABLE, "application/wasm"),
            (
                "/gone-0123456789abcdef.wasm",
                404,
                rules::NO_STORE,
                "text/plain",
            ),
            (
                "/gone-0123456789abcdef.js",
                404,
                rules::NO_STORE,
                "text/plain",
            ),
            ("/gone.css", 404, rules::NO_STORE, "text/plain"),
            ("/gone.json", 404, rules::NO_STORE, "text/plain"),
            ("/v1/credits", 200, rules::NO_STORE, "application/json"),
        ] {
            let response = staff_request(desk, Method::GET, path)?.send().await?;
            assert_eq!(response.status(), status, "{path}");
            let headers = response.headers();
            let all = |name: &str| -> Vec<String> {
                let values = headers.get_all(name).iter();
                values
                    .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                    .collect()
            };
            for (name, value) in rules::headers(&[]) {
                assert_eq!(all(name), [value], "{path}: {name}");
            }
            assert_eq!(all("cache-control"), [cache], "{path}");
            assert!(
                all("content-type")[0].starts_with(kind),
                "{path}: {:?}",
                all("content-type")
            );
        }
        let packed = staff_request(desk, Method::GET, &wasm)?
            .header("accept-encoding", "gzip")
            .send()
            .await?;
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        assert_eq!(packed.headers()["content-type"], "application/wasm");
        let config = staff_request(desk, Method::GET, "/config.json")?
            .send()
            .await?
            .text()
            .await?;
        assert!(
            config.contains("gateway"),
            "the deployment's configuration, not the shipped one"
        );
        Ok(())
    });
}

#[test]
fn signing_out_requires_the_password_again() {
    let setup = setup().only(
        [Engine::Chromium],
        "the other engines open a native dialog, which their drivers can't answer",
    );
    setup.journey(async |desk| {
        allow_failed_requests(desk);
        open_as_staff(desk).await?;
        desk.button("Sign out").click().await?;
        desk.heading("Signed out").seen().await?;
        desk.until("the gateway to sign out", async || {
            Ok(desk.host().access_log().contains("/sign-out"))
        })
        .await?;
        // Twice: the gateway asks only once, and the browser has dropped the password by then.
        for _ in 0..2 {
            desk.driver().goto(desk.address()).await?;
            let page = desk.js("return document.body.innerText").await?;
            let page = page.as_str().unwrap_or_default();
            assert!(!page.contains("Overview"), "{page}");
        }
        open_as_staff(desk).await
    });
}
