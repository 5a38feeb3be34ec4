//! The portal as static files on its own host, with both APIs on another origin.

use anyhow::Result;
use credit_desk_hosting::{config, rules};
use credit_desk_journeys::{HostKind, Setup, journey};

use crate::steps::{allow_policy_violations, sign_in, transfer_and_check_log};

fn setup() -> Setup {
    Setup::default().host(HostKind::Plain)
}

#[test]
fn everything_works_with_the_apis_on_another_origin() {
    setup().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        transfer_and_check_log(desk).await?;
        // Requests elsewhere are blocked by the page's policy, not by the other host.
        allow_policy_violations(desk);
        desk.allow_console_error("Refused to connect");
        let elsewhere = format!("{}/__sandbox/ledger", desk.sandbox.address());
        let request = format!("return fetch('{elsewhere}').then(() => 'answered', () => 'refused')");
        let same_origin = desk.js(&request).await?;
        // The organizations API covers the whole origin, so this request is allowed …
        assert_eq!(same_origin, "answered");
        let other = "return fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused')";
        let blocked = "const seen = new Promise((resolve) => addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)));";
        // … and one to another origin is not.
        assert_eq!(desk.js(&format!("{blocked} {}; return seen", other.trim_start_matches("return "))).await?, "connect-src");
        Ok(())
    });
}

#[test]
fn the_headers_name_the_configured_services() {
    setup().journey(async |desk| {
        let sources = config::policy_sources(&desk.host().dist().join("config.json"))?;
        let service = desk.sandbox.address();
        assert_eq!(sources, [format!("{service}/api/v1/"), service.to_owned()]);
        let client = reqwest::Client::builder().no_proxy().build()?;
        for path in ["/", "/config.json", "/log", "/missing.wasm"] {
            let response = client
                .get(format!("{}{path}", desk.address()))
                .send()
                .await?;
            for (name, value) in rules::headers(&sources) {
                assert_eq!(response.headers()[name], value, "{path}: {name}");
            }
        }
        for path in [
            "/missing.js",
            "/missing.wasm",
            "/missing.css",
            "/missing.json",
            "/api.html",
            "/_headers",
            "/_hosting/nginx.conf",
            "/%5fheaders",
            "/%5Fhosting/nginx.conf",
            "/%5fhosting%2fnginx.conf",
            "/log/..%2f_headers",
            "//_headers",
            "/%2eenv",
        ] {
            let response = client
                .get(format!("{}{path}", desk.address()))
                .send()
                .await?;
            assert_eq!(response.status(), 404, "{path}");
            assert!(!response.text().await?.contains('<'), "{path}");
        }
        Ok(())
    });
}

#[test]
fn the_build_contains_the_rules_for_every_host() {
    setup().journey(async |desk| {
        let read = |name: &str| -> Result<String> {
            Ok(std::fs::read_to_string(desk.host().dist().join(name))?)
        };
        for name in [
            "_headers",
            "_hosting/nginx.conf",
            "_hosting/gateway.conf",
            "_hosting/Caddyfile",
        ] {
            let text = read(name)?;
            for (header, value) in rules::headers(&[]) {
                assert!(text.contains(&*value), "{name} lacks {header}: {value}");
            }
        }
        let name = desk.host().name("_bg.wasm")?;
        assert!(
            read("_headers")?
                .contains(&format!("/{name}\n  Cache-Control: {}\n", rules::IMMUTABLE))
        );
        assert!(read("_redirects")?.contains("/transfer / 200\n"));
        // The portal itself, which says that the page doesn't exist.
        assert!(read("404.html")?.contains("id=\"boot\""));
        Ok(())
    });
}

#[test]
fn the_console_stays_empty() {
    journey(async |desk| {
        for path in ["/", "/transfer", "/log"] {
            desk.goto(path).await?;
            desk.heading("Sign in").seen().await?;
        }
        let entries = desk.console().await?;
        assert!(entries.is_empty(), "{entries:?}");
        Ok(())
    });
}
