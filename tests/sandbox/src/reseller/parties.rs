//! The two sides of a movement as they stand inside its transaction.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Caller, Failure, child_wallet, wallet};
use crate::clock;
use crate::store;
use crate::units::Micro;

/// The caller's account.
#[derive(Clone, Debug)]
pub struct Reseller {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it pays per minute.
    pub rate: Micro,
    /// Its concurrency slots, its own and its children's together.
    pub pool: i64,
    /// Its balance.
    pub balance: Micro,
}

/// A direct child.
#[derive(Clone, Debug)]
pub struct Child {
    /// Its id.
    pub id: i64,
    /// What it pays per minute now (O6).
    pub rate: Micro,
    /// Charged to the reseller for its credit and not refunded yet (O7).
    pub charged: Micro,
    /// Its concurrency slots.
    pub channels: i64,
    /// Its balance.
    pub balance: Micro,
}

/// The caller's account.
pub fn reseller(tx: &Transaction<'_>, caller: Caller) -> Result<Reseller, Failure> {
    let id = caller.account;
    let (name, rate, pool) = tx
        .prepare_cached("SELECT name, rate, pool FROM reseller WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let balance = store::balance(tx, &wallet(id))?;
    Ok(Reseller {
        id,
        name,
        rate,
        pool,
        balance,
    })
}

/// A child of the caller; unknown and somebody else's look alike (O3).
pub fn child(tx: &Transaction<'_>, caller: Caller, id: i64) -> Result<Child, Failure> {
    let row = tx
        .prepare_cached(
            "SELECT rate, charged, channels FROM child WHERE id = ? AND reseller_id = ?",
        )?
        .query_row([id, caller.account], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (rate, charged, channels) = row.ok_or_else(Failure::no_such_organization)?;
    let balance = store::balance(tx, &child_wallet(id))?;
    Ok(Child {
        id,
        rate,
        charged,
        channels,
        balance,
    })
}

/// What a log row holds beside its movement (contract §1.4).
#[derive(Clone, Copy, Debug, Default)]
pub struct LogRow {
    /// Balances of the payer.
    pub from: (Micro, Micro),
    /// Balances of the receiver.
    pub to: (Micro, Micro),
    /// Channels before and after.
    pub channels: (i64, i64),
}

/// Writes the log row of a movement (failed operations have none, O16).
pub fn log(
    tx: &Transaction<'_>,
    caller: Caller,
    (movement, at): (i64, i64),
    child: i64,
    row: &LogRow,
) -> Result<(), store::Error> {
    tx.prepare_cached(
        "INSERT INTO credit_log (movement_id, reseller_id, child_id, from_before, from_after,
            to_before, to_after, previous_channels, new_channels, second, performed_by, written_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        movement,
        caller.account,
        child,
        row.from.0,
        row.from.1,
        row.to.0,
        row.to.1,
        row.channels.0,
        row.channels.1,
        clock::seconds(at),
        caller.user.id,
        clock::system_now(),
    ])?;
    Ok(())
}
