//! The scripted backend.

use super::sleep;
use js_sys::{Error, Object, Promise, Reflect};
use leptos::prelude::window;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Request, Response, ResponseInit};

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
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl Seen {
    /// Whether it is a movement, and not a preview.
    pub fn moves(&self) -> bool {
        self.method == "POST" && !self.path.ends_with("/calculate")
    }

    /// Whether it reads the books: the log, or a wallet's events.
    pub fn reads_books(&self) -> bool {
        self.path.contains("/credits/logs") || self.path.contains("/credits/events")
    }
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
    /// Replaces `window.fetch`, which frames pass their requests to.
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
        self.all(|seen| seen.method == "POST" && seen.path.ends_with(end))
    }

    /// The movements that were sent, in order.
    pub fn movements(&self) -> Vec<Seen> {
        self.all(Seen::moves)
    }

    /// How often the books were read.
    pub fn readings(&self) -> usize {
        self.all(Seen::reads_books).len()
    }

    fn all(&self, which: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        let seen = self.seen.borrow();
        seen.iter().filter(|seen| which(seen)).cloned().collect()
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
    let at = credit_desk::browser::clock::now();
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
        at,
    }
}

fn respond(status: u16, header: Option<(&str, &str)>, body: &str) -> JsValue {
    let init = ResponseInit::new();
    init.set_status(status);
    let headers = Object::new();
    Reflect::set(&headers, &"content-type".into(), &"application/json".into()).unwrap();
    // As every server says it: what can be resent is known by the service's time.
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

/// Waits for the signal and gives its reason, as `fetch` does.
async fn aborted(signal: &web_sys::AbortSignal) -> JsValue {
    while !signal.aborted() {
        sleep(20).await;
    }
    Reflect::get(signal, &"reason".into()).unwrap_or_else(|_| Error::new("aborted").into())
}
