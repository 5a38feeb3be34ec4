//! A page to test in: the portal mounted for real, with `window.fetch` replaced by a scripted backend that
//! notes every request.
#![allow(dead_code, reason = "each test file uses its own part")]

use credit_desk::app::App;
use credit_desk::config::Config;
use js_sys::{Error, Function, Object, Promise, Reflect};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, Request, Response, ResponseInit,
};

/// A request as it left.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query.
    pub path: String,
    pub key: Option<String>,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    pub redirect: String,
    pub credentials: String,
    pub referrer_policy: String,
    pub body: String,
}

/// What the backend does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with this status and body.
    Json(u16, String),
    /// Answers after so many milliseconds.
    Later(i32, u16, String),
    /// Answers with this status, one more header, and body.
    With(u16, &'static str, &'static str, String),
    /// The connection fails.
    Broken,
    /// Never answers, but heeds the request's abort signal as a browser does.
    Silent,
}

/// The scripted backend; dropping it gives the page its own `fetch` back.
pub struct Backend {
    pub seen: Rc<RefCell<Vec<Seen>>>,
    original: JsValue,
    _closure: Closure<dyn FnMut(Request) -> Promise>,
}

impl Backend {
    /// Replaces `window.fetch`.
    pub fn install(script: impl Fn(&Seen) -> Reply + 'static) -> Self {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let (noted, script) = (seen.clone(), Rc::new(script));
        let closure = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            let (noted, script) = (noted.clone(), script.clone());
            future_to_promise(async move {
                let signal = request.signal();
                let seen = note(&request).await;
                noted.borrow_mut().push(seen.clone());
                match script(&seen) {
                    Reply::Json(status, body) => Ok(respond(status, None, &body)),
                    Reply::With(status, name, value, body) => {
                        Ok(respond(status, Some((name, value)), &body))
                    }
                    Reply::Later(after, status, body) => {
                        sleep(after).await;
                        Ok(respond(status, None, &body))
                    }
                    Reply::Broken => Err(js_sys::TypeError::new("Failed to fetch").into()),
                    Reply::Silent => Err(aborted(&signal).await),
                }
            })
        });
        let original = Reflect::get(&window(), &"fetch".into()).unwrap();
        Reflect::set(&window(), &"fetch".into(), closure.as_ref()).unwrap();
        Self {
            seen,
            original,
            _closure: closure,
        }
    }

    /// The POSTs whose path ends so.
    pub fn posts(&self, end: &str) -> Vec<Seen> {
        let seen = self.seen.borrow();
        seen.iter()
            .filter(|seen| seen.method == "POST" && seen.path.ends_with(end))
            .cloned()
            .collect()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        Reflect::set(&window(), &"fetch".into(), &self.original).unwrap();
    }
}

async fn note(request: &Request) -> Seen {
    let url = web_sys::Url::new(&request.url()).unwrap();
    let header = |name| request.headers().get(name).unwrap();
    let property = |name: &str| {
        Reflect::get(request, &name.into())
            .unwrap()
            .as_string()
            .unwrap()
    };
    let (redirect, credentials, referrer_policy) = (
        property("redirect"),
        property("credentials"),
        property("referrerPolicy"),
    );
    let (key, authorization, content_type) = (
        header("idempotency-key"),
        header("authorization"),
        header("content-type"),
    );
    let body = JsFuture::from(request.clone().unwrap().text().unwrap())
        .await
        .unwrap();
    Seen {
        method: request.method(),
        path: format!("{}{}", url.pathname(), url.search()),
        key,
        authorization,
        content_type,
        redirect,
        credentials,
        referrer_policy,
        body: body.as_string().unwrap_or_default(),
    }
}

fn respond(status: u16, header: Option<(&str, &str)>, body: &str) -> JsValue {
    let init = ResponseInit::new();
    init.set_status(status);
    let headers = Object::new();
    Reflect::set(&headers, &"content-type".into(), &"application/json".into()).unwrap();
    if let Some((name, value)) = header {
        Reflect::set(&headers, &name.into(), &value.into()).unwrap();
    }
    init.set_headers(&headers);
    Response::new_with_opt_str_and_init(Some(body), &init)
        .unwrap()
        .into()
}

/// Waits for the signal and gives its reason, as `fetch` does.
async fn aborted(signal: &web_sys::AbortSignal) -> JsValue {
    while !signal.aborted() {
        sleep(20).await;
    }
    Reflect::get(signal, &"reason".into()).unwrap_or_else(|_| Error::new("aborted").into())
}

/// Waits so many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// The configuration that is shipped, with a time limit of one second.
pub fn config() -> Config {
    let mut config = Config::read(include_str!("../../public/config.json")).unwrap();
    config.timeout_seconds = 1;
    config
}

/// The whole portal in an element of its own; dropping it takes it away.
pub struct Page {
    root: HtmlElement,
    owner: Owner,
    _handle: Box<dyn std::any::Any>,
}

impl Page {
    /// Mounts the portal at `path`.
    pub fn open(path: &str) -> Self {
        window()
            .history()
            .unwrap()
            .push_state_with_url(&JsValue::NULL, "", Some(path))
            .unwrap();
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let owner = Owner::new();
        let mount = || mount_to(root.clone(), || view! { <App config=Ok(config()) /> });
        let handle: UnmountHandle<_> = owner.with(mount);
        Self {
            root,
            owner,
            _handle: Box::new(handle),
        }
    }

    /// Mounts the portal and signs in at both backends.
    pub async fn signed_in(path: &str) -> Self {
        let page = Self::open(path);
        page.fill("#reseller-key", "reseller-secret").await;
        page.fill("#organizations-key", "organizations-secret")
            .await;
        page.submit("form.sign-in");
        page.find("nav.main").await;
        page
    }

    /// A transfer of 20 minutes to Beta Co, reviewed.
    pub async fn reviewed_transfer() -> Self {
        let page = Self::signed_in("/transfer").await;
        page.fill("#child", "Beta Co").await;
        page.fill("#minutes", "20").await;
        page.says("$59.813").await;
        page.submit("form.movement");
        page.find(".review").await;
        page
    }

    /// The first element that `selector` finds, waited for.
    pub async fn find(&self, selector: &str) -> Element {
        for _ in 0..150 {
            if let Some(element) = self.root.query_selector(selector).unwrap() {
                return element;
            }
            sleep(20).await;
        }
        panic!("no {selector} in: {}", self.text());
    }

    /// Whether `selector` finds anything now.
    pub fn has(&self, selector: &str) -> bool {
        self.root.query_selector(selector).unwrap().is_some()
    }

    /// Waits until the page says `words`.
    pub async fn says(&self, words: &str) {
        for _ in 0..150 {
            if self.text().contains(words) {
                return;
            }
            sleep(20).await;
        }
        panic!("the page does not say “{words}”: {}", self.text());
    }

    /// All text of the page.
    pub fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    /// Types `text` into the field, as an input event.
    pub async fn fill(&self, selector: &str, text: &str) {
        let input: HtmlInputElement = self.find(selector).await.unchecked_into();
        input.set_value(text);
        let init = EventInit::new();
        init.set_bubbles(true);
        input
            .dispatch_event(&Event::new_with_event_init_dict("input", &init).unwrap())
            .unwrap();
        sleep(0).await;
    }

    /// Sends the form, as Enter does.
    pub fn submit(&self, selector: &str) {
        let form = self.root.query_selector(selector).unwrap().unwrap();
        let init = EventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        form.dispatch_event(&Event::new_with_event_init_dict("submit", &init).unwrap())
            .unwrap();
    }

    /// Clicks, without waiting for anything.
    pub fn click(&self, selector: &str) {
        let element: HtmlElement = self
            .root
            .query_selector(selector)
            .unwrap()
            .unwrap()
            .unchecked_into();
        element.click();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Also takes the router's listeners away: the next page has its own.
        self.owner.cleanup();
        self.root.remove();
    }
}

/// A backend that behaves: the contract's story, with every movement allowed.
pub fn story(seen: &Seen) -> Reply {
    let ok = |body: &str| Reply::Json(200, body.to_owned());
    let path = seen.path.split('?').next().unwrap();
    match (seen.method.as_str(), path) {
        ("GET", "/api/v1/reseller/organizations") => ok(
            r#"{"success":true,"reseller_organization":{"id":5678,"name":"Demo Reseller"},"organizations":[
                {"id":4001,"name":"Acme Inc","cost_per_min":0.09,"org_balance":24442.6,"reseller_org_balance_currency_symbol":"$"},
                {"id":4002,"name":"Beta Co","cost_per_min":0.2,"org_balance":10,"reseller_org_balance_currency_symbol":"$"}]}"#,
        ),
        ("GET", "/api/v1/account/balance") => ok(
            r#"{"success":true,"balance":{"amount":61.613,"currency":"USD"},"estimated_minutes_remaining":684,"rates_per_minute_usd":0.09}"#,
        ),
        ("GET", "/v1/whoami") => {
            ok(r#"{"organizationId":"org_00000000-0000-4000-8000-000000000001"}"#)
        }
        ("GET", "/v1/organizations") => ok(
            r#"{"items":[{"id":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","name":"Northwind","status":"active"}],"nextCursor":null}"#,
        ),
        ("GET", "/v1/organizations/org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80/credits") => ok(
            r#"{"organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80","balance":6000,"available":5880,"prepaidBalance":5400}"#,
        ),
        ("GET", "/v1/credits") => ok(
            r#"{"organizationId":"org_00000000-0000-4000-8000-000000000001","balance":6000,"available":5880,"prepaidBalance":5400}"#,
        ),
        ("POST", "/api/v1/reseller/credits/calculate") if seen.body.contains("is_revert") => ok(
            r#"{"success":true,"refund_amount":0.45,"deduction_amount":1,"reseller_rate":0.09,"child_balance":10,
                "child_available_minutes":50,"new_child_balance":9,"currency_symbol":"$"}"#,
        ),
        ("POST", "/api/v1/reseller/credits/calculate") => ok(
            r#"{"success":true,"my_cost":1.8,"user_credit":4,"profit":2.2,"margin":0.11,"reseller_rate":0.09,
                "reseller_balance":61.613,"reseller_available_minutes":684,"new_reseller_balance":59.813,"currency_symbol":"$"}"#,
        ),
        ("POST", "/api/v1/reseller/credits/transfer") => {
            ok(r#"{"success":true,"message":"ok","new_from_balance":59.813,"new_to_balance":14}"#)
        }
        ("POST", "/api/v1/reseller/credits/revert") => {
            ok(r#"{"success":true,"message":"ok","new_from_balance":9,"new_to_balance":62.063}"#)
        }
        ("POST", path) if path.ends_with("/credits/allocate") => ok(
            r#"{"id":"txn_7f3a2b1c-9d8e-4f0a-b1c2-3d4e5f6a7b8c","organizationId":"org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80",
                "allocated":500,"balance":6500,"available":6380,"created":"2026-06-03T18:14:02.187000+00:00"}"#,
        ),
        _ => Reply::Json(404, r#"{"error":"not_found"}"#.to_owned()),
    }
}
