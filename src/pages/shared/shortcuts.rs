//! Going about by single keys, for those who want to: listed in a dialog, and turned off there.

use crate::browser::clock::now;
use crate::browser::router::Router;
use crate::browser::storage::{keep, kept};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Where it is remembered that somebody wants none.
const CHOICE: &str = "credit-desk.shortcuts";
/// How long after `g` the second key may come, in milliseconds.
const PATIENCE: i64 = 1500;
/// The keys behind `g`, what they are called, and where they lead.
const SCREENS: [(&str, &str, &str); 9] = [
    ("o", "Overview", "/"),
    ("c", "Calculate", "/calculate"),
    ("t", "Transfer", "/transfer"),
    ("r", "Revert", "/revert"),
    ("a", "Allocate", "/allocate"),
    ("l", "Log", "/log"),
    ("w", "Wallet", "/wallet"),
    ("y", "Activity", "/activity"),
    ("k", "Keys", "/keys"),
];
/// Keys that press what stands on a screen: the key, what it does, and the element.
const PRESSES: [(&str, &str, &str); 3] = [
    ("[", "The page before", "nav.pager button:nth-of-type(2)"),
    ("]", "The next page", "nav.pager button:nth-of-type(3)"),
    ("/", "To the search", "#q, #find-child"),
];

/// Listens for the keys, and offers the list of them.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let on = RwSignal::new(kept(CHOICE).as_deref() != Some("off"));
    let open = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // It fails only on a dialog that is shown already.
            let _ = dialog.show_modal();
        }
    };
    let router = expect_context::<Router>();
    let since = StoredValue::new(0i64);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            close_menu();
        }
        if !on.get_untracked() || is_elsewhere(&event) {
            return;
        }
        let key = event.key();
        let waits = now() - since.get_value() < PATIENCE;
        since.set_value(if key == "g" { now() } else { 0 });
        let screen = SCREENS.iter().find(|(held, ..)| waits && *held == key);
        let press = PRESSES.iter().find(|(held, ..)| *held == key);
        match (screen, press) {
            (Some((_, _, path)), _) => router.navigate(path),
            (None, Some((_, _, selector))) if press_or_focus(selector) => event.prevent_default(),
            _ if key == "?" => open(),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
    let toggle = move |_| {
        on.update(|on| *on = !*on);
        keep(CHOICE, if on.get_untracked() { "on" } else { "off" });
    };
    let line = |keys: String, what: &'static str| view! { <div><dt>{what}</dt><dd><kbd>{keys}</kbd></dd></div> };
    let screens = SCREENS.map(|(key, what, _)| line(format!("g {key}"), what));
    let presses = PRESSES.map(|(key, what, _)| line(key.to_owned(), what));
    view! {
        <button type="button" class="quiet" aria-haspopup="dialog" on:click=move |_| open()>"Shortcuts"</button>
        <dialog class="row-dialog" node_ref=dialog aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            <label>
                <input type="checkbox" prop:checked=move || on.get() on:change=toggle />
                "Use single keys"
            </label>
            <dl class="lines">{screens.into_iter().collect_view()}{presses.into_iter().collect_view()}{line("?".to_owned(), "This list")}</dl>
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

/// Closes the menu that is open, and puts the focus back on what opened it.
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

/// Whether the key is meant for something else: a field, a dialog, or the browser.
fn is_elsewhere(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let takes_keys = "input, select, textarea, dialog, [role=slider]";
    // Many layouts type brackets and slashes with Option or AltGr.
    let is_typed = event.get_modifier_state("AltGraph") || (event.alt_key() && !event.ctrl_key());
    let is_sign = PRESSES.iter().any(|(sign, ..)| *sign == event.key());
    let is_command = event.meta_key() || event.ctrl_key() || event.alt_key();
    (is_command && !(is_typed && is_sign))
        || event.default_prevented()
        || target.is_some_and(|target| matches!(target.closest(takes_keys), Ok(Some(_))))
}

/// Presses a button, or puts the cursor into a field. Whether there is one.
pub fn press_or_focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    if element.tag_name() == "BUTTON" {
        element.click();
    } else {
        if let Ok(Some(folded)) = element.closest("details:not([open])") {
            let _ = folded.set_attribute("open", "");
        }
        let _ = element.focus();
    }
    true
}
