//! Buttons that copy text.

use crate::browser::clipboard;
use leptos::prelude::*;

/// A small button that copies text.
#[component]
pub fn CopyIcon(
    /// The text to copy.
    text: String,
    /// What the text is, for screen readers.
    what: &'static str,
) -> impl IntoView {
    let status = RwSignal::new("Copy");
    let copy = move |_| {
        clipboard::copy(text.clone(), move |is_copied| {
            status.try_set(if is_copied { "Copied" } else { "Not copied" });
        });
    };
    view! {
        <button type="button" class="quiet copy" aria-label=format!("Copy {what}") on:click=copy>
            {status}
        </button>
    }
}

/// A button that copies text and reports the result next to itself.
#[component]
pub fn CopyButton(
    /// The text to copy.
    text: Signal<String>,
    /// The button's label.
    label: &'static str,
) -> impl IntoView {
    let status = RwSignal::new(None);
    let copy = move |_| {
        clipboard::copy(text.get_untracked(), move |is_copied| {
            status.try_set(Some(match is_copied {
                true => "Copied.",
                false => "Couldn't copy. Select the text instead.",
            }));
        });
    };
    view! {
        <div class="actions">
            <button type="button" on:click=copy>{label}</button>
            <span role="status">{move || status.get()}</span>
        </div>
    }
}
