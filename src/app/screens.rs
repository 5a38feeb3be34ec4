//! The screens and their paths.

use crate::app::lazy_views;
use crate::browser::intl;
use crate::browser::router::Router;
use crate::movement::desk::loader::DeskLoader;
use crate::pages::sign_in::SignIn;
use crate::routes::{self, Screen};
use crate::session::{Api, Session};
use crate::ui::heading::Heading;
use crate::ui::lazy::{LazyView, lazy, rebuild_on_change};
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;
use std::time::Duration;

/// The screen for the current path.
#[component]
pub fn Screens() -> impl IntoView {
    leptos::task::spawn_local(lazy_views::load_remaining_parts(expect_context()));
    // Deferred until the screen waits for the network, when the CPU is idle.
    set_timeout(intl::prepare, Duration::ZERO);
    let router = expect_context::<Router>();
    let path = Memo::new(move |_| router.with(|location| location.path.clone()));
    rebuild_on_change(path, |path: &String| screen(path))
}

fn screen(path: &str) -> AnyView {
    let Some(route) = routes::at(path) else {
        return not_found();
    };
    match route.api {
        Some(api) => requires_key(api.into(), move || open(route.screen)),
        None => open(route.screen),
    }
}

fn open(screen: Screen) -> AnyView {
    match screen {
        Screen::Overview => lazy(lazy_views::overview),
        Screen::Calculate => with_desk(lazy_views::calculate),
        Screen::Transfer => with_desk(lazy_views::transfer),
        Screen::Revert => with_desk(lazy_views::revert),
        Screen::Allocate => with_desk(lazy_views::allocate),
        Screen::Log => lazy(lazy_views::log),
        Screen::Wallet => lazy(lazy_views::wallet),
        Screen::Activity => with_desk(lazy_views::activity),
        Screen::Keys => view! { <SignIn locked=false /> }.into_any(),
    }
}

fn not_found() -> AnyView {
    view! {
        <Heading title="Page not found" />
        <p><Link href="/">"Go to the overview"</Link></p>
    }
    .into_any()
}

/// A screen that needs the desk, to move credits or to show the journal. It opens once the desk is loaded.
fn with_desk(screen: fn() -> LazyView) -> AnyView {
    let loader = expect_context::<DeskLoader>();
    loader.request();
    let is_loaded = Memo::new(move |_| loader.is_loaded());
    let view = move || {
        if is_loaded.get() {
            lazy(screen)
        } else {
            view! { <Waiting what="Loading" /> }.into_any()
        }
    };
    view.into_any()
}

/// A screen that needs the key of one API.
fn requires_key(api: Api, screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let session = expect_context::<Session>();
    let is_allowed = Memo::new(move |_| session.has_access_to(api));
    (move || {
        if is_allowed.get() {
            screen()
        } else {
            key_missing()
        }
    })
    .into_any()
}

fn key_missing() -> AnyView {
    view! {
        <Heading title="Sign in to continue" />
        <Notice tone=Tone::Warning title="Add the API key for this page to use it.">
            <p><Link href="/keys">"Add API key"</Link></p>
        </Notice>
    }
    .into_any()
}
