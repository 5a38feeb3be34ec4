//! The parts of the program that are fetched when they are first needed.
//!
//! With the feature `split` each function below stands in a file of its own, with everything that only it needs;
//! `cargo xtask build` takes the program apart so. Without it they are all there from the start.

use super::deployment::Deployment;
use super::idle::Idle;
use super::navigation::Navigation;
use super::screens::Screens;
use crate::client::Client;
use crate::movement::desk::Desk;
use crate::movement::directory::Directory;
use crate::movement::engine::Engines;
use crate::pages::parts::unresolved::Unresolved;
use crate::pages::{
    activity, allocate, calculate, log, overview, revert, signed_out, transfer, wallet,
};
use crate::session::Session;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A part of the program could not be fetched.
#[derive(Debug)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// A view on its way.
pub type Coming = Pin<Box<dyn Future<Output = Result<AnyView, Missing>>>>;

macro_rules! rooms {
    ($($(#[$about:meta])* $name:ident in $part:ident => $view:expr;)*) => {$(
        $(#[$about])*
        pub fn $name() -> Coming {
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($part, fallible)]
            fn $name() -> Result<AnyView, Missing> {
                Ok($view)
            }
            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<AnyView, Missing> {
                Ok($view)
            }
            Box::pin($name())
        }
    )*};
}

rooms! {
    /// The desk itself, what is unresolved, and whether there is a newer deployment. Becomes a context of the present owner.
    desk in desk => desk_begins();
    /// The watch over a page that nobody touches.
    idle in desk => view! { <Idle /> }.into_any();
    /// The way to a gateway's sign-in.
    signed_out in desk => view! { <signed_out::SignedOut /> }.into_any();
    /// The way to the screens.
    navigation in desk => view! { <Navigation /> }.into_any();
    /// The screens' addresses.
    screens in desk => view! { <Screens /> }.into_any();
    /// The overview.
    overview in overview => view! { <overview::Overview /> }.into_any();
    /// Calculate.
    calculate in forms => view! { <calculate::Calculate /> }.into_any();
    /// Transfer.
    transfer in forms => view! { <transfer::Transfer /> }.into_any();
    /// Revert.
    revert in forms => view! { <revert::Revert /> }.into_any();
    /// Allocate.
    allocate in forms => view! { <allocate::Allocate /> }.into_any();
    /// The log.
    log in log => view! { <log::Log /> }.into_any();
    /// The wallet's events.
    wallet in log => view! { <wallet::Wallet /> }.into_any();
    /// The journal.
    activity in forms => view! { <activity::Activity /> }.into_any();
}

fn desk_begins() -> AnyView {
    let session = expect_context::<Session>();
    let client = expect_context::<Client>();
    let directory = Directory::new(client.clone(), session);
    let desk = Desk::new(client, directory);
    desk.open_journal();
    provide_context(desk.clone());
    ask_before_closing(desk.clone());
    expect_context::<Engines>().start(Arc::new(desk));
    view! {
        <Unresolved />
        <Deployment />
    }
    .into_any()
}

/// Asks before the tab is closed while an answer is waited for, or something is unresolved that no journal holds.
fn ask_before_closing(desk: Desk) {
    let handle = window_event_listener(leptos::ev::beforeunload, move |event| {
        if desk.could_lose() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Milliseconds that the screen which was asked for has the line to itself.
#[cfg(feature = "split")]
const HEAD_START: i64 = 3000;

/// Fetches the parts that are not there yet, one after the other: the next screen opens at once, and a newer deployment
/// takes none of them away from this page.
#[cfg(feature = "split")]
pub async fn fetch_the_rest() {
    macro_rules! fetch {
        ($($part:ident)*) => {$(
            #[wasm_split_helpers::wasm_split($part, fallible)]
            fn $part() -> Result<(), Missing> {
                Ok(())
            }
            // What cannot be fetched now is fetched when it is asked for, and told of then.
            let _ = $part().await;
        )*};
    }
    crate::client::sleep(HEAD_START).await;
    fetch!(forms overview log);
}
