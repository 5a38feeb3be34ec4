//! The screens and their addresses.

use super::room::room;
use super::rooms;
use crate::pages::sign_in::SignIn;
use crate::session::{Api, Session};
use crate::ui::heading::Heading;
use crate::ui::link::A;
use crate::ui::notice::{Notice, Tone};
use leptos::prelude::*;
use leptos_router::components::{Route, Routes};
use leptos_router::{StaticSegment, path};

/// The screen that the address names.
#[component]
pub fn Screens() -> impl IntoView {
    #[cfg(feature = "split")]
    leptos::task::spawn_local(rooms::fetch_the_rest());
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
            <Route path=path!("/keys") view=|| view! { <SignIn locked=false /> } />
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
