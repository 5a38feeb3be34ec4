//! Reads where the services are from a deployment's config.json. Any other mistake in that file is reported by the
//! portal itself.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::rules::Api;

/// Returns the services in a config.json that are not on the portal's own host, as sources for a
/// Content-Security-Policy.
///
/// # Errors
/// If the file cannot be read, or contains an address that a policy cannot express.
pub fn policy_sources(file: &Path) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    policy_sources_in(&text).with_context(|| format!("{} cannot be used", file.display()))
}

/// Returns the APIs that a config.json uses.
///
/// # Errors
/// If the file cannot be read or is not JSON.
pub fn apis(file: &Path) -> Result<Vec<Api>> {
    let config = read(file)?;
    let is_used = |api: &Api| config[format!("{api}_api")].is_object();
    Ok([Api::Reseller, Api::Organizations]
        .into_iter()
        .filter(is_used)
        .collect())
}

fn read(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}

/// Does the same as [`policy_sources`] for the text of a config.json.
///
/// # Errors
/// If the text is not JSON, or contains an address that a policy cannot express.
pub fn policy_sources_in(text: &str) -> Result<Vec<String>> {
    let config: Value = serde_json::from_str(text).context("it is not JSON")?;
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

/// Returns a source that covers the address itself and the paths below it, and no more.
fn source(url: &str) -> Result<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
        bail!("neither an http(s) address nor a path");
    };
    // Excludes every character that could end the source, the directive or the header.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/%[]".contains(c);
    if let Some(odd) = url.chars().find(|c| !is_plain(*c)) {
        bail!("a policy cannot contain {odd:?}");
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
    fn services_on_other_hosts_are_sources() {
        let both = |a: &str, b: &str| {
            policy_sources_in(&format!(
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
        assert_eq!(policy_sources_in("{}").unwrap(), Vec::<String>::new());
        policy_sources_in("").unwrap_err();
    }
}
