//! The opening data: the contract's example (§5.2), any number of generated rows before it, and a parent organization
//! with its children.

mod layers;
mod names;
mod rows;
mod write;

use rusqlite::{Transaction, params};
use serde_json::json;

use crate::reseller::{EQUITY, PLAIN_ACCOUNT, RESELLER, child_wallet, margin, wallet};
use crate::store::{self, Entry, Error, Movement};
use crate::units::Micro;

/// The reseller's rate per minute.
const RESELLER_RATE: Micro = Micro::from_micro(90_000);
/// The reseller's balance before the welcome minutes.
const BEFORE_WELCOME: Micro = Micro::from_micro(66_113_000);
const UNITS: &str = "USD";
/// 2026-01-14T12:00:00Z in seconds: the start of the example. Generated rows end before that day.
const EXAMPLE_START: i64 = 1_768_392_000;
/// 2026-01-15T11:04:40Z in seconds: the contract's channel row.
const CHANNEL_ROW: i64 = 1_768_475_080;

/// A child's opening data.
struct Child {
    id: i64,
    name: String,
    rate: Micro,
    balance: Micro,
    channels: i64,
    timezone: &'static str,
    created_date: String,
    user: serde_json::Value,
}

/// Fills an empty ledger, with the same data every time, regardless of the date.
///
/// # Errors
/// Errors from SQLite.
pub fn open(tx: &Transaction<'_>, row_count: u32) -> Result<(), Error> {
    accounts(tx)?;
    let mut children = example_children();
    let history = rows::History::new(row_count);
    children.extend(history.children());
    for child in &children {
        insert(tx, child)?;
    }
    // The balances before the first row of the log.
    let mut balances_before = vec![(wallet(RESELLER), history.reseller_start(BEFORE_WELCOME))];
    for child in &children {
        let start = match child.id {
            4002 => Micro::ZERO,
            id => history.child_start(id).unwrap_or(child.balance),
        };
        balances_before.push((child_wallet(child.id), start));
    }
    balances_before.push((wallet(PLAIN_ACCOUNT), Micro::from_units(25)));
    for (account, amount) in balances_before {
        let opening = Movement {
            kind: "opening",
            at: history.start_second() * 1_000_000,
            ..Movement::default()
        };
        store::adjust(tx, opening, (&account, EQUITY), amount)?;
    }
    history.write(tx)?;
    write_example(tx)?;
    layers::open(tx)
}

/// Empties every table and fills the ledger again.
///
/// # Errors
/// Errors from SQLite.
pub fn reset(tx: &Transaction<'_>, row_count: u32) -> Result<(), Error> {
    tx.execute_batch(
        "DELETE FROM idempotency; DELETE FROM wallet_event; DELETE FROM credit_log;
         DELETE FROM posting; DELETE FROM movement; DELETE FROM account; DELETE FROM child;
         DELETE FROM reseller; DELETE FROM organization; DELETE FROM sqlite_sequence;",
    )?;
    open(tx, row_count)
}

fn accounts(tx: &Transaction<'_>) -> Result<(), Error> {
    for name in [
        EQUITY.to_owned(),
        wallet(RESELLER),
        margin(RESELLER),
        wallet(PLAIN_ACCOUNT),
    ] {
        store::open_account(tx, &name, UNITS)?;
    }
    let insert = "INSERT INTO reseller (id, name, rate, pool, is_reseller) VALUES (?, ?, ?, ?, ?)";
    let plain_rate = Micro::from_micro(120_000);
    tx.execute(
        insert,
        params![RESELLER, "Demo Reseller", RESELLER_RATE, 10, 1],
    )?;
    tx.execute(
        insert,
        params![PLAIN_ACCOUNT, "Plain Account", plain_rate, 2, 0],
    )?;
    Ok(())
}

fn example_children() -> Vec<Child> {
    let user = |id: i64, name: &str, email: &str, phone: serde_json::Value| {
        json!({
            "id": id, "name": name, "email": email, "phone": phone,
            "login_date": "2026-04-23T11:00:06.685330", "is_active": true, "expiry_date": null,
            "access_level": false, "dashboard_menu_access": {"is_billing_menu_access": true},
        })
    };
    let child = |id: i64, name: &str, rate: i128, balance: i128, channels: i64, user| Child {
        id,
        name: name.to_owned(),
        rate: Micro::from_micro(rate),
        balance: Micro::from_micro(balance),
        channels,
        timezone: "US/Pacific",
        created_date: "2026-05-11T11:04:09.426809".to_owned(),
        user,
    };
    let acme = user(1109, "Acme User", "acme@example.com", json!("+15550100001"));
    // The vendor writes an empty phone as `false` (contract §1.5).
    let beta = user(1110, "Demo User", "demo@example.com", json!(false));
    vec![
        child(4001, "Acme Inc", 90_000, 24_442_600_000, 1, acme),
        child(4002, "Beta Co", 200_000, 10_000_000, 5, beta),
    ]
}

fn insert(tx: &Transaction<'_>, child: &Child) -> Result<(), Error> {
    // An opening balance counts as charged at the reseller's rate (O7).
    let charged = child.balance.charge_at(RESELLER_RATE, child.rate);
    tx.prepare_cached(
        "INSERT INTO child (id, reseller_id, name, rate, charged, channels, timezone, created_date, users)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        child.id,
        RESELLER,
        child.name,
        child.rate,
        charged.ok_or(Error::Overflow)?,
        child.channels,
        child.timezone,
        child.created_date,
        json!([child.user]).to_string(),
    ])?;
    store::open_account(tx, &child_wallet(child.id), UNITS)
}

/// Writes three rows: the 50 welcome minutes of 4002, and each child's channels. The next row is the contract's row 4.
fn write_example(tx: &Transaction<'_>) -> Result<(), Error> {
    let micro = Micro::from_micro;
    let (cost, credit) = (micro(-4_500_000), micro(10_000_000));
    let welcome = Movement {
        kind: "credit_transfer",
        child: Some("4002".to_owned()),
        minutes: Some(50),
        rate: Some(micro(200_000)),
        credit,
        cost,
        at: EXAMPLE_START * 1_000_000,
        ..Movement::default()
    };
    let entries = [
        Entry::new(wallet(RESELLER), cost),
        Entry::new(child_wallet(4002), credit),
        Entry::new(margin(RESELLER), micro(-5_500_000)),
    ];
    let id = store::post(tx, &welcome, &entries)?;
    let after = micro(61_613_000);
    log(
        tx,
        (id, EXAMPLE_START, 4002),
        [BEFORE_WELCOME, after, Micro::ZERO, credit],
        (0, 0),
    )?;
    for (second, child, channels) in [
        (EXAMPLE_START + 300, 4001, (0, 1)),
        (CHANNEL_ROW, 4002, (4, 5)),
    ] {
        let movement = Movement {
            kind: "channel_allocation",
            child: Some(child.to_string()),
            at: second * 1_000_000,
            ..Movement::default()
        };
        let id = store::post(tx, &movement, &[])?;
        log(tx, (id, second, child), [Micro::ZERO; 4], channels)?;
    }
    Ok(())
}

/// Writes a row of the log; `balances` are from before, from after, to before, to after.
fn log(
    tx: &Transaction<'_>,
    (movement, second, child): (i64, i64, i64),
    balances: [Micro; 4],
    (previous, new): (i64, i64),
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO credit_log (movement_id, reseller_id, child_id, from_before, from_after,
            to_before, to_after, previous_channels, new_channels, second)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        movement,
        RESELLER,
        child,
        balances[0],
        balances[1],
        balances[2],
        balances[3],
        previous,
        new,
        second,
    ])?;
    Ok(())
}
