//! The responses of a fake host.

use std::{fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
};

use credit_desk_hosting::rules::{cache_control, policy};

use super::{HostRequest, Shared, SignedOut, config_text, is_movement};

/// Other local ports. The page's content security policy allows them, so that only the portal itself keeps requests
/// from going there.
const LOCAL_PORTS: &str = "http://127.0.0.1:*";
/// The maximum size of a request body; larger than any body here.
const MAX_BODY: usize = 1 << 20;

pub async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if path.starts_with("/api/") || path.starts_with("/v1/") {
        let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
        return api(&shared, &parts, body.to_vec()).await;
    }
    if path.starts_with("/sign-in") {
        return sign_in(&shared, &parts);
    }
    if path == "/sign-out" {
        shared.inner().signed_in = false;
        return redirect(StatusCode::SEE_OTHER, "/sign-in");
    }
    let (base, rewrites) = {
        let inner = shared.inner();
        (inner.settings.path, inner.settings.rewrites)
    };
    let Some(inner) = path.strip_prefix(base) else {
        return match path == base.trim_end_matches('/') {
            true => redirect(StatusCode::MOVED_PERMANENTLY, base),
            false => text_response(StatusCode::NOT_FOUND, "Not found\n"),
        };
    };
    if inner == "config.json" {
        return match config_text(&shared) {
            Some(text) if text.starts_with("http://") => redirect(StatusCode::FOUND, &text),
            Some(text) if text.starts_with('<') => {
                content(StatusCode::OK, text.into(), "text/html")
            }
            Some(text) => content(StatusCode::OK, text.into(), "application/json"),
            None => text_response(StatusCode::NOT_FOUND, "Not found\n"),
        };
    }
    let query = parts.uri.query();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    file(&shared.dist, inner, &format!("{path}/{query}"), rewrites)
}

/// Serves a file or a folder's index. Other addresses get what the host returns for unknown ones.
fn file(dist: &Path, inner: &str, folder: &str, rewrites: bool) -> Response<Body> {
    let file_path = dist.join(inner);
    if file_path.is_dir() && !inner.is_empty() && !inner.ends_with('/') && !rewrites {
        return redirect(StatusCode::MOVED_PERMANENTLY, folder);
    }
    let file_path = match inner.is_empty() || inner.ends_with('/') {
        true => file_path.join("index.html"),
        false => file_path,
    };
    if let Ok(bytes) = fs::read(&file_path) {
        let mut response = content(StatusCode::OK, bytes, content_type(&file_path));
        let caching = header::HeaderValue::from_static(cache_control(&format!("/{inner}")));
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, caching);
        return response;
    }
    let is_file = inner.rsplit('/').next().unwrap_or_default().contains('.');
    match (
        rewrites && !is_file,
        fs::read(dist.join("index.html")),
        fs::read(dist.join("404.html")),
    ) {
        (true, Ok(bytes), _) => content(StatusCode::OK, bytes, "text/html"),
        (false, _, Ok(bytes)) if !is_file => content(StatusCode::NOT_FOUND, bytes, "text/html"),
        _ => text_response(StatusCode::NOT_FOUND, "Not found\n"),
    }
}

fn content_type(file_path: &Path) -> &'static str {
    match file_path
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// The gateway's sign-in page, and the redirect back.
fn sign_in(shared: &Shared, parts: &Parts) -> Response<Body> {
    let query = parts.uri.query().unwrap_or_default();
    if parts.uri.path() == "/sign-in/done" {
        shared.inner().signed_in = true;
        let back = query.strip_prefix("back=").unwrap_or("%2F");
        let mut response = redirect(StatusCode::FOUND, &percent_decode(back));
        let cookie = "staff=1; Path=/; HttpOnly; SameSite=Lax".parse();
        if let Ok(cookie) = cookie {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        return response;
    }
    let text = format!(
        "<!doctype html><title>Gateway</title><h1>Who are you?</h1><a href=\"/sign-in/done?{query}\">Staff</a>"
    );
    let mut response = text_response(StatusCode::OK, "");
    *response.body_mut() = text.into();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html"),
    );
    response
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = hex.and_then(|digits| u8::from_str_radix(digits, 16).ok());
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

/// Handles an API call: records it, then rejects it if nobody is signed in, redirects it, or forwards it.
async fn api(shared: &Shared, parts: &Parts, body: Vec<u8>) -> Response<Body> {
    let route = format!("{} {}", parts.method, parts.uri.path());
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (gateway, signed_in, signed_out, redirect_to) = {
        let mut inner = shared.inner();
        if inner.signs_out_at_movement && is_movement(&route) {
            (inner.signs_out_at_movement, inner.signed_in) = (false, false);
        }
        let redirect_to = inner.settings.redirect_to.clone();
        let redirect_movements_to = inner
            .redirect_movements_to
            .clone()
            .filter(|_| is_movement(&route));
        inner.requests.push(HostRequest {
            headers: format!("{:?}", parts.headers),
            idempotency_key: header("idempotency-key"),
            body: String::from_utf8_lossy(&body).into_owned(),
            route,
        });
        (
            inner.settings.gateway,
            inner.signed_in,
            inner.signed_out,
            redirect_to.or(redirect_movements_to),
        )
    };
    if parts.headers.contains_key("access-control-request-method") {
        return allow_any_origin(text_response(StatusCode::NO_CONTENT, ""));
    }
    if let Some(target) = redirect_to {
        let target = format!("{target}{}", parts.uri);
        return allow_any_origin(redirect(StatusCode::TEMPORARY_REDIRECT, &target));
    }
    if gateway && !signed_in {
        return match signed_out {
            SignedOut::Redirect => redirect(StatusCode::FOUND, "/sign-in"),
            SignedOut::Status => {
                let mut response = text_response(StatusCode::UNAUTHORIZED, "Sign in first\n");
                let value = header::HeaderValue::from_static("1");
                response.headers_mut().insert("x-signed-out", value);
                response
            }
        };
    }
    match forward(shared, parts, body, gateway).await {
        Ok(response) => allow_any_origin(response),
        Err(_) => text_response(StatusCode::BAD_GATEWAY, "Bad gateway\n"),
    }
}

async fn forward(
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
    let upstream = call.headers(headers).body(body).send().await?;
    let mut response = text_response(upstream.status(), "");
    for name in ["content-type", "retry-after", "x-request-id"] {
        if let Some(value) = upstream.headers().get(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    *response.body_mut() = upstream.bytes().await?.into();
    Ok(response)
}

/// Allows pages of any origin to read the response.
fn allow_any_origin(mut response: Response<Body>) -> Response<Body> {
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

fn redirect(status: StatusCode, target: &str) -> Response<Body> {
    let mut response = text_response(status, "");
    if let Ok(target) = target.parse() {
        response.headers_mut().insert(header::LOCATION, target);
    }
    response
}

fn content(status: StatusCode, bytes: Vec<u8>, kind: &'static str) -> Response<Body> {
    let mut response = text_response(status, "");
    *response.body_mut() = bytes.into();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if let Ok(policy) = policy(&[LOCAL_PORTS.to_owned()]).parse() {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    response
}

fn text_response(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    response
}
