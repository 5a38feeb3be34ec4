//! Idempotency-Key on the mutating routes (contract §4, L2-L7).

use axum::body::Body;
use axum::http::Response;
use rusqlite::Transaction;
use serde_json::Value;

use super::record::stored;
use super::{Caller, Failure, ok};
use crate::gate::Call;
use crate::settings::KeyScope;
use crate::state::App;
use crate::store::{self, StoredReply};

/// Returns the key of a request, if there is one; a malformed key is rejected (L5).
pub fn key(call: &Call) -> Result<Option<String>, Failure> {
    let Some(key) = call.header("idempotency-key") else {
        return Ok(None);
    };
    let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if printable && (1..=255).contains(&key.len()) {
        return Ok(Some(key));
    }
    let text = "Idempotency-Key must be 1 to 255 printable ASCII characters";
    Err(Failure::validation(text))
}

/// Binds a key to a request: the route, and what must be equal for a repeated request.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The key, if there is one.
    pub key: Option<String>,
    /// The route's template.
    pub route: &'static str,
    /// The organization and the body, with sorted JSON keys.
    pub fingerprint: String,
}

/// Runs `change` in one transaction, or returns the stored response of its key, with `replayed` set if the response has
/// that field (L7). The scope is the caller's organization and the route: the organization's API keys share one wallet,
/// and no Idempotency-Key may debit it twice (L6), regardless of which API key sent it. The settings can narrow the
/// scope to one API key (L2).
pub async fn run<F>(
    app: App,
    caller: Caller,
    guard: Guard,
    change: F,
) -> Result<Response<Body>, Failure>
where
    F: FnOnce(&Transaction<'_>) -> Result<Value, Failure> + Send + 'static,
{
    let settings = app.settings();
    let body = app.store.write(settings.lock_wait(), move |tx| {
        let scope = match settings.organizations_key_scope {
            KeyScope::Organization => format!("{} {}", caller.organization, guard.route),
            KeyScope::ApiKey => format!("{} {}", caller.key_id, guard.route),
        };
        if let Some(key) = &guard.key {
            match store::find_reply(tx, &scope, key, &guard.fingerprint)? {
                StoredReply::Nothing => {}
                StoredReply::Conflict => return Err(Failure::key_conflict()),
                StoredReply::Reply(reply) => {
                    let mut reply = stored(&reply);
                    if let Some(replayed) = reply.get_mut("replayed") {
                        *replayed = Value::Bool(true);
                    }
                    return Ok(reply);
                }
            }
        }
        let body = change(tx)?;
        if let Some(key) = &guard.key {
            let at = settings.clock().now();
            store::store_reply(tx, (&scope, key), &guard.fingerprint, &body.to_string(), at)?;
        }
        Ok(body)
    });
    Ok(ok(&body.await?))
}
