//! Links to the screens, and the lock and sign-out buttons.

use crate::movement::desk::Desk;
use crate::movement::desk::sign_in::LeaveMode;
use crate::pages::shared::shortcuts::Shortcuts;
use crate::routes::{ROUTES, Screen};
use crate::session::Session;
use crate::ui::link::Link;
use leptos::prelude::*;

/// Links to the screens that the session can use, and what can be done with its keys: change, lock, sign out.
#[component]
pub fn Navigation() -> impl IntoView {
    let session = expect_context::<Session>();
    let desk = expect_context::<Desk>();
    let has_typed_keys = session.has_typed_keys();
    let sign_out = {
        let (session, desk) = (session.clone(), desk.clone());
        move |_| desk.leave_all_tabs(LeaveMode::SignOut, &session)
    };
    let lock = {
        let session = session.clone();
        move |_| desk.leave_all_tabs(LeaveMode::Lock, &session)
    };
    let lock_session = session.clone();
    let (sign_out_locked, is_locked) = (sign_out.clone(), move || {
        has_typed_keys && lock_session.is_locked()
    });
    let link_session = session.clone();
    let links = move || {
        ROUTES
            .iter()
            .filter(|route| route.screen != Screen::Keys)
            .filter(|route| {
                route
                    .api
                    .is_none_or(|api| link_session.has_access_to(api.into()))
            })
            .map(|route| view! { <li><Link href=route.path exact=true>{route.label}</Link></li> })
            .collect_view()
    };
    view! {
        <Show when=move || session.signed_in()>
            <nav class="main" aria-label="Main">
                <ul>{links.clone()}</ul>
            </nav>
            <div class="account">
                <Shortcuts />
                {has_typed_keys.then(|| view! { <Link href="/keys">"API keys"</Link> })}
                <button type="button" class="quiet" on:click=lock.clone()>"Lock"</button>
                <button type="button" class="quiet" on:click=sign_out.clone()>"Sign out"</button>
            </div>
        </Show>
        <Show when=is_locked>
            <div class="account">
                <button type="button" class="quiet" on:click=sign_out_locked.clone()>"Sign out"</button>
            </div>
        </Show>
    }
}
