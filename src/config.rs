//! `config.json`, fetched beside the page at start: which backends there are and how credentials come.
//!
//! One build serves every deployment; what differs between them stands here.

use serde::Deserialize;

/// Where the configuration is fetched from.
const ADDRESS: &str = "/config.json";

/// A deployment's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The name shown at the top of every screen.
    #[serde(default = "default_title")]
    pub title: String,
    /// The reseller API. Absent: calculate, transfer, revert and the log are not offered.
    #[serde(default)]
    pub reseller_api: Option<Backend>,
    /// The organizations API. Absent: allocate is not offered.
    #[serde(default)]
    pub organizations_api: Option<Backend>,
    /// How credentials come.
    #[serde(default)]
    pub credentials: Credentials,
    /// Seconds until a request counts as unanswered.
    #[serde(default = "default_timeout")]
    pub timeout_seconds: u32,
}

/// One backend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// An `http(s)` address, or a path on the page's own host. Paths of the contract are put behind it.
    pub base_url: String,
    /// Whether the same Idempotency-Key with the same body gives the first answer again.
    #[serde(default)]
    pub replays_idempotency_keys: bool,
    /// For how many hours it does.
    #[serde(default = "default_window")]
    pub replay_window_hours: u32,
    /// For how many seconds after a request has left the backend may still carry it out. Only then does its
    /// absence from the log prove anything.
    #[serde(default = "default_settling")]
    pub settles_after_seconds: u32,
}

/// How credentials come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    /// Staff paste a bearer key; it lives in memory only.
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

/// Three times the usual time limit; both vendors' own clients give up after 60 seconds (contract §2).
fn default_settling() -> u32 {
    60
}

impl Config {
    /// Reads and checks the text of a `config.json`.
    ///
    /// # Errors
    /// A sentence that says where it is wrong and what would be right.
    pub fn read(text: &str) -> Result<Self, String> {
        let config: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if config.reseller_api.is_none() && config.organizations_api.is_none() {
            return Err(
                "neither \"reseller_api\" nor \"organizations_api\" is set; at least one is needed"
                    .to_owned(),
            );
        }
        if !(1..=300).contains(&config.timeout_seconds) {
            return Err("\"timeout_seconds\" must be from 1 to 300".to_owned());
        }
        for (name, backend) in [
            ("reseller_api", &config.reseller_api),
            ("organizations_api", &config.organizations_api),
        ] {
            let Some(backend) = backend else { continue };
            if !(1..=600).contains(&backend.settles_after_seconds) {
                return Err(format!(
                    "\"settles_after_seconds\" of \"{name}\" must be from 1 to 600"
                ));
            }
            let url = &backend.base_url;
            let known =
                url.starts_with("https://") || url.starts_with("http://") || url.starts_with('/');
            if !known || url.starts_with("//") || url.contains(['?', '#', ' ']) {
                return Err(format!(
                    "\"base_url\" of \"{name}\" is \"{url}\"; it must be an http(s) address such as \
                     \"https://backend.example/api/v1\", or a path on this host such as \"/api/v1\""
                ));
            }
        }
        Ok(config)
    }

    /// Fetches and checks the page's `config.json`.
    ///
    /// # Errors
    /// A sentence for the person who deployed the portal.
    pub async fn fetch() -> Result<Self, String> {
        let response = gloo_net::http::Request::get(ADDRESS)
            // A new deployment counts at once.
            .cache(web_sys::RequestCache::NoCache)
            .send()
            .await
            .map_err(|error| format!("{ADDRESS} could not be fetched: {error}"))?;
        if !response.ok() {
            return Err(format!(
                "{ADDRESS} answered with status {}",
                response.status()
            ));
        }
        let text = response
            .text()
            .await
            .map_err(|error| format!("{ADDRESS} broke off: {error}"))?;
        Self::read(&text).map_err(|error| format!("{ADDRESS}: {error}"))
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_configuration_is_good() {
        let config = Config::read(include_str!("../public/config.json")).unwrap();
        assert_eq!(config.credentials, Credentials::Typed);
        assert_eq!(config.reseller_api.unwrap().base_url, "/api/v1");
        assert!(config.organizations_api.unwrap().replays_idempotency_keys);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, word) in [
            ("", "EOF"),
            ("{}", "at least one"),
            (r#"{"reseler_api":{}}"#, "reseler_api"),
            (r#"{"reseller_api":{"base_url":"ftp://x"}}"#, "ftp://x"),
            (r#"{"reseller_api":{"base_url":"//evil"}}"#, "//evil"),
            (
                r#"{"reseller_api":{"base_url":"/api"},"timeout_seconds":0}"#,
                "timeout_seconds",
            ),
            (
                r#"{"reseller_api":{"base_url":"/api","settles_after_seconds":0}}"#,
                "settles_after_seconds",
            ),
            (
                r#"{"reseller_api":{"base_url":"/api"},"credentials":"cookies"}"#,
                "cookies",
            ),
        ] {
            let error = Config::read(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
