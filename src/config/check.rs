//! Validates a `config.json` beyond the types of its fields. A test ensures that the schema agrees.

use crate::config::{Config, Credentials};
use serde_json::Value;

/// The integer fields: their name in the file, their minimum and their maximum.
pub(super) const LIMITS: [(&str, u32, u32); 4] = [
    ("timeout_seconds", 1, 300),
    ("lock_after_minutes", 0, 480),
    ("replay_window_hours", 0, 8760),
    ("settles_after_seconds", 1, 600),
];
/// The maximum length of the title, in characters.
pub(super) const MAX_TITLE: usize = 60;
/// The maximum length of a link's label, in characters.
pub(super) const MAX_LABEL: usize = 40;
/// The maximum number of links.
pub(super) const MAX_LINKS: usize = 5;
/// The characters allowed in an address besides letters and digits.
pub(super) const ADDRESS_CHARS: &str = "._~%/:@!$&'()*+,;=-";
/// The additional characters allowed in a link.
pub(super) const LINK_CHARS: &str = "?#{}";

const BASE_URL: &str = "it must be an http(s) address such as \"https://backend.example/api/v1\", or a path on the portal's own host such as \"/api/v1\"";
const LINK: &str =
    "it must be an https address, or a path on the portal's own host such as \"/help\"";
const PATH: &str = "it must be a path on the portal's own host such as \"/sign-out\"";

/// The path of an invalid field, and what is wrong with it.
pub(super) type Problem = (Vec<&'static str>, String);

/// Finds a list where an object is required. The derived deserializer would accept it.
pub(super) fn find_shape_problem(text: &str) -> Option<Problem> {
    let value: Value = serde_json::from_str(text).ok()?;
    let is_list = |name: &&str| value.get(*name).is_some_and(Value::is_array);
    let links = value.get("help").and_then(Value::as_array);
    let has_list = links.is_some_and(|links| links.iter().any(Value::is_array));
    let path = if value.is_array() {
        Vec::new()
    } else if has_list {
        vec!["help"]
    } else {
        vec![
            ["reseller_api", "organizations_api"]
                .into_iter()
                .find(is_list)?,
        ]
    };
    Some((path, "an object in braces is needed, not a list".to_owned()))
}

/// Finds the first invalid field.
pub(super) fn find_problem(config: &Config) -> Option<Problem> {
    let is_gateway = config.credentials == Credentials::Gateway;
    let found = of_length("title", &config.title, MAX_TITLE)
        .or_else(|| within("timeout_seconds", config.timeout_seconds))
        .or_else(|| within("lock_after_minutes", config.lock_after_minutes.unwrap_or(0)))
        .or_else(|| help(config))
        .or_else(|| sign_in(config, is_gateway));
    if let Some((key, message)) = found {
        return Some((vec![key], message));
    }
    let apis = [
        ("reseller_api", &config.reseller_api),
        ("organizations_api", &config.organizations_api),
    ];
    for (name, backend) in apis {
        let Some(backend) = backend else { continue };
        let url = &backend.base_url;
        let found = within("replay_window_hours", backend.replay_window_hours)
            .or_else(|| within("settles_after_seconds", backend.settles_after_seconds))
            .or_else(|| settles_too_early(config.timeout_seconds, backend.settles_after_seconds))
            .or_else(|| (!is_address(url, true, "")).then(|| ("base_url", format!("{}; {BASE_URL}", invalid_url(url)))))
            .or_else(|| {
                (is_gateway && !url.starts_with('/')).then(|| {
                    ("base_url", format!("\"{url}\" isn't valid with \"credentials\": \"gateway\"; behind a gateway it must be a path on the portal's own host such as \"/api/v1\""))
                })
            });
        if let Some((key, message)) = found {
            return Some((vec![name, key], message));
        }
    }
    let is_empty = config.reseller_api.is_none() && config.organizations_api.is_none();
    is_empty.then(|| {
        let message =
            "Neither \"reseller_api\" nor \"organizations_api\" is set; at least one is needed.";
        (Vec::new(), message.to_owned())
    })
}

/// A service can't have stopped processing a request while the portal still waits for its response.
fn settles_too_early(timeout: u32, settles: u32) -> Option<(&'static str, String)> {
    (settles < timeout).then(|| {
        (
            "settles_after_seconds",
            format!("{settles} isn't valid; it must be at least \"timeout_seconds\" ({timeout})"),
        )
    })
}

/// Returns the message for an invalid URL. It doesn't repeat a value that may contain a password.
fn invalid_url(url: &str) -> String {
    let shown = if url.contains('@') {
        "this address"
    } else {
        url
    };
    format!("\"{shown}\" isn't valid")
}

fn help(config: &Config) -> Option<(&'static str, String)> {
    if config.help.len() > MAX_LINKS {
        return Some(("help", format!("there may be at most {MAX_LINKS} links")));
    }
    config.help.iter().find_map(|link| {
        let url = &link.url;
        let label = of_length("help", &link.label, MAX_LABEL);
        label.or_else(|| {
            (!is_address(url, false, LINK_CHARS))
                .then(|| ("help", format!("\"{url}\" isn't valid; {LINK}")))
        })
    })
}

fn sign_in(config: &Config, is_gateway: bool) -> Option<(&'static str, String)> {
    let addresses = [
        ("sign_in_url", &config.sign_in_url),
        ("sign_out_url", &config.sign_out_url),
    ];
    for (key, url) in addresses {
        let Some(url) = url else { continue };
        if !is_gateway {
            let message = "it is for \"credentials\": \"gateway\" only";
            return Some((key, message.to_owned()));
        }
        let is_elsewhere = key == "sign_out_url" && !url.starts_with('/');
        if is_elsewhere || !is_address(url, false, LINK_CHARS) {
            let needed = if key == "sign_in_url" { LINK } else { PATH };
            return Some((key, format!("\"{url}\" isn't valid; {needed}")));
        }
    }
    None
}

fn of_length(key: &'static str, text: &str, max: usize) -> Option<(&'static str, String)> {
    let fits = (1..=max).contains(&text.chars().count());
    (!fits).then(|| (key, format!("a text of 1 to {max} characters is needed")))
}

fn within(key: &'static str, value: u32) -> Option<(&'static str, String)> {
    let (_, min, max) = LIMITS.into_iter().find(|(name, ..)| *name == key)?;
    let fits = (min..=max).contains(&value);
    (!fits).then(|| {
        (
            key,
            format!("{value} isn't valid; it must be from {min} to {max}"),
        )
    })
}

/// Whether this is a path on the portal's own host, or an https address (also http if `allows_http`). User names and
/// passwords are rejected; a query is accepted only if `extra_chars` allows it.
fn is_address(text: &str, allows_http: bool, extra_chars: &str) -> bool {
    let plain = text.strip_prefix("http://").filter(|_| allows_http);
    let path = match text.strip_prefix("https://").or(plain) {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            if host.is_empty() || !host.bytes().all(is_host) {
                return false;
            }
            path
        }
        None if text.starts_with('/') && !text.starts_with("//") => text,
        None => return false,
    };
    let is_allowed = |c: char| ADDRESS_CHARS.contains(c) || extra_chars.contains(c);
    path.chars()
        .all(|c| c.is_ascii_alphanumeric() || is_allowed(c))
}
