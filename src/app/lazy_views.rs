//! The parts of the program that are loaded when they are first needed.
//!
//! `crate::routes` lists the part that each screen is in. Secondary tools that several screens share are in `tools`
//! (`pages::tools`). `forms` holds the code that moves credits and keeps the journal.

use crate::app::deployment::Deployment;
use crate::app::idle::Idle;
use crate::movement::desk::Desk;
use crate::movement::desk::loader::DeskLoader;
use crate::pages::shared::settled::Settled;
use crate::pages::shared::unresolved::Unresolved;
use crate::pages::{
    activity, allocate, calculate, log, overview, revert, signed_out, transfer, wallet,
};
use crate::ui::lazy::lazy_views;
use leptos::prelude::*;
use std::sync::Arc;

lazy_views! {
    /// Starts the desk, and shows unresolved movements and newer deployments.
    desk in forms => start_desk();
    /// The idle lock.
    idle in forms => view! { <Idle /> }.into_any();
    /// The settled transactions that this browser keeps, shown below the sign-in.
    settled in forms => view! { <Settled /> }.into_any();
    /// Links to the gateway's sign-in page.
    signed_out in overview => view! { <signed_out::SignedOut /> }.into_any();
    overview in overview => view! { <overview::Overview /> }.into_any();
    calculate in forms => view! { <calculate::Calculate /> }.into_any();
    transfer in forms => view! { <transfer::Transfer /> }.into_any();
    revert in forms => view! { <revert::Revert /> }.into_any();
    allocate in forms => view! { <allocate::Allocate /> }.into_any();
    /// The credit log.
    log in log => view! { <log::Log /> }.into_any();
    /// Wallet events.
    wallet in tools => view! { <wallet::Wallet /> }.into_any();
    /// The journal of this browser.
    activity in forms => view! { <activity::Activity /> }.into_any();
}

fn start_desk() -> AnyView {
    let desk = expect_context::<Desk>();
    desk.open_journal();
    ask_before_closing(desk.clone());
    expect_context::<DeskLoader>().start(Arc::new(desk));
    view! {
        <Unresolved />
        <Deployment />
    }
    .into_any()
}

/// Asks for confirmation when the user closes the tab while a response is pending, or while something unresolved is not
/// in the journal.
fn ask_before_closing(desk: Desk) {
    let listener = window_event_listener(leptos::ev::beforeunload, move |event| {
        // A page restored from the back/forward cache reloads itself; that reload must not prompt.
        let is_restored = document().body().is_some_and(|body| body.hidden());
        if desk.could_lose() && !is_restored {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// How long the open screen has the network to itself, in milliseconds. It may request the desk sooner.
const HEAD_START: i64 = 3000;

/// Loads the remaining parts, one after the other, so that other screens open at once and a newer deployment can't take
/// a part away from this page.
pub async fn load_remaining_parts(loader: DeskLoader) {
    crate::browser::clock::sleep(HEAD_START).await;
    loader.request();
    #[cfg(feature = "split")]
    {
        macro_rules! fetch {
            ($($part:ident)*) => {$(
                #[wasm_split_helpers::wasm_split($part, fallible)]
                fn $part() -> Result<(), crate::ui::lazy::PartLoadError> {
                    Ok(())
                }
                // A part that fails to load here is loaded again when it is needed, and the error is shown then.
                let _ = $part().await;
            )*};
        }
        fetch!(tools forms overview log);
    }
}
