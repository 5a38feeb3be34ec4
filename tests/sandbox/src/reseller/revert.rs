//! `POST /reseller/credits/revert` (contract §1.3, O2, O7, O8).

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

/// From and to are swapped compared with a transfer: from is the child (§6 point 4).
#[derive(Serialize)]
struct SuccessBody {
    success: bool,
    message: &'static str,
    new_from_balance: Micro,
    new_to_balance: Micro,
}

/// Takes unused minutes from a child at its rate, and refunds them to the reseller at the reseller's rate.
pub async fn revert(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let mut fields = Fields::of(&call.body, "from_organization_id and minutes")?;
    let from = fields.integer("from_organization_id");
    let minutes = fields.minutes("minutes");
    let fingerprint = fields.done()?;
    let (Some(from), Some(minutes)) = (from, minutes) else {
        return Err(Failure::invalid("Missing fields"));
    };
    let settings = app.settings();
    let run = move |tx: &Transaction<'_>, key| apply(tx, caller, &settings, (from, minutes), key);
    idempotency::run(app, call, caller, fingerprint, run).await
}

fn apply(
    tx: &Transaction<'_>,
    caller: Caller,
    settings: &Settings,
    (from, minutes): (i64, i64),
    key: Option<String>,
) -> Result<SuccessBody, Failure> {
    let reseller = parties::reseller(tx, caller)?;
    let child = parties::child(tx, caller, from)?;
    let plan = plan::revert(&reseller, &child, minutes, settings.rounding)?;
    let too_large = Failure::too_large;
    let new_to = reseller.balance.plus(plan.refund).ok_or_else(too_large)?;
    let deducted = plan.deduction.negated().ok_or_else(too_large)?;
    let forgone = plan.deduction.minus(plan.refund).ok_or_else(too_large)?;
    let at = settings.clock().now();
    let movement = Movement {
        kind: "credit_revert",
        key,
        child: Some(from.to_string()),
        minutes: Some(minutes),
        rate: Some(child.rate),
        credit: plan.deduction,
        cost: plan.refund,
        at,
    };
    let entries = [
        Entry::new(child_wallet(from), deducted),
        Entry::new(wallet(reseller.id), plan.refund),
        Entry::new(margin(reseller.id), forgone),
    ];
    let id = store::post(tx, &movement, &entries)?;
    tx.prepare_cached("UPDATE child SET charged = ? WHERE id = ?")?
        .execute(params![plan.new_charged, from])?;
    let row = LogRow {
        from: (child.balance, plan.new_child_balance),
        to: (reseller.balance, new_to),
        channels: (0, 0),
    };
    parties::log(tx, caller, (id, at), from, &row)?;
    Ok(SuccessBody {
        success: true,
        message: "Credits reverted successfully",
        new_from_balance: plan.new_child_balance,
        new_to_balance: new_to,
    })
}
