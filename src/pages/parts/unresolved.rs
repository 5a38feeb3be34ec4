//! What is unresolved, on every screen.

use super::words;
use crate::movement::desk::Desk;
use crate::movement::machine::Stage;
use crate::movement::plan::Kind;
use leptos::prelude::*;
use leptos_router::components::A;

/// One line for every movement that is on its way or whose end is not known.
#[component]
pub fn Unresolved() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let line = move |kind: Kind| {
        desk.stage(kind).with(|stage| {
            let what = words::act(&stage.unresolved()?.movement);
            let state = match stage {
                Stage::Sending(_) => "is being sent",
                _ => "may or may not have been made",
            };
            Some(view! { <li><strong>{what}</strong>" "{state}". "<A href=words::screen(kind)>"Show it"</A></li> })
        })
    };
    move || {
        let lines: Vec<_> = Kind::ALL.into_iter().filter_map(&line).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <aside class="unresolved" aria-label="Unresolved movements" role="status">
                    <ul>{lines}</ul>
                </aside>
            }
        })
    }
}
