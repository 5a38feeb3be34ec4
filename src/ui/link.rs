//! Links between the portal's screens.

use crate::browser::router::{Router, base_path, with_base};
use leptos::prelude::*;

/// A link to a screen.
#[component]
pub fn Link(
    /// The path within the portal, with its leading slash.
    #[prop(into)]
    href: Signal<String>,
    /// Whether the link is marked as current on its own screen.
    #[prop(optional)]
    exact: bool,
    /// Whether following the link scrolls to the top.
    #[prop(default = true)]
    scroll: bool,
    /// The link's content.
    children: Children,
) -> impl IntoView {
    let base = base_path();
    let router = use_context::<Router>().filter(|_| exact);
    let current = move || {
        let is_current = router?.with(|location| location.path == href.get());
        is_current.then_some("page")
    };
    let url = move || with_base(&base, &href.get());
    view! {
        <a href=url aria-current=current data-noscroll=(!scroll).then_some("")>
            {children()}
        </a>
    }
}
