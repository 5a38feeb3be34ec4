//! How the page refers to a file: by a name that changes with the content, and with a hash that the browser checks.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};

/// Returns a name that changes with the content, so hosts and browsers may cache it forever.
pub fn hashed(name: &str, content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    match name.split_once('.') {
        // As trunk does it.
        Some((stem, extension)) => match stem.strip_suffix("_bg") {
            Some(stem) => format!("{stem}-{hash}_bg.{extension}"),
            None => format!("{stem}-{hash}.{extension}"),
        },
        None => format!("{name}-{hash}"),
    }
}

/// Returns the value of the `integrity` attribute.
pub fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_only_with_the_content() {
        let [a, b] = ["a", "b"].map(|content| hashed("chunk_1.wasm", content.as_bytes()));
        assert_ne!(a, b);
        assert_eq!(a, hashed("chunk_1.wasm", b"a"));
        assert!(a.starts_with("chunk_1-") && a.ends_with(".wasm"));
    }

    /// The example of the W3C recommendation.
    #[test]
    fn integrity_matches_what_browsers_compute() {
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
