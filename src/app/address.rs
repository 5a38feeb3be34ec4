//! The address bar follows the screen.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// How long the router may take to write the address by itself.
const GRACE: Duration = Duration::from_millis(500);

/// Writes a screen's address without a slash at its end, and the overview's with one, as the links have them. Gives the
/// portal's place, `base`, without its last slash.
pub fn tidy(base: &str) -> String {
    let here = location();
    let path = here.pathname().unwrap_or_default();
    let bare = path.trim_end_matches('/');
    let wanted = if bare.len() < base.len() { base } else { bare };
    if wanted != path
        && let Ok(history) = window().history()
    {
        let (query, hash) = (here.search(), here.hash());
        let wanted = format!(
            "{wanted}{}{}",
            query.unwrap_or_default(),
            hash.unwrap_or_default()
        );
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&wanted));
    }
    base.trim_end_matches('/').to_owned()
}

/// Writes the address where the router has forgotten to: after going forward in the history it can take a new place
/// for the one where it is, shows its screen and leaves the old address (leptos_router 0.8.17).
#[component]
pub fn Address() -> impl IntoView {
    let place = use_location();
    let shown = Memo::new(move |_| {
        let query = place.search.get();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", place.pathname.get())
    });
    Effect::new(move |_| {
        let wanted = shown.get();
        set_timeout(
            move || {
                let is_still = shown.try_get_untracked().as_ref() == Some(&wanted);
                let here = location();
                let (path, query) = (here.pathname(), here.search());
                let written = format!("{}{}", path.unwrap_or_default(), query.unwrap_or_default());
                if is_still
                    && written != wanted
                    && let Ok(history) = window().history()
                {
                    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&wanted));
                }
            },
            GRACE,
        );
    });
}
