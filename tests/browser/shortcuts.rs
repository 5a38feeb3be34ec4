//! Single-key shortcuts.

use crate::support::{Backend, Page, happy_backend, sleep};
use wasm_bindgen_test::wasm_bindgen_test;

/// Presses these keys on the element, one after the other.
fn press(page: &Page, selector: &str, keys: &str) {
    for key in keys.chars() {
        page.run(&format!(
            "document.querySelector('{selector}').dispatchEvent(
                new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}))"
        ));
    }
}

#[wasm_bindgen_test]
async fn two_keys_open_a_screen_but_not_from_within_a_field() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/").await;
    press(&page, "body", "gt");
    page.find("form.movement #minutes").await;
    press(&page, "#minutes", "gl");
    press(&page, "body", "l");
    sleep(200).await;
    assert!(
        page.has("form.movement"),
        "typing in a field triggers no shortcut"
    );
    press(&page, "body", "gl");
    page.find("form.range").await;
    // The search opens even if its box is collapsed. It loads after the rows.
    page.find("#q").await;
    press(&page, "body", "/");
    page.find("details[open] #q:focus").await;
}

#[wasm_bindgen_test]
async fn shortcuts_can_be_turned_off_permanently() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/").await;
    press(&page, "body", "?");
    page.find("dialog[open] input[type=checkbox]").await;
    page.click("dialog[open] input[type=checkbox]");
    page.click("dialog[open] button.primary");
    press(&page, "body", "gt");
    sleep(200).await;
    assert!(!page.has("form.movement"));
    drop(page);
    let page = Page::signed_in("/").await;
    press(&page, "body", "gt");
    sleep(200).await;
    assert!(!page.has("form.movement"), "it is remembered");
    page.press("Shortcuts").await;
    page.find("dialog[open] input[type=checkbox]").await;
    page.click("dialog[open] input[type=checkbox]");
    page.click("dialog[open] button.primary");
    press(&page, "body", "gt");
    page.find("form.movement").await;
}

#[wasm_bindgen_test]
async fn a_character_typed_with_option_counts_as_that_character() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/log").await;
    page.find("#q").await;
    page.run(
        "for (const [key, ctrlKey] of [['x', false], ['/', true], ['/', false]])
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, altKey: true, ctrlKey, bubbles: true }))",
    );
    page.find("#q:focus").await;
    page.run(
        "document.activeElement.blur();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', altKey: true, ctrlKey: true, bubbles: true }))",
    );
    sleep(100).await;
    assert!(!page.has("#q:focus"), "a command of the browser or system");
}

#[wasm_bindgen_test]
async fn escape_closes_a_menu_and_returns_focus_to_its_button() {
    let _backend = Backend::install(happy_backend);
    let page = Page::signed_in("/log").await;
    page.find("details.menu > summary").await;
    page.run("document.querySelector('details.menu > summary').click()");
    page.find("details.menu[open]").await;
    press(&page, "body", "x");
    assert!(page.has("details.menu[open]"));
    page.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
    );
    page.find("details.menu:not([open]) > summary:focus").await;
}
