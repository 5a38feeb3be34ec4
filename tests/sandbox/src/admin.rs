//! The routes under `/__sandbox/`: faults, settings, and reading and changing the ledger. They need no key, have no
//! faults, and accept only callers on this machine.

mod ledger;
mod set;

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::routing::{any, get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::cors::is_loopback;
use crate::faults::Fault;
use crate::seed;
use crate::state::App;
use crate::store;
use crate::vendor::json_response;

/// The maximum body size of these routes: a fault's response may have megabytes.
const BODY_LIMIT: usize = 16 << 20;
/// The maximum time that the ledger's lock can be held on request.
const MAX_HOLD_MS: u64 = 60_000;

/// Returns the routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/__sandbox/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route("/__sandbox/settings", get(settings).put(change_settings))
        .route("/__sandbox/keys", post(rotate_keys))
        .route("/__sandbox/ledger", get(ledger::ledger))
        .route("/__sandbox/set", post(set::set))
        .route("/__sandbox/reset", post(reset))
        .route("/__sandbox/hold", post(hold))
        .route("/__sandbox", any(unknown))
        .route("/__sandbox/{*path}", any(unknown))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(local_only))
}

/// Rejects pages from other sites. A page whose host name resolves to this machine (DNS rebinding) still sends that
/// name as Host.
async fn local_only(request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    let host = host_of(headers, header::HOST).or_else(|| request.uri().host().map(str::to_owned));
    let origin_is_local = headers.get(header::ORIGIN).is_none()
        || host_of(headers, header::ORIGIN).is_some_and(|host| is_loopback(&host));
    if !origin_is_local || !host.is_none_or(|host| is_loopback(&host)) {
        return problem(StatusCode::FORBIDDEN, "only for callers on this machine");
    }
    next.run(request).await
}

fn host_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    // An origin is a URI; a Host is only its authority.
    let uri: Uri = text.parse().ok()?;
    uri.host().map(str::to_owned)
}

fn problem(status: StatusCode, text: &str) -> Response<Body> {
    json_response(status, &json!({"error": text}))
}

/// The response of one of these routes.
type AdminResult = Result<Response<Body>, Problem>;

/// An error of one of these routes.
#[derive(Debug)]
struct Problem(StatusCode, String);

impl axum::response::IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        problem(self.0, &self.1)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        let status = match error {
            store::Error::Overflow => StatusCode::BAD_REQUEST,
            store::Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        store::Error::from(error).into()
    }
}

fn bad(text: impl Into<String>) -> Problem {
    Problem(StatusCode::BAD_REQUEST, text.into())
}

fn ok<T: serde::Serialize>(body: &T) -> Response<Body> {
    json_response(StatusCode::OK, body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| bad(error.to_string()))
}

async fn unknown() -> Response<Body> {
    problem(StatusCode::NOT_FOUND, "no such route under /__sandbox")
}

async fn faults(State(app): State<App>) -> Response<Body> {
    ok(&json!({"faults": app.faults.queue()}))
}

async fn add_fault(State(app): State<App>, body: Bytes) -> AdminResult {
    let fault: Fault = parse(&body)?;
    fault.validate().map_err(bad)?;
    Ok(ok(&json!({"faults": app.faults.add(fault)})))
}

async fn clear_faults(State(app): State<App>) -> Response<Body> {
    app.faults.clear();
    ok(&json!({"faults": []}))
}

async fn settings(State(app): State<App>) -> Response<Body> {
    ok(&app.settings())
}

async fn change_settings(State(app): State<App>, body: Bytes) -> AdminResult {
    let change = parse(&body)?;
    Ok(ok(&app.change_settings(change).map_err(bad)?))
}

async fn rotate_keys(State(app): State<App>, body: Bytes) -> AdminResult {
    app.keys.rotate(parse(&body)?).map_err(bad)?;
    Ok(ok(&json!({"ok": true})))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    rows: Option<u32>,
}

/// Restores the opening data, with the given number of generated rows, or the number from startup.
async fn reset(State(app): State<App>, body: Bytes) -> AdminResult {
    let options: Reset = if body.is_empty() {
        Reset::default()
    } else {
        parse(&body)?
    };
    let rows = options.rows.unwrap_or(app.options.rows);
    // First, so that no pending repeat reaches the new ledger.
    app.faults.clear();
    let timeout = app.settings().lock_wait();
    let work = app
        .store
        .write(timeout, move |tx| Ok::<_, Problem>(seed::reset(tx, rows)?));
    work.await?;
    app.reset();
    Ok(ok(&json!({"ok": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hold {
    ms: u64,
}

/// Holds the ledger's write lock for a while, as a slow transaction would (L4); responds once it is acquired.
async fn hold(State(app): State<App>, body: Bytes) -> AdminResult {
    let Hold { ms } = parse(&body)?;
    if ms > MAX_HOLD_MS {
        return Err(bad(format!("ms must be at most {MAX_HOLD_MS}")));
    }
    let (sender, acquired) = tokio::sync::oneshot::channel();
    let timeout = app.settings().lock_wait();
    tokio::spawn(async move {
        let work = app.store.write(timeout, move |_| {
            let _ = sender.send(());
            std::thread::sleep(Duration::from_millis(ms));
            Ok::<_, store::Error>(())
        });
        work.await
    });
    match acquired.await {
        Ok(()) => Ok(ok(&json!({"held_ms": ms}))),
        Err(_) => Err(store::Error::Busy.into()),
    }
}
