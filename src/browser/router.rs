//! The router: which screen the address names, at any base path.
//!
//! Every screen is one fixed path, so there is no pattern to match. A full router was a fifth of the first load.

use crate::browser::location::{Location, absolute};
use crate::browser::path::on_own_host;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// On a link that keeps the scroll position.
const NO_SCROLL: &str = "data-noscroll";

/// Where somebody is. A context of the whole portal.
#[derive(Clone, Copy)]
pub struct Router {
    base: StoredValue<String>,
    location: RwSignal<Location>,
}

impl Router {
    /// Where the address bar says, in a portal that lies at `base` on its host: `/`, or `/desk/`. From here on links
    /// within the portal lead there without loading the page anew. Ends with the present owner.
    pub fn new(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let location = Location::here(&base).unwrap_or_default();
        let router = Self {
            base: StoredValue::new(base),
            location: RwSignal::new(location),
        };
        router.tidy();
        let clicks = window_event_listener(leptos::ev::click, move |event| {
            let _ = router.clicked(&event);
        });
        let steps = window_event_listener(leptos::ev::popstate, move |_| {
            if let Some(location) = router.base.with_value(|base| Location::here(base)) {
                router.set(location);
            }
        });
        on_cleanup(move || {
            clicks.remove();
            steps.remove();
        });
        router
    }

    /// Where somebody is. Tracked.
    pub fn with<T>(self, read: impl FnOnce(&Location) -> T) -> T {
        self.location.with(read)
    }

    /// What the address asks of the screen with this path. While somebody is on another one it stays as it was: a screen
    /// that is being left asks for nothing any more.
    pub fn query_memo<T>(self, path: &'static str, read: fn(&Location) -> T) -> Memo<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |held: Option<&T>| {
            self.with(|location| match held {
                Some(held) if location.path != path => held.clone(),
                _ => read(location),
            })
        })
    }

    /// Goes to a screen, to its top.
    pub fn navigate(self, path: &str) {
        self.go_to(&self.on_host(path), false, true);
    }

    /// Shows another view of the same screen; nothing is scrolled. Either can be gone back to, or the new one takes the
    /// place of the old one in the history.
    pub fn set_query(self, path: &str, replace: bool) {
        self.go_to(&self.on_host(path), replace, false);
    }

    fn on_host(self, path: &str) -> String {
        self.base.with_value(|base| below(base, path))
    }

    /// Writes a screen's address without a slash at its end, and the overview's with one, as the links have them.
    fn tidy(self) {
        let here = location();
        let written = here.pathname().unwrap_or_default();
        let wanted = self.on_host(
            &self
                .location
                .with_untracked(|location| location.path.clone()),
        );
        if wanted != written
            && let Ok(history) = window().history()
        {
            let (query, hash) = (here.search(), here.hash());
            let rest = format!("{}{}", query.unwrap_or_default(), hash.unwrap_or_default());
            let wanted = format!("{wanted}{rest}");
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&wanted));
        }
    }

    /// Takes the click on a link within the portal; whoever wants it in another tab, or as a file, gets that.
    fn clicked(self, event: &MouseEvent) -> Option<()> {
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
        // The page of a program that has stopped leads out, too: into a new one.
        let leads_out = anchor
            .get_attribute("rel")
            .is_some_and(|rel| rel == "external");
        if leads_out || anchor.has_attribute("target") || anchor.has_attribute("download") {
            return None;
        }
        let href = anchor.href();
        self.base.with_value(|base| Location::of(&href, base))?;
        event.prevent_default();
        self.go_to(&href, false, !anchor.has_attribute(NO_SCROLL));
        Some(())
    }

    fn go_to(self, address: &str, replace: bool, scroll: bool) {
        let Some(url) = absolute(address) else {
            return;
        };
        let Some(target) = self.base.with_value(|base| Location::of(&url, base)) else {
            return;
        };
        if let Ok(history) = window().history()
            && location().href().ok().as_ref() != Some(&url)
        {
            // A browser that is asked too often refuses; the screen changes all the same.
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
        // What it names stands there once the screen does.
        if let Some(id) = hash.strip_prefix('#').map(str::to_owned) {
            request_animation_frame(move || {
                if let Some(named) = document().get_element_by_id(&id) {
                    named.scroll_into_view();
                }
            });
        }
    }

    fn set(self, location: Location) {
        if self.location.with_untracked(|held| *held != location) {
            self.location.set(location);
        }
    }
}

/// Where the portal lies on its host, without a slash at its end; for [`below`].
pub fn base() -> String {
    use_context::<Router>()
        .map(|router| router.base.get_value())
        .unwrap_or_default()
}

/// A path of the portal as a path of its host, where the portal lies at `base`.
pub fn below(base: &str, path: &str) -> String {
    on_own_host(&format!("{base}{path}"))
}
