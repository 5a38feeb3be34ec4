//! A screen's heading: it names the page and takes the focus, so that a change of screen is noticed.

use leptos::html;
use leptos::prelude::*;
use std::cell::Cell;

thread_local! {
    /// The first screen takes no focus: the person has not moved yet.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// The one `<h1>` of a screen. Sets the document's title.
#[component]
pub fn Heading(
    /// The screen's name.
    title: &'static str,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    document().set_title(&format!("{title} · Credit Desk"));
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
