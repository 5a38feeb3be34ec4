//! Addresses of the portal's own host that are made to harm: another host in the path, or a password that must not show.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::{Router, http::Uri};
use credit_desk_journeys::{Desk, Kind, STAFF, Setup};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::steps::{come_in, give_keys, go, goto_with_password, refusals_are_expected};

/// Another host. It answers everything with a configuration that any page may read, and notes what it was asked.
struct Stranger {
    name: String,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Stranger {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let name = listener.local_addr()?.to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let config = json!({ "title": "Stranger", "credentials": "gateway", "reseller_api": { "base_url": "/api/v1" } });
        let router = Router::new().fallback(async move |uri: Uri| {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.push(uri.to_string());
            ([("access-control-allow-origin", "*")], config.to_string())
        });
        let task = tokio::spawn(async move { _ = axum::serve(listener, router).await });
        Ok(Self { name, asked, task })
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.clone()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Only the portal itself keeps its requests on its host.
fn without_policy(desk: &Desk) -> Result<()> {
    let host = desk.host();
    host.change_rules("add_header Content-Security-Policy ", "# ")?;
    host.restart()
}

/// Links into the portal whose path begins with another host's name, each with its screen.
fn links(stranger: &str) -> Vec<(String, &'static str)> {
    // Browsers keep `..%2f`, but nginx decodes it to `../` and serves the page, whose files are next to it.
    let up = format!("//{stranger}/..%2f");
    vec![
        (format!("{up}/"), "Overview"),
        (format!("{up}/?page_size=10"), "Overview"),
        (format!("//{up}/"), "Overview"),
        (format!("/{up}/log/"), "Log"),
        (format!("{up}/log"), "Log"),
        (format!("{up}/nowhere"), "No such page"),
        (format!("/%5c{stranger}/..%2f/"), "Overview"),
        ("//".to_owned(), "Overview"),
        ("//log".to_owned(), "Log"),
        ("//log/".to_owned(), "Log"),
    ]
}

/// The screen is shown at an address on the portal's host, and checks that host for a newer version.
async fn is_at_home(desk: &Desk, link: &str, screen: &str) -> Result<()> {
    const LOOKS: &str = "
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
    // It looks once its own part is there.
    go(desk, "Transfer").await?;
    desk.heading("Transfer").seen().await?;
    desk.until(format!("a look at the host of {link}"), async || {
        Ok(desk.js(LOOKS).await? == true)
    })
    .await?;
    assert_eq!(desk.js(ELSEWHERE).await?, json!([]), "{link}");
    let title = desk.title().await?;
    assert!(!title.contains("Stranger"), "{link}: {title}");
    Ok(())
}

#[test]
fn no_link_makes_the_portal_ask_another_host() {
    let setup = Setup::default().host(Kind::Plain);
    let setup = setup.config(json!({ "lock_after_minutes": 0 }));
    setup.journey(async |desk| {
        without_policy(desk)?;
        let stranger = Stranger::start().await?;
        for (link, screen) in links(&stranger.name) {
            desk.goto(&link).await?;
            give_keys(desk).await?;
            is_at_home(desk, &link, screen).await?;
            assert_eq!(stranger.asked(), [""; 0], "{link}");
        }
        Ok(())
    });
}

#[test]
fn no_link_makes_a_signed_in_portal_ask_another_host() {
    let setup = Setup::default().host(Kind::Gateway);
    setup.journey(async |desk| {
        without_policy(desk)?;
        come_in(desk).await?;
        let stranger = Stranger::start().await?;
        for (link, screen) in links(&stranger.name) {
            desk.goto(&link).await?;
            is_at_home(desk, &link, screen).await?;
            assert_eq!(stranger.asked(), [""; 0], "{link}");
        }
        Ok(())
    });
}

/// Nothing of the page, seen or unseen, holds the password.
async fn password_is_nowhere(desk: &Desk) -> Result<()> {
    const ALL: &str = "return [
        document.documentElement.outerHTML, document.URL, document.baseURI, location.href,
        ...[...document.querySelectorAll('[href], [src]')].map(({ href, src }) => String(href ?? src)),
        ...performance.getEntries().map(({ name }) => name), JSON.stringify([{ ...sessionStorage }, { ...localStorage }])]";
    let all = desk.js(ALL).await?;
    let all: Vec<String> = serde_json::from_value(all)?;
    let (_, word) = STAFF;
    for text in all {
        assert!(!text.contains(word), "{text}");
    }
    Ok(())
}

#[test]
fn an_address_with_a_password_opens_the_portal_and_is_left_at_once() {
    let setup = Setup::default().host(Kind::Gateway);
    setup.journey(async |desk| {
        goto_with_password(desk, "/log?page_size=10#top").await?;
        desk.heading("Log").seen().await?;
        assert_eq!(desk.path().await?, "/log?page_size=10");
        password_is_nowhere(desk).await?;
        go(desk, "Overview").await?;
        desk.heading("Overview").seen().await?;
        desk.reload().await?;
        desk.heading("Overview").seen().await?;
        password_is_nowhere(desk).await
    });
}

#[test]
fn no_page_of_the_loader_shows_a_password() {
    let setup = Setup::default().host(Kind::Gateway);
    setup.journey(async |desk| {
        refusals_are_expected(desk);
        let wasm = desk.host().file("_bg.wasm")?;
        desk.host().remove(&wasm)?;
        goto_with_password(desk, "/log?note=confidential").await?;
        desk.css("#fault").has("data-kind", "gone").await?;
        let details = desk.css("#fault-tell").read().await?;
        assert!(details.contains("status 404"), "{details}");
        assert!(!details.contains("confidential"), "{details}");
        password_is_nowhere(desk).await
    });
}

/// An error of the browser's own words may hold a whole address.
#[test]
fn an_error_that_names_an_address_is_shown_without_what_it_holds() {
    const SECRET: &str =
        "cannot read https://clerk:month-end@desk.example/log?note=confidential#here at all";
    const PLAIN: &str = "cannot read https://desk.example/log at all";
    Setup::default().journey(async |desk| {
        desk.goto("/").await?;
        desk.heading("Sign in").seen().await?;
        let stop = format!(
            "const error = new Error('{SECRET}');
            error.stack = 'at program.wasm';
            dispatchEvent(new ErrorEvent('error', {{ error }}));"
        );
        desk.js(&stop).await?;
        desk.css("#panic-what").shows(PLAIN).await?;
        password_is_nowhere(desk).await?;
        let broken = format!("window.fetch = () => Promise.reject(new TypeError('{SECRET}'));");
        desk.before_every_page(&broken).await?;
        desk.goto("/").await?;
        desk.css("#fault").has("data-kind", "unreached").await?;
        desk.css("#fault-tell").shows(PLAIN).await?;
        password_is_nowhere(desk).await
    });
}
