//! `POST /__sandbox/set`: changes balances, rates and names, for tests. Balances are posted against equity.

use axum::body::Bytes;
use axum::extract::State;
use rusqlite::{OptionalExtension, ToSql, Transaction, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AdminResult, Problem, bad, ok, parse};
use crate::clock::Clock;
use crate::layers;
use crate::reseller::{self, RESELLER, child_wallet, wallet};
use crate::state::App;
use crate::store::{self, Movement};
use crate::units::Micro;

/// The requested changes; omitted fields stay unchanged. Amounts are JSON numbers or strings, parsed digit by digit.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    reseller: Option<Reseller>,
    child: Option<Child>,
    organization: Option<Organization>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reseller {
    balance: Option<Value>,
    rate: Option<Value>,
    name: Option<String>,
    pool: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Child {
    id: i64,
    balance: Option<Value>,
    rate: Option<Value>,
    name: Option<String>,
    channels: Option<i64>,
}

/// Without an id, the parent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organization {
    id: Option<String>,
    prepaid: Option<Value>,
    included: Option<i64>,
    reserved: Option<i64>,
    name: Option<String>,
    status: Option<String>,
}

/// Applies all changes, or none.
pub async fn set(State(app): State<App>, body: Bytes) -> AdminResult {
    let changes: Changes = parse(&body)?;
    let settings = app.settings();
    let clock = settings.clock();
    let work = app
        .store
        .write(settings.lock_wait(), move |tx| apply(tx, clock, changes));
    work.await?;
    Ok(ok(&json!({"ok": true})))
}

fn apply(tx: &Transaction<'_>, clock: Clock, changes: Changes) -> Result<(), Problem> {
    if let Some(reseller) = changes.reseller {
        set_reseller(tx, clock, &reseller)?;
    }
    if let Some(child) = changes.child {
        set_child(tx, clock, &child)?;
    }
    match changes.organization {
        Some(organization) => set_organization(tx, clock, &organization),
        None => Ok(()),
    }
}

fn set_reseller(tx: &Transaction<'_>, clock: Clock, changes: &Reseller) -> Result<(), Problem> {
    let change = |column: &str, value: &dyn ToSql| {
        let sql = format!("UPDATE reseller SET {column} = ? WHERE id = ?");
        tx.execute(&sql, params![value, RESELLER])
    };
    if let Some(rate) = amount(changes.rate.as_ref())? {
        change("rate", &not_negative(rate)?)?;
    }
    if let Some(name) = &changes.name {
        change("name", name)?;
    }
    if let Some(pool) = changes.pool {
        change("pool", &pool)?;
    }
    if let Some(balance) = amount(changes.balance.as_ref())? {
        let accounts = (wallet(RESELLER), reseller::EQUITY);
        store::adjust(
            tx,
            movement(clock, None),
            (&accounts.0, accounts.1),
            balance,
        )?;
    }
    Ok(())
}

fn set_child(tx: &Transaction<'_>, clock: Clock, changes: &Child) -> Result<(), Problem> {
    let existing: Option<i64> = tx
        .query_row("SELECT id FROM child WHERE id = ?", [changes.id], |row| {
            row.get(0)
        })
        .optional()?;
    if existing.is_none() {
        return Err(bad(format!("no child {}", changes.id)));
    }
    let change = |column: &str, value: &dyn ToSql| {
        let sql = format!("UPDATE child SET {column} = ? WHERE id = ?");
        tx.execute(&sql, params![value, changes.id])
    };
    if let Some(rate) = amount(changes.rate.as_ref())? {
        change("rate", &not_negative(rate)?)?;
    }
    if let Some(name) = &changes.name {
        change("name", name)?;
    }
    if let Some(channels) = changes.channels {
        change("channels", &channels)?;
    }
    if let Some(balance) = amount(changes.balance.as_ref())? {
        let account = child_wallet(changes.id);
        let movement = movement(clock, Some(changes.id.to_string()));
        store::adjust(tx, movement, (&account, reseller::EQUITY), balance)?;
        // A balance that is set counts as charged at the reseller's rate, like an opening balance (O7).
        let rates = "SELECT c.rate, r.rate FROM child c JOIN reseller r ON r.id = c.reseller_id WHERE c.id = ?";
        let (rate, wholesale): (Micro, Micro) =
            tx.query_row(rates, [changes.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let charged = balance.charge_at(wholesale, rate);
        change("charged", &charged.ok_or(store::Error::Overflow)?)?;
    }
    Ok(())
}

fn set_organization(
    tx: &Transaction<'_>,
    clock: Clock,
    changes: &Organization,
) -> Result<(), Problem> {
    let id = changes.id.as_deref().unwrap_or(layers::PARENT);
    let id = layers::org_id(id).map_err(|_| bad("id must be org_<uuid>"))?;
    let existing: Option<String> = tx
        .query_row("SELECT id FROM organization WHERE id = ?", [&id], |row| {
            row.get(0)
        })
        .optional()?;
    if existing.is_none() {
        return Err(bad(format!("no organization {id}")));
    }
    let change = |column: &str, value: &dyn ToSql| {
        let sql = format!("UPDATE organization SET {column} = ? WHERE id = ?");
        tx.execute(&sql, params![value, id])
    };
    if let Some(name) = &changes.name {
        change("name", name)?;
    }
    if let Some(status) = &changes.status {
        if !["active", "suspended"].contains(&status.as_str()) {
            return Err(bad(
                "status must be active or suspended; archive with DELETE",
            ));
        }
        change("status", status)?;
    }
    for (column, value) in [
        ("included", changes.included),
        ("reserved", changes.reserved),
    ] {
        match value {
            Some(value) if value < 0 => return Err(bad(format!("{column} must be 0 or more"))),
            Some(value) => drop(change(column, &value)?),
            None => {}
        }
    }
    if let Some(prepaid) = amount(changes.prepaid.as_ref())? {
        if prepaid.to_units().is_none() {
            return Err(bad("prepaid must be a whole number of credits"));
        }
        let account = layers::prepaid(&id);
        store::adjust(
            tx,
            movement(clock, Some(id)),
            (&account, layers::EQUITY),
            prepaid,
        )?;
    }
    Ok(())
}

fn movement(clock: Clock, child: Option<String>) -> Movement {
    Movement {
        kind: "set",
        child,
        at: clock.now(),
        ..Movement::default()
    }
}

fn amount(value: Option<&Value>) -> Result<Option<Micro>, Problem> {
    let text = match value {
        None => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(bad("amounts are numbers, or decimal strings")),
    };
    match text.parse() {
        Ok(amount) => Ok(Some(amount)),
        Err(error) => Err(bad(format!("{text:?} {error}"))),
    }
}

fn not_negative(rate: Micro) -> Result<Micro, Problem> {
    if rate < Micro::ZERO {
        return Err(bad("a rate must be 0 or more"));
    }
    Ok(rate)
}
