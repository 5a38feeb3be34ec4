//! `GET /v1/organizations` and `GET /v1/organizations/{orgId}` (contract §3.6, §3.7).

use axum::body::Body;
use axum::http::Response;
use serde_json::{Value, json};

use super::record::Organization;
use super::{Caller, Failure, ok, org_id, paging, record};
use crate::gate::Call;
use crate::state::App;

const STATES: [&str; 3] = ["active", "suspended", "archived"];

/// Returns the direct children, newest first.
pub async fn list(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let status = call.query("status");
    if status
        .as_deref()
        .is_some_and(|wanted| !STATES.contains(&wanted))
    {
        let text = format!("status must be one of {}", STATES.join(", "));
        return Err(Failure::validation(text));
    }
    let limit = paging::limit(&call, 25, 200)?;
    let after = paging::cursor(&call)?;
    let read = app.store.read(move |tx| {
        // One more than requested shows whether there is a next page.
        record::children(tx, caller, status.as_deref(), after, limit + 1)
    });
    let mut found = read.await?;
    let more = usize::try_from(limit).is_ok_and(|limit| found.len() > limit);
    if more {
        found.pop();
    }
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| paging::cursor_at(last.created_at, &last.id));
    let items: Vec<Value> = found.iter().map(Organization::shown).collect();
    Ok(ok(&json!({"items": items, "nextCursor": next})))
}

/// Returns one direct child, with its summary.
pub async fn get(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let id = org_id(call.segment(2))?;
    let read = app
        .store
        .read(move |tx| record::child(tx, caller, &id)?.shown_with_summary());
    Ok(ok(&read.await?))
}
