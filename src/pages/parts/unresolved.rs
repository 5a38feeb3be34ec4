//! What is unresolved, on every screen.

use super::words;
use crate::movement::desk::Desk;
use crate::ui::moment;
use leptos::prelude::*;
use leptos_router::components::A;

/// One line for every movement that is on its way or whose end is not known: which, since when, and what is being
/// done.
#[component]
pub fn Unresolved() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let lines = move || {
        desk.book(|book| {
            book.open()
                .map(|open| {
                    let what = words::act(&open.movement);
                    let since = moment::time(open.confirmed);
                    view! {
                        <li data-key=open.key.to_string() data-state=open.state.name()>
                            <strong>{what}</strong>", confirmed at "{since}", "{words::doing(open)}". "
                            <A href=words::screen(open.movement.kind())>"Show it"</A>
                        </li>
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    move || {
        let lines = lines();
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="unresolved" aria-label="Unresolved movements" role="status">
                    <ul>{lines}</ul>
                </aside>
            }
        })
    }
}
