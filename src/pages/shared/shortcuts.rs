//! Single-key shortcuts, with a dialog that lists them and can turn them off.

use crate::browser::clock::now;
use crate::browser::router::Router;
use crate::browser::storage;
use crate::routes::ROUTES;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The storage key that remembers whether shortcuts are turned off.
const STORAGE_KEY: &str = "credit-desk.shortcuts";
/// How long after `g` the second key counts, in milliseconds.
const SEQUENCE_TIMEOUT: i64 = 1500;
/// Keys that act on an element of the screen: the key, its label, and the element's selector.
const ACTIONS: [(&str, &str, &str); 3] = [
    ("[", "Previous page", "nav.pager button:nth-of-type(2)"),
    ("]", "Next page", "nav.pager button:nth-of-type(3)"),
    ("/", "Search", "#q, #find-child"),
];

/// Listens for the keys, and shows the list of them in a dialog.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let enabled = RwSignal::new(storage::get(STORAGE_KEY).as_deref() != Some("off"));
    let open = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only if the dialog is already open.
            let _ = dialog.show_modal();
        }
    };
    let router = expect_context::<Router>();
    let g_pressed_at = StoredValue::new(0i64);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            close_menu();
        }
        if !enabled.get_untracked() || is_for_something_else(&event) {
            return;
        }
        let key = event.key();
        let follows_g = now() - g_pressed_at.get_value() < SEQUENCE_TIMEOUT;
        g_pressed_at.set_value(if key == "g" { now() } else { 0 });
        let route = ROUTES
            .iter()
            .find(|route| follows_g && route.shortcut == key);
        let action = ACTIONS.iter().find(|(action_key, ..)| *action_key == key);
        match (route, action) {
            (Some(route), _) => router.navigate(route.path),
            (None, Some((_, _, selector))) if press_or_focus(selector) => event.prevent_default(),
            _ if key == "?" => open(),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
    let toggle = move |_| {
        enabled.update(|enabled| *enabled = !*enabled);
        storage::set(
            STORAGE_KEY,
            if enabled.get_untracked() { "on" } else { "off" },
        );
    };
    let item = |keys: String, label: &'static str| view! { <div><dt>{label}</dt><dd><kbd>{keys}</kbd></dd></div> };
    let screens = ROUTES.map(|route| item(format!("g {}", route.shortcut), route.label));
    let actions = ACTIONS.map(|(key, label, _)| item(key.to_owned(), label));
    view! {
        <button type="button" class="quiet" aria-haspopup="dialog" on:click=move |_| open()>"Shortcuts"</button>
        <dialog class="row-dialog" node_ref=dialog aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            <label>
                <input type="checkbox" prop:checked=move || enabled.get() on:change=toggle />
                "Enable shortcuts"
            </label>
            <dl class="lines">{screens.into_iter().collect_view()}{actions.into_iter().collect_view()}{item("?".to_owned(), "Show shortcuts")}</dl>
            <div class="actions">
                <button
                    type="button"
                    class="primary"
                    on:click=move |_| if let Some(dialog) = dialog.get_untracked() { dialog.close() }
                >
                    "Close"
                </button>
            </div>
        </dialog>
    }
}

/// Closes the open menu and returns the focus to its summary.
fn close_menu() {
    let find = |selector| document().query_selector(selector).ok().flatten();
    let summary = find("details.menu[open] > summary");
    if let Some(menu) = find("details.menu[open]") {
        let _ = menu.remove_attribute("open");
    }
    if let Some(summary) = summary.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}

/// Whether the key press belongs to something else: a field, a dialog, or the browser.
fn is_for_something_else(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let takes_keys = "input, select, textarea, dialog, [role=slider]";
    // Many layouts type brackets and slashes with Option or AltGr.
    let is_typed = event.get_modifier_state("AltGraph") || (event.alt_key() && !event.ctrl_key());
    let is_action_key = ACTIONS.iter().any(|(key, ..)| *key == event.key());
    let is_command = event.meta_key() || event.ctrl_key() || event.alt_key();
    (is_command && !(is_typed && is_action_key))
        || event.default_prevented()
        || target.is_some_and(|target| matches!(target.closest(takes_keys), Ok(Some(_))))
}

/// Clicks a button or focuses a field, opening the collapsed box around it. Returns whether the element exists.
pub fn press_or_focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    if element.tag_name() == "BUTTON" {
        element.click();
    } else {
        if let Ok(Some(closed)) = element.closest("details:not([open])") {
            let _ = closed.set_attribute("open", "");
        }
        let _ = element.focus();
    }
    true
}
