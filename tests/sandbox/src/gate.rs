//! The checks that every API request passes: a request id, a complete body within limits, and its queued fault.

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::clock;
use crate::misbehave::misbehave;
use crate::recorder::RecordedRequest;
use crate::state::App;
use crate::vendor::Vendor;

/// The maximum body size of any route.
const BODY_LIMIT: usize = 64 * 1024;
/// How much of a larger body is read and discarded, so that its sender gets the response.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;

/// A request with its complete body.
#[derive(Clone, Debug)]
pub struct Call {
    /// `req_<ULID>`, sent as X-Request-Id and in Layers failures.
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
    /// Returns a header as text. Non-ASCII characters are replaced, so that the header still counts as present.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// Returns the bearer key.
    pub fn bearer(&self) -> Option<&str> {
        let value = self.headers.get("authorization")?.to_str().ok()?;
        let (scheme, key) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| key.trim())
            .filter(|key| !key.is_empty())
    }

    /// Returns a decoded query parameter; if the name is repeated, the first value.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Returns the path segment at `index`, counted from zero after the first slash.
    pub fn segment(&self, index: usize) -> &str {
        self.uri
            .path()
            .split('/')
            .nth(index + 1)
            .unwrap_or_default()
    }
}

/// Marks a response that must not be sent: the connection closes instead.
#[derive(Clone, Copy, Debug)]
pub struct Abort;

/// The middleware for all API routes.
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
    let seq = app.recorder.start(
        format!("{} {template}", call.method),
        recorded_request(&app, &call),
    );
    // In a separate task: a disconnect doesn't cancel the request.
    let work = tokio::spawn(async move {
        let (response, fault) = exchange(&app, call, parts, body, next).await;
        let status = match response.extensions().get::<Abort>() {
            Some(_) => Value::from("dropped"),
            None => Value::from(response.status().as_u16()),
        };
        app.recorder.finish(seq, status, fault);
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

/// Returns the rate class of a method (contract §4); there are no long-running routes.
pub fn class_of(method: &Method) -> &'static str {
    if method == Method::GET || method == Method::HEAD {
        "read-light"
    } else {
        "write-light"
    }
}

/// Reads the body, then lets the handler or the queued fault respond.
async fn exchange(
    app: &App,
    mut call: Call,
    mut parts: Parts,
    body: Body,
    next: Next,
) -> (Response<Body>, Option<&'static str>) {
    let vendor = Vendor::of(call.uri.path());
    let refuse = |status, text| (refusal(vendor, status, text, &call.id), None);
    call.body = match tokio::time::timeout(app.options.body_timeout, read(body)).await {
        Err(_) => {
            return refuse(
                StatusCode::REQUEST_TIMEOUT,
                "The body took too long to arrive",
            );
        }
        Ok(Err(BodyError::TooLarge)) => {
            return refuse(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than 64 KiB",
            );
        }
        Ok(Err(BodyError::Broken)) => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "The body ended before its announced end",
            );
        }
        Ok(Ok(body)) => body,
    };
    if !call.body.is_empty() && !is_json(&call.headers) {
        return refuse(
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

/// Returns whether the content type is JSON or absent.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let media = value.to_str().unwrap_or_default().split(';').next();
    media.is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// Returns a failure whose code follows from its status.
fn refusal(vendor: Vendor, status: StatusCode, text: &str, id: &str) -> Response<Body> {
    vendor.failure(status, vendor.code_for(status), text, id)
}

enum BodyError {
    TooLarge,
    Broken,
}

async fn read(mut body: Body) -> Result<Bytes, BodyError> {
    let mut bytes = Vec::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
            continue;
        };
        size += data.len();
        if size <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        } else if size > DRAIN_LIMIT {
            break;
        }
    }
    if size > BODY_LIMIT {
        return Err(BodyError::TooLarge);
    }
    Ok(bytes.into())
}

fn recorded_request(app: &App, call: &Call) -> RecordedRequest {
    RecordedRequest {
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
