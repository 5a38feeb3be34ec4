//! The rules that every host keeps.

use std::{fmt, sync::LazyLock};

use regex_lite::Regex;

/// A name with a hash of its content, such as `credit-desk-0123456789abcdef_bg.wasm`: another content has another name. In the
/// words that nginx (PCRE), Caddy (RE2) and this crate share.
pub const HASHED: &str = r"[-_.][0-9a-f]{8,}(_[a-z0-9]+)*\.(css|js|wasm|svg|png|woff2)$";
/// For what is hashed.
pub const FOREVER: &str = "public, max-age=31536000, immutable";
/// For what may change under its name: kept, but asked about every time.
pub const ASK: &str = "no-cache";
/// For what is no file at all.
pub const NEVER: &str = "no-store";

/// The screens of the portal besides `/`: addresses that no file has.
pub const SCREENS: [&str; 8] = [
    "/calculate",
    "/transfer",
    "/revert",
    "/allocate",
    "/log",
    "/wallet",
    "/activity",
    "/keys",
];

/// What the files are, by their endings.
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

/// Nothing of this is any business of a page that moves credits. Only names that browsers know: others are warned about.
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

/// Whether a file never changes under its name.
pub fn is_hashed(path: &str) -> bool {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HASHED).ok());
    PATTERN
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(path))
}

/// How long the file at this path may be kept.
pub fn cache_control(path: &str) -> &'static str {
    if is_hashed(path) { FOREVER } else { ASK }
}

/// The part of the policy by which no text becomes HTML or a script, and nobody can allow it: the program builds its elements
/// one by one.
pub const TRUSTED_TYPES: &str = "; require-trusted-types-for 'script'; trusted-types 'none'";

/// The Content-Security-Policy of a portal that calls backends at these sources besides its own host.
pub fn policy(sources: &[String]) -> String {
    let elsewhere: String = sources.iter().map(|source| format!(" {source}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'{elsewhere}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'{TRUSTED_TYPES}"
    )
}

/// The headers of every answer, whatever its status.
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

/// One of the two backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The reseller API, which replays no keys.
    Reseller,
    /// The organizations API, which replays them.
    Organizations,
}

impl fmt::Display for Api {
    /// As its key file and its variables are named.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reseller => "reseller",
            Self::Organizations => "organizations",
        })
    }
}

/// A call that the portal makes. A gateway lets nothing else through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The backend.
    pub api: Api,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path of the contract; `{id}` is one segment.
    pub path: &'static str,
    /// Whether it moves something, so that it must not arrive twice where keys are not replayed.
    pub moves: bool,
}

/// All of them.
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
    fn only_names_with_a_hash_are_kept_for_good() {
        for name in [
            "/credit-desk-ad5eae024c05f83_bg.wasm",
            "/base-507c7837218d629.css",
            "/deep/credit-desk-ad5eae024c05f83.js",
            "/icon-fb73c02073806724.svg",
            "/log.ad5eae024c05f83.wasm",
        ] {
            assert_eq!(cache_control(name), FOREVER, "{name}");
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
            assert_eq!(cache_control(name), ASK, "{name}");
        }
    }

    #[test]
    fn the_policy_names_the_backends_and_nothing_unsafe_but_wasm() {
        let policy = policy(&["https://a.example/api/".to_owned()]);
        assert!(policy.contains("connect-src 'self' https://a.example/api/; "));
        assert_eq!(policy.matches("unsafe").count(), 1);
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(policy.ends_with("; require-trusted-types-for 'script'; trusted-types 'none'"));
    }

    /// The portal's own sources are the judge.
    #[test]
    fn the_screens_are_those_of_the_portal() {
        let app = include_str!("../../../src/app/screens.rs");
        let mut routes: Vec<_> = app
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>"))
            .map(|(path, _)| path)
            .filter(|path| *path != "/")
            .collect();
        let mut screens = SCREENS.to_vec();
        routes.sort_unstable();
        screens.sort_unstable();
        assert_eq!(routes, screens);
    }
}
