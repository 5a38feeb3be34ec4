//! `GET /v1/whoami` (contract §3.13).

use axum::body::Body;
use axum::http::Response;
use serde_json::json;

use super::{Caller, Failure, ok, record};
use crate::gate::Call;
use crate::state::App;

/// Returns the key's organization and rights.
pub async fn whoami(app: App, _: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let scopes: &[&str] = if caller.admin { &["org:admin"] } else { &[] };
    let read = app.store.read(move |tx| {
        let own = record::own(tx, caller)?;
        let balance = own.balance()?;
        Ok::<_, Failure>((own, balance))
    });
    let (own, balance) = read.await?;
    Ok(ok(&json!({
        "organizationId": own.id,
        "workspaceId": own.id,
        "organizationName": own.name,
        "parentOrganizationId": null,
        "scopes": scopes,
        "rateLimitTier": "partner",
        "apiKeyId": caller.key_id.to_string(),
        "creditBalance": balance,
    })))
}
