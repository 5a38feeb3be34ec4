//! The frame: configuration, session, routes and navigation.

use crate::browser::intl::to_nfc;
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
use crate::ui::heading::set_site_title;
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

/// The whole portal, or the configuration error that keeps it from starting.
#[component]
pub fn App(
    /// The deployment's settings, or what is wrong with them.
    config: Result<Config, ConfigError>,
) -> impl IntoView {
    match config {
        Ok(config) => view! { <Portal config=Arc::new(config) /> }.into_any(),
        Err(error) => config_error::config_error(error),
    }
}

#[component]
fn Portal(config: Arc<Config>) -> impl IntoView {
    set_site_title(&config.title);
    normalize_with(to_nfc);
    let session = Session::new(&config);
    let client = Client::new(config.clone(), session.clone());
    reload_when_restored();
    finish_sign_out(&client, &session);
    let loader = DeskLoader::default();
    // Provided above the screens, so leaving a screen neither aborts nor discards anything.
    provide_context(Desk::new(
        client.clone(),
        Directory::new(client.clone(), session.clone()),
    ));
    provide_context(client);
    provide_context(session.clone());
    provide_context(loader);
    let main = NodeRef::<html::Main>::new();
    let skip_to_content = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    // Memoized so that adding a second key doesn't rebuild the open screen.
    let signed_in = Memo::new({
        let session = session.clone();
        move |_| session.signed_in()
    });
    let desk_loaded = move || loader.is_loaded();
    let sign_in_session = session.clone();
    let idle = config
        .locks_after()
        .map(|_| move || (signed_in.get() && desk_loaded()).then(|| lazy_silent(lazy_views::idle)));
    provide_context(Router::new(&config::base()));
    // The desk is created under this owner, so that it sees the contexts provided above.
    let owner = Owner::current();
    let desk = move || {
        let owner = loader.is_requested().then(|| owner.clone()).flatten();
        owner.map(|owner| owner.with(|| lazy_silent(lazy_views::desk)))
    };
    view! {
            <header class="frame">
                <a class="skip" href="#main" on:click=skip_to_content>"Skip to content"</a>
                {brand::brand(&config)}
                <navigation::Navigation />
                {brand::help(&config)}
            </header>
            {idle}
            {desk}
            <main id="main" node_ref=main tabindex="-1">
                {move || {
                    if signed_in.get() {
                        return view! { <screens::Screens /> }.into_any();
                    }
                    let sign_in = if sign_in_session.has_typed_keys() {
                        view! { <SignIn locked=sign_in_session.is_locked() /> }.into_any()
                    } else {
                        lazy(lazy_views::signed_out)
                    };
                    view! {
                        {sign_in}
                        {move || desk_loaded().then(|| lazy_silent(lazy_views::settled))}
                    }
                    .into_any()
                }}
            </main>
    }
}

/// Hides the page when it is left, and reloads it when the browser restores it from the back/forward cache.
///
/// A restored page would show its old balances again when the user presses Back.
fn reload_when_restored() {
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

/// Finishes an earlier sign-out that couldn't reach the gateway, before anything is shown.
fn finish_sign_out(client: &Client, session: &Session) {
    if session.has_typed_keys() || !is_leaving_pending() {
        return;
    }
    session.lock();
    let client = client.clone();
    leptos::task::spawn_local(async move {
        if client.leave_gateway().await {
            // The gateway then asks the user to sign in.
            let _ = location().reload();
        }
    });
}

/// The panic hook: replaces the page with the panic page, so that a dead page never stays on screen.
///
/// Touches no state that the program may have left half updated.
pub fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    leptos::logging::error!("{info}");
    let document = document();
    let element = |id| document.get_element_by_id(id);
    if let (Some(panic), Some(message), Some(body)) =
        (element("panic"), element("panic-what"), document.body())
    {
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        message.set_text_content(Some(&format!("Error at {location}")));
        list_in_flight(&document);
        while let Some(child) = body.first_element_child() {
            child.remove();
        }
        let _ = panic.remove_attribute("hidden");
        let _ = body.append_child(&panic);
    }
}

/// Lists the in-flight movements on the panic page.
fn list_in_flight(document: &web_sys::Document) {
    let lines = in_flight::lines();
    let (Some(section), Some(list)) = (
        document.get_element_by_id("panic-flight"),
        document.get_element_by_id("panic-movements"),
    ) else {
        return;
    };
    for line in lines {
        if let Ok(item) = document.create_element("li") {
            item.set_text_content(Some(&line));
            let _ = list.append_child(&item);
            let _ = section.remove_attribute("hidden");
        }
    }
}
