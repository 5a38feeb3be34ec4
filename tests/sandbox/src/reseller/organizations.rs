//! `GET /reseller/organizations`: the children (contract §1.5).

use axum::body::Body;
use axum::http::Response;
use rusqlite::Transaction;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Caller, Failure, ok, parties};
use crate::gate::Call;
use crate::state::App;
use crate::units::Micro;

#[derive(Serialize)]
struct Organization {
    id: i64,
    name: String,
    cost_per_min: Micro,
    org_balance: Micro,
    reseller_org_balance_currency_symbol: &'static str,
    concurrent_call_limit: i64,
    org_user_currency_symbol: &'static str,
    timezone: String,
    created_date: String,
    total_users: usize,
    users: Vec<Value>,
}

/// Returns all children at once: the vendor doesn't paginate this list.
pub async fn list(app: App, _: Call, caller: Caller) -> Result<Response<Body>, Failure> {
    let read = app.store.read(move |tx| {
        let reseller = parties::reseller(tx, caller)?;
        Ok::<_, Failure>((reseller, children(tx, caller)?))
    });
    let (reseller, organizations) = read.await?;
    let users: usize = organizations.iter().map(|child| child.total_users).sum();
    Ok(ok(&json!({
        "success": true,
        "reseller_organization": {
            "id": reseller.id, "name": reseller.name, "concurrent_call_limit": reseller.pool,
        },
        "total_organizations": organizations.len(),
        "organizations": organizations,
        "total_users_across_orgs": users,
        "reseller_access_control": {"dashboard_menu_access": {}},
    })))
}

fn children(tx: &Transaction<'_>, caller: Caller) -> Result<Vec<Organization>, Failure> {
    let mut statement = tx.prepare_cached(
        "SELECT c.id, c.name, c.rate, a.balance, c.channels, c.timezone, c.created_date, c.users
         FROM child c JOIN account a ON a.name = 'child:' || c.id
         WHERE c.reseller_id = ? ORDER BY c.id",
    )?;
    let rows = statement.query_map([caller.account], |row| {
        let users: String = row.get(7)?;
        let users: Vec<Value> = serde_json::from_str(&users).unwrap_or_default();
        Ok(Organization {
            id: row.get(0)?,
            name: row.get(1)?,
            cost_per_min: row.get(2)?,
            org_balance: row.get(3)?,
            reseller_org_balance_currency_symbol: "$",
            concurrent_call_limit: row.get(4)?,
            org_user_currency_symbol: "$",
            timezone: row.get(5)?,
            created_date: row.get(6)?,
            total_users: users.len(),
            users,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
