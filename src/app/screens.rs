//! The screens and their addresses.

use crate::app::lazy_views;
use crate::browser::intl;
use crate::movement::desk::loader::Engines;
use crate::pages::sign_in::SignIn;
use crate::session::{Api, Session};
use crate::ui::heading::Heading;
use crate::ui::lazy::{Coming, anew, room};
use crate::ui::link::{A, Way};
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;
use std::time::Duration;

/// The screen that the address names.
#[component]
pub fn Screens() -> impl IntoView {
    leptos::task::spawn_local(lazy_views::the_rest(expect_context()));
    // The line is busy with the screen, and the processor is not.
    set_timeout(intl::prepare, Duration::ZERO);
    let way = expect_context::<Way>();
    let path = Memo::new(move |_| way.with(|place| place.path.clone()));
    anew(path, |path: &String| screen(path))
}

fn screen(path: &str) -> AnyView {
    match path {
        "/" => room(lazy_views::overview),
        "/calculate" => guarded(Api::Reseller, || moving(lazy_views::calculate)),
        "/transfer" => guarded(Api::Reseller, || moving(lazy_views::transfer)),
        "/revert" => guarded(Api::Reseller, || moving(lazy_views::revert)),
        "/allocate" => guarded(Api::Organizations, || moving(lazy_views::allocate)),
        "/log" => guarded(Api::Reseller, || room(lazy_views::log)),
        "/wallet" => guarded(Api::Organizations, || room(lazy_views::wallet)),
        "/activity" => moving(lazy_views::activity),
        "/keys" => view! { <SignIn locked=false /> }.into_any(),
        _ => missing(),
    }
}

fn missing() -> AnyView {
    view! {
        <Heading title="No such page" />
        <p><A href="/">"Go to the overview"</A></p>
    }
    .into_any()
}

/// A screen that moves something, or leads through the journal: it opens once the desk's own part is there.
fn moving(screen: fn() -> Coming) -> AnyView {
    let engines = expect_context::<Engines>();
    engines.want();
    let there = Memo::new(move |_| engines.has_come());
    let shown = move || {
        if there.get() {
            room(screen)
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
            <p><A href="/keys">"Give the key"</A></p>
        </Notice>
    }
    .into_any()
}
