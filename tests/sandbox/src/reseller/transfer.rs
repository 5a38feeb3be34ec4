//! `POST /reseller/credits/transfer` (contract §1.2, O1, O4, O6).

use axum::body::Body;
use axum::http::Response;
use rusqlite::{Transaction, params};
use serde::Serialize;

use super::fields::Fields;
use super::parties::LogRow;
use super::{Caller, Failure, child_wallet, idempotency, margin, parties, plan, wallet};
use crate::gate::Call;
use crate::settings::Settings;
use crate::state::App;
use crate::store::{self, Entry, Movement};
use crate::units::Micro;

#[derive(Serialize)]
struct SuccessBody {
    success: bool,
    message: &'static str,
    new_from_balance: Micro,
    new_to_balance: Micro,
}

/// Takes minutes from the reseller at its rate, and credits them to a child at the given rate.
pub async fn transfer(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let mut fields = Fields::of(&call.body, "to_organization_id, minutes and cost_per_min")?;
    let to = fields.integer("to_organization_id");
    let minutes = fields.minutes("minutes");
    let rate = fields.rate("cost_per_min");
    let fingerprint = fields.done()?;
    let (Some(to), Some(minutes), Some(rate)) = (to, minutes, rate) else {
        return Err(Failure::invalid("Missing fields"));
    };
    let settings = app.settings();
    let run =
        move |tx: &Transaction<'_>, key| apply(tx, caller, &settings, (to, minutes, rate), key);
    idempotency::run(app, call, caller, fingerprint, run).await
}

fn apply(
    tx: &Transaction<'_>,
    caller: Caller,
    settings: &Settings,
    (to, minutes, rate): (i64, i64, Micro),
    key: Option<String>,
) -> Result<SuccessBody, Failure> {
    let reseller = parties::reseller(tx, caller)?;
    let child = parties::child(tx, caller, to)?;
    let plan = plan::transfer(&reseller, minutes, rate, settings.rounding)?;
    let too_large = Failure::too_large;
    let new_to = child.balance.plus(plan.user_credit).ok_or_else(too_large)?;
    let charged = child.charged.plus(plan.my_cost).ok_or_else(too_large)?;
    let cost = plan.my_cost.negated().ok_or_else(too_large)?;
    let earned = plan.profit.negated().ok_or_else(too_large)?;
    let at = settings.clock().now();
    let movement = Movement {
        kind: "credit_transfer",
        key,
        child: Some(to.to_string()),
        minutes: Some(minutes),
        rate: Some(rate),
        credit: plan.user_credit,
        cost,
        at,
    };
    let entries = [
        Entry::new(wallet(reseller.id), cost),
        Entry::new(child_wallet(to), plan.user_credit),
        Entry::new(margin(reseller.id), earned),
    ];
    let id = store::post(tx, &movement, &entries)?;
    tx.prepare_cached("UPDATE child SET rate = ?, charged = ? WHERE id = ?")?
        .execute(params![rate, charged, to])?;
    let row = LogRow {
        from: (reseller.balance, plan.new_balance),
        to: (child.balance, new_to),
        channels: (0, 0),
    };
    parties::log(tx, caller, (id, at), to, &row)?;
    Ok(SuccessBody {
        success: true,
        message: "Credits allocated successfully",
        new_from_balance: plan.new_balance,
        new_to_balance: new_to,
    })
}
