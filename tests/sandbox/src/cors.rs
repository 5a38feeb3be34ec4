//! CORS for the allowed origins; any other origin gets no CORS header at all (O20).

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;

use crate::misbehave::misbehave;
use crate::settings::Settings;
use crate::state::App;
use crate::vendor::{Vendor, within};

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const HEADERS: &str = "authorization, content-type, idempotency-key";
/// The headers that a page can always read.
const EXPOSED: &str = "x-request-id, x-ratelimit-limit, x-ratelimit-remaining, \
                       x-ratelimit-reset, x-ratelimit-endpoint-class";

/// The middleware for every API and admin route.
pub async fn cors(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| is_allowed(&app.options.allow_origin, origin));
    let preflight = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        answer_preflight(&app, request.uri().path(), origin.is_some()).await
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if let Ok(exposed) = HeaderValue::from_str(&exposed(&app.settings())) {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
    response
}

/// Answers a preflight, or applies its queued fault. The admin routes have no faults.
async fn answer_preflight(app: &App, path: &str, is_allowed: bool) -> Response<Body> {
    let run = move || async move {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        if is_allowed {
            preflight_headers(response.headers_mut());
        }
        response
    };
    let is_api = !within(path, "/__sandbox");
    match is_api.then(|| app.faults.take_preflight(path)).flatten() {
        None => run().await,
        Some(fault) => misbehave(app, &fault, Vendor::of(path), "", run).await,
    }
}

fn exposed(settings: &Settings) -> String {
    let mut names = EXPOSED.to_owned();
    if settings.expose_retry_after {
        names.push_str(", retry-after");
    }
    if settings.expose_date {
        names.push_str(", date");
    }
    names
}

fn preflight_headers(headers: &mut HeaderMap) {
    let methods = HeaderValue::from_static(METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let request_headers = HeaderValue::from_static(HEADERS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, request_headers);
    let age = HeaderValue::from_static("600");
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, age);
}

/// Returns whether `origin` is one of `listed`, or on a loopback host if the list is empty.
fn is_allowed(listed: &[String], origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if !listed.is_empty() {
        return listed.iter().any(|listed| listed == origin);
    }
    origin
        .parse::<Uri>()
        .ok()
        .and_then(|uri| uri.host().map(is_loopback))
        .unwrap_or(false)
}

/// Returns whether a host name refers only to this machine.
pub fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}
