//! Pure: paths of the page's own host.

/// `path` with exactly one slash at its start.
///
/// Browsers read two slashes as the start of a host's name, a backslash as a slash, and skip tabs and line breaks. An
/// address built from such a path would belong to somebody else.
pub fn on_own_host(path: &str) -> String {
    format!(
        "/{}",
        path.trim_start_matches(['/', '\\', '\t', '\n', '\r'])
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn no_path_names_another_host() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/desk/", "/desk/"),
            ("/desk//log", "/desk//log"),
            ("//evil.example/..%2f/", "/evil.example/..%2f/"),
            ("////evil.example/", "/evil.example/"),
            ("/\\evil.example/", "/evil.example/"),
            ("/\t/evil.example/", "/evil.example/"),
            ("\\\\evil.example", "/evil.example"),
            ("/%2fevil.example/", "/%2fevil.example/"),
        ] {
            assert_eq!(on_own_host(path), expected, "{path:?}");
        }
    }
}
