//! nginx's configuration.

use crate::{
    fill,
    rules::{HASHED_NAME, IMMUTABLE, NO_STORE, REVALIDATE, TYPES, headers},
};

/// A plain static host.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    /// The value of `listen`, such as `127.0.0.1:8080`.
    pub listen: &'a str,
    /// The folder with the built portal.
    pub root: &'a str,
}

/// Returns the text of a file for `conf.d/`: a server that serves only the portal's files.
pub fn host(host: Host<'_>, sources: &[String]) -> String {
    let config = "location = /config.json {\n        try_files $uri =404;\n    }";
    let files = files(host.root, config, sources);
    fill(
        include_str!("../templates/nginx.conf"),
        &[
            ("CACHE", &cache()),
            ("FILES", &files),
            ("LISTEN", host.listen),
        ],
    )
}

/// Returns the map from status and path to Cache-Control. The status comes first, so that a 404 for a hashed name isn't
/// cached for a year.
pub(crate) fn cache() -> String {
    format!(
        "map \"$status $uri\" $credit_desk_cache {{\n    \"~^[45]\" \"{NO_STORE}\";\n    \"~^\\d+ /(api|v1)/\" \"{NO_STORE}\";\n    \
         \"~{HASHED_NAME}\" \"{IMMUTABLE}\";\n    default \"{REVALIDATE}\";\n}}"
    )
}

/// Returns the directives that add the headers that every response has.
pub(crate) fn header_lines(sources: &[String]) -> String {
    let lines: Vec<_> = headers(sources)
        .iter()
        .map(|(name, value)| format!("add_header {name} \"{value}\" always;"))
        .collect();
    lines.join("\n")
}

/// Returns the part of a server block that serves the files. `config` is the location block of config.json.
pub(crate) fn files(root: &str, config: &str, sources: &[String]) -> String {
    let types: String = TYPES
        .iter()
        .map(|(ending, kind)| format!("        {kind} {ending};\n"))
        .collect();
    fill(
        include_str!("../templates/nginx-files.conf"),
        &[
            ("ROOT", root),
            ("HEADERS", &header_lines(sources).replace('\n', "\n    ")),
            ("TYPES", types.trim()),
            ("CONFIG", config),
        ],
    )
    .trim()
    .to_owned()
}
