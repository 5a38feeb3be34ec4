//! What nginx reads.

use crate::{
    fill,
    rules::{ASK, FOREVER, HASHED, NEVER, TYPES, headers},
};

/// Where a plain static host is.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    /// What is written behind `listen`, such as `127.0.0.1:8080`.
    pub listen: &'a str,
    /// The folder of the built portal.
    pub root: &'a str,
}

/// The text of a file for `conf.d/`: a server that serves the portal's files and nothing else.
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

/// How long an answer may be kept: by its status first, so that a file that is missing is not missing for a year.
pub(crate) fn cache() -> String {
    format!(
        "map \"$status $uri\" $credit_desk_cache {{\n    \"~^[45]\" \"{NEVER}\";\n    \"~^\\d+ /(api|v1)/\" \"{NEVER}\";\n    \
         \"~{HASHED}\" \"{FOREVER}\";\n    default \"{ASK}\";\n}}"
    )
}

/// The lines that add the headers of every answer.
pub(crate) fn header_lines(sources: &[String]) -> String {
    let lines: Vec<_> = headers(sources)
        .iter()
        .map(|(name, value)| format!("add_header {name} \"{value}\" always;"))
        .collect();
    lines.join("\n")
}

/// The part of a server block that serves the files. `config` is the location of config.json.
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
