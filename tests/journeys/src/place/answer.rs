//! What a host answers.

use std::{fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
};

use credit_desk_hosting::rules::{cache_control, policy};

use super::{Came, Out, Shared, config_text, is_movement};

/// Other ports of this machine: the page's policy allows them, so that only the portal itself keeps anything from going there.
const ELSEWHERE: &str = "http://127.0.0.1:*";
/// More than any body here.
const MOST: usize = 1 << 20;

pub async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if path.starts_with("/api/") || path.starts_with("/v1/") {
        let body = to_bytes(body, MOST).await.unwrap_or_default();
        return api(&shared, &parts, body.to_vec()).await;
    }
    if path.starts_with("/sign-in") {
        return sign_in(&shared, &parts);
    }
    if path == "/sign-out" {
        shared.inner().signed_in = false;
        return moved(StatusCode::SEE_OTHER, "/sign-in");
    }
    let (base, rewrites) = {
        let inner = shared.inner();
        (inner.hosting.path, inner.hosting.rewrites)
    };
    let Some(inner) = path.strip_prefix(base) else {
        return match path == base.trim_end_matches('/') {
            true => moved(StatusCode::MOVED_PERMANENTLY, base),
            false => plain(StatusCode::NOT_FOUND, "Not found\n"),
        };
    };
    if inner == "config.json" {
        return match config_text(&shared) {
            Some(text) if text.starts_with("http://") => moved(StatusCode::FOUND, &text),
            Some(text) if text.starts_with('<') => page(StatusCode::OK, text.into(), "text/html"),
            Some(text) => page(StatusCode::OK, text.into(), "application/json"),
            None => plain(StatusCode::NOT_FOUND, "Not found\n"),
        };
    }
    let query = parts.uri.query();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    file(&shared.dist, inner, &format!("{path}/{query}"), rewrites)
}

/// A file; a folder's own index, at its address; and otherwise what the host does with the unknown.
fn file(dist: &Path, inner: &str, folder: &str, rewrites: bool) -> Response<Body> {
    let place = dist.join(inner);
    if place.is_dir() && !inner.is_empty() && !inner.ends_with('/') && !rewrites {
        return moved(StatusCode::MOVED_PERMANENTLY, folder);
    }
    let place = match inner.is_empty() || inner.ends_with('/') {
        true => place.join("index.html"),
        false => place,
    };
    if let Ok(bytes) = fs::read(&place) {
        let mut response = page(StatusCode::OK, bytes, kind(&place));
        let kept = header::HeaderValue::from_static(cache_control(&format!("/{inner}")));
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        return response;
    }
    let is_file = inner.rsplit('/').next().unwrap_or_default().contains('.');
    match (
        rewrites && !is_file,
        fs::read(dist.join("index.html")),
        fs::read(dist.join("404.html")),
    ) {
        (true, Ok(bytes), _) => page(StatusCode::OK, bytes, "text/html"),
        (false, _, Ok(bytes)) if !is_file => page(StatusCode::NOT_FOUND, bytes, "text/html"),
        _ => plain(StatusCode::NOT_FOUND, "Not found\n"),
    }
}

fn kind(place: &Path) -> &'static str {
    match place.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// The page on which somebody signs in, and the way back.
fn sign_in(shared: &Shared, parts: &Parts) -> Response<Body> {
    let query = parts.uri.query().unwrap_or_default();
    if parts.uri.path() == "/sign-in/done" {
        shared.inner().signed_in = true;
        let back = query.strip_prefix("back=").unwrap_or("%2F");
        let mut response = moved(StatusCode::FOUND, &decoded(back));
        let cookie = "staff=1; Path=/; HttpOnly; SameSite=Lax".parse();
        if let Ok(cookie) = cookie {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        return response;
    }
    let text = format!(
        "<!doctype html><title>Gateway</title><h1>Who are you?</h1><a href=\"/sign-in/done?{query}\">Staff</a>"
    );
    let mut response = plain(StatusCode::OK, "");
    *response.body_mut() = text.into();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html"),
    );
    response
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        match byte.filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A call of an API: noted, turned away where nobody is signed in, led elsewhere, or passed on.
async fn api(shared: &Shared, parts: &Parts, body: Vec<u8>) -> Response<Body> {
    let what = format!("{} {}", parts.method, parts.uri.path());
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (gateway, signed_in, out, leads_to) = {
        let mut inner = shared.inner();
        if inner.ends_at_movement && is_movement(&what) {
            (inner.ends_at_movement, inner.signed_in) = (false, false);
        }
        let leads_to = inner.hosting.leads_to.clone();
        let movements_to = inner.movements_to.clone().filter(|_| is_movement(&what));
        inner.came.push(Came {
            headers: format!("{:?}", parts.headers),
            key: header("idempotency-key"),
            body: String::from_utf8_lossy(&body).into_owned(),
            what,
        });
        (
            inner.hosting.gateway,
            inner.signed_in,
            inner.out,
            leads_to.or(movements_to),
        )
    };
    if parts.headers.contains_key("access-control-request-method") {
        return permitted(plain(StatusCode::NO_CONTENT, ""));
    }
    if let Some(there) = leads_to {
        let there = format!("{there}{}", parts.uri);
        return permitted(moved(StatusCode::TEMPORARY_REDIRECT, &there));
    }
    if gateway && !signed_in {
        return match out {
            Out::Redirect => moved(StatusCode::FOUND, "/sign-in"),
            Out::Status => {
                let mut response = plain(StatusCode::UNAUTHORIZED, "Sign in first\n");
                let value = header::HeaderValue::from_static("1");
                response.headers_mut().insert("x-signed-out", value);
                response
            }
        };
    }
    match passed_on(shared, parts, body, gateway).await {
        Ok(response) => permitted(response),
        Err(_) => plain(StatusCode::BAD_GATEWAY, "Bad gateway\n"),
    }
}

async fn passed_on(
    shared: &Shared,
    parts: &Parts,
    body: Vec<u8>,
    gateway: bool,
) -> reqwest::Result<Response<Body>> {
    let mut headers: HeaderMap = parts.headers.clone();
    for name in [
        header::HOST,
        header::CONNECTION,
        header::COOKIE,
        header::ACCEPT_ENCODING,
        header::ORIGIN,
        header::CONTENT_LENGTH,
    ] {
        headers.remove(name);
    }
    if gateway {
        let key = match parts.uri.path().starts_with("/v1/") {
            true => "Bearer lp_test_demo",
            false => "Bearer demo-reseller-key",
        };
        headers.insert(header::AUTHORIZATION, header::HeaderValue::from_static(key));
    }
    let address = format!("{}{}", shared.sandbox, parts.uri);
    let call = shared.client.request(parts.method.clone(), address);
    let came = call.headers(headers).body(body).send().await?;
    let mut response = plain(came.status(), "");
    for name in ["content-type", "retry-after", "x-request-id"] {
        if let Some(value) = came.headers().get(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    *response.body_mut() = came.bytes().await?.into();
    Ok(response)
}

/// Whatever page wants to may read this.
fn permitted(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        (
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key",
        ),
        ("access-control-allow-methods", "GET, POST"),
    ] {
        response
            .headers_mut()
            .insert(name, header::HeaderValue::from_static(value));
    }
    response
}

fn moved(status: StatusCode, there: &str) -> Response<Body> {
    let mut response = plain(status, "");
    if let Ok(there) = there.parse() {
        response.headers_mut().insert(header::LOCATION, there);
    }
    response
}

fn page(status: StatusCode, bytes: Vec<u8>, kind: &'static str) -> Response<Body> {
    let mut response = plain(status, "");
    *response.body_mut() = bytes.into();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if let Ok(policy) = policy(&[ELSEWHERE.to_owned()]).parse() {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    response
}
