//! The reseller API (contract §1, §2, §7 O1-O24).

mod balance;
mod calculate;
mod concurrency;
mod failure;
mod fields;
mod idempotency;
mod logs;
mod organizations;
mod parties;
mod plan;
mod revert;
mod transfer;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::{MethodRouter, get, post};

use crate::app::only;
use crate::gate::Call;
use crate::keys::{self, KeyId};
use crate::state::App;
use crate::vendor::{Vendor, json_response};
pub use failure::Failure;
use users::User;

/// The demo reseller.
pub const RESELLER: i64 = 5678;
/// An account with a valid key that is not a reseller: 403 (O18).
pub const PLAIN_ACCOUNT: i64 = 7001;

/// Returns the account of a reseller's wallet in the ledger.
pub fn wallet(account: i64) -> String {
    format!("reseller:{account}")
}

/// Returns the account of a child's wallet in the ledger.
pub fn child_wallet(child: i64) -> String {
    format!("child:{child}")
}

/// Returns the counter account for what a reseller gains or loses between its rate and a child's.
pub fn margin(account: i64) -> String {
    format!("margin:{account}")
}

/// The counter account for money that existed at the start or was set.
pub const EQUITY: &str = "equity:USD";

/// Returns the routes.
pub fn routes() -> Router<App> {
    let base = "/api/v1";
    Router::new()
        .route(
            &format!("{base}/account/balance"),
            only(get_for_any(balance::balance)),
        )
        .route(
            &format!("{base}/reseller/organizations"),
            only(get_for(organizations::list)),
        )
        .route(
            &format!("{base}/reseller/credits/calculate"),
            only(post_for(calculate::calculate)),
        )
        .route(
            &format!("{base}/reseller/credits/transfer"),
            only(post_for(transfer::transfer)),
        )
        .route(
            &format!("{base}/reseller/credits/revert"),
            only(post_for(revert::revert)),
        )
        .route(
            &format!("{base}/reseller/credits/logs"),
            only(get_for(logs::logs)),
        )
        .route(
            &format!("{base}/reseller/concurrency"),
            only(post_for(concurrency::set)),
        )
}

/// The caller, as identified by its key.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The account.
    pub account: i64,
    /// The key's id.
    pub key_id: KeyId,
    /// The key's user.
    pub user: &'static User,
}

fn get_for<F, Fut>(endpoint: F) -> MethodRouter<App>
where
    F: Fn(App, Call, Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
{
    get(
        async move |State(app): State<App>, Extension(call): Extension<Call>| {
            answer(app, call, true, endpoint).await
        },
    )
}

fn get_for_any<F, Fut>(endpoint: F) -> MethodRouter<App>
where
    F: Fn(App, Call, Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
{
    get(
        async move |State(app): State<App>, Extension(call): Extension<Call>| {
            answer(app, call, false, endpoint).await
        },
    )
}

fn post_for<F, Fut>(endpoint: F) -> MethodRouter<App>
where
    F: Fn(App, Call, Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
{
    post(
        async move |State(app): State<App>, Extension(call): Extension<Call>| {
            answer(app, call, true, endpoint).await
        },
    )
}

/// Responds with 401, 403, or 429 if a limit is set, or calls the endpoint.
async fn answer<F, Fut>(app: App, call: Call, resellers_only: bool, endpoint: F) -> Response<Body>
where
    F: Fn(App, Call, Caller) -> Fut,
    Fut: Future<Output = Result<Response<Body>, Failure>>,
{
    let Some(caller) = caller(&app, &call) else {
        return Failure::new(401, "unauthorized", "Missing or invalid API key").into_response();
    };
    if resellers_only && caller.account != RESELLER {
        return Failure::new(403, "forbidden", "Reseller access required").into_response();
    }
    let settings = app.settings();
    if let Some(limit) = settings.rate_limit {
        let now = settings.clock().now();
        let standing = app.rates.count(caller.key_id, "any", limit, now);
        if standing.exceeded {
            let text = "Too many requests; try again in a minute";
            let mut response = Failure::new(429, "rate_limited", text).into_response();
            let minute = HeaderValue::from_static("60");
            response.headers_mut().insert(header::RETRY_AFTER, minute);
            return response;
        }
    }
    match endpoint(Arc::clone(&app), call, caller).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

fn caller(app: &App, call: &Call) -> Option<Caller> {
    let secret = call.bearer()?;
    let (account, key_id, user) = match app.keys.main(Vendor::Reseller, secret) {
        Some(key_id) => (RESELLER, key_id, users::ADMIN),
        None if secret == keys::RESELLER_COLLEAGUE => (RESELLER, KeyId::fixed(2), users::COLLEAGUE),
        None if secret == keys::NOT_A_RESELLER => (PLAIN_ACCOUNT, KeyId::fixed(3), users::ADMIN),
        None => return None,
    };
    Some(Caller {
        account,
        key_id,
        user,
    })
}

/// Returns a success.
fn ok<T: serde::Serialize>(body: &T) -> Response<Body> {
    json_response(StatusCode::OK, body)
}
