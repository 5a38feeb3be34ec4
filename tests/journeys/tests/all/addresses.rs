//! Malicious URLs on the portal's own host: with another host in the path, or with a password that must not be shown.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::{Router, http::Uri};
use credit_desk_journeys::{Desk, HostKind, STAFF, Setup};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::steps::{
    allow_failed_requests, enter_keys, goto_with_password, open_as_staff, open_screen,
};

/// Another host. It answers every request with a configuration that any page may read, and records the requests.
struct OtherHost {
    name: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl OtherHost {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let name = listener.local_addr()?.to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        let config = json!({ "title": "Other host", "credentials": "gateway", "reseller_api": { "base_url": "/api/v1" } });
        let router = Router::new().fallback(async move |uri: Uri| {
            let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.push(uri.to_string());
            ([("access-control-allow-origin", "*")], config.to_string())
        });
        let task = tokio::spawn(async move { _ = axum::serve(listener, router).await });
        Ok(Self {
            name,
            requests,
            task,
        })
    }

    fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.clone()
    }
}

impl Drop for OtherHost {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Removes the security policy, so that only the portal itself keeps its requests on its host.
fn remove_policy(desk: &Desk) -> Result<()> {
    let host = desk.host();
    host.change_rules("add_header Content-Security-Policy ", "# ")?;
    host.restart()
}

/// Links into the portal whose path starts with another host's name, each with the screen it opens.
fn links(other_host: &str) -> Vec<(String, &'static str)> {
    // Browsers keep `..%2f`, but nginx decodes it to `../` and serves the page, whose files are next to it.
    let up = format!("//{other_host}/..%2f");
    vec![
        (format!("{up}/"), "Overview"),
        (format!("{up}/?page_size=10"), "Overview"),
        (format!("//{up}/"), "Overview"),
        (format!("/{up}/log/"), "Credit log"),
        (format!("{up}/log"), "Credit log"),
        (format!("{up}/nowhere"), "Page not found"),
        (format!("/%5c{other_host}/..%2f/"), "Overview"),
        ("//".to_owned(), "Overview"),
        ("//log".to_owned(), "Credit log"),
        ("//log/".to_owned(), "Credit log"),
    ]
}

/// Asserts that the screen opens at a URL on the portal's host, and that it checks that host for a new version.
async fn assert_stays_on_host(desk: &Desk, link: &str, screen: &str) -> Result<()> {
    const CHECKED: &str = "
        if (!window.isLater) {
            window.isLater = true;
            const { Date } = window;
            const now = Date.now;
            Date.now = () => now() + 11 * 60000;
            document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        }
        const page = location.origin + document.documentElement.dataset.base;
        return performance.getEntriesByType('resource').some(({ name }) => name === page);";
    const ELSEWHERE: &str = "
        return performance.getEntriesByType('resource').map(({ name }) => new URL(name))
            .filter(({ origin, pathname }) => origin !== location.origin && !/^\\/(api\\/)?v1\\//.test(pathname)).map(String);";
    desk.heading(screen).seen().await?;
    assert!(!desk.path().await?.starts_with("//"), "{link}");
    // The check starts once its part of the program has loaded.
    open_screen(desk, "Transfer").await?;
    desk.heading("Transfer").seen().await?;
    desk.until(
        format!("a version check on the host of {link}"),
        async || Ok(desk.js(CHECKED).await? == true),
    )
    .await?;
    assert_eq!(desk.js(ELSEWHERE).await?, json!([]), "{link}");
    let title = desk.title().await?;
    assert!(!title.contains("Other host"), "{link}: {title}");
    Ok(())
}

#[test]
fn no_link_makes_the_portal_call_another_host() {
    let setup = Setup::default().host(HostKind::Plain);
    let setup = setup.config(json!({ "lock_after_minutes": 0 }));
    setup.journey(async |desk| {
        remove_policy(desk)?;
        let other_host = OtherHost::start().await?;
        for (link, screen) in links(&other_host.name) {
            desk.goto(&link).await?;
            enter_keys(desk).await?;
            assert_stays_on_host(desk, &link, screen).await?;
            assert_eq!(other_host.requests(), [""; 0], "{link}");
        }
        Ok(())
    });
}

#[test]
fn no_link_makes_a_signed_in_portal_call_another_host() {
    let setup = Setup::default().host(HostKind::Gateway);
    setup.journey(async |desk| {
        remove_policy(desk)?;
        open_as_staff(desk).await?;
        let other_host = OtherHost::start().await?;
        for (link, screen) in links(&other_host.name) {
            desk.goto(&link).await?;
            assert_stays_on_host(desk, &link, screen).await?;
            assert_eq!(other_host.requests(), [""; 0], "{link}");
        }
        Ok(())
    });
}

/// Asserts that nothing in the page, visible or not, contains the password.
async fn assert_no_password(desk: &Desk) -> Result<()> {
    const ALL: &str = "return [
        document.documentElement.outerHTML, document.URL, document.baseURI, location.href,
        ...[...document.querySelectorAll('[href], [src]')].map(({ href, src }) => String(href ?? src)),
        ...performance.getEntries().map(({ name }) => name), JSON.stringify([{ ...sessionStorage }, { ...localStorage }])]";
    let all = desk.js(ALL).await?;
    let all: Vec<String> = serde_json::from_value(all)?;
    let (_, password) = STAFF;
    for text in all {
        assert!(!text.contains(password), "{text}");
    }
    Ok(())
}

#[test]
fn a_url_with_a_password_opens_the_portal_and_is_replaced_at_once() {
    let setup = Setup::default().host(HostKind::Gateway);
    setup.journey(async |desk| {
        goto_with_password(desk, "/log?page_size=10#top").await?;
        desk.heading("Credit log").seen().await?;
        assert_eq!(desk.path().await?, "/log?page_size=10");
        assert_no_password(desk).await?;
        open_screen(desk, "Overview").await?;
        desk.heading("Overview").seen().await?;
        desk.reload().await?;
        desk.heading("Overview").seen().await?;
        assert_no_password(desk).await
    });
}

#[test]
fn the_loaders_error_page_shows_no_password() {
    let setup = Setup::default().host(HostKind::Gateway);
    setup.journey(async |desk| {
        allow_failed_requests(desk);
        let wasm = desk.host().file("_bg.wasm")?;
        desk.host().remove(&wasm)?;
        goto_with_password(desk, "/log?note=confidential").await?;
        desk.css("#fault").has("data-kind", "gone").await?;
        let details = desk.css("#fault-tell").read().await?;
        assert!(details.contains("status 404"), "{details}");
        assert!(!details.contains("confidential"), "{details}");
        assert_no_password(desk).await
    });
}

/// A browser's error message may contain a complete URL.
#[test]
fn a_url_in_an_error_is_shown_without_credentials_query_and_fragment() {
    const SECRET: &str =
        "cannot read https://clerk:month-end@desk.example/log?note=confidential#here at all";
    const PLAIN: &str = "cannot read https://desk.example/log at all";
    Setup::default().journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        let crash = format!(
            "const error = new Error('{SECRET}');
            error.stack = 'at program.wasm';
            dispatchEvent(new ErrorEvent('error', {{ error }}));"
        );
        desk.js(&crash).await?;
        desk.css("#panic-what").shows(PLAIN).await?;
        assert_no_password(desk).await?;
        let broken = format!("window.fetch = () => Promise.reject(new TypeError('{SECRET}'));");
        desk.before_every_page(&broken).await?;
        desk.goto("/").await?;
        desk.css("#fault").has("data-kind", "unreached").await?;
        desk.css("#fault-tell").shows(PLAIN).await?;
        assert_no_password(desk).await
    });
}
