//! What a `config.json` must hold besides its shape. The schema's test holds both to the same.

use crate::config::{Config, Credentials};
use serde_json::Value;

/// The whole numbers and their limits, as they are called in the file.
pub(super) const LIMITS: [(&str, u32, u32); 4] = [
    ("timeout_seconds", 1, 300),
    ("lock_after_minutes", 0, 480),
    ("replay_window_hours", 0, 8760),
    ("settles_after_seconds", 1, 600),
];
/// The longest title, in characters.
pub(super) const TITLE: usize = 60;
/// The longest label of a link.
pub(super) const LABEL: usize = 40;
/// The most links.
pub(super) const LINKS: usize = 5;
/// What an address may hold besides letters and figures.
pub(super) const SIGNS: &str = "._~%/:@!$&'()*+,;=-";
/// What a link may hold besides.
pub(super) const LINK_SIGNS: &str = "?#{}";

const BASE_URL: &str = "it must be an http(s) address such as \"https://backend.example/api/v1\", or a path on the portal's own host such as \"/api/v1\"";
const LINK: &str =
    "it must be an https address, or a path on the portal's own host such as \"/help\"";
const PATH: &str = "it must be a path on the portal's own host such as \"/sign-out\"";

/// A path through the file's keys, and what is wrong there.
pub(super) type Wrong = (Vec<&'static str>, String);

/// What is a list and should be an object: the reader takes a list for one.
pub(super) fn shape(text: &str) -> Option<Wrong> {
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

/// The first thing that is wrong.
pub(super) fn wrong(config: &Config) -> Option<Wrong> {
    let gateway = config.credentials == Credentials::Gateway;
    let found = of_length("title", &config.title, TITLE)
        .or_else(|| within("timeout_seconds", config.timeout_seconds))
        .or_else(|| within("lock_after_minutes", config.lock_after_minutes.unwrap_or(0)))
        .or_else(|| help(config))
        .or_else(|| sign_in(config, gateway));
    if let Some((key, wrong)) = found {
        return Some((vec![key], wrong));
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
            .or_else(|| (!is_address(url, true, "")).then(|| ("base_url", format!("{}; {BASE_URL}", wont_do(url)))))
            .or_else(|| {
                (gateway && !url.starts_with('/')).then(|| {
                    ("base_url", format!("\"{url}\" will not do with \"credentials\": \"gateway\"; behind a gateway it must be a path on the portal's own host such as \"/api/v1\""))
                })
            });
        if let Some((key, wrong)) = found {
            return Some((vec![name, key], wrong));
        }
    }
    let is_empty = config.reseller_api.is_none() && config.organizations_api.is_none();
    is_empty.then(|| {
        let wrong =
            "Neither \"reseller_api\" nor \"organizations_api\" is set; at least one is needed.";
        (Vec::new(), wrong.to_owned())
    })
}

/// A service that has stopped working on a request while the portal still waits for its response contradicts itself.
fn settles_too_early(timeout: u32, settles: u32) -> Option<(&'static str, String)> {
    (settles < timeout).then(|| {
        (
            "settles_after_seconds",
            format!("{settles} will not do; it must be at least \"timeout_seconds\" ({timeout})"),
        )
    })
}

/// A value that may hold somebody's password is not repeated.
fn wont_do(url: &str) -> String {
    let shown = if url.contains('@') {
        "what stands there"
    } else {
        url
    };
    format!("\"{shown}\" will not do")
}

fn help(config: &Config) -> Option<(&'static str, String)> {
    if config.help.len() > LINKS {
        return Some(("help", format!("there may be at most {LINKS} links")));
    }
    config.help.iter().find_map(|link| {
        let url = &link.url;
        let label = of_length("help", &link.label, LABEL);
        label.or_else(|| {
            (!is_address(url, false, LINK_SIGNS))
                .then(|| ("help", format!("\"{url}\" will not do; {LINK}")))
        })
    })
}

fn sign_in(config: &Config, gateway: bool) -> Option<(&'static str, String)> {
    let addresses = [
        ("sign_in_url", &config.sign_in_url),
        ("sign_out_url", &config.sign_out_url),
    ];
    for (key, url) in addresses {
        let Some(url) = url else { continue };
        if !gateway {
            let wrong = "it is for \"credentials\": \"gateway\" only";
            return Some((key, wrong.to_owned()));
        }
        let is_elsewhere = key == "sign_out_url" && !url.starts_with('/');
        if is_elsewhere || !is_address(url, false, LINK_SIGNS) {
            let needed = if key == "sign_in_url" { LINK } else { PATH };
            return Some((key, format!("\"{url}\" isn't valid; {needed}")));
        }
    }
    None
}

fn of_length(key: &'static str, text: &str, most: usize) -> Option<(&'static str, String)> {
    let fits = (1..=most).contains(&text.chars().count());
    (!fits).then(|| (key, format!("a text of 1 to {most} characters is needed")))
}

fn within(key: &'static str, value: u32) -> Option<(&'static str, String)> {
    let (_, least, most) = LIMITS.into_iter().find(|(name, ..)| *name == key)?;
    let fits = (least..=most).contains(&value);
    (!fits).then(|| {
        (
            key,
            format!("{value} will not do; it must be from {least} to {most}"),
        )
    })
}

/// Whether this is a path on one's own host, or an address on another. No user, password or query stands in it.
fn is_address(text: &str, http: bool, more: &str) -> bool {
    let plain = text.strip_prefix("http://").filter(|_| http);
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
    let is_sign = |letter: char| SIGNS.contains(letter) || more.contains(letter);
    path.chars()
        .all(|letter| letter.is_ascii_alphanumeric() || is_sign(letter))
}
