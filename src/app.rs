//! The frame: configuration, session, routes and navigation.

use crate::browser::intl::composed;
use crate::browser::router::Router;
use crate::client::{Client, is_leaving_pending};
use crate::config;
use crate::config::{Config, ConfigError};
use crate::movement::desk::Desk;
use crate::movement::desk::in_flight;
use crate::movement::desk::loader::DeskLoader;
use crate::movement::directory::Directory;
use crate::pages::sign_in::SignIn;
use crate::session::Session;
use crate::ui::heading::name_site;
use crate::ui::lazy::{lazy, lazy_silent};
use crate::units::normalize_with;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

mod brand;
mod config_error;
mod deployment;
mod idle;
mod lazy_views;
mod navigation;
mod screens;

/// The whole portal.
#[component]
pub fn App(
    /// The deployment's settings, or what is wrong with them.
    config: Result<Config, ConfigError>,
) -> impl IntoView {
    match config {
        Ok(config) => view! { <Portal config=Arc::new(config) /> }.into_any(),
        Err(found) => config_error::fault(found),
    }
}

#[component]
fn Portal(config: Arc<Config>) -> impl IntoView {
    name_site(&config.title);
    normalize_with(composed);
    let session = Session::new(&config);
    let client = Client::new(config.clone(), session.clone());
    start_again_when_restored();
    finish_leaving(&client, &session);
    let loader = DeskLoader::new();
    // It is above the screens: leaving a screen neither aborts nor forgets anything.
    provide_context(Desk::new(
        client.clone(),
        Directory::new(client.clone(), session.clone()),
    ));
    provide_context(client);
    provide_context(session.clone());
    provide_context(loader);
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
    let there = move || loader.is_loaded();
    let covered = session.clone();
    let idle = config
        .locks_after()
        .map(|_| move || (open.get() && there()).then(|| lazy_silent(lazy_views::idle)));
    provide_context(Router::new(&config::base()));
    // It is a context of all that stands here.
    let all = Owner::current();
    let desk = move || {
        let all = loader.is_requested().then(|| all.clone()).flatten();
        all.map(|all| all.with(|| lazy_silent(lazy_views::desk)))
    };
    view! {
            <header class="frame">
                <a class="skip" href="#main" on:click=skip>"Skip to content"</a>
                {brand::brand(&config)}
                <navigation::Navigation />
                {brand::help(&config)}
            </header>
            {idle}
            {desk}
            <main id="main" node_ref=main tabindex="-1">
                {move || {
                    if open.get() {
                        return view! { <screens::Screens /> }.into_any();
                    }
                    let sign_in = if covered.is_typed() {
                        view! { <SignIn locked=covered.is_locked() /> }.into_any()
                    } else {
                        lazy(lazy_views::signed_out)
                    };
                    view! {
                        {sign_in}
                        {move || there().then(|| lazy_silent(lazy_views::settled))}
                    }
                    .into_any()
                }}
            </main>
    }
}

/// Browsers can restore a page from memory, figures included, when somebody presses Back. The portal reloads instead,
/// and is hidden until then.
fn start_again_when_restored() {
    let hide = |is_hidden| {
        if let Some(body) = document().body() {
            body.set_hidden(is_hidden);
        }
    };
    let hidden = window_event_listener_untyped("pagehide", move |_| hide(true));
    let shown = window_event_listener_untyped("pageshow", move |event| {
        let persisted = js_sys::Reflect::get(&event, &"persisted".into());
        let is_restored = persisted.is_ok_and(|persisted| persisted.is_truthy());
        if !is_restored || location().reload().is_err() {
            hide(false);
        }
    });
    on_cleanup(move || {
        hidden.remove();
        shown.remove();
    });
}

/// Finishes a sign-out that couldn't reach the gateway, before anything is shown.
fn finish_leaving(client: &Client, session: &Session) {
    if session.is_typed() || !is_leaving_pending() {
        return;
    }
    session.lock();
    let client = client.clone();
    leptos::task::spawn_local(async move {
        if client.leave_gateway().await {
            // The gateway asks who is there.
            let _ = location().reload();
        }
    });
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
        what.set_text_content(Some(&format!("Error at {place}")));
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
    let lines = in_flight::lines();
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
