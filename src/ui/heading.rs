//! Screen headings. They set the page title and take the focus, so that screen readers announce a new screen.

use leptos::html;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

thread_local! {
    /// Whether no screen has been shown yet. The first one takes no focus: the user has not navigated.
    static IS_FIRST_SCREEN: Cell<bool> = const { Cell::new(true) };
    /// The portal's title, which follows the screen's name in the page title.
    static SITE_TITLE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the portal's title.
pub fn set_site_title(title: &str) {
    SITE_TITLE.with(|site| title.clone_into(&mut site.borrow_mut()));
}

/// The only `<h1>` of a screen. Sets the document title.
#[component]
pub fn Heading(
    /// The screen's name.
    title: &'static str,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    SITE_TITLE.with(|site| document().set_title(&format!("{title} · {}", site.borrow())));
    Effect::new(move |_| {
        if let Some(heading) = node.get()
            && !IS_FIRST_SCREEN.replace(false)
        {
            let _ = heading.focus();
        }
    });
    view! { <h1 node_ref=node tabindex="-1">{title}</h1> }
}

/// The heading of a section that replaces another one, such as the review after the form. Takes the focus.
#[component]
pub fn PartHeading(
    /// The heading's text.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let node = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = node.get() {
            let _ = heading.focus();
        }
    });
    view! { <h2 node_ref=node tabindex="-1">{title}</h2> }
}
