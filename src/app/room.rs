//! A place on the page for a part of the program that may still have to be fetched.

use super::rooms::Coming;
use crate::ui::notice::{Notice, Tone, Waiting};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

/// How the fetching goes. The view itself is taken out when it is shown.
enum Face {
    Waiting,
    Here(Option<AnyView>),
    Missing,
}

/// Shows what `fetch` gives, once it is there: made for the present owner, with its contexts.
pub fn room(fetch: fn() -> Coming) -> AnyView {
    place(fetch, || {
        view! { <Waiting what="Fetching this part of the portal" /> }.into_any()
    })
}

/// The same for what nobody waits for: nothing stands in its place meanwhile.
pub fn quiet_room(fetch: fn() -> Coming) -> AnyView {
    place(fetch, || ().into_any())
}

fn place(fetch: fn() -> Coming, waiting: fn() -> AnyView) -> AnyView {
    let face = RwSignal::new_local(Face::Waiting);
    let owner = Owner::current();
    let start = move || {
        let (Some(owner), true) = (owner.clone(), face.try_set(Face::Waiting).is_none()) else {
            return;
        };
        let coming = owner.with(|| ScopedFuture::new_untracked(fetch()));
        leptos::task::spawn_local(async move {
            let next = match coming.await {
                Ok(view) => Face::Here(Some(view)),
                Err(_) => Face::Missing,
            };
            // Nobody is there any more to see it.
            let _ = face.try_set(next);
        });
    };
    start();
    let again = Callback::new(move |()| start());
    (move || {
        face.track();
        face.try_update_untracked(|face| match face {
            Face::Waiting => waiting(),
            Face::Here(view) => view.take().into_any(),
            Face::Missing => missing(again),
        })
    })
    .into_any()
}

fn missing(again: Callback<()>) -> AnyView {
    let reload = |_| {
        let _ = location().reload();
    };
    view! {
        <Notice tone=Tone::Bad title="This part of the portal could not be fetched.">
            <p>
                "Nothing was moved by that, and nothing is lost. Either the line is down, or the portal was renewed while this page was open; then it has to be reloaded."
            </p>
            <div class="actions">
                <button type="button" class="primary" on:click=move |_| again.run(())>"Try again"</button>
                <button type="button" on:click=reload>"Reload the page"</button>
            </div>
        </Notice>
    }
    .into_any()
}
