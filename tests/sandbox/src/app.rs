//! The routes: two APIs behind the gate, the admin routes, and the portal's files for everything else.

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{Response, StatusCode};
use axum::middleware;
use axum::routing::{MethodRouter, any};
use serde_json::json;

use crate::gate::{Call, gate};
use crate::state::App;
use crate::vendor::{Vendor, json_response};
use crate::{admin, cors, layers, reseller, static_files};

/// Returns the router with every route.
pub fn router(app: App) -> Router {
    let apis = Router::new()
        .merge(reseller::routes())
        .merge(layers::routes())
        .route("/api", any(unknown_path))
        .route("/api/{*path}", any(unknown_path))
        .route("/v1", any(unknown_path))
        .route("/v1/{*path}", any(unknown_path))
        .layer(middleware::from_fn_with_state(app.clone(), gate));
    Router::new()
        .merge(apis)
        .merge(admin::routes())
        .layer(middleware::from_fn_with_state(app.clone(), cors::cors))
        .fallback(static_files::serve)
        .with_state(app)
}

/// Gives a route's other methods a JSON 405; axum adds the Allow header.
pub fn only(route: MethodRouter<App>) -> MethodRouter<App> {
    route.fallback(method_not_allowed)
}

async fn method_not_allowed(Extension(call): Extension<Call>) -> Response<Body> {
    let (vendor, status) = (Vendor::of(call.uri.path()), StatusCode::METHOD_NOT_ALLOWED);
    vendor.failure(
        status,
        vendor.code_for(status),
        "Method not allowed",
        &call.id,
    )
}

/// Returns JSON with links to the documentation (contract §1.9).
async fn unknown_path(Extension(call): Extension<Call>) -> Response<Body> {
    let status = StatusCode::NOT_FOUND;
    match Vendor::of(call.uri.path()) {
        Vendor::Layers => Vendor::Layers.failure(status, "NOT_FOUND", "No such path", &call.id),
        Vendor::Reseller => json_response(
            status,
            &json!({
                "success": false,
                "error": "not_found",
                "error_description": "No such path",
                "docs": "https://docs.omnidim.io/docs/api-reference",
                "openapi": "https://docs.omnidim.io/openapi.json",
            }),
        ),
    }
}
