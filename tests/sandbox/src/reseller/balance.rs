//! `GET /account/balance` (contract §1.6).

use axum::body::Body;
use axum::http::Response;
use serde_json::json;

use super::{Caller, Failure, ok, parties};
use crate::gate::Call;
use crate::state::App;
use crate::units::Micro;

/// Returns the account's own balance. The only route here that isn't limited to resellers.
pub async fn balance(app: App, _: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let account = app
        .store
        .read(move |tx| parties::reseller(tx, caller))
        .await?;
    let rate_set = account.rate > Micro::ZERO;
    // Null if no rate is set, zero if the balance buys nothing (O23).
    let minutes = rate_set.then(|| account.balance.minutes_at(account.rate));
    let rate = rate_set.then_some(account.rate);
    Ok(ok(&json!({
        "success": true,
        "organization": {"id": account.id, "name": account.name},
        "balance": {"amount": account.balance, "currency": "USD"},
        "estimated_minutes_remaining": minutes,
        "rates_per_minute_usd": rate,
        "plan": {
            "id": null, "name": null, "billing_interval": null, "is_usage_based": false,
            "subscription_status": null, "renews_at": null,
        },
        "concurrency": {"limit": account.pool, "in_use": 0, "available": account.pool},
        "auto_recharge": {"enabled": false, "threshold_usd": 0, "amount_usd": 0},
    })))
}
