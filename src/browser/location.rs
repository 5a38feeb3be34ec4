//! Parses URLs into locations within the portal.

use crate::browser::path::on_own_host;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// A location within the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The screen's path, with its leading slash; `/` is the overview.
    pub path: String,
    /// The query parameters, decoded.
    query: Vec<(String, String)>,
    /// The fragment with its `#`, or empty.
    pub hash: String,
}

impl Location {
    /// The location in the address bar.
    pub fn current(base: &str) -> Option<Self> {
        Self::parse(&location().href().ok()?, base)
    }

    /// Parses an absolute URL, for a portal at the path `base` of its host. `None` if the URL is outside of the portal.
    pub fn parse(url_text: &str, base: &str) -> Option<Self> {
        let url = Url::new(url_text).ok()?;
        if url.origin() != location().origin().ok()? {
            return None;
        }
        // The loader reads its own URL the same way: `//log` is the log of a portal at `/`.
        let path = on_own_host(&url.pathname());
        let path = path.strip_prefix(base)?;
        if !path.is_empty() && !path.starts_with('/') {
            return None;
        }
        let pairs = js_sys::try_iter(&url.search_params()).ok()??;
        let pair = |pair: JsValue| {
            let pair: js_sys::Array = pair.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        };
        Some(Self {
            path: format!("/{}", path.trim_matches('/')),
            query: pairs.filter_map(|entry| pair(entry.ok()?)).collect(),
            hash: url.hash(),
        })
    }

    /// The last value of the query parameter `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.query.iter().rev().filter(|(entry, _)| entry == name);
        values.next().map(|(_, value)| value.as_str())
    }
}

/// Resolves `url_text` against the current URL.
pub fn absolute(url_text: &str) -> Option<String> {
    let current = location().href().ok()?;
    Some(Url::new_with_base(url_text, &current).ok()?.href())
}
