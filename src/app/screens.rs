//! The screens and their addresses.

use crate::app::lazy_views;
use crate::browser::intl;
use crate::browser::router::Router;
use crate::movement::desk::loader::DeskLoader;
use crate::pages::sign_in::SignIn;
use crate::session::{Api, Session};
use crate::ui::heading::Heading;
use crate::ui::lazy::{LazyView, lazy, rebuild_on_change};
use crate::ui::link::Link;
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;
use std::time::Duration;

/// The screen that the address names.
#[component]
pub fn Screens() -> impl IntoView {
    leptos::task::spawn_local(lazy_views::the_rest(expect_context()));
    // The line is busy with the screen, and the processor is not.
    set_timeout(intl::prepare, Duration::ZERO);
    let router = expect_context::<Router>();
    let path = Memo::new(move |_| router.with(|location| location.path.clone()));
    rebuild_on_change(path, |path: &String| screen(path))
}

fn screen(path: &str) -> AnyView {
    match path {
        "/" => lazy(lazy_views::overview),
        "/calculate" => guarded(Api::Reseller, || moving(lazy_views::calculate)),
        "/transfer" => guarded(Api::Reseller, || moving(lazy_views::transfer)),
        "/revert" => guarded(Api::Reseller, || moving(lazy_views::revert)),
        "/allocate" => guarded(Api::Organizations, || moving(lazy_views::allocate)),
        "/log" => guarded(Api::Reseller, || lazy(lazy_views::log)),
        "/wallet" => guarded(Api::Organizations, || lazy(lazy_views::wallet)),
        "/activity" => moving(lazy_views::activity),
        "/keys" => view! { <SignIn locked=false /> }.into_any(),
        _ => missing(),
    }
}

fn missing() -> AnyView {
    view! {
        <Heading title="No such page" />
        <p><Link href="/">"Go to the overview"</Link></p>
    }
    .into_any()
}

/// A screen that moves something, or leads through the journal: it opens once the desk's own part is there.
fn moving(screen: fn() -> LazyView) -> AnyView {
    let loader = expect_context::<DeskLoader>();
    loader.request();
    let there = Memo::new(move |_| loader.is_loaded());
    let shown = move || {
        if there.get() {
            lazy(screen)
        } else {
            view! { <Waiting what="Loading" /> }.into_any()
        }
    };
    shown.into_any()
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
            <p><Link href="/keys">"Give the key"</Link></p>
        </Notice>
    }
    .into_any()
}
