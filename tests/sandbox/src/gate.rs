//! What every API request passes: a request id, the whole body within bounds, and the fault waiting for it.

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::clock;
use crate::misbehave::misbehave;
use crate::recorder::Seen;
use crate::state::App;
use crate::vendor::Vendor;

/// The largest body any route takes.
const BODY_LIMIT: usize = 64 * 1024;
/// How much of a larger one is read and thrown away, so that its sender hears the answer.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;

/// A request, read to its end.
#[derive(Clone, Debug)]
pub struct Call {
    /// `req_<ULID>`, answered as X-Request-Id and inside Layers failures.
    pub id: String,
    /// The method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A header as text; what is not ASCII is replaced, so that its presence still shows.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The bearer key.
    pub fn bearer(&self) -> Option<&str> {
        let value = self.headers.get("authorization")?.to_str().ok()?;
        let (scheme, key) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| key.trim())
            .filter(|key| !key.is_empty())
    }

    /// The query's pairs, decoded; of a repeated name the first counts.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The path segment at `at`, counted from zero after the first slash.
    pub fn segment(&self, at: usize) -> &str {
        self.uri.path().split('/').nth(at + 1).unwrap_or_default()
    }
}

/// Marks an answer that must never be sent: the connection closes instead.
#[derive(Clone, Copy, Debug)]
pub struct Abort;

/// The middleware around all API routes.
pub async fn gate(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let id = format!("req_{}", ulid::Ulid::new());
    let vendor = Vendor::of(parts.uri.path());
    let call = Call {
        id: id.clone(),
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        headers: parts.headers.clone(),
        body: Bytes::new(),
    };
    let class = class_of(&call.method);
    let template = parts.extensions.get::<MatchedPath>();
    let template = template.map_or("*", MatchedPath::as_str);
    let seq = app
        .recorder
        .arrived(format!("{} {template}", call.method), seen(&app, &call));
    // On a task of its own: a caller that hangs up does not undo what it asked for.
    let work = tokio::spawn(async move {
        let (response, fault) = exchange(&app, call, parts, body, next).await;
        let status = match response.extensions().get::<Abort>() {
            Some(_) => Value::from("dropped"),
            None => Value::from(response.status().as_u16()),
        };
        app.recorder.ended(seq, status, fault);
        response
    });
    let mut response = work.await.unwrap_or_else(|_| {
        refusal(
            vendor,
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal error",
            &id,
        )
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    if vendor == Vendor::Layers {
        headers.insert(
            "x-ratelimit-endpoint-class",
            HeaderValue::from_static(class),
        );
    }
    response
}

/// The rate class of a method (contract §4); no long-running route is built.
pub fn class_of(method: &Method) -> &'static str {
    if method == Method::GET || method == Method::HEAD {
        "read-light"
    } else {
        "write-light"
    }
}

/// Reads the body, then lets the handler or the waiting fault answer.
async fn exchange(
    app: &App,
    mut call: Call,
    mut parts: Parts,
    body: Body,
    next: Next,
) -> (Response<Body>, Option<&'static str>) {
    let vendor = Vendor::of(call.uri.path());
    let no = |status, text| (refusal(vendor, status, text, &call.id), None);
    call.body = match tokio::time::timeout(app.options.body_patience, read(body)).await {
        Err(_) => {
            return no(
                StatusCode::REQUEST_TIMEOUT,
                "The body took too long to arrive",
            );
        }
        Ok(Err(Unread::TooLarge)) => {
            return no(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than 64 KiB",
            );
        }
        Ok(Err(Unread::Broken)) => {
            return no(
                StatusCode::BAD_REQUEST,
                "The body ended before its announced end",
            );
        }
        Ok(Ok(body)) => body,
    };
    if !call.body.is_empty() && !is_json(&call.headers) {
        return no(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json",
        );
    }
    let fault = app.faults.take(call.method.as_str(), call.uri.path());
    parts.extensions.insert(call.clone());
    let run = move || {
        let request = Request::from_parts(parts.clone(), Body::empty());
        next.clone().run(request)
    };
    match fault {
        None => (run().await, None),
        Some(fault) => {
            let name = fault.fault.name();
            let answer = misbehave(app, &fault, vendor, &call.id, run).await;
            (answer, Some(name))
        }
    }
}

/// Whether a body says that it is JSON, or nothing of what it is.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let media = value.to_str().unwrap_or_default().split(';').next();
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// A failure that only has a status.
fn refusal(vendor: Vendor, status: StatusCode, text: &str, id: &str) -> Response<Body> {
    vendor.failure(status, vendor.code_for(status), text, id)
}

enum Unread {
    TooLarge,
    Broken,
}

async fn read(mut body: Body) -> Result<Bytes, Unread> {
    let mut kept = Vec::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        seen += data.len();
        if seen <= BODY_LIMIT {
            kept.extend_from_slice(&data);
        } else if seen > DRAIN_LIMIT {
            break;
        }
    }
    if seen > BODY_LIMIT {
        return Err(Unread::TooLarge);
    }
    Ok(kept.into())
}

fn seen(app: &App, call: &Call) -> Seen {
    Seen {
        seq: 0,
        method: call.method.to_string(),
        path: call.uri.path().to_owned(),
        query: call.uri.query().map(str::to_owned),
        status: Value::Null,
        idempotency_key: call.header("idempotency-key"),
        fault: None,
        at: clock::utc_millis(app.clock().now()),
    }
}
