//! The frame: configuration, session, routes and navigation.

use self::room::room;
use crate::client::Client;
use crate::config::{self, Config, Fault};
use crate::movement::engine::Engines;
use crate::movement::flight;
use crate::movement::plan::Kind;
use crate::pages::sign_in;
use crate::session::{Api, Session};
use crate::ui::heading::{Heading, name_site};
use crate::ui::link::{A, Base};
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{StaticSegment, path};
use std::sync::Arc;

mod address;
mod brand;
mod deployment;
mod fault;
mod idle;
mod room;
mod rooms;

/// The whole portal.
#[component]
pub fn App(
    /// The deployment's settings, or what is wrong with them.
    config: Result<Config, Fault>,
) -> impl IntoView {
    match config {
        Ok(config) => view! { <Portal config=Arc::new(config) /> }.into_any(),
        Err(found) => fault::fault(found),
    }
}

#[component]
fn Portal(config: Arc<Config>) -> impl IntoView {
    name_site(&config.title);
    let session = Session::new(&config);
    let client = Client::new(config.clone(), session.clone());
    let engines = Engines::new();
    provide_context(client);
    provide_context(session.clone());
    provide_context(engines);
    ask_before_closing(engines);
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    // A second key must not rebuild the screen that is open.
    let open = Memo::new({
        let session = session.clone();
        move |_| session.signed_in()
    });
    let there = Memo::new(move |_| engines.get().is_some());
    let covered = session.clone();
    let idle = config
        .locks_after()
        .map(|_| move || (open.get() && there.get()).then(|| room(rooms::idle)));
    // The router puts it before every path.
    let base = address::tidy(&config::base());
    provide_context(Base(base.clone()));
    view! {
        <Router base>
            <header class="frame">
                <a class="skip" href="#main" on:click=skip>"Skip to content"</a>
                {brand::brand(&config)}
                <Navigation session=session.clone() />
                {brand::help(&config)}
            </header>
            {idle}
            <address::Address />
            {room(rooms::desk)}
            <main id="main" node_ref=main tabindex="-1">
                {move || {
                    if open.get() {
                        if there.get() {
                            view! { <Screens /> }.into_any()
                        } else {
                            view! { <Waiting what="Opening the desk" /> }.into_any()
                        }
                    } else if !covered.is_typed() {
                        room(rooms::signed_out)
                    } else if covered.is_locked() {
                        // Another one than for signing in: it says something else.
                        view! { <sign_in::SignIn /> }.into_any()
                    } else {
                        view! { <sign_in::SignIn /> }.into_any()
                    }
                }}
            </main>
        </Router>
    }
}

/// Asks before the tab is closed while an answer is waited for, or something is unresolved that no journal holds.
fn ask_before_closing(engines: Engines) {
    let handle = window_event_listener(leptos::ev::beforeunload, move |event| {
        if untrack(|| engines.get()).is_some_and(|engine| engine.holds_the_page()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

#[component]
fn Screens() -> impl IntoView {
    view! {
        <Routes fallback=missing>
            <Route path=StaticSegment("") view=|| room(rooms::overview) />
            <Route path=path!("/calculate") view=|| guarded(Api::Reseller, || room(rooms::calculate)) />
            <Route path=path!("/transfer") view=|| guarded(Api::Reseller, || room(rooms::transfer)) />
            <Route path=path!("/revert") view=|| guarded(Api::Reseller, || room(rooms::revert)) />
            <Route path=path!("/allocate") view=|| guarded(Api::Organizations, || room(rooms::allocate)) />
            <Route path=path!("/log") view=|| guarded(Api::Reseller, || room(rooms::log)) />
            <Route path=path!("/wallet") view=|| guarded(Api::Organizations, || room(rooms::wallet)) />
            <Route path=path!("/activity") view=|| room(rooms::activity) />
            <Route path=path!("/keys") view=sign_in::SignIn />
        </Routes>
    }
}

fn missing() -> impl IntoView {
    view! {
        <Heading title="No such page" />
        <p><A href="/">"Go to the overview"</A></p>
    }
}

/// A screen that needs the key of one backend.
fn guarded(api: Api, screen: fn() -> AnyView) -> AnyView {
    let session = expect_context::<Session>();
    let allowed = Memo::new(move |_| session.may(api));
    (move || if allowed.get() { screen() } else { no_key() }).into_any()
}

fn no_key() -> AnyView {
    view! {
        <Heading title="Not signed in here" />
        <Notice tone=Tone::Warning title="This screen needs a key that you have not given yet.">
            <p><A href="/keys">"Give the key"</A></p>
        </Notice>
    }
    .into_any()
}

#[component]
fn Navigation(session: Session) -> impl IntoView {
    let links: [(&str, &str, Option<Api>); 8] = [
        ("/", "Overview", None),
        ("/calculate", "Calculate", Some(Api::Reseller)),
        ("/transfer", "Transfer", Some(Kind::Transfer.api())),
        ("/revert", "Revert", Some(Kind::Revert.api())),
        ("/allocate", "Allocate", Some(Kind::Allocate.api())),
        ("/log", "Log", Some(Api::Reseller)),
        ("/wallet", "Wallet", Some(Api::Organizations)),
        ("/activity", "Activity", None),
    ];
    let engines = expect_context::<Engines>();
    let typed = session.is_typed();
    let leave = {
        let session = session.clone();
        move |_| {
            session.sign_out();
            if let Some(engine) = untrack(|| engines.get()) {
                engine.forget();
            }
        }
    };
    let lock = {
        let session = session.clone();
        move |_| {
            if let Some(engine) = untrack(|| engines.get()) {
                engine.lock(&session);
            }
        }
    };
    let covered = session.clone();
    let (leave_covered, is_covered) = (leave.clone(), move || typed && covered.is_locked());
    let shown = session.clone();
    let links = move || {
        links
            .into_iter()
            .filter(|(_, _, api)| api.is_none_or(|api| shown.may(api)))
            .map(|(href, label, _)| view! { <li><A href=href exact=true>{label}</A></li> })
            .collect_view()
    };
    view! {
        <Show when=move || session.signed_in()>
            <nav class="main" aria-label="Main">
                <ul>{links.clone()}</ul>
            </nav>
            <div class="account">
                {room(rooms::shortcuts)}
                {typed
                    .then(|| {
                        view! {
                            <A href="/keys">"Keys"</A>
                            <button type="button" class="quiet" on:click=lock.clone()>"Lock"</button>
                            <button type="button" class="quiet" on:click=leave.clone()>"Sign out"</button>
                        }
                    })}
            </div>
        </Show>
        <Show when=is_covered>
            <div class="account">
                <button type="button" class="quiet" on:click=leave_covered.clone()>"Sign out"</button>
            </div>
        </Show>
    }
}

/// The panic hook: a dead page never stays. Puts what happened in the page's place; touches nothing that the
/// program may have left half done.
pub fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    leptos::logging::error!("{info}");
    let document = document();
    let element = |id| document.get_element_by_id(id);
    if let (Some(panic), Some(what), Some(body)) =
        (element("panic"), element("panic-what"), document.body())
    {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        what.set_text_content(Some(&format!("Fault at {place}")));
        show_flight(&document);
        while let Some(child) = body.first_element_child() {
            child.remove();
        }
        let _ = panic.remove_attribute("hidden");
        let _ = body.append_child(&panic);
    }
}

/// Lists on the panic's page what was in flight.
fn show_flight(document: &web_sys::Document) {
    let lines = flight::lines();
    let (Some(part), Some(list)) = (
        document.get_element_by_id("panic-flight"),
        document.get_element_by_id("panic-movements"),
    ) else {
        return;
    };
    for line in lines {
        if let Ok(item) = document.create_element("li") {
            item.set_text_content(Some(&line));
            let _ = list.append_child(&item);
            let _ = part.remove_attribute("hidden");
        }
    }
}
