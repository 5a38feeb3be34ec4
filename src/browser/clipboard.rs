//! Copies text. The Clipboard API is missing on plain http.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// Copies `text` to the clipboard, and then reports whether that worked.
pub fn copy(text: String, report: impl FnOnce(bool) + 'static) {
    leptos::task::spawn_local(async move {
        let clipboard = async { JsFuture::from(write_to_clipboard(&text)?).await };
        let is_copied =
            clipboard.await.is_ok() || copy_by_command(&text).is_ok_and(|copied| copied);
        report(is_copied);
    });
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
