//! Copying a text.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// Copies a text. Gives whether it was copied.
async fn copy(text: &str) -> bool {
    let by_clipboard = async { JsFuture::from(write(text)?).await };
    by_clipboard.await.is_ok() || copy_by_command(text).is_ok_and(|copied| copied)
}

/// Hands a text to the clipboard, which only secure pages have.
fn write(text: &str) -> Result<js_sys::Promise, JsValue> {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into())?;
    let write: js_sys::Function =
        js_sys::Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    write.call1(&clipboard, &text.into())?.dyn_into()
}

/// Copies by the older command, which takes what is selected: here, a field that exists for just as long.
fn copy_by_command(text: &str) -> Result<bool, JsValue> {
    let document: HtmlDocument = document().unchecked_into();
    let field: HtmlTextAreaElement = document.create_element("textarea")?.dyn_into()?;
    field.set_value(text);
    field.set_class_name("visually-hidden");
    // Beside what has the focus: an open dialog makes the rest of the page inert.
    let focused = document.active_element();
    let beside = focused.as_ref().and_then(|it| it.parent_element());
    let beside = beside.or_else(|| document.body().map(Into::into));
    beside.ok_or(JsValue::NULL)?.append_child(&field)?;
    field.select();
    let copied = document.exec_command("copy");
    field.remove();
    if let Some(focused) = focused.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        focused.focus()?;
    }
    copied
}

/// A small button that copies a text.
#[component]
pub fn CopyIcon(
    /// What is copied.
    text: String,
    /// What it is, for those who do not see where the button stands.
    what: &'static str,
) -> impl IntoView {
    let done = RwSignal::new("Copy");
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let said = if copy(&text).await {
                "Copied"
            } else {
                "Not copied"
            };
            done.try_set(said);
        });
    };
    view! {
        <button type="button" class="quiet copy" aria-label=format!("Copy {what}") on:click=copy>
            {done}
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
        let text = text.get_untracked();
        leptos::task::spawn_local(async move {
            let said = if copy(&text).await {
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
