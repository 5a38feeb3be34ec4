//! The parts of the program that are fetched when they are first needed.
//!
//! What a screen shows first is in its own part; what stands beside it, for several screens, in `tools`
//! (`pages::parts::tools`). The desk's part is what moves credits and keeps the journal.

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
    /// What carries movements out and keeps the journal, what is unresolved, and whether there is a newer deployment.
    desk in forms => desk_begins();
    /// The watch over a page that nobody touches.
    idle in forms => view! { <Idle /> }.into_any();
    /// What this browser keeps of settled transactions.
    settled in forms => view! { <Settled /> }.into_any();
    /// The way to a gateway's sign-in.
    signed_out in overview => view! { <signed_out::SignedOut /> }.into_any();
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
    wallet in tools => view! { <wallet::Wallet /> }.into_any();
    /// The journal.
    activity in forms => view! { <activity::Activity /> }.into_any();
}

fn desk_begins() -> AnyView {
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

/// Asks before the tab is closed while an answer is waited for, or something is unresolved that no journal holds.
fn ask_before_closing(desk: Desk) {
    let handle = window_event_listener(leptos::ev::beforeunload, move |event| {
        // A page that was left and comes back starts again; nobody is asked about what has left with it.
        let was_left = document().body().is_some_and(|body| body.hidden());
        if desk.could_lose() && !was_left {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Milliseconds that the screen which was asked for has the line to itself, unless it says before that it has what it needs.
const HEAD_START: i64 = 3000;

/// Fetches the parts that are not there yet, one after the other: the next screen opens at once, and a newer deployment
/// takes none of them away from this page.
pub async fn the_rest(loader: DeskLoader) {
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
                // What cannot be fetched now is fetched when it is asked for, and told of then.
                let _ = $part().await;
            )*};
        }
        fetch!(tools forms overview log);
    }
}
