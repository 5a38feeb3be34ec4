//! `config.json`, fetched from next to the page at startup: the services and how credentials are provided.
//!
//! One build serves every deployment; this file holds what differs between them. `public/config.schema.json` is
//! generated from these types and their doc comments.

use crate::browser::clock;
use crate::browser::path::on_own_host;
use crate::browser::prefetched;
use crate::units::clock::{Departure, Source};
use leptos::prelude::document;
use serde::Deserialize;
use std::cell::Cell;

mod check;
mod color;
mod error;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod schema;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use color::Color;
pub use error::ConfigError;

/// A deployment's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(
    all(test, not(target_arch = "wasm32")),
    derive(schemars::JsonSchema),
    schemars(title = "Credit Desk: config.json")
)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The location of this file's schema, for editors. The portal ignores it.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// The name shown at the top of every screen.
    #[serde(default = "default_title")]
    pub title: String,
    /// The color behind the title, such as "#0b5c56". The title is black or white, whichever is readable.
    #[serde(default, rename = "brand_colour")]
    pub brand_color: Option<Color>,
    /// Links to help, shown on every screen.
    #[serde(default)]
    pub help: Vec<HelpLink>,
    /// The reseller API. Without it, calculate, transfer, revert and the log aren't offered.
    #[serde(default)]
    pub reseller_api: Option<Backend>,
    /// The organizations API. Without it, allocate and the wallets aren't offered.
    #[serde(default)]
    pub organizations_api: Option<Backend>,
    /// How requests are authorized.
    #[serde(default)]
    pub credentials: Credentials,
    /// Minutes without input after which the page locks: it forgets typed keys, and signs out at a gateway. 0 means never.
    /// 15 by default.
    #[serde(default)]
    pub lock_after_minutes: Option<u32>,
    /// The gateway's sign-in page: a path on the portal's own host, or an https address. "{return}" in it is replaced by
    /// the address to return to. By default the page is reloaded, for a gateway that asks on its own.
    #[serde(default)]
    pub sign_in_url: Option<String>,
    /// The path on the portal's own host that signs out at the gateway. "/sign-out" by default.
    #[serde(default)]
    pub sign_out_url: Option<String>,
    /// Whether signing out deletes settled transactions from this browser. Pending ones always stay.
    #[serde(default)]
    pub forget_settled_at_sign_out: bool,
    /// Seconds after which a request times out.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u32,
}

/// One of the two services.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// An http(s) address, or a path on the portal's own host. The API's paths are appended to it.
    pub base_url: String,
    /// Whether the same Idempotency-Key with the same body returns the first response again.
    #[serde(default)]
    pub replays_idempotency_keys: bool,
    /// For how many hours it does so.
    #[serde(default = "default_window")]
    pub replay_window_hours: u32,
    /// For how many seconds after a request was sent the service may still carry it out. Its absence from the log proves
    /// nothing before that.
    #[serde(default = "default_settling")]
    pub settles_after_seconds: u32,
}

/// A link to help.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HelpLink {
    /// The text of the link.
    pub label: String,
    /// An https address, or a path on the portal's own host.
    pub url: String,
}

/// How requests are authorized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    /// Staff enter an API key, which is kept in memory only.
    #[default]
    Typed,
    /// A reverse proxy on the page's own host signs staff in and adds the vendor's key.
    Gateway,
}

fn default_title() -> String {
    "Credit Desk".to_owned()
}

fn default_timeout() -> u32 {
    20
}

fn default_window() -> u32 {
    24
}

/// Three times the default time limit. Both vendors' own clients give up after 60 seconds (contract §2).
fn default_settling() -> u32 {
    60
}

/// Returns the portal's path on its host, with a slash at both ends: `/` or `/desk/`. The loader derives it from its
/// own address. A path appended to it always stays on this host.
pub fn base() -> String {
    let root = document().document_element();
    let base = root.and_then(|root| root.get_attribute("data-base"));
    on_own_host(&base.unwrap_or_default())
}

impl Config {
    /// Returns the minutes without activity after which the page locks; `None` if it never does.
    pub fn locks_after(&self) -> Option<u32> {
        let minutes = self.lock_after_minutes.unwrap_or(15);
        (minutes > 0).then_some(minutes)
    }

    /// Returns the gateway's sign-out path, on the portal's own host.
    pub fn sign_out_path(&self) -> &str {
        self.sign_out_url.as_deref().unwrap_or("/sign-out")
    }

    /// Reads and checks the text of a `config.json`.
    ///
    /// # Errors
    /// Where the text is invalid, and what would be valid.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        // Some editors put a byte order mark before the text.
        let text = text.trim_start_matches('\u{feff}');
        let config: Self =
            serde_json::from_str(text).map_err(|error| ConfigError::read(text, &error))?;
        match check::find_shape_problem(text).or_else(|| check::find_problem(&config)) {
            None => Ok(config),
            Some((path, message)) => Err(ConfigError::at(text, &path, message)),
        }
    }

    /// Fetches and checks the page's `config.json`.
    ///
    /// # Errors
    /// What to report to the administrator who deployed the portal.
    pub async fn fetch() -> Result<Self, ConfigError> {
        let address = format!("{}config.json", base());
        let mut departure = Departure::default();
        let response = match prefetched::take(&address).await {
            Some(response) => response,
            None => {
                departure = clock::depart();
                gloo_net::http::Request::get(&address)
                    // A new deployment takes effect immediately.
                    .cache(web_sys::RequestCache::NoCache)
                    .send()
                    .await
                    .map_err(|_| ConfigError::missing(&address, "couldn't be loaded"))?
            }
        };
        clock::learn_date(Source::Host, departure, &response.headers());
        if !response.ok() {
            let status = format!("returned status {}", response.status());
            return Err(ConfigError::missing(&address, &status));
        }
        let text = response
            .text()
            .await
            .map_err(|_| ConfigError::missing(&address, "broke off"))?;
        if text.trim_start().starts_with('<') {
            return Err(ConfigError::missing(
                &address,
                "returned a web page. The host gives index.html for files that are missing",
            ));
        }
        Self::read(&text)
    }
}

/// The shortest pause between two requests for the host's time, in milliseconds.
const HOST_TIME_PAUSE: i64 = 30_000;

/// Learns the time of the portal's host from the `Date` header of a response, at most once every 30 seconds. A service
/// on another host may not expose its own `Date` header.
pub async fn read_host_time() {
    thread_local! {
        static LAST_REQUEST: Cell<Option<Departure>> = const { Cell::new(None) };
    }
    let age = LAST_REQUEST.get().and_then(clock::longest_since);
    if age.is_some_and(|age| age < HOST_TIME_PAUSE) {
        return;
    }
    let departure = clock::depart();
    LAST_REQUEST.set(Some(departure));
    let limit = web_sys::AbortSignal::timeout_with_u32(5000);
    let response = gloo_net::http::Request::get(&format!("{}config.json", base()))
        .cache(web_sys::RequestCache::NoStore)
        .abort_signal(Some(&limit))
        .send()
        .await;
    if let Ok(response) = response {
        clock::learn_date(Source::Host, departure, &response.headers());
    }
}
