//! Where in the portal an address leads.

use crate::browser::path::on_own_host;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

/// An address of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The screen, from its slash; the overview is nothing but that.
    pub path: String,
    /// What is asked of it, decoded.
    query: Vec<(String, String)>,
    /// A place on it, with its `#`; or nothing.
    pub hash: String,
}

impl Location {
    /// The address bar's.
    pub fn here(base: &str) -> Option<Self> {
        Self::of(&location().href().ok()?, base)
    }

    /// That of a whole address, in a portal that lies at `base` on its host; nothing for one that leads out of it.
    pub fn of(address: &str, base: &str) -> Option<Self> {
        let url = Url::new(address).ok()?;
        if url.origin() != location().origin().ok()? {
            return None;
        }
        // As the loader reads its own address: `//log` is the log of a portal at `/`.
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
            query: pairs.filter_map(|held| pair(held.ok()?)).collect(),
            hash: url.hash(),
        })
    }

    /// What is asked of the screen under this name; of several the last.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().rev().filter(|(held, _)| held == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// An address, from the present one on, as a whole.
pub fn absolute(address: &str) -> Option<String> {
    let here = location().href().ok()?;
    Some(Url::new_with_base(address, &here).ok()?.href())
}
