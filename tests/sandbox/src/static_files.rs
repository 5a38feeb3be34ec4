//! Serves the built portal: its files, index.html for its own routes, and the same headers as on other hosts.

use std::path::Path;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use credit_desk_hosting::{config, rules};
use percent_encoding::percent_decode_str;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::state::App;

/// Serves every path outside the APIs and the admin routes.
pub async fn serve(State(app): State<App>, request: Request) -> Response<Body> {
    let mut response = find(&app, request).await;
    let headers = response.headers_mut();
    for (name, mut value) in rules::headers(&sources(&app)) {
        if app.options.allow_html {
            value = value.replace(rules::TRUSTED_TYPES, "");
        }
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    response
}

/// Returns the services in the configuration that is served. The portal itself reports an invalid configuration.
fn sources(app: &App) -> Vec<String> {
    let options = &app.options;
    let own = options.dist.as_ref().map(|dist| dist.join("config.json"));
    let file = options.config.clone().or(own);
    file.and_then(|file| config::policy_sources(&file).ok())
        .unwrap_or_default()
}

async fn find(app: &App, request: Request) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed\n");
        let allow = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(header::ALLOW, allow);
        return response;
    }
    let path = request.uri().path().to_owned();
    if path == "/config.json"
        && let Some(file) = &app.options.config
    {
        return own_config(file).await;
    }
    let Some(dist) = &app.options.dist else {
        return text(
            StatusCode::NOT_FOUND,
            "No portal is served here: start with --dist DIR\n",
        );
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    if is_hidden(&path) {
        return text(StatusCode::NOT_FOUND, "Not found\n");
    }
    let (headers, head) = (request.headers().clone(), *request.method() == Method::HEAD);
    let found = match name {
        // A screen has its own folder, for hosts without rewriting and for addresses with a trailing slash.
        "" if path.len() > 1 => file(dist, &format!("{path}index.html"), &headers, head).await,
        "" => None,
        _ => file(dist, &path, &headers, head).await,
    };
    if let Some(mut response) = found {
        cache(&mut response, name);
        return response;
    }
    // One of the portal's own routes. A name with an extension is a missing file, and never gets HTML.
    if !name.contains('.')
        && let Some(mut response) = file(dist, "/index.html", &headers, head).await
    {
        cache(&mut response, "index.html");
        return response;
    }
    text(StatusCode::NOT_FOUND, "Not found\n")
}

/// Returns whether a name in this path begins with `.` or `_` after decoding: hidden files, and files for other hosts.
/// The admin routes are matched before this.
fn is_hidden(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    path.split(['/', '\\'])
        .any(|name| name.starts_with(['.', '_']))
}

/// Returns a file of the folder, precompressed if there is such a copy and the caller accepts it.
async fn file(dist: &Path, path: &str, headers: &HeaderMap, head: bool) -> Option<Response<Body>> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse::<Uri>().ok()?;
    *request.method_mut() = if head { Method::HEAD } else { Method::GET };
    *request.headers_mut() = headers.clone();
    let service = ServeDir::new(dist)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let response = service.oneshot(request).await.ok()?;
    let status = response.status();
    if !status.is_success()
        && status != StatusCode::NOT_MODIFIED
        && status != StatusCode::RANGE_NOT_SATISFIABLE
    {
        return None;
    }
    let mut response = response.map(Body::new);
    let vary = HeaderValue::from_static("accept-encoding");
    response.headers_mut().insert(header::VARY, vary);
    Some(response)
}

async fn own_config(file: &Path) -> Response<Body> {
    match tokio::task::spawn_blocking({
        let file = file.to_owned();
        move || std::fs::read(file)
    })
    .await
    {
        Ok(Ok(bytes)) => {
            let mut response = Response::new(Body::from(bytes));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            cache(&mut response, "config.json");
            response
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "The file named by --config cannot be read\n",
        ),
    }
}

fn cache(response: &mut Response<Body>, name: &str) {
    let value = HeaderValue::from_static(rules::cache_control(&format!("/{name}")));
    response.headers_mut().insert(header::CACHE_CONTROL, value);
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
