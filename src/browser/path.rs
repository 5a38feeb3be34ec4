//! Pure: paths on the page's own host.

/// `path` with exactly one leading slash.
///
/// Browsers read two leading slashes as the start of a host name, treat a backslash as a slash, and skip tabs and line
/// breaks. A URL built from such a path could point to another host.
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
    fn no_path_points_to_another_host() {
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
