//! The portal as plain files on a host of its own, with both APIs on another origin.

use anyhow::Result;
use credit_desk_hosting::{config, rules};
use credit_desk_journeys::{Kind, Setup, journey};

use crate::steps::{a_transfer_is_in_the_log, blocked_by_the_policy_is_expected, sign_in};

fn setup() -> Setup {
    Setup::default().host(Kind::Plain)
}

#[test]
fn with_the_apis_elsewhere_all_is_as_usual() {
    setup().journey(async |desk| {
        sign_in(desk, "/transfer").await?;
        a_transfer_is_in_the_log(desk).await?;
        // Nowhere else: the page's policy, not the other host, says no.
        blocked_by_the_policy_is_expected(desk);
        desk.allow_console_error("Refused to connect");
        let elsewhere = format!("{}/__sandbox/ledger", desk.sandbox.address());
        let tried = format!("return fetch('{elsewhere}').then(() => 'answered', () => 'refused')");
        let below = desk.js(&tried).await?;
        // The organizations API has the whole origin, so this one may be asked …
        assert_eq!(below, "answered");
        let other = "return fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused')";
        let blocked = "const seen = new Promise((resolve) => addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)));";
        // … and another may not.
        assert_eq!(desk.js(&format!("{blocked} {}; return seen", other.trim_start_matches("return "))).await?, "connect-src");
        Ok(())
    });
}

#[test]
fn the_headers_name_the_backends_of_the_configuration() {
    setup().journey(async |desk| {
        let sources = config::sources(&desk.host().dist().join("config.json"))?;
        let backend = desk.sandbox.address();
        assert_eq!(sources, [format!("{backend}/api/v1/"), backend.to_owned()]);
        let client = reqwest::Client::builder().no_proxy().build()?;
        for path in ["/", "/config.json", "/log", "/missing.wasm"] {
            let answer = client
                .get(format!("{}{path}", desk.address()))
                .send()
                .await?;
            for (name, value) in rules::headers(&sources) {
                assert_eq!(answer.headers()[name], value, "{path}: {name}");
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
            let answer = client
                .get(format!("{}{path}", desk.address()))
                .send()
                .await?;
            assert_eq!(answer.status(), 404, "{path}");
            assert!(!answer.text().await?.contains('<'), "{path}");
        }
        Ok(())
    });
}

#[test]
fn the_build_carries_the_rules_for_every_host() {
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
            read("_headers")?.contains(&format!("/{name}\n  Cache-Control: {}\n", rules::FOREVER))
        );
        assert!(read("_redirects")?.contains("/transfer / 200\n"));
        // The portal itself, which says that there is no such page.
        assert!(read("404.html")?.contains("id=\"boot\""));
        Ok(())
    });
}

#[test]
fn the_console_stays_silent() {
    journey(async |desk| {
        for path in ["/", "/transfer", "/log"] {
            desk.goto(path).await?;
            desk.heading("Sign in").seen().await?;
        }
        let said = desk.console().await?;
        assert!(said.is_empty(), "{said:?}");
        Ok(())
    });
}
