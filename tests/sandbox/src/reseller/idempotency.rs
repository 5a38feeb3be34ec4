//! Optional support for Idempotency-Key on the reseller's movements; the vendor documents none (contract §2).

use axum::body::Body;
use axum::http::{Response, StatusCode};
use rusqlite::Transaction;
use serde::Serialize;

use super::{Caller, Failure};
use crate::gate::Call;
use crate::options::ResellerIdempotency;
use crate::state::App;
use crate::store::{self, StoredReply};
use crate::vendor::text_response;

/// Runs a movement in its transaction, or, if keys are honored and this one has completed with the same body, returns
/// the stored response.
pub async fn run<T, F>(
    app: App,
    call: Call,
    caller: Caller,
    fingerprint: String,
    movement: F,
) -> Result<Response<Body>, Failure>
where
    T: Serialize,
    F: FnOnce(&Transaction<'_>, Option<String>) -> Result<T, Failure> + Send + 'static,
{
    let key = call.header("idempotency-key");
    let settings = app.settings();
    let honored_key = match settings.reseller_idempotency {
        ResellerIdempotency::Ignore => None,
        ResellerIdempotency::Replay => key.clone(),
    };
    if honored_key
        .as_deref()
        .is_some_and(|key| !is_well_formed(key))
    {
        let text = "Idempotency-Key must be 1 to 255 printable ASCII characters";
        return Err(Failure::invalid(text));
    }
    let scope = format!("{} POST {}", caller.key_id, call.uri.path());
    let body = app.store.write(settings.lock_wait(), move |tx| {
        if let Some(key) = &honored_key {
            match store::find_reply(tx, &scope, key, &fingerprint)? {
                StoredReply::Nothing => {}
                StoredReply::Reply(reply) => return Ok(reply),
                StoredReply::Conflict => {
                    let text = "Idempotency-Key was used with another body";
                    return Err(Failure::new(409, "idempotency_conflict", text));
                }
            }
        }
        let body = movement(tx, key)?;
        let reply = serde_json::to_string(&body)
            .map_err(|_| Failure::new(500, "server_error", "Internal error"))?;
        if let Some(key) = &honored_key {
            let at = settings.clock().now();
            store::store_reply(tx, (&scope, key), &fingerprint, &reply, at)?;
        }
        Ok(reply)
    });
    Ok(text_response(
        StatusCode::OK,
        "application/json",
        body.await?,
    ))
}

/// Returns whether a key is 1 to 255 printable ASCII characters (L5).
pub fn is_well_formed(key: &str) -> bool {
    (1..=255).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}
