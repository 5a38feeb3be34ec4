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
use crate::store::{self, Kept};

/// The key of a request, if it sent one; a malformed one is refused (L5).
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

/// A request as its key is bound to it: the route, and what must be the same to be the same request.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The key, when there is one.
    pub key: Option<String>,
    /// The route's template.
    pub route: &'static str,
    /// The organization and the body, in one order of keys.
    pub fingerprint: String,
}

/// Runs `change` in one transaction, or gives the stored answer of its key again, marked where it
/// carries `replayed` (L7). The scope is the caller's organization and the route: its API keys
/// share one wallet, and no Idempotency-Key may debit it twice (L6), whichever of them sent it.
/// The settings can narrow it to one API key (L2).
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
            match store::kept(tx, &scope, key, &guard.fingerprint)? {
                Kept::Nothing => {}
                Kept::Conflict => return Err(Failure::key_conflict()),
                Kept::Reply(reply) => {
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
            store::keep(tx, (&scope, key), &guard.fingerprint, &body.to_string(), at)?;
        }
        Ok(body)
    });
    Ok(ok(&body.await?))
}
