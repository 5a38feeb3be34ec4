//! How the page refers to a file: by a name that changes with the content, and with a hash that the browser enforces.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384};

/// A name that changes with the content: hosts and browsers may keep it for ever.
pub fn hashed(name: &str, content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let mark: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    match name.split_once('.') {
        // As trunk has it.
        Some((stem, ending)) => match stem.strip_suffix("_bg") {
            Some(stem) => format!("{stem}-{mark}_bg.{ending}"),
            None => format!("{stem}-{mark}.{ending}"),
        },
        None => format!("{name}-{mark}"),
    }
}

/// As the attribute of that name has it.
pub fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content_alone() {
        let [one, two] = ["a", "b"].map(|content| hashed("chunk_1.wasm", content.as_bytes()));
        assert_ne!(one, two);
        assert_eq!(one, hashed("chunk_1.wasm", b"a"));
        assert!(one.starts_with("chunk_1-") && one.ends_with(".wasm"));
    }

    /// The example of the W3C's recommendation.
    #[test]
    fn integrity_is_what_browsers_compute() {
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
