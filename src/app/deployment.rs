//! Detects a newer deployment while the tab is visible, and offers a reload on every screen. Never forces one.

use crate::browser::clock;
use crate::browser::clock::now;
use crate::config;
use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::session::Session;
use crate::units::clock::Source;
use gloo_net::http::RequestBuilder;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;
use web_sys::{RequestCache, RequestRedirect};

/// The minimum time between two checks of the host, in milliseconds.
const CHECK_INTERVAL: i64 = 10 * 60 * 1000;
/// How often to test whether a check is due.
const TICK: Duration = Duration::from_secs(60);

/// What a reload would interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interrupted {
    Nothing,
    /// A form is filled in.
    Form,
    /// A movement is in flight, or its outcome is unknown.
    Movement,
}

impl Interrupted {
    fn of(unresolved: bool, filled: bool) -> Self {
        match (unresolved, filled) {
            (true, _) => Self::Movement,
            (false, true) => Self::Form,
            (false, false) => Self::Nothing,
        }
    }

    /// Whether the button reloads the page. `is_warned` says whether [`Self::warning`] is on the screen.
    fn allows_reload(self, is_warned: bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Form => is_warned,
            Self::Movement => false,
        }
    }

    fn warning(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Form => "Reloading may clear your draft. ",
            Self::Movement => "A transaction is still pending. Reload once it's settled. ",
        }
    }
}

/// The file name of the program's module, from the HTML of the portal's page. The name contains a content hash.
fn module_name(page: &str) -> Option<&str> {
    let position = page.find("rel=\"modulepreload\"")?;
    let tag = page
        .get(page.get(..position)?.rfind('<')?..)?
        .split('>')
        .next()?;
    let url = tag.split("href=\"").nth(1)?.split('"').next()?;
    url.rsplit('/').next().filter(|name| !name.is_empty())
}

/// Whether `page` names a module other than `own_url`, this page's. A page that names no module is not newer.
fn is_newer(own_url: &str, page: &str) -> bool {
    let own_name = own_url.rsplit('/').next();
    module_name(page).is_some_and(|name| own_name != Some(name))
}

/// The URL of this page's module.
fn own_module() -> Option<String> {
    let link = document()
        .query_selector("link[rel=modulepreload]")
        .ok()??;
    link.get_attribute("href")
}

/// Fetches the portal's page again, from the base path that the loader found. Returns `None` if it couldn't be read.
async fn check_for_update(own_url: &str) -> Option<bool> {
    let request = RequestBuilder::new(&config::base())
        .cache(RequestCache::NoCache)
        // A gateway redirects when its session has ended; that response is not the page.
        .redirect(RequestRedirect::Manual);
    let departure = clock::depart();
    let response = request.send().await.ok().filter(|response| response.ok())?;
    clock::learn_date(Source::Host, departure, &response.headers());
    Some(is_newer(own_url, &response.text().await.ok()?))
}

/// Checks for a newer deployment while the tab is visible, and shows a banner when there is one.
#[component]
pub fn Deployment() -> impl IntoView {
    let newer_found = RwSignal::new(false);
    let is_warned = RwSignal::new(false);
    let last_check = StoredValue::new(now());
    let check_if_due = move || {
        let due = now() - last_check.get_value() >= CHECK_INTERVAL;
        if !due || newer_found.get_untracked() || document().hidden() {
            return;
        }
        last_check.set_value(now());
        spawn_local(async move {
            if let Some(own_url) = own_module()
                && check_for_update(&own_url).await == Some(true)
            {
                newer_found.try_set(true);
            }
        });
    };
    let visibility = window_event_listener_untyped("visibilitychange", move |_| check_if_due());
    let tick = set_interval_with_handle(check_if_due, TICK);
    on_cleanup(move || {
        visibility.remove();
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let (desk, session) = (expect_context::<Desk>(), expect_context::<Session>());
    let interrupted = Memo::new(move |_| {
        let unresolved = desk.with_submissions(|submissions| {
            submissions.open().any(|open| desk.shows(open))
                || submissions.abandoned_reviews().next().is_some()
        });
        let filled = Kind::ALL.into_iter().any(|kind| !desk.is_empty(kind));
        Interrupted::of(unresolved, filled)
    });
    let reload = move |_| {
        if interrupted
            .get_untracked()
            .allows_reload(is_warned.get_untracked())
        {
            let _ = window().location().reload();
        } else {
            is_warned.set(true);
        }
    };
    let warning = move || {
        if is_warned.get() {
            interrupted.get().warning()
        } else {
            ""
        }
    };
    let key_notice = move || {
        let clears_keys = session.has_typed_keys() && session.signed_in();
        clears_keys.then_some("You'll need to enter your API keys again. ")
    };
    let label = move || {
        if is_warned.get() && interrupted.get() == Interrupted::Form {
            "Reload anyway"
        } else {
            "Reload"
        }
    };
    move || {
        newer_found.get().then(|| {
            view! {
                <aside class="newer" aria-label="Newer version">
                    <p role="status">"A new version is available. "{warning}{key_notice.clone()}</p>
                    <button type="button" class="quiet" on:click=reload>{label}</button>
                </aside>
            }
            .into_any()
        })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    const PAGE: &str = r#"<head><link rel="icon" href="/icon-1a.svg"/><link rel="modulepreload" href="/desk/credit-desk-2b.js"
        crossorigin="anonymous"><link rel="preload" href="/desk/credit-desk-2b_bg.wasm" as="fetch"></head>"#;

    #[test]
    fn finds_the_module_in_any_attribute_order() {
        assert_eq!(module_name(PAGE), Some("credit-desk-2b.js"));
        let reversed = r#"<a href="x"><link href="credit-desk-3c.js" rel="modulepreload">"#;
        assert_eq!(module_name(reversed), Some("credit-desk-3c.js"));
        for page in [
            "",
            "<html>",
            r#"<link rel="modulepreload">"#,
            r#"rel="modulepreload" href="x""#,
            r#"<link rel="modulepreload" href="/">"#,
        ] {
            assert_eq!(module_name(page), None, "{page}");
        }
    }

    #[test]
    fn only_a_different_module_is_newer() {
        assert!(!is_newer("/desk/credit-desk-2b.js", PAGE));
        assert!(!is_newer("credit-desk-2b.js", PAGE));
        assert!(is_newer("/desk/credit-desk-1a.js", PAGE));
        assert!(
            !is_newer("/credit-desk-1a.js", "<h1>Sign in</h1>"),
            "a gateway's page"
        );
    }

    #[test]
    fn never_reloads_over_a_draft_without_a_warning_or_over_a_movement() {
        let all = [(false, false), (false, true), (true, false), (true, true)];
        for (unresolved, filled) in all {
            let interrupted = Interrupted::of(unresolved, filled);
            assert_eq!(interrupted.allows_reload(false), !unresolved && !filled);
            assert_eq!(interrupted.allows_reload(true), !unresolved);
            assert_eq!(
                interrupted.warning().is_empty(),
                interrupted == Interrupted::Nothing
            );
        }
    }
}
