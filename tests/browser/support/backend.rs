//! The scripted backend.

use super::sleep;
use js_sys::{Error, Object, Promise, Reflect};
use leptos::prelude::window;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Request, Response, ResponseInit};

/// A request as it was sent.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
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
    /// When it was sent, in milliseconds since 1970.
    pub at: i64,
}

impl RecordedRequest {
    /// Whether it is a movement rather than a preview.
    pub fn is_movement(&self) -> bool {
        self.method == "POST" && !self.path.ends_with("/calculate")
    }

    /// Whether it reads a ledger: the log or a wallet's events.
    pub fn reads_ledger(&self) -> bool {
        self.path.contains("/credits/logs") || self.path.contains("/credits/events")
    }
}

/// How the backend replies to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Replies with this status and body.
    Json(u16, String),
    /// Replies after this many milliseconds.
    Later(i32, u16, String),
    /// Replies with this status, an additional header, and this body.
    With(u16, &'static str, &'static str, String),
    /// The connection fails.
    Broken,
    /// Never replies, but respects the request's abort signal, as browsers do.
    Silent,
}

/// The scripted backend. Dropping it restores the page's own `fetch`.
pub struct Backend {
    pub requests: Rc<RefCell<Vec<RecordedRequest>>>,
    original: JsValue,
    _closure: Closure<dyn FnMut(Request) -> Promise>,
}

impl Backend {
    /// Replaces `window.fetch`, to which the frames forward their requests.
    pub fn install(script: impl Fn(&RecordedRequest) -> Reply + 'static) -> Self {
        let requests = Rc::new(RefCell::new(Vec::new()));
        let (log, script) = (requests.clone(), Rc::new(script));
        let closure = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            let (log, script) = (log.clone(), script.clone());
            future_to_promise(async move {
                let signal = request.signal();
                let recorded = record(&request).await;
                log.borrow_mut().push(recorded.clone());
                match script(&recorded) {
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
            requests,
            original,
            _closure: closure,
        }
    }

    /// Returns the POST requests whose path ends with `end`.
    pub fn posts(&self, end: &str) -> Vec<RecordedRequest> {
        self.all(|request| request.method == "POST" && request.path.ends_with(end))
    }

    /// Returns the movements that were sent, in order.
    pub fn movements(&self) -> Vec<RecordedRequest> {
        self.all(RecordedRequest::is_movement)
    }

    /// Returns how many requests read a ledger.
    pub fn ledger_reads(&self) -> usize {
        self.all(RecordedRequest::reads_ledger).len()
    }

    fn all(&self, matches: impl Fn(&RecordedRequest) -> bool) -> Vec<RecordedRequest> {
        let requests = self.requests.borrow();
        requests
            .iter()
            .filter(|request| matches(request))
            .cloned()
            .collect()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        Reflect::set(&window(), &"fetch".into(), &self.original).unwrap();
    }
}

async fn record(request: &Request) -> RecordedRequest {
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
    let at = credit_desk::browser::clock::now();
    let body = JsFuture::from(request.clone().unwrap().text().unwrap())
        .await
        .unwrap();
    RecordedRequest {
        method: request.method(),
        path: format!("{}{}", url.pathname(), url.search()),
        key,
        authorization,
        content_type,
        redirect,
        credentials,
        referrer_policy,
        body: body.as_string().unwrap_or_default(),
        at,
    }
}

fn respond(status: u16, header: Option<(&str, &str)>, body: &str) -> JsValue {
    let init = ResponseInit::new();
    init.set_status(status);
    let headers = Object::new();
    Reflect::set(&headers, &"content-type".into(), &"application/json".into()).unwrap();
    // Every server sends its date. The portal uses it to know what can still be resent.
    let date = js_sys::Date::new_0().to_utc_string();
    Reflect::set(&headers, &"date".into(), &date).unwrap();
    if let Some((name, value)) = header {
        Reflect::set(&headers, &name.into(), &value.into()).unwrap();
    }
    init.set_headers(&headers);
    Response::new_with_opt_str_and_init(Some(body), &init)
        .unwrap()
        .into()
}

/// Waits for the signal and returns its reason, as `fetch` does.
async fn aborted(signal: &web_sys::AbortSignal) -> JsValue {
    while !signal.aborted() {
        sleep(20).await;
    }
    Reflect::get(signal, &"reason".into()).unwrap_or_else(|_| Error::new("aborted").into())
}
