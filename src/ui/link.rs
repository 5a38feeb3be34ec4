//! Links and ways within the portal, wherever on its host it lies: the router itself puts its base before no link.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components;
use leptos_router::hooks::use_navigate;

/// Where the portal lies on its host, without a slash at its end: nothing, or `/desk`.
#[derive(Clone)]
pub struct Base(pub String);

/// This path of the portal as a path of its host.
pub fn on_host(path: &str) -> String {
    let base = use_context::<Base>().map(|base| base.0);
    format!("{}{path}", base.unwrap_or_default())
}

/// A link to a screen.
#[component]
pub fn A(
    /// The path of the portal, from its slash.
    #[prop(into)]
    href: Signal<String>,
    /// Whether it is marked as the present screen by its whole path alone.
    #[prop(optional)]
    exact: bool,
    /// Whether the page is scrolled to its top.
    #[prop(default = true)]
    scroll: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let base = on_host("");
    let href = Signal::derive(move || format!("{base}{}", href.get()));
    view! { <components::A href=move || href.get() exact scroll>{children()}</components::A> }
}

/// Goes to a screen, the overview too: the router would leave out the slash at its end.
pub fn use_way() -> impl Fn(&str) + Clone {
    let (base, navigate) = (on_host(""), use_navigate());
    move |path| {
        let options = NavigateOptions {
            resolve: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{base}{path}"), options);
    }
}
