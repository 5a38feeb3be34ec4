//! `POST /reseller/credits/calculate`: a preview (contract §1.1, O9, O10).

use axum::body::Body;
use axum::http::Response;
use serde::Serialize;

use super::fields::Fields;
use super::{Caller, Failure, ok, parties, plan};
use crate::gate::Call;
use crate::settings::Rounding;
use crate::state::App;
use crate::units::Micro;

const CURRENCY_SYMBOL: &str = "$";

#[derive(Serialize)]
struct TransferPreview {
    success: bool,
    my_cost: Micro,
    user_credit: Micro,
    profit: Micro,
    margin: Micro,
    reseller_rate: Micro,
    reseller_balance: Micro,
    reseller_available_minutes: i128,
    new_reseller_balance: Micro,
    currency_symbol: &'static str,
}

#[derive(Serialize)]
struct RevertPreview {
    success: bool,
    refund_amount: Micro,
    deduction_amount: Micro,
    reseller_rate: Micro,
    child_balance: Micro,
    child_available_minutes: i128,
    new_child_balance: Micro,
    currency_symbol: &'static str,
}

/// Handles both kinds of preview.
pub async fn calculate(app: App, call: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let mut fields = Fields::of(
        &call.body,
        "minutes and cost_per_min, or is_revert and child_organization_id",
    )?;
    let minutes = fields.minutes("minutes");
    let rounding = app.settings().rounding;
    if fields.flag("is_revert") {
        let child = fields.integer("child_organization_id");
        fields.done()?;
        let (Some(minutes), Some(child)) = (minutes, child) else {
            return Err(Failure::invalid("Missing fields"));
        };
        let body = app
            .store
            .read(move |tx| revert(tx, caller, (minutes, child), rounding))
            .await?;
        return Ok(ok(&body));
    }
    let rate = fields.rate("cost_per_min");
    fields.done()?;
    let (Some(minutes), Some(rate)) = (minutes, rate) else {
        return Err(Failure::invalid("Missing fields"));
    };
    let body = app
        .store
        .read(move |tx| transfer(tx, caller, (minutes, rate), rounding))
        .await?;
    Ok(ok(&body))
}

fn transfer(
    tx: &rusqlite::Transaction<'_>,
    caller: Caller,
    (minutes, rate): (i64, Micro),
    rounding: Rounding,
) -> Result<TransferPreview, Failure> {
    let reseller = parties::reseller(tx, caller)?;
    let plan = plan::transfer(&reseller, minutes, rate, rounding)?;
    Ok(TransferPreview {
        success: true,
        my_cost: plan.my_cost,
        user_credit: plan.user_credit,
        profit: plan.profit,
        margin: plan.margin,
        reseller_rate: reseller.rate,
        reseller_balance: reseller.balance,
        reseller_available_minutes: reseller.balance.minutes_at(reseller.rate),
        new_reseller_balance: plan.new_balance,
        currency_symbol: CURRENCY_SYMBOL,
    })
}

fn revert(
    tx: &rusqlite::Transaction<'_>,
    caller: Caller,
    (minutes, child): (i64, i64),
    rounding: Rounding,
) -> Result<RevertPreview, Failure> {
    let reseller = parties::reseller(tx, caller)?;
    let child = parties::child(tx, caller, child)?;
    let plan = plan::revert(&reseller, &child, minutes, rounding)?;
    Ok(RevertPreview {
        success: true,
        refund_amount: plan.refund,
        deduction_amount: plan.deduction,
        reseller_rate: reseller.rate,
        child_balance: child.balance,
        child_available_minutes: child.balance.minutes_at(child.rate),
        new_child_balance: plan.new_child_balance,
        currency_symbol: CURRENCY_SYMBOL,
    })
}
