//! A screen's heading: it names the page and takes the focus, so that a change of screen is noticed.

use leptos::html;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

thread_local! {
    /// The first screen takes no focus: the person has not moved yet.
    static FIRST: Cell<bool> = const { Cell::new(true) };
    /// What the portal is called behind a screen's name.
    static SITE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Says what the portal is called.
pub fn name_site(title: &str) {
    SITE.with(|site| title.clone_into(&mut site.borrow_mut()));
}

/// The one `<h1>` of a screen. Sets the document's title.
#[component]
pub fn Heading(
    /// The screen's name.
    title: &'static str,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    SITE.with(|site| document().set_title(&format!("{title} · {}", site.borrow())));
    Effect::new(move |_| {
        if let Some(heading) = node.get()
            && !FIRST.replace(false)
        {
            let _ = heading.focus();
        }
    });
    view! { <h1 node_ref=node tabindex="-1">{title}</h1> }
}

/// The heading of a part that replaces another one, such as the review after the form. Takes the focus.
#[component]
pub fn PartHeading(
    /// What the part is.
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
