//! The router: maps the URL to a screen, at any base path.
//!
//! Every screen has one fixed path, so there are no patterns to match. A general-purpose router would take up a fifth
//! of the first download.

use crate::browser::location::{Location, absolute};
use crate::browser::path::on_own_host;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The attribute of links that keep the scroll position.
const NO_SCROLL: &str = "data-noscroll";

/// The current location. A context of the whole portal.
#[derive(Clone, Copy)]
pub struct Router {
    base: StoredValue<String>,
    location: RwSignal<Location>,
}

impl Router {
    /// Starts at the location in the address bar, for a portal at the path `base` of its host, such as `/` or `/desk/`.
    /// From then on, links within the portal navigate without reloading the page. Stops when the current owner is
    /// disposed.
    pub fn new(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let location = Location::current(&base).unwrap_or_default();
        let router = Self {
            base: StoredValue::new(base),
            location: RwSignal::new(location),
        };
        router.normalize_url();
        let clicks = window_event_listener(leptos::ev::click, move |event| {
            let _ = router.on_click(&event);
        });
        let history_steps = window_event_listener(leptos::ev::popstate, move |_| {
            if let Some(location) = router.base.with_value(|base| Location::current(base)) {
                router.set(location);
            }
        });
        on_cleanup(move || {
            clicks.remove();
            history_steps.remove();
        });
        router
    }

    /// Reads the current location. Tracked.
    pub fn with<T>(self, read: impl FnOnce(&Location) -> T) -> T {
        self.location.with(read)
    }

    /// A memo of what `read` returns while the screen at `path` is open. It keeps its value on other screens, so that a
    /// screen that is being left sends no more requests.
    pub fn query_memo<T>(self, path: &'static str, read: fn(&Location) -> T) -> Memo<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |previous: Option<&T>| {
            self.with(|location| match previous {
                Some(previous) if location.path != path => previous.clone(),
                _ => read(location),
            })
        })
    }

    /// Navigates to a screen and scrolls to its top.
    pub fn navigate(self, path: &str) {
        self.go_to(&self.on_host(path), false, true);
    }

    /// Shows another view of the same screen without scrolling. Adds a history entry, or replaces the current one if
    /// `replace` is set.
    pub fn set_query(self, path: &str, replace: bool) {
        self.go_to(&self.on_host(path), replace, false);
    }

    fn on_host(self, path: &str) -> String {
        self.base.with_value(|base| with_base(base, path))
    }

    /// Normalizes the URL in the address bar to the form that links have: no trailing slash, except for the overview.
    fn normalize_url(self) {
        let current = location();
        let actual = current.pathname().unwrap_or_default();
        let expected = self.on_host(
            &self
                .location
                .with_untracked(|location| location.path.clone()),
        );
        if expected != actual
            && let Ok(history) = window().history()
        {
            let (query, hash) = (current.search(), current.hash());
            let rest = format!("{}{}", query.unwrap_or_default(), hash.unwrap_or_default());
            let expected = format!("{expected}{rest}");
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&expected));
        }
    }

    /// Handles a click on a link within the portal. The browser handles clicks that open a new tab or download a file.
    fn on_click(self, event: &MouseEvent) -> Option<()> {
        let is_plain = event.button() == 0
            && !event.ctrl_key()
            && !event.meta_key()
            && !event.shift_key()
            && !event.alt_key();
        if event.default_prevented() || !is_plain {
            return None;
        }
        let target: Element = event.target()?.dyn_into().ok()?;
        let anchor = target.closest("a[href]").ok()??;
        let anchor: HtmlAnchorElement = anchor.dyn_into().ok()?;
        // External links leave the portal. The panic page's reload link is one, too: it loads a new page.
        let is_external = anchor
            .get_attribute("rel")
            .is_some_and(|rel| rel == "external");
        if is_external || anchor.has_attribute("target") || anchor.has_attribute("download") {
            return None;
        }
        let href = anchor.href();
        self.base.with_value(|base| Location::parse(&href, base))?;
        event.prevent_default();
        self.go_to(&href, false, !anchor.has_attribute(NO_SCROLL));
        Some(())
    }

    fn go_to(self, address: &str, replace: bool, scroll: bool) {
        let Some(url) = absolute(address) else {
            return;
        };
        let Some(target) = self.base.with_value(|base| Location::parse(&url, base)) else {
            return;
        };
        if let Ok(history) = window().history()
            && location().href().ok().as_ref() != Some(&url)
        {
            // Browsers limit the rate of history changes. The screen changes even if this one is rejected.
            let _ = if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(&url))
            };
        }
        let hash = target.hash.clone();
        self.set(target);
        if scroll {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        // The element exists only once the screen has been rendered.
        if let Some(id) = hash.strip_prefix('#').map(str::to_owned) {
            request_animation_frame(move || {
                if let Some(element) = document().get_element_by_id(&id) {
                    element.scroll_into_view();
                }
            });
        }
    }

    fn set(self, location: Location) {
        if self.location.with_untracked(|current| *current != location) {
            self.location.set(location);
        }
    }
}

/// The base path of the portal on its host, without a trailing slash. For [`with_base`].
pub fn base_path() -> String {
    use_context::<Router>()
        .map(|router| router.base.get_value())
        .unwrap_or_default()
}

/// Turns a path within the portal into a path on its host. `base` is the base path of the portal.
pub fn with_base(base: &str, path: &str) -> String {
    on_own_host(&format!("{base}{path}"))
}
