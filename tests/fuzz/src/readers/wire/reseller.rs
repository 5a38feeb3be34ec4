//! The reseller API.

use credit_desk::session::Api;
use credit_desk::wire::{balance, calculate, children, logs, revert, transfer};

use super::{body, good::good};
use crate::run::Reader;

/// Returns one reader per body.
pub fn all() -> Vec<Box<dyn Reader>> {
    let reseller = Api::Reseller;
    let balance = serde_json::json!({
        "success": true, "balance": {"amount": 66.113, "currency": "USD"},
        "estimated_minutes_remaining": 734, "rates_per_minute_usd": 0.09,
    });
    vec![
        good(
            "wire: calculate",
            reseller,
            body(example!("calculate-forward")),
            fields!(calculate::TransferPreview:
            my_cost, user_credit, profit, margin, reseller_rate, reseller_balance, reseller_available_minutes, new_reseller_balance),
        ),
        good(
            "wire: calculate back",
            reseller,
            body(example!("calculate-revert")),
            fields!(calculate::RevertPreview:
            refund_amount, deduction_amount, reseller_rate, child_balance, child_available_minutes, new_child_balance),
        ),
        good(
            "wire: transfer",
            reseller,
            body(example!("transfer")),
            fields!(transfer::Response: new_from_balance, new_to_balance),
        ),
        good(
            "wire: revert",
            reseller,
            body(example!("revert")),
            fields!(revert::Response: new_from_balance, new_to_balance),
        ),
        good(
            "wire: balance",
            reseller,
            balance,
            |read: &balance::Response| {
                vec![
                    (
                        "/balance/amount".to_owned(),
                        Some(read.balance.amount.to_string()),
                    ),
                    (
                        "/rates_per_minute_usd".to_owned(),
                        read.rates_per_minute_usd.map(|rate| rate.to_string()),
                    ),
                ]
            },
        ),
        good(
            "wire: children",
            reseller,
            body(example!("organizations")),
            |read: &children::Response| {
                let each = read
                    .organizations
                    .iter()
                    .enumerate()
                    .flat_map(|(at, child)| {
                        [
                            (
                                format!("/organizations/{at}/cost_per_min"),
                                child.cost_per_min.map(|rate| rate.to_string()),
                            ),
                            (
                                format!("/organizations/{at}/org_balance"),
                                child.org_balance.map(|amount| amount.to_string()),
                            ),
                        ]
                    });
                each.collect()
            },
        ),
        good(
            "wire: log",
            reseller,
            body(example!("logs")),
            |read: &logs::Response| {
                let each = read.data.logs.iter().enumerate().flat_map(|(at, row)| {
                    [
                        ("credit_amount", row.credit_amount),
                        ("cost_amount", row.cost_amount),
                        ("from_balance_before", row.from_balance_before),
                        ("from_balance_after", row.from_balance_after),
                        ("to_balance_before", row.to_balance_before),
                        ("to_balance_after", row.to_balance_after),
                    ]
                    .map(|(name, amount)| {
                        (
                            format!("/data/logs/{at}/{name}"),
                            amount.map(|amount| amount.to_string()),
                        )
                    })
                });
                each.collect()
            },
        ),
    ]
}
