//! `POST /reseller/concurrency`: a child's channel limit (contract §1.7, O22).

use axum::body::Body;
use axum::http::Response;
use rusqlite::{Transaction, params};
use serde::Serialize;

use super::fields::Fields;
use super::parties::LogRow;
use super::{Caller, Failure, idempotency, parties};
use crate::gate::Call;
use crate::settings::Settings;
use crate::state::App;
use crate::store::{self, Movement};

#[derive(Serialize)]
struct SuccessBody {
    success: bool,
    message: &'static str,
    child_limit: i64,
    reseller_available: i64,
}

/// Sets the limit; the difference is taken from or returned to the reseller's pool.
pub async fn set(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let mut fields = Fields::of(&call.body, "child_organization_id and new_limit")?;
    let child = fields.integer("child_organization_id");
    let limit = fields.limit("new_limit");
    let fingerprint = fields.done()?;
    let (Some(child), Some(limit)) = (child, limit) else {
        return Err(Failure::invalid("Missing fields"));
    };
    let settings = app.settings();
    let run = move |tx: &Transaction<'_>, key| apply(tx, caller, &settings, (child, limit), key);
    idempotency::run(app, call, caller, fingerprint, run).await
}

fn apply(
    tx: &Transaction<'_>,
    caller: Caller,
    settings: &Settings,
    (child, limit): (i64, i64),
    key: Option<String>,
) -> Result<SuccessBody, Failure> {
    let reseller = parties::reseller(tx, caller)?;
    let child = parties::child(tx, caller, child)?;
    let used: i64 = tx
        .prepare_cached("SELECT coalesce(sum(channels), 0) FROM child WHERE reseller_id = ?")?
        .query_row([reseller.id], |row| row.get(0))?;
    let free = reseller.pool.saturating_sub(used);
    let delta = limit.saturating_sub(child.channels);
    if delta > 0 && delta > free {
        let text = format!("Only {} channels are available", free.max(0));
        return Err(Failure::new(400, "insufficient_channels", text));
    }
    // Setting the current limit changes nothing and writes no log row.
    if delta != 0 {
        tx.prepare_cached("UPDATE child SET channels = ? WHERE id = ?")?
            .execute(params![limit, child.id])?;
        let at = settings.clock().now();
        let movement = Movement {
            kind: "channel_allocation",
            key,
            child: Some(child.id.to_string()),
            at,
            ..Movement::default()
        };
        let id = store::post(tx, &movement, &[])?;
        let row = LogRow {
            channels: (child.channels, limit),
            ..LogRow::default()
        };
        parties::log(tx, caller, (id, at), child.id, &row)?;
    }
    Ok(SuccessBody {
        success: true,
        message: "Concurrency limit updated successfully.",
        child_limit: limit,
        reseller_available: free - delta,
    })
}
