//! A message that stands where it happened.

use leptos::prelude::*;

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// Done.
    Good,
    /// To be heeded.
    Warning,
    /// Something failed. Announced at once.
    Bad,
}

/// A message with a title and whatever belongs below it.
#[component]
pub fn Notice(
    /// How grave it is.
    tone: Tone,
    /// What happened, in a sentence.
    #[prop(into)]
    title: String,
    /// What belongs below it.
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

/// Something is on its way.
#[component]
pub fn Waiting(
    /// What, in a few words.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    view! { <p class="waiting" role="status">{what}"…"</p> }
}
