//! What Caddy reads.

use crate::{
    fill,
    rules::{ASK, FOREVER, HASHED, NEVER, headers},
};

/// The text of a Caddyfile that serves the folder `root` at `address`.
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
            ("HASHED", HASHED),
            ("FOREVER", FOREVER),
            ("ASK", ASK),
            ("NEVER", NEVER),
        ],
    )
}
