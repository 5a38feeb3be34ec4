//! Links between the portal's screens.

use crate::browser::router::{Router, base, below};
use leptos::prelude::*;

/// A link to a screen.
#[component]
pub fn Link(
    /// The path of the portal, from its slash.
    #[prop(into)]
    href: Signal<String>,
    /// Whether it is marked where it is the present screen.
    #[prop(optional)]
    exact: bool,
    /// Whether the page is scrolled to its top.
    #[prop(default = true)]
    scroll: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let base = base();
    let router = use_context::<Router>().filter(|_| exact);
    let current = move || {
        let is_current = router?.with(|location| location.path == href.get());
        is_current.then_some("page")
    };
    let address = move || below(&base, &href.get());
    view! {
        <a href=address aria-current=current data-noscroll=(!scroll).then_some("")>
            {children()}
        </a>
    }
}
