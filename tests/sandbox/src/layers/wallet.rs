//! `GET /v1/credits` and `GET /v1/organizations/{orgId}/credits` (contract §3.2, §3.3).

use axum::body::Body;
use axum::http::Response;

use super::{Caller, Failure, ok, org_id, record};
use crate::gate::Call;
use crate::state::App;

/// Returns the caller's own wallet.
pub async fn own(app: App, _: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let wallet = app.store.read(move |tx| record::own(tx, caller)?.wallet());
    Ok(ok(&wallet.await?))
}

/// Returns a direct child's wallet.
pub async fn of_child(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let id = org_id(call.segment(2))?;
    let wallet = app
        .store
        .read(move |tx| record::child(tx, caller, &id)?.wallet());
    Ok(ok(&wallet.await?))
}
