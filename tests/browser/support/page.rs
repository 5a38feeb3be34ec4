//! The portal in a frame that acts as a browser tab.

use super::{journal, settings, sleep};
use credit_desk::app::App;
use credit_desk::config::Config;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, EventInit, EventTarget, HtmlElement, HtmlInputElement, Window};

/// Mounts the portal in the current frame. Called by `frame.html`, which loads its own instance of this program.
#[wasm_bindgen]
pub fn open_portal(config: &str) {
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    let config = Config::read(config);
    mount_to_body(move || view! { <App config=config /> });
}

/// How to open a tab.
pub struct Tab {
    /// `config.json`.
    pub settings: Value,
    /// Scripts to run before the portal starts.
    pub script: String,
}

impl Tab {
    /// A tab with the shipped configuration.
    pub fn new() -> Self {
        Self::with(settings())
    }

    /// A tab with this configuration.
    pub fn with(settings: Value) -> Self {
        let script = String::new();
        Self { settings, script }
    }

    /// A tab in which a request can take effect for up to `seconds` after it was sent.
    pub fn settling(seconds: u32) -> Self {
        let mut settings = super::settings();
        settings["reseller_api"]["settles_after_seconds"] = seconds.into();
        Self::with(settings)
    }

    /// Adds a script to run before the portal starts.
    pub fn run(mut self, script: &str) -> Self {
        self.script.push_str(script);
        self
    }

    /// Opens the portal at `path`. Leaves the journal as it is.
    pub async fn open(&self, path: &str) -> Page {
        let frame: HtmlElement = element("iframe");
        let loaded = Promise::new(&mut |loaded, _| frame.set_onload(Some(&loaded)));
        frame
            .set_attribute("src", "/tests/browser/support/frame.html")
            .unwrap();
        document().body().unwrap().append_child(&frame).unwrap();
        JsFuture::from(loaded).await.unwrap();
        let window: Window = get(&frame, "contentWindow").unchecked_into();
        let page = Page { frame, window };
        page.run(&self.script);
        let start: Function = get(&page.window, "start").unchecked_into();
        let started = start.call2(
            &page.window,
            &path.into(),
            &self.settings.to_string().into(),
        );
        JsFuture::from(Promise::from(started.unwrap()))
            .await
            .unwrap();
        page
    }

    /// Opens the portal at `path` and signs in to both services.
    pub async fn signed_in(&self, path: &str) -> Page {
        let page = self.open(path).await;
        page.sign_in().await;
        page
    }
}

/// The open portal. Dropping it closes its tab.
pub struct Page {
    frame: HtmlElement,
    pub window: Window,
}

impl Page {
    /// Opens the portal at `path`, with an empty journal.
    pub async fn open(path: &str) -> Self {
        journal::clear().await;
        Tab::new().open(path).await
    }

    /// Opens the portal with an empty journal and signs in to both services.
    pub async fn signed_in(path: &str) -> Self {
        let page = Self::open(path).await;
        page.sign_in().await;
        page
    }

    /// Opens the review of a transfer of 20 minutes to Beta Co, with an empty journal.
    pub async fn reviewed_transfer() -> Self {
        let page = Self::signed_in("/transfer").await;
        page.review_transfer().await;
        page
    }

    /// Signs in to both services.
    pub async fn sign_in(&self) {
        self.fill("#reseller-key", "reseller-secret").await;
        self.fill("#organizations-key", "lp_test_secret").await;
        self.submit("form.sign-in");
        self.find("nav.main").await;
    }

    /// Continues to the review of a transfer of 20 minutes to Beta Co.
    pub async fn review_transfer(&self) {
        self.fill("#child", "Beta Co").await;
        self.fill("#minutes", "20").await;
        self.find(".quote:not(.stale) .balances").await;
        self.submit("form.movement");
        self.find(".review").await;
    }

    /// Fills in the form for another transfer to Beta Co after a receipt.
    pub async fn fill_next_transfer(&self, minutes: &str) {
        self.press("New transfer").await;
        self.fill("#child", "Beta Co").await;
        self.fill("#minutes", minutes).await;
    }

    /// Continues to the review of an allocation of 500 credits to Northwind.
    pub async fn review_allocation(&self) {
        self.fill("#organization", "Northwind").await;
        self.fill("#credits", "500").await;
        self.wait_for_text("4,900").await;
        self.submit("form.movement");
        self.find(".review").await;
    }

    /// Clicks the button that moves credits.
    pub fn confirm(&self) {
        self.click(".review button.primary");
    }

    /// Waits for the first element that matches `selector`.
    pub async fn find(&self, selector: &str) -> Element {
        for _ in 0..400 {
            if let Some(element) = self.root().query_selector(selector).unwrap() {
                return element;
            }
            sleep(20).await;
        }
        panic!("no {selector} in: {}", self.text());
    }

    /// Waits until nothing matches `selector`.
    pub async fn wait_until_gone(&self, selector: &str) {
        for _ in 0..400 {
            if !self.has(selector) {
                return;
            }
            sleep(20).await;
        }
        panic!("still {selector} in: {}", self.text());
    }

    /// Whether anything matches `selector` now.
    pub fn has(&self, selector: &str) -> bool {
        self.root().query_selector(selector).unwrap().is_some()
    }

    /// Waits until the page contains `words`.
    pub async fn wait_for_text(&self, words: &str) {
        for _ in 0..400 {
            if self.text().contains(words) {
                return;
            }
            sleep(20).await;
        }
        panic!("the page doesn't contain “{words}”: {}", self.text());
    }

    /// Returns all text of the page.
    pub fn text(&self) -> String {
        let body = self.root().clone_node_with_deep(true).unwrap();
        let body: Element = body.unchecked_into();
        // The frame's own script isn't part of the portal.
        body.query_selector("script")
            .unwrap()
            .inspect(Element::remove);
        body.text_content().unwrap_or_default()
    }

    /// Waits for the first element that matches `selector`, and returns an attribute of it.
    pub async fn attribute(&self, selector: &str, name: &str) -> String {
        let element = self.find(selector).await;
        element.get_attribute(name).unwrap_or_default()
    }

    /// Sets the field to `text` and dispatches an input event.
    pub async fn fill(&self, selector: &str, text: &str) {
        let input: HtmlInputElement = self.find(selector).await.unchecked_into();
        input.set_value(text);
        self.dispatch(&input, "input");
        sleep(0).await;
    }

    /// Returns the field's value.
    pub async fn value(&self, selector: &str) -> String {
        let input: HtmlInputElement = self.find(selector).await.unchecked_into();
        input.value()
    }

    /// Waits until the field's value is `text`.
    pub async fn wait_for_value(&self, selector: &str, text: &str) {
        for _ in 0..400 {
            if self.value(selector).await == text {
                return;
            }
            sleep(20).await;
        }
        let value = self.value(selector).await;
        panic!("{selector} contains “{value}” instead of “{text}”");
    }

    /// Submits the form, as Enter does.
    pub fn submit(&self, selector: &str) {
        let form = self.root().query_selector(selector).unwrap().unwrap();
        self.dispatch(&form, "submit");
    }

    /// Clicks an element without waiting for it.
    pub fn click(&self, selector: &str) {
        let element = self.root().query_selector(selector).unwrap();
        let element = element.unwrap_or_else(|| panic!("no {selector} in: {}", self.text()));
        element.unchecked_into::<HtmlElement>().click();
    }

    /// Waits for the button labeled `label` and clicks it.
    pub async fn press(&self, label: &str) {
        for _ in 0..400 {
            let buttons = Array::from(&self.run("document.querySelectorAll('button')"));
            let mut all = buttons.iter().map(HtmlElement::unchecked_from_js);
            let named = all.find(|button| button.text_content().as_deref() == Some(label));
            if let Some(button) = named {
                return button.click();
            }
            sleep(20).await;
        }
        panic!("no button “{label}” in: {}", self.text());
    }

    /// Whether the browser would ask before closing the tab now.
    pub fn asks_before_closing(&self) -> bool {
        !self.dispatch(&self.window, "beforeunload")
    }

    /// Runs `script` in the page.
    pub fn run(&self, script: &str) -> JsValue {
        let eval: Function = get(&self.window, "eval").unchecked_into();
        eval.call1(&self.window, &script.into()).unwrap()
    }

    /// Returns the recorded requests and, with [`WATCH`](super::WATCH), the journal's transactions, in order.
    pub fn events(&self) -> Vec<String> {
        let events = Array::from(&get(&self.window, "order"));
        events
            .iter()
            .filter_map(|event| event.as_string())
            .collect()
    }

    /// Returns every key and text written to the journal, in order. Needs [`WATCH`](super::WATCH).
    pub fn journal_writes(&self) -> Vec<(String, Value)> {
        let text = self
            .run("JSON.stringify(window.written)")
            .as_string()
            .unwrap();
        let written: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
        let read = |text: String| serde_json::from_str(&text).unwrap();
        written
            .into_iter()
            .map(|(key, text)| (key, read(text)))
            .collect()
    }

    fn root(&self) -> HtmlElement {
        self.window.document().unwrap().body().unwrap()
    }

    /// Dispatches an event, and returns whether its default action was not prevented.
    fn dispatch(&self, target: &EventTarget, name: &str) -> bool {
        let init = EventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = Event::new_with_event_init_dict(name, &init).unwrap();
        target.dispatch_event(&event).unwrap()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.frame.remove();
    }
}

fn element<T: JsCast>(name: &str) -> T {
    document().create_element(name).unwrap().unchecked_into()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}
