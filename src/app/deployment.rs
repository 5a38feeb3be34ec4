//! A newer deployment: noticed while the tab is looked at, offered on every screen, and forced on nobody.

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

/// How long the host is left alone after a look at its page, in milliseconds.
const PAUSE: i64 = 10 * 60 * 1000;
/// How often it is seen whether that time is over.
const TICK: Duration = Duration::from_secs(60);

/// What stands against loading the page anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    Nothing,
    /// A form is filled in.
    Form,
    /// A movement is on its way, or its end is not known.
    Movement,
}

impl Hold {
    fn of(unresolved: bool, filled: bool) -> Self {
        match (unresolved, filled) {
            (true, _) => Self::Movement,
            (false, true) => Self::Form,
            (false, false) => Self::Nothing,
        }
    }

    /// Whether the button loads the page anew, for somebody who has read [`Self::words`] or not.
    fn yields(self, told: bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Form => told,
            Self::Movement => false,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Form => "A form is filled in; a reload may empty it. ",
            Self::Movement => {
                "A movement is not resolved yet. It goes on here: reload once it is resolved. "
            }
        }
    }
}

/// The name of the program's module in the text of the portal's page. The build puts a hash of the content into it.
fn module_of(page: &str) -> Option<&str> {
    let at = page.find("rel=\"modulepreload\"")?;
    let tag = page.get(page.get(..at)?.rfind('<')?..)?.split('>').next()?;
    let address = tag.split("href=\"").nth(1)?.split('"').next()?;
    address.rsplit('/').next().filter(|name| !name.is_empty())
}

/// Whether the page on the host names another module than this one, which came with `own`. What cannot be read is no news.
fn is_newer(own: &str, page: &str) -> bool {
    let own = own.rsplit('/').next();
    module_of(page).is_some_and(|name| own != Some(name))
}

/// Where this page's module came from.
fn own_module() -> Option<String> {
    let link = document()
        .query_selector("link[rel=modulepreload]")
        .ok()??;
    link.get_attribute("href")
}

/// Reads the page on the host again, where the loader has found the portal to lie.
async fn look(own: &str) -> Option<bool> {
    let request = RequestBuilder::new(&config::base())
        .cache(RequestCache::NoCache)
        // A gateway that wants somebody to sign in again sends elsewhere; that is no page.
        .redirect(RequestRedirect::Manual);
    let departure = clock::depart();
    let response = request.send().await.ok().filter(|response| response.ok())?;
    clock::learn_date(Source::Host, departure, &response.headers());
    Some(is_newer(own, &response.text().await.ok()?))
}

/// Looks when the tab is looked at, and says on every screen when there is something newer.
#[component]
pub fn Deployment() -> impl IntoView {
    let newer = RwSignal::new(false);
    let told = RwSignal::new(false);
    let looked = StoredValue::new(now());
    let glance = move || {
        let due = now() - looked.get_value() >= PAUSE;
        if !due || newer.get_untracked() || document().hidden() {
            return;
        }
        looked.set_value(now());
        spawn_local(async move {
            if let Some(own) = own_module()
                && look(&own).await == Some(true)
            {
                newer.try_set(true);
            }
        });
    };
    let seen = window_event_listener_untyped("visibilitychange", move |_| glance());
    let tick = set_interval_with_handle(glance, TICK);
    on_cleanup(move || {
        seen.remove();
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let (desk, session) = (expect_context::<Desk>(), expect_context::<Session>());
    let hold = Memo::new(move |_| {
        let unresolved = desk
            .book(|book| book.open().any(|open| desk.shows(open)) || book.left().next().is_some());
        let filled = Kind::ALL.into_iter().any(|kind| !desk.is_empty(kind));
        Hold::of(unresolved, filled)
    });
    let reload = move |_| {
        if hold.get_untracked().yields(told.get_untracked()) {
            let _ = window().location().reload();
        } else {
            told.set(true);
        }
    };
    let words = move || if told.get() { hold.get().words() } else { "" };
    let keys = move || {
        let forgets = session.is_typed() && session.signed_in();
        forgets.then_some("You will be asked for your keys again. ")
    };
    let label = move || {
        if told.get() && hold.get() == Hold::Form {
            "Reload all the same"
        } else {
            "Reload"
        }
    };
    move || {
        newer.get().then(|| {
            view! {
                <aside class="newer" aria-label="Newer version">
                    <p role="status">"A newer version of this portal is there. "{words}{keys.clone()}</p>
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
    fn the_module_is_found_in_whatever_order_its_attributes_stand() {
        assert_eq!(module_of(PAGE), Some("credit-desk-2b.js"));
        let turned = r#"<a href="x"><link href="credit-desk-3c.js" rel="modulepreload">"#;
        assert_eq!(module_of(turned), Some("credit-desk-3c.js"));
        for page in [
            "",
            "<html>",
            r#"<link rel="modulepreload">"#,
            r#"rel="modulepreload" href="x""#,
            r#"<link rel="modulepreload" href="/">"#,
        ] {
            assert_eq!(module_of(page), None, "{page}");
        }
    }

    #[test]
    fn only_another_module_is_news() {
        assert!(!is_newer("/desk/credit-desk-2b.js", PAGE));
        assert!(!is_newer("credit-desk-2b.js", PAGE));
        assert!(is_newer("/desk/credit-desk-1a.js", PAGE));
        assert!(
            !is_newer("/credit-desk-1a.js", "<h1>Sign in</h1>"),
            "a gateway's page"
        );
    }

    #[test]
    fn nothing_is_lost_unasked() {
        let all = [(false, false), (false, true), (true, false), (true, true)];
        for (unresolved, filled) in all {
            let hold = Hold::of(unresolved, filled);
            assert_eq!(hold.yields(false), !unresolved && !filled);
            assert_eq!(hold.yields(true), !unresolved);
            assert_eq!(hold.words().is_empty(), hold == Hold::Nothing);
        }
    }
}
