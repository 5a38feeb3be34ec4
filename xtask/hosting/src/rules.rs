//! The rules that every host follows.

use std::{fmt, sync::LazyLock};

use regex_lite::Regex;

use crate::routes::ROUTES;

/// Matches a name that contains a hash of the content, such as `credit-desk-0123456789abcdef_bg.wasm`: new content gets
/// a new name. Uses only syntax that nginx (PCRE), Caddy (RE2) and this crate share.
pub const HASHED_NAME: &str = r"[-_.][0-9a-f]{8,}(_[a-z0-9]+)*\.(css|js|wasm|svg|png|woff2)$";
/// Cache-Control of hashed files.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Cache-Control of files that can change under the same name: cached, but revalidated every time.
pub const REVALIDATE: &str = "no-cache";
/// Cache-Control of responses that aren't files.
pub const NO_STORE: &str = "no-store";

/// Returns the paths of the portal's screens besides `/`. No file has these paths.
pub fn screens() -> impl Iterator<Item = &'static str> {
    ROUTES
        .iter()
        .map(|route| route.path)
        .filter(|path| *path != "/")
}

/// The content types, by extension.
pub const TYPES: [(&str, &str); 8] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("wasm", "application/wasm"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("woff2", "font/woff2"),
];

/// Browser features that the portal never uses. Lists only names that browsers know, because they warn about others.
const UNUSED: [&str; 16] = [
    "accelerometer",
    "camera",
    "clipboard-read",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
];

/// Returns whether the content under this name never changes.
pub fn is_hashed(path: &str) -> bool {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HASHED_NAME).ok());
    PATTERN
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(path))
}

/// Returns the Cache-Control of the file at this path.
pub fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) {
        IMMUTABLE
    } else {
        REVALIDATE
    }
}

/// The part of the policy that keeps text from ever becoming HTML or script, with no exceptions: the program creates
/// its elements one by one.
pub const TRUSTED_TYPES: &str = "; require-trusted-types-for 'script'; trusted-types 'none'";

/// Returns the Content-Security-Policy of a portal that calls services at these sources besides its own host.
pub fn policy(sources: &[String]) -> String {
    let elsewhere: String = sources.iter().map(|source| format!(" {source}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'{elsewhere}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'{TRUSTED_TYPES}"
    )
}

/// Returns the headers of every response, regardless of its status.
pub fn headers(sources: &[String]) -> Vec<(&'static str, String)> {
    let off: Vec<_> = UNUSED.iter().map(|name| format!("{name}=()")).collect();
    vec![
        ("Content-Security-Policy", policy(sources)),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ("Permissions-Policy", off.join(", ")),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("X-Frame-Options", "DENY".to_owned()),
    ]
}

/// One of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The reseller API, which does not replay idempotency keys.
    Reseller,
    /// The organizations API, which does.
    Organizations,
}

impl fmt::Display for Api {
    /// Formats the name that its key file and its nginx variables use.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reseller => "reseller",
            Self::Organizations => "organizations",
        })
    }
}

/// An API call that the portal makes. A gateway lets nothing else through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The API.
    pub api: Api,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path in the contract; `{id}` is one segment.
    pub path: &'static str,
    /// Whether the call moves credits or minutes, so that it must not arrive twice at an API that does not replay keys.
    pub moves: bool,
}

/// Every call that the portal makes.
pub const CALLS: [Call; 14] = [
    get(Api::Reseller, "/api/v1/reseller/organizations"),
    get(Api::Reseller, "/api/v1/account/balance"),
    get(Api::Reseller, "/api/v1/reseller/credits/logs"),
    post(Api::Reseller, "/api/v1/reseller/credits/calculate", false),
    post(Api::Reseller, "/api/v1/reseller/credits/transfer", true),
    post(Api::Reseller, "/api/v1/reseller/credits/revert", true),
    get(Api::Organizations, "/v1/whoami"),
    get(Api::Organizations, "/v1/credits"),
    get(Api::Organizations, "/v1/credits/events"),
    get(Api::Organizations, "/v1/organizations"),
    get(Api::Organizations, "/v1/organizations/{id}"),
    get(Api::Organizations, "/v1/organizations/{id}/credits"),
    get(Api::Organizations, "/v1/organizations/{id}/credits/events"),
    post(
        Api::Organizations,
        "/v1/organizations/{id}/credits/allocate",
        true,
    ),
];

const fn get(api: Api, path: &'static str) -> Call {
    Call {
        api,
        method: "GET",
        path,
        moves: false,
    }
}

const fn post(api: Api, path: &'static str, moves: bool) -> Call {
    Call {
        api,
        method: "POST",
        path,
        moves,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_cached_forever() {
        for name in [
            "/credit-desk-ad5eae024c05f83_bg.wasm",
            "/base-507c7837218d629.css",
            "/deep/credit-desk-ad5eae024c05f83.js",
            "/icon-fb73c02073806724.svg",
            "/log.ad5eae024c05f83.wasm",
        ] {
            assert_eq!(cache_control(name), IMMUTABLE, "{name}");
        }
        for name in [
            "/",
            "/index.html",
            "/config.json",
            "/transfer",
            "/icon.svg",
            "/credit-desk-ad5eae024c05f83.json",
            "/ad5eae024c05f83",
            "/ad5eae024c05f83.js/x",
        ] {
            assert_eq!(cache_control(name), REVALIDATE, "{name}");
        }
    }

    #[test]
    fn the_policy_allows_the_services_and_nothing_unsafe_except_wasm() {
        let policy = policy(&["https://a.example/api/".to_owned()]);
        assert!(policy.contains("connect-src 'self' https://a.example/api/; "));
        assert_eq!(policy.matches("unsafe").count(), 1);
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(policy.ends_with("; require-trusted-types-for 'script'; trusted-types 'none'"));
    }
}
