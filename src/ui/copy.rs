//! Buttons that copy text.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// Copies `text` to the clipboard. Returns whether that worked.
async fn copy(text: &str) -> bool {
    let clipboard = async { JsFuture::from(write_to_clipboard(text)?).await };
    clipboard.await.is_ok() || copy_by_command(text).is_ok_and(|copied| copied)
}

/// Copies with the Clipboard API, which exists only in secure contexts.
fn write_to_clipboard(text: &str) -> Result<js_sys::Promise, JsValue> {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())?;
    let write_text: js_sys::Function =
        js_sys::Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    write_text.call1(&clipboard, &text.into())?.dyn_into()
}

/// Copies with the older `copy` command, which takes the selection: here, that of a temporary text area.
fn copy_by_command(text: &str) -> Result<bool, JsValue> {
    let document: HtmlDocument = document().unchecked_into();
    let field: HtmlTextAreaElement = document.create_element("textarea")?.dyn_into()?;
    field.set_value(text);
    field.set_class_name("visually-hidden");
    // Next to the focused element: an open dialog makes the rest of the page inert.
    let focused = document.active_element();
    let parent = focused.as_ref().and_then(|it| it.parent_element());
    let parent = parent.or_else(|| document.body().map(Into::into));
    parent.ok_or(JsValue::NULL)?.append_child(&field)?;
    field.select();
    let copied = document.exec_command("copy");
    field.remove();
    if let Some(focused) = focused.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        focused.focus()?;
    }
    copied
}

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
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let message = if copy(&text).await {
                "Copied"
            } else {
                "Not copied"
            };
            status.try_set(message);
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
        let text = text.get_untracked();
        leptos::task::spawn_local(async move {
            let message = if copy(&text).await {
                "Copied."
            } else {
                "Couldn't copy. Select the text instead."
            };
            status.try_set(Some(message));
        });
    };
    view! {
        <div class="actions">
            <button type="button" on:click=copy>{label}</button>
            <span role="status">{move || status.get()}</span>
        </div>
    }
}
