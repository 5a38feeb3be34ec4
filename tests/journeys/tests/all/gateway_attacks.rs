//! Attacks on the gateway: by someone without a password, by a signed-in member of staff, by another user of its
//! machine, and by a vendor.

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use credit_desk_hosting::rules::CALLS;
use credit_desk_journeys::{COLLEAGUE, Desk, Engine, KEYS, STAFF, Setup, Vendor};
use reqwest::{Client, Method, Response, StatusCode, header::HeaderMap};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    gateway::{setup as gateway_setup, staff_request, transfer},
    steps::TRANSFER,
};

fn setup() -> Setup {
    gateway_setup().only([Engine::Chromium], "no browser is involved")
}

const KEY: &str = "00000000-0000-4000-8000-00000000000a";
const OTHER_KEY: &str = "00000000-0000-4000-8000-00000000000b";
const TRANSFER_PATH: &str = "/api/v1/reseller/credits/transfer";

/// Sends these bytes as a signed-in member of staff, without an HTTP library's normalization, and returns the whole
/// response.
async fn send_raw(desk: &Desk, request_line: &str, headers: &[&str]) -> Result<String> {
    let address = desk.host().own_address();
    let address = address.strip_prefix("http://").context("another scheme")?;
    let (name, password) = STAFF;
    let mut lines = vec![
        request_line.to_owned(),
        format!("Host: {address}"),
        "Connection: close".to_owned(),
        format!("Cookie: {}", desk.host().device_cookie(name)?),
        format!(
            "Authorization: Basic {}",
            STANDARD.encode(format!("{name}:{password}"))
        ),
    ];
    lines.extend(headers.iter().map(|line| (*line).to_owned()));
    let body = match request_line.starts_with("POST") {
        true => {
            lines.push("Content-Length: 2".to_owned());
            "{}"
        }
        false => "",
    };
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(format!("{}\r\n\r\n{body}", lines.join("\r\n")).as_bytes())
        .await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    Ok(String::from_utf8_lossy(&response).into_owned())
}

/// Puts two vendors behind the gateway that answer with these headers.
fn put_vendors(desk: &Desk, status: &str, headers: &[&str]) -> Result<[Vendor; 2]> {
    let vendors = [
        Vendor::start(status, headers, r#"{"vendor":"reseller"}"#)?,
        Vendor::start(status, headers, r#"{"vendor":"organizations"}"#)?,
    ];
    let [reseller, organizations] = &vendors;
    desk.host().change_gateway(|gateway| {
        gateway.reseller = Some(reseller.address().to_owned());
        gateway.organizations = Some(organizations.address().to_owned());
    })?;
    desk.host().restart()?;
    Ok(vendors)
}

/// A client at this loopback address, which the gateway treats as a separate client.
fn client_at(last: u8) -> Result<Client> {
    let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
    Ok(Client::builder()
        .no_proxy()
        .local_address(address)
        .redirect(reqwest::redirect::Policy::none())
        .build()?)
}

async fn guess(desk: &Desk, client: &Client, name: &str, password: &str) -> Result<Response> {
    let request = client.get(format!("{}/", desk.host().own_address()));
    Ok(request.basic_auth(name, Some(password)).send().await?)
}

fn mode(file: &Path) -> Result<u32> {
    Ok(fs::metadata(file)?.permissions().mode() & 0o777)
}

#[test]
fn only_the_portals_calls_reach_a_vendor_whatever_the_path() {
    setup().journey(async |desk| {
        let vendors = put_vendors(desk, "200 OK", &[])?;
        let organization = "/v1/organizations/org_1";
        for path in [
            "/api/v1/account/balance/../../reseller/users",
            "/api/v1/reseller/credits/logs/..%2f..%2faccount/balance",
            "/api/v1/reseller/credits/..%2f..%2f..%2fadmin",
            "/api/v1/account/balance%2f..%2f..%2fadmin",
            "/api/v1/account/balance%00",
            "/api/v1/account/balance%20",
            "/api/v1/account/balance;x=1",
            "/api/v1//account//balance",
            "//api/v1/account/balance",
            "/api/v1/account/%62alance",
            "/api/v1/account/./balance",
            "/v1/credits#/../../admin",
            "/v1/credits%23/../admin",
            "/v1/credits%3fx=1",
            "/v1/credits/",
            "/v1/organizations/%2e%2e/credits",
            "/v1/organizations/..%2fcredits/credits",
            "/v1/organizations/a%2f..%2f..%2fadmin/credits",
            "/v1/organizations/a%0d%0aX:1/credits",
            "/v1/organizations/a\\..\\admin/credits",
            "/api/v1/account/balance?a=1#/../admin",
            "/api/v1/account/balance?a=1%0d%0aX-Injected:1",
            "/api/v1/account/balance?a=http://evil/../x",
            &format!("{organization}/../../../admin"),
            &format!("http://evil.example{organization}"),
            &format!("{organization}/credits/events/%2e%2e/%2e%2e"),
        ] {
            send_raw(desk, &format!("GET {path} HTTP/1.1"), &[]).await?;
        }
        let allowed: BTreeSet<_> = CALLS.iter().map(|call| call.path).collect();
        let mut count = 0;
        for request in vendors.iter().flat_map(Vendor::requests) {
            let target = request.split(' ').nth(1).context("no target")?;
            let path = target.split('?').next().unwrap_or_default();
            let is_allowed = allowed.contains(path)
                || path.strip_prefix("/v1/organizations/").is_some_and(|rest| {
                    let id = rest.split('/').next().unwrap_or_default();
                    allowed.contains(&*path.replacen(id, "{id}", 1))
                        && id
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
                });
            assert!(is_allowed, "{target}");
            assert!(
                !target.contains('#') && !request.contains("\nX-Injected"),
                "{request}"
            );
            count += 1;
        }
        // Some of them are only other spellings of an allowed call, and arrive under its canonical path.
        assert!(count > 3, "{count}");
        Ok(())
    });
}

#[test]
fn only_the_headers_that_a_call_needs_reach_a_vendor() {
    setup().journey(async |desk| {
        let vendors = put_vendors(desk, "200 OK", &[])?;
        let hostile = [
            "X-HTTP-Method-Override: DELETE",
            "X-Method-Override: DELETE",
            "X-Original-URL: /admin",
            "X-Rewrite-URL: /admin",
            "X-Forwarded-For: 10.0.0.1",
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Proto: http",
            "Forwarded: for=10.0.0.1",
            "X-Real-IP: 10.0.0.1",
            "X-Api-Key: other",
            "X-Organization-Id: other",
            "Proxy-Authorization: Basic eDp4",
            "Via: 1.1 other",
            "Origin: https://evil.example",
            "Referer: https://evil.example/",
            "Accept-Language: de",
            "Range: bytes=0-1",
            "If-None-Match: x",
            "Expect: 100-continue",
        ];
        for path in ["/api/v1/account/balance", "/v1/credits"] {
            send_raw(desk, &format!("GET {path} HTTP/1.1"), &hostile).await?;
        }
        let mut with_body = vec!["Content-Type: text/xml", "Sec-Fetch-Site: same-origin"];
        with_body.extend(hostile);
        let key = format!("Idempotency-Key: {KEY}");
        with_body.push(&key);
        send_raw(desk, &format!("POST {TRANSFER_PATH} HTTP/1.1"), &with_body).await?;
        let requests: Vec<_> = vendors.iter().flat_map(Vendor::requests).collect();
        assert_eq!(requests.len(), 3, "{requests:?}");
        let allowed = BTreeSet::from([
            "accept",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "idempotency-key",
            "user-agent",
        ]);
        for request in requests {
            let lines = request.lines().skip(1).take_while(|line| !line.is_empty());
            for line in lines {
                let name = line.split(':').next().unwrap_or_default().to_lowercase();
                assert!(allowed.contains(&*name), "{line}");
            }
            let keys = KEYS.map(|(_, key)| format!("Authorization: Bearer {key}\r\n"));
            assert!(keys.iter().any(|key| request.contains(key)), "{request}");
            assert!(!request.contains("xml"), "{request}");
        }
        Ok(())
    });
}

#[test]
fn a_vendors_headers_control_neither_the_gateway_nor_the_browser() {
    setup().journey(async |desk| {
        let hostile = [
            "Content-Type: text/html",
            "X-Accel-Redirect: /v1/credits",
            "X-Accel-Buffering: no",
            "X-Accel-Limit-Rate: 1",
            "Clear-Site-Data: \"*\"",
            "WWW-Authenticate: Basic realm=\"Credit Desk\"",
            "Set-Cookie: credit_desk_device=x; Path=/",
            "Set-Cookie: credit_desk_signed_out=1",
            "Refresh: 0; url=https://evil.example/",
            "Location: https://evil.example/",
            "Link: <https://evil.example/x.css>; rel=stylesheet",
            "X-Signed-Out: yes",
            "Content-Security-Policy: default-src *",
            "Strict-Transport-Security: max-age=0",
            "Access-Control-Allow-Origin: *",
            "Service-Worker-Allowed: /",
            "SourceMap: https://evil.example/map",
            "Cache-Control: public, max-age=31536000",
            "Expires: Thu, 31 Dec 2099 00:00:00 GMT",
            "Alt-Svc: h2=\"evil.example:443\"",
            "X-Request-Id: req_1",
            "Retry-After: 3",
        ];
        for status in [
            "200 OK",
            "401 Unauthorized",
            "302 Found",
            "429 Too Many Requests",
        ] {
            let [reseller, organizations] = put_vendors(desk, status, &hostile)?;
            let path = "/api/v1/account/balance";
            let response = desk_client()?
                .get(format!("{}{path}", desk.address()))
                .basic_auth(STAFF.0, Some(STAFF.1))
                .header("cookie", desk.host().device_cookie(STAFF.0)?)
                .send()
                .await?;
            let code: u16 = status[..3].parse()?;
            assert_eq!(response.status(), code);
            let headers = response.headers().clone();
            assert_eq!(
                response.text().await?,
                r#"{"vendor":"reseller"}"#,
                "{status}"
            );
            assert!(!text_of(&headers).contains("evil"), "{headers:?}");
            let own: BTreeSet<_> = credit_desk_hosting::rules::headers(&[])
                .into_iter()
                .map(|(name, _)| name.to_lowercase())
                .chain(
                    [
                        "cache-control",
                        "connection",
                        "content-length",
                        "content-type",
                        "date",
                        "retry-after",
                        "server",
                        "transfer-encoding",
                        "x-request-id",
                    ]
                    .map(str::to_owned),
                )
                .collect();
            for name in headers.keys() {
                assert!(own.contains(name.as_str()), "{status}: {name}");
            }
            assert_eq!(headers["x-request-id"], "req_1");
            assert_eq!(headers["retry-after"], "3");
            assert!(
                headers["content-type"]
                    .to_str()?
                    .starts_with("application/json")
            );
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(reseller.requests().len(), 1);
            assert_eq!(organizations.requests(), Vec::<String>::new(), "{status}");
        }
        Ok(())
    });
}

fn desk_client() -> Result<Client> {
    client_at(1)
}

fn text_of(headers: &HeaderMap) -> String {
    format!("{headers:?}")
}

#[test]
fn no_other_spelling_of_a_key_is_a_different_key() {
    setup().journey(async |desk| {
        assert_eq!(transfer(desk, KEY)?.send().await?.status(), 200);
        let long = format!("{KEY}{}", "0".repeat(3500));
        for spelling in [
            KEY.to_uppercase(),
            KEY.replace('-', ""),
            format!("{{{KEY}}}"),
            format!("{KEY}-"),
            format!("urn:uuid:{KEY}"),
            format!("\"{KEY}\""),
            format!("{KEY},{KEY}"),
            format!("{KEY}/.."),
            "../00".to_owned(),
            long,
        ] {
            let status = transfer(desk, &spelling)?.send().await?.status();
            assert_eq!(status, StatusCode::BAD_REQUEST, "{spelling}");
        }
        // With two keys, the gateway checks the one that it forwards, and forwards neither of them twice.
        let status = transfer(desk, KEY)?
            .header("idempotency-key", OTHER_KEY)
            .send()
            .await?
            .status();
        assert!(!status.is_success(), "{status}");
        // Whitespace around a header value is not part of it.
        for padded in [format!("{KEY} "), format!(" {KEY}"), format!("{KEY}\t")] {
            let line = format!("Idempotency-Key: {padded}");
            let response =
                send_raw(desk, &format!("POST {TRANSFER_PATH} HTTP/1.1"), &[&line]).await?;
            assert!(!response.starts_with("HTTP/1.1 200"), "{response}");
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 1);
        Ok(())
    });
}

#[test]
fn a_key_that_cannot_be_stored_is_not_forwarded() {
    setup().journey(async |desk| {
        let folder = desk.host().state().join("keys/00");
        fs::remove_dir(&folder)?;
        for _ in 0..2 {
            let status = transfer(desk, KEY)?.send().await?.status();
            assert!(status.is_server_error(), "{status}");
            fs::remove_file(&folder).or_else(|_| fs::write(&folder, "no folder"))?;
        }
        assert_eq!(desk.sandbox.requests(TRANSFER).await?, 0);
        Ok(())
    });
}

#[test]
fn only_keys_older_than_thirty_days_are_deleted() {
    setup().journey(async |desk| {
        for key in [KEY, OTHER_KEY] {
            assert_eq!(transfer(desk, key)?.send().await?.status(), 200);
        }
        for (key, age) in [(KEY, "31 days ago"), (OTHER_KEY, "29 days ago")] {
            let folder = desk.host().state().join("keys/00").join(key);
            let touched = Command::new("touch")
                .args(["-d", age])
                .arg(folder)
                .status()?;
            assert!(touched.success());
        }
        desk.host().script(&["forget"], "")?;
        assert_eq!(transfer(desk, KEY)?.send().await?.status(), 200);
        assert_eq!(transfer(desk, OTHER_KEY)?.send().await?.status(), 503);
        Ok(())
    });
}

#[test]
fn other_users_of_the_machine_cannot_use_up_a_key_or_reach_a_vendor() {
    setup().journey(async |desk| {
        // Its sockets are in a folder that only the workers can enter, and it listens nowhere else.
        assert_eq!(mode(&desk.host().state())?, 0o700);
        assert!(desk.host().state().join("once.sock").exists());
        let text = fs::read_to_string(desk.host().rules())?;
        let listens: Vec<_> = text
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("listen "))
            .collect();
        let public = desk.host().own_address().replace("http://", "listen ");
        for line in &listens {
            assert!(
                line.starts_with("listen unix:") || line.starts_with(&public),
                "{line}"
            );
        }
        assert_eq!(listens.len(), 2, "{listens:?}");
        // The gateway itself doesn't offer them either.
        for path in ["/_once", "/keys/00/x/", "/known", "/_ask"] {
            let status = staff_request(desk, Method::GET, path)?
                .send()
                .await?
                .status();
            assert!(status == 404 || status == 200, "{path}: {status}");
        }
        let count = fs::read_dir(desk.host().state().join("keys/00"))?.count();
        assert_eq!(count, 0);
        Ok(())
    });
}

#[test]
fn keys_and_passwords_are_never_in_a_file_that_others_can_read() {
    setup().journey(async |desk| {
        for (name, expected) in [
            ("reseller-key.conf", 0o600),
            ("organizations-key.conf", 0o600),
            ("devices.map", 0o600),
            ("staff.htpasswd", 0o640),
        ] {
            assert_eq!(mode(&desk.host().secret(name))?, expected, "{name}");
        }
        assert_eq!(mode(&desk.host().access_log_file())?, 0o640);
        // A dot in a user name matches only a dot: no other user is removed.
        desk.host()
            .script(&["add-user", "front.desk"], "long-enough\n")?;
        desk.host()
            .script(&["remove-user", "front-desk"], "")
            .unwrap_err();
        desk.host().script(&["remove-user", "front.desk"], "")?;
        // The second key has not been entered yet, but the first one is already protected.
        let first = desk.host().secret("reseller-key.conf");
        fs::remove_file(&first)?;
        desk.host().script(&["init"], "first-key\n").unwrap_err();
        assert_eq!(mode(&first)?, 0o600);
        assert!(fs::read_to_string(&first)?.contains("Bearer first-key"));
        for bad in ["", "\n", "with space\n", "quote\"\n", "new;line\n"] {
            desk.host()
                .script(&["set-key", "reseller"], bad)
                .unwrap_err();
        }
        for bad in ["../x", "a b", "a:b", ""] {
            desk.host()
                .script(&["add-user", bad], "long-enough")
                .unwrap_err();
        }
        desk.host()
            .script(&["add-user", "clerk"], "short")
            .unwrap_err();
        Ok(())
    });
}

#[test]
fn it_does_not_start_with_an_empty_or_readable_key_file() {
    setup().journey(async |desk| {
        let host = desk.host();
        let file = host.secret("reseller-key.conf");
        let good = fs::read_to_string(&file)?;
        host.stop();
        for mode in [0o644, 0o604, 0o660, 0o640, 0o602] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
            let error = host.start_again().unwrap_err().to_string();
            assert!(error.contains("can be read"), "{mode:o}: {error}");
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        for bad in [
            "",
            "# nothing\n",
            "map \"\" $credit_desk_reseller_key {\n    default \"Bearer \";\n}\n",
        ] {
            fs::write(&file, bad)?;
            host.start_again().unwrap_err();
        }
        // It doesn't start without the startup check either.
        for bad in ["", "# nothing\n"] {
            fs::write(&file, bad)?;
            host.check_rules().unwrap_err();
        }
        fs::remove_file(&file)?;
        host.check_rules().unwrap_err();
        fs::write(&file, good)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        for name in ["devices.map", "staff.htpasswd"] {
            let file = host.secret(name);
            let before = mode(&file)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
            host.start_again().unwrap_err();
            fs::set_permissions(&file, fs::Permissions::from_mode(before))?;
        }
        host.start_again()
    });
}

#[test]
fn a_deployment_with_one_api_needs_one_key() {
    setup().journey(async |desk| {
        fs::remove_file(desk.host().secret("reseller-key.conf"))?;
        desk.host()
            .change_gateway(|gateway| gateway.reseller = None)?;
        desk.host().restart()?;
        let status = async |path: &str| {
            anyhow::Ok(
                staff_request(desk, Method::GET, path)?
                    .send()
                    .await?
                    .status(),
            )
        };
        assert_eq!(status("/v1/credits").await?, 200);
        assert_eq!(status("/api/v1/account/balance").await?, 403);
        Ok(())
    });
}

#[test]
fn the_access_log_has_the_user_and_the_key_of_the_request_and_no_secret() {
    setup().journey(async |desk| {
        assert_eq!(transfer(desk, KEY)?.send().await?.status(), 200);
        let path = "/api/v1/account/balance?token=secret-in-query";
        staff_request(desk, Method::GET, path)?.send().await?;
        let mistaken = guess(desk, &client_at(1)?, "typed-password", "x").await?;
        assert_eq!(mistaken.status(), 401);
        let log = desk.host().access_log();
        let lines: Vec<serde_json::Value> = log
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let transfer = lines
            .iter()
            .find(|line| line["path"] == TRANSFER_PATH)
            .context("no log entry")?;
        assert_eq!(transfer["user"], STAFF.0);
        assert_eq!(transfer["idempotency_key"], KEY);
        assert_eq!(transfer["status"], 200);
        let secrets = [
            STAFF.1,
            "typed-password",
            "secret-in-query",
            "credit_desk_device",
        ];
        for secret in secrets.into_iter().chain(KEYS.map(|(_, key)| key)) {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        Ok(())
    });
}

#[test]
fn response_times_do_not_reveal_which_users_exist() {
    setup().journey(async |desk| {
        for name in [STAFF.0, "unknown-user"] {
            let start = Instant::now();
            let response = guess(desk, &client_at(1)?, name, "wrong").await?;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert!(start.elapsed() >= Duration::from_millis(500), "{name}");
        }
        Ok(())
    });
}

#[test]
fn guesses_are_limited_by_address_and_by_name_but_never_block_a_known_browser() {
    setup().journey(async |desk| {
        let attacker = client_at(2)?;
        let guesses = (0..30).map(|number| {
            let (attacker, name) = (&attacker, format!("name-{number}"));
            async move { anyhow::Ok(guess(desk, attacker, &name, "wrong").await?.status()) }
        });
        let statuses = futures_util::future::try_join_all(guesses).await?;
        let tried = statuses.iter().filter(|status| **status == 401).count();
        assert!((1..=12).contains(&tried), "{statuses:?}");
        // Even the right password is not checked now.
        let right = guess(desk, &attacker, STAFF.0, STAFF.1).await?;
        assert_eq!(right.status(), StatusCode::TOO_MANY_REQUESTS);
        // One name, from many addresses.
        let mut tried = 0;
        for last in 10..40 {
            let response = guess(desk, &client_at(last)?, COLLEAGUE.0, "wrong").await?;
            tried += usize::from(response.status() == StatusCode::UNAUTHORIZED);
        }
        assert!((1..=14).contains(&tried), "{tried}");
        // A browser that has signed in before is still let in, from the same address and under the same name.
        let (name, password) = COLLEAGUE;
        let known = attacker
            .get(format!("{}/", desk.host().own_address()))
            .basic_auth(name, Some(password))
            .header("cookie", desk.host().device_cookie(name)?);
        assert_eq!(known.send().await?.status(), 200);
        // Another user's cookie doesn't help.
        let wrong = attacker
            .get(format!("{}/", desk.host().own_address()))
            .basic_auth(name, Some("wrong"))
            .header("cookie", desk.host().device_cookie(STAFF.0)?);
        assert_eq!(wrong.send().await?.status(), StatusCode::TOO_MANY_REQUESTS);
        let long = "x".repeat(2000);
        let long = guess(desk, &client_at(3)?, STAFF.0, &long).await?;
        assert_eq!(long.status(), StatusCode::BAD_REQUEST);
        Ok(())
    });
}

#[test]
fn only_the_right_password_sets_the_cookie_of_a_known_browser() {
    setup().journey(async |desk| {
        let client = client_at(1)?;
        let device = desk.host().device_cookie(STAFF.0)?;
        let right = guess(desk, &client, STAFF.0, STAFF.1).await?;
        let given = right.headers()["set-cookie"].to_str()?;
        assert!(given.starts_with(&device), "{given}");
        assert!(
            given.contains("HttpOnly") && given.contains("SameSite=Strict"),
            "{given}"
        );
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/sign-out"),
            (Method::POST, "/"),
            (Method::POST, TRANSFER_PATH),
            (Method::GET, "/.git/config"),
            (Method::GET, "/api/v1/nothing"),
            (Method::GET, "/nothing.js"),
        ] {
            for cookie in ["", "credit_desk_signed_out=1"] {
                let address = format!("{}{path}", desk.host().own_address());
                let response = client
                    .request(method.clone(), address)
                    .basic_auth(STAFF.0, Some("wrong"))
                    .header("cookie", cookie)
                    .send()
                    .await?;
                let headers = text_of(response.headers());
                assert!(!headers.contains(&device), "{method} {path}: {headers}");
            }
        }
        Ok(())
    });
}

#[test]
fn after_signing_out_the_password_is_required_again() {
    setup().journey(async |desk| {
        let client = client_at(1)?;
        let address = desk.host().own_address();
        let get = |path: &str, cookie: &str, mode: &str| {
            let request = client.get(format!("{address}{path}"));
            let request = request
                .basic_auth(STAFF.0, Some(STAFF.1))
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-mode", mode);
            let device = desk.host().device_cookie(STAFF.0)?;
            Ok::<_, anyhow::Error>(request.header("cookie", format!("{device}; {cookie}")))
        };
        let signed_out = get("/sign-out", "", "navigate")?.send().await?;
        assert_eq!(signed_out.status(), StatusCode::SEE_OTHER);
        let cookie = signed_out.headers()["set-cookie"].to_str()?.to_owned();
        let cookie = cookie.split(';').next().context("no cookie")?.to_owned();
        // The browser still sends the password, but it is ignored, and no dialog opens over another tab.
        let call = get("/v1/credits", &cookie, "cors")?.send().await?;
        assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(call.headers()["x-signed-out"], "yes");
        assert!(!call.headers().contains_key("www-authenticate"));
        let page = get("/", &cookie, "navigate")?.send().await?;
        assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
        assert!(page.headers().contains_key("www-authenticate"));
        assert!(page.headers()["set-cookie"].to_str()?.contains("Max-Age=0"));
        assert_eq!(get("/", "", "navigate")?.send().await?.status(), 200);
        // Another site can't sign a user out.
        let foreign = client
            .get(format!("{address}/sign-out"))
            .header("sec-fetch-site", "cross-site");
        assert_eq!(foreign.send().await?.status(), StatusCode::FORBIDDEN);
        Ok(())
    });
}

#[test]
fn a_removed_user_is_rejected_at_once() {
    setup().journey(async |desk| {
        desk.host().script(&["remove-user", STAFF.0], "")?;
        desk.host().restart()?;
        let response = guess(desk, &client_at(1)?, STAFF.0, STAFF.1).await?;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let (name, password) = COLLEAGUE;
        assert_eq!(
            guess(desk, &client_at(1)?, name, password).await?.status(),
            200
        );
        Ok(())
    });
}
