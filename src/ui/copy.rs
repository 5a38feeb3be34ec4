//! Copying a text.

use leptos::prelude::*;

/// A small button that copies a text.
#[component]
pub fn CopyIcon(
    /// What is copied.
    text: String,
    /// What it is, for those who do not see where the button stands.
    what: &'static str,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            let result = wasm_bindgen_futures::JsFuture::from(promise).await;
            done.try_set(result.is_ok());
        });
    };
    view! {
        <button type="button" class="quiet copy" aria-label=format!("Copy {what}") on:click=copy>
            {move || if done.get() { "Copied" } else { "Copy" }}
        </button>
    }
}

/// A button that copies a text, and says that it did.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: Signal<String>,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let done = RwSignal::new(None);
    let copy = move |_| {
        let promise = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_untracked());
        leptos::task::spawn_local(async move {
            let result = wasm_bindgen_futures::JsFuture::from(promise).await;
            let said = if result.is_ok() {
                "Copied."
            } else {
                "It could not be copied; select the text instead."
            };
            done.try_set(Some(said));
        });
    };
    view! {
        <div class="actions">
            <button type="button" on:click=copy>{label}</button>
            <span role="status">{move || done.get()}</span>
        </div>
    }
}
