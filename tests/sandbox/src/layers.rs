//! The organizations API (contract §3, §4, §7 L1-L15).

mod allocate;
mod events;
mod failure;
mod idempotency;
mod lifecycle;
mod organizations;
mod paging;
mod record;
mod wallet;
mod whoami;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{MethodRouter, delete, get, post};
use rusqlite::OptionalExtension;

use crate::app::only;
use crate::gate::{Call, class_of};
use crate::keys::{self, KeyId};
use crate::rates::Standing;
use crate::state::App;
use crate::vendor::{Vendor, json_response};
pub use failure::Failure;
pub use record::{Event, add_event, org_id};

/// The demo parent organization, "Acme Growth".
pub const PARENT: &str = "org_00000000-0000-4000-8000-000000000001";
/// The organization of the suspended key.
pub const HALTED: &str = "org_00000000-0000-4000-8000-000000000002";
/// The counter account for credits that existed at the start, were bought, used or set.
pub const EQUITY: &str = "equity:credits";
/// Requests per minute in the partner tier (contract §4).
const PARTNER_READS: u32 = 6000;
const PARTNER_WRITES: u32 = 3000;

/// Returns the account of an organization's prepaid credits in the ledger.
pub fn prepaid(organization: &str) -> String {
    format!("prepaid:{organization}")
}

/// Returns the routes.
pub fn routes() -> Router<App> {
    let one = "/v1/organizations/{orgId}";
    Router::new()
        .route("/v1/whoami", only(get(open(whoami::whoami))))
        .route("/v1/credits", only(get(open(wallet::own))))
        .route("/v1/credits/events", only(get(open(events::own))))
        .route("/v1/organizations", only(get(admin(organizations::list))))
        .route(
            one,
            only(get(admin(organizations::get)).merge(archive_route())),
        )
        .route(
            &format!("{one}/credits"),
            only(get(admin(wallet::of_child))),
        )
        .route(
            &format!("{one}/credits/events"),
            only(get(admin(events::of_child))),
        )
        .route(
            &format!("{one}/credits/allocate"),
            only(post(admin(allocate::allocate))),
        )
        .route(
            &format!("{one}/suspend"),
            only(post(admin(lifecycle::suspend))),
        )
        .route(
            &format!("{one}/resume"),
            only(post(admin(lifecycle::resume))),
        )
}

fn archive_route() -> MethodRouter<App> {
    delete(admin(lifecycle::archive))
}

/// The caller: the organization of its key, and the key's rights.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The organization.
    pub organization: &'static str,
    /// The key's id, which can be stored and shown.
    pub key_id: KeyId,
    /// Whether the key was granted `org:admin`.
    pub admin: bool,
}

/// The future of an endpoint, in the form that axum takes.
type Endpoint = std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Wraps an endpoint that any key may call.
fn open<F, Fut>(
    endpoint: F,
) -> impl FnOnce(State<App>, Extension<Call>) -> Endpoint + Clone + Send + Sync + 'static
where
    F: Fn(App, Call, Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
{
    move |State(app), Extension(call)| Box::pin(answer(app, call, false, endpoint))
}

/// Wraps an endpoint for keys with `org:admin`.
fn admin<F, Fut>(
    endpoint: F,
) -> impl FnOnce(State<App>, Extension<Call>) -> Endpoint + Clone + Send + Sync + 'static
where
    F: Fn(App, Call, Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
{
    move |State(app), Extension(call)| Box::pin(answer(app, call, true, endpoint))
}

/// Responds with 401, 503, 403 or 429, or calls the endpoint (L1).
async fn answer<F, Fut>(app: App, call: Call, admin_only: bool, endpoint: F) -> Response<Body>
where
    F: Fn(App, Call, Caller) -> Fut,
    Fut: Future<Output = Result<Response<Body>, Failure>>,
{
    let id = call.id.clone();
    let Some(caller) = caller(&app, &call) else {
        return Failure::new(401, "UNAUTHENTICATED", "Missing or invalid API key").render(&id);
    };
    match suspended(&app, caller).await {
        Ok(false) => {}
        Ok(true) => {
            return Failure::new(503, "KILL_SWITCH", "Organization is suspended").render(&id);
        }
        Err(failure) => return failure.render(&id),
    }
    if admin_only && !caller.admin {
        let text = "The key lacks the scope org:admin";
        return Failure::new(403, "FORBIDDEN_SCOPE", text).render(&id);
    }
    let class = class_of(&call.method);
    let tier = if class == "read-light" {
        PARTNER_READS
    } else {
        PARTNER_WRITES
    };
    let settings = app.settings();
    let limit = settings.rate_limit.unwrap_or(tier);
    let now = settings.clock().now();
    let standing = app.rates.count(caller.key_id, class, limit, now);
    let mut response = if standing.exceeded {
        let mut response = Failure::new(429, "RATE_LIMITED", "Too many requests").render(&id);
        let wait = HeaderValue::from(standing.retry_after);
        response.headers_mut().insert(header::RETRY_AFTER, wait);
        response
    } else {
        match endpoint(Arc::clone(&app), call, caller).await {
            Ok(response) => response,
            Err(failure) => failure.render(&id),
        }
    };
    rate_headers(response.headers_mut(), standing);
    response
}

/// Adds the rate-limit headers besides the documented endpoint class (L13), which the gate adds.
fn rate_headers(headers: &mut HeaderMap, standing: Standing) {
    headers.insert("x-ratelimit-limit", standing.limit.into());
    headers.insert("x-ratelimit-remaining", standing.remaining.into());
    headers.insert("x-ratelimit-reset", standing.reset.into());
}

fn caller(app: &App, call: &Call) -> Option<Caller> {
    let secret = call.bearer()?;
    let (organization, key_id, admin) = match app.keys.main(Vendor::Layers, secret) {
        Some(key_id) => (PARENT, key_id, true),
        None if secret == keys::SUSPENDED => (HALTED, KeyId::fixed(2), true),
        None if secret == keys::NO_SCOPE => (PARENT, KeyId::fixed(3), false),
        None if secret == keys::ORGANIZATIONS_COLLEAGUE => (PARENT, KeyId::fixed(4), true),
        None => return None,
    };
    Some(Caller {
        organization,
        key_id,
        admin,
    })
}

async fn suspended(app: &App, caller: Caller) -> Result<bool, Failure> {
    let read = app.store.read(move |tx| {
        let status: Option<String> = tx
            .prepare_cached("SELECT status FROM organization WHERE id = ?")?
            .query_row([caller.organization], |row| row.get(0))
            .optional()?;
        Ok::<_, Failure>(status.as_deref() != Some("active"))
    });
    read.await
}

/// Returns a success.
fn ok<T: serde::Serialize>(body: &T) -> Response<Body> {
    json_response(StatusCode::OK, body)
}
