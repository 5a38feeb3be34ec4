//! Where the backends are, by a deployment's config.json. What is wrong with it otherwise, the portal says itself.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::rules::Api;

/// The backends of a config.json that are not on the portal's own host, as sources of a Content-Security-Policy.
///
/// # Errors
/// When it cannot be read, or names an address that no policy can hold.
pub fn sources(file: &Path) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    sources_of(&text).with_context(|| format!("{} cannot be used", file.display()))
}

/// The APIs that a config.json uses.
///
/// # Errors
/// As [`sources`].
pub fn apis(file: &Path) -> Result<Vec<Api>> {
    let config = read(file)?;
    let uses = |api: &Api| config[format!("{api}_api")].is_object();
    Ok([Api::Reseller, Api::Organizations]
        .into_iter()
        .filter(uses)
        .collect())
}

fn read(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}

/// The same, of its text.
///
/// # Errors
/// As [`sources`].
pub fn sources_of(text: &str) -> Result<Vec<String>> {
    let config: Value = serde_json::from_str(text).context("it is no JSON")?;
    let mut sources = Vec::new();
    for api in ["reseller_api", "organizations_api"] {
        let Some(url) = config[api]["base_url"].as_str() else {
            continue;
        };
        if url.starts_with('/') {
            continue;
        }
        let source =
            source(url).with_context(|| format!("\"base_url\" of \"{api}\" is {url:?}"))?;
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}

/// No more than the address itself and what lies below it.
fn source(url: &str) -> Result<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
        bail!("neither an http(s) address nor a path");
    };
    // Whatever could end the source, the directive or the header.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%[]".contains(c);
    if let Some(odd) = url.chars().find(|c| !is_plain(*c)) {
        bail!("no policy can hold {odd:?}");
    }
    let url = url.trim_end_matches('/');
    let slash = if rest.trim_end_matches('/').contains('/') {
        "/"
    } else {
        ""
    };
    Ok(format!("{url}{slash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backends_elsewhere_are_sources() {
        let both = |a: &str, b: &str| {
            sources_of(&format!(
                r#"{{"reseller_api":{{"base_url":"{a}"}},"organizations_api":{{"base_url":"{b}"}}}}"#
            ))
        };
        let are = |a, b, expected: &[&str]| assert_eq!(both(a, b).unwrap(), expected);
        are("/api/v1", "/", &[]);
        are(
            "https://backend.example/api/v1",
            "https://api.example/",
            &["https://backend.example/api/v1/", "https://api.example"],
        );
        are(
            "http://127.0.0.1:9",
            "http://127.0.0.1:9",
            &["http://127.0.0.1:9"],
        );
        for bad in [
            "ftp://x",
            "https://",
            "https://a;script-src *",
            "https://a b",
            "https://*.a",
            "https://a,b",
        ] {
            both("/api", bad).unwrap_err();
        }
        assert_eq!(sources_of("{}").unwrap(), Vec::<String>::new());
        sources_of("").unwrap_err();
    }
}
