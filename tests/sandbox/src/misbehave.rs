//! Applies a fault to a response.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::faults::{Fault, Kind};
use crate::gate::Abort;
use crate::state::App;
use crate::vendor::{Vendor, text_response};

/// How long the first part of a truncated response has to be sent before the connection closes.
const FLUSH: Duration = Duration::from_millis(50);
/// The Retry-After seconds of a 429 whose fault sets none: "about a minute" (contract §1.9).
const BACK_OFF: &str = "60";

/// Responds according to `fault`; `run` executes the request, zero or more times depending on the fault.
pub async fn misbehave<R, F>(
    app: &App,
    fault: &Fault,
    vendor: Vendor,
    id: &str,
    run: R,
) -> Response<Body>
where
    R: Fn() -> F + Send + 'static,
    F: Future<Output = Response<Body>> + Send,
{
    let delay = Duration::from_millis(fault.delay_ms.unwrap_or(0));
    match fault.fault {
        Kind::Delay if !fault.after_commit => {
            tokio::time::sleep(delay).await;
            return run().await;
        }
        Kind::RepeatLater => {
            let answer = run().await;
            repeat_later(app, delay, run);
            return answer;
        }
        Kind::Duplicate => drop(run().await),
        _ => {}
    }
    let answer = if fault.runs_handler() {
        Some(run().await)
    } else {
        None
    };
    tokio::time::sleep(delay).await;
    match fault.fault {
        Kind::DropBefore | Kind::DropAfter => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Abort);
            response
        }
        Kind::Delay | Kind::Duplicate | Kind::RepeatLater => answer.unwrap_or_default(),
        Kind::Status | Kind::Body => replacement(fault, vendor, id),
        Kind::Garble => text_response(
            StatusCode::OK,
            "application/json",
            &b"{\"success\":tru\xff\xfe\x00, \"message"[..],
        ),
        Kind::Truncate => truncated(fault, answer).await,
    }
}

/// Executes the request once more after `delay`, unless the faults are cleared first.
fn repeat_later<R, F>(app: &App, delay: Duration, run: R)
where
    R: Fn() -> F + Send + 'static,
    F: Future<Output = Response<Body>> + Send,
{
    let app = Arc::clone(app);
    let generation = app.faults.generation();
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        if app.faults.generation() == generation {
            run().await;
        }
    });
}

/// Returns a given status and body instead of the real ones.
fn replacement(fault: &Fault, vendor: Vendor, id: &str) -> Response<Body> {
    let status = fault
        .status
        .and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.unwrap_or(StatusCode::OK);
    let mut response = match &fault.body {
        Some(body) => {
            let (content_type, text) = content(body);
            text_response(status, content_type, text)
        }
        None => vendor.failure(status, vendor.code_for(status), "A fault on request", id),
    };
    let retry_after = match &fault.retry_after {
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
        None if status == StatusCode::TOO_MANY_REQUESTS => Some(BACK_OFF.to_owned()),
        None => None,
    };
    if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// A JSON string is sent as its text, so that a proxy's HTML page can be simulated as well.
fn content(body: &Value) -> (&'static str, String) {
    match body {
        Value::String(text) if text.trim_start().starts_with('<') => ("text/html", text.clone()),
        Value::String(text) => ("text/plain; charset=utf-8", text.clone()),
        other => ("application/json", other.to_string()),
    }
}

/// Sends the first half of a response with the Content-Length of all of it; then the connection breaks.
async fn truncated(fault: &Fault, answer: Option<Response<Body>>) -> Response<Body> {
    let status = answer.as_ref().map_or(StatusCode::OK, Response::status);
    let whole = match (&fault.body, answer) {
        (Some(body), _) => Bytes::from(content(body).1),
        (None, Some(answer)) => match answer.into_body().collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(_) => Bytes::new(),
        },
        (None, None) => Bytes::from_static(br#"{"success":true,"message":"Credits"}"#),
    };
    let half = whole.slice(..whole.len() / 2);
    let first = stream::once(async move { Ok::<_, std::io::Error>(half) });
    let then = stream::once(async {
        tokio::time::sleep(FLUSH).await;
        Err(std::io::Error::other("truncated on request"))
    });
    let body = Body::from_stream(first.chain(then));
    let mut response = text_response(status, "application/json", body);
    let length = HeaderValue::from(whole.len().max(1));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length);
    response
}
