//! The way to the screens, and out.

use crate::movement::Kind;
use crate::movement::desk::Desk;
use crate::movement::desk::sign_in::Leaving;
use crate::pages::shared::shortcuts::Shortcuts;
use crate::session::{Api, Session};
use crate::ui::link::Link;
use leptos::prelude::*;

/// Links to the screens that can be used, and what is to be done with the keys.
#[component]
pub fn Navigation() -> impl IntoView {
    let session = expect_context::<Session>();
    let links: [(&str, &str, Option<Api>); 8] = [
        ("/", "Overview", None),
        ("/calculate", "Calculate", Some(Api::Reseller)),
        ("/transfer", "Transfer", Some(Kind::Transfer.api())),
        ("/revert", "Revert", Some(Kind::Revert.api())),
        ("/allocate", "Allocate", Some(Kind::Allocate.api())),
        ("/log", "Log", Some(Api::Reseller)),
        ("/wallet", "Wallet", Some(Api::Organizations)),
        ("/activity", "Activity", None),
    ];
    let desk = expect_context::<Desk>();
    let typed = session.is_typed();
    let leave = {
        let (session, desk) = (session.clone(), desk.clone());
        move |_| desk.in_every_tab(Leaving::SignOut, &session)
    };
    let lock = {
        let session = session.clone();
        move |_| desk.in_every_tab(Leaving::Lock, &session)
    };
    let covered = session.clone();
    let (leave_covered, is_covered) = (leave.clone(), move || typed && covered.is_locked());
    let shown = session.clone();
    let links = move || {
        links
            .into_iter()
            .filter(|(_, _, api)| api.is_none_or(|api| shown.may(api)))
            .map(|(href, label, _)| view! { <li><Link href=href exact=true>{label}</Link></li> })
            .collect_view()
    };
    view! {
        <Show when=move || session.signed_in()>
            <nav class="main" aria-label="Main">
                <ul>{links.clone()}</ul>
            </nav>
            <div class="account">
                <Shortcuts />
                {typed.then(|| view! { <Link href="/keys">"Keys"</Link> })}
                <button type="button" class="quiet" on:click=lock.clone()>"Lock"</button>
                <button type="button" class="quiet" on:click=leave.clone()>"Sign out"</button>
            </div>
        </Show>
        <Show when=is_covered>
            <div class="account">
                <button type="button" class="quiet" on:click=leave_covered.clone()>"Sign out"</button>
            </div>
        </Show>
    }
}
