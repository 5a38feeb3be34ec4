//! Caddy's configuration.

use crate::{
    fill,
    rules::{HASHED_NAME, IMMUTABLE, NO_STORE, REVALIDATE, headers},
};

/// Returns the text of a Caddyfile that serves the folder `root` at `address`.
pub fn caddyfile(address: &str, root: &str, sources: &[String]) -> String {
    let headers: String = headers(sources)
        .iter()
        .map(|(name, value)| format!("\t\t{name} \"{value}\"\n"))
        .collect();
    fill(
        include_str!("../templates/Caddyfile"),
        &[
            ("ADDRESS", address),
            ("ROOT", root),
            ("HEADERS", headers.trim()),
            ("HASHED", HASHED_NAME),
            ("FOREVER", IMMUTABLE),
            ("ASK", REVALIDATE),
            ("NEVER", NO_STORE),
        ],
    )
}
