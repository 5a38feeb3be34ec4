//! Pure: whether two base URLs belong to the same service.

/// Whether `a` and `b` are the same base URL for a page at `origin`. It may be a path or absolute, with or without a
/// trailing slash, the default port, or capital letters in the host name.
pub fn is_same_base(a: &str, b: &str, origin: &str) -> bool {
    a == b || normalized(a, origin) == normalized(b, origin)
}

fn normalized(address: &str, origin: &str) -> String {
    let address = address.trim();
    let full = if address.starts_with('/') {
        format!("{}{address}", origin.trim_end_matches('/'))
    } else {
        address.to_owned()
    };
    let (scheme, rest) = full.split_once("://").unwrap_or(("", &full));
    let scheme = scheme.to_ascii_lowercase();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let default_port = if scheme == "http" { ":80" } else { ":443" };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    // Every service that we know of treats repeated slashes as one. Dots and percent signs aren't normalized: a
    // difference there counts as another address, which is the safe choice.
    let path: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    format!("{scheme}://{host}/{}", path.join("/"))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://desk.example";

    #[test]
    fn equivalent_addresses_are_the_same() {
        for (a, b) in [
            ("/api/v1", "/api/v1/"),
            ("/api/v1", "https://desk.example/api/v1"),
            (
                "https://Backend.Example:443/api/v1/",
                "https://backend.example/api/v1",
            ),
            ("HTTP://x.example:80", "http://x.example/"),
            ("/", "https://desk.example"),
            ("/api//v1", "/api/v1"),
        ] {
            assert!(is_same_base(a, b, ORIGIN), "{a} {b}");
            assert!(is_same_base(b, a, ORIGIN), "{b} {a}");
        }
    }

    #[test]
    fn different_addresses_are_not_the_same() {
        for (a, b) in [
            ("/api/v1", "/api/v2"),
            ("/api/v1", "https://other.example/api/v1"),
            ("http://x.example/a", "https://x.example/a"),
            ("https://x.example:8443/a", "https://x.example/a"),
            ("/API/v1", "/api/v1"),
            ("", "/"),
        ] {
            assert!(!is_same_base(a, b, ORIGIN), "{a} {b}");
        }
    }
}
