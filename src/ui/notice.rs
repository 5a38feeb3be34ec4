//! Messages shown where they apply.

use leptos::prelude::*;

/// The severity of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    Plain,
    /// Success.
    Good,
    /// A warning.
    Warning,
    /// An error. Screen readers announce it at once.
    Bad,
}

/// A message with a title and optional content.
#[component]
pub fn Notice(
    /// The severity.
    tone: Tone,
    /// What happened, in a sentence.
    #[prop(into)]
    title: String,
    /// The content below the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, role) = match tone {
        Tone::Plain => ("notice", "status"),
        Tone::Good => ("notice good", "status"),
        Tone::Warning => ("notice warning", "status"),
        Tone::Bad => ("notice bad", "alert"),
    };
    view! {
        <div class=class role=role>
            <p class="title">{title}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A loading message.
#[component]
pub fn Waiting(
    /// The message, without its ellipsis.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    view! { <p class="waiting" role="status">{what}"…"</p> }
}
