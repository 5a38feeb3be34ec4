//! The two sides of a movement, as read within its transaction.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Caller, Failure, child_wallet, wallet};
use crate::clock;
use crate::store;
use crate::units::Micro;

/// The caller's account.
#[derive(Clone, Debug)]
pub struct Reseller {
    /// The id.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The rate it pays per minute.
    pub rate: Micro,
    /// Its concurrency slots, including its children's.
    pub pool: i64,
    /// The balance.
    pub balance: Micro,
}

/// A direct child.
#[derive(Clone, Debug)]
pub struct Child {
    /// The id.
    pub id: i64,
    /// The rate it currently pays per minute (O6).
    pub rate: Micro,
    /// The amount charged to the reseller for the child's credit and not refunded yet (O7).
    pub charged: Micro,
    /// The concurrency slots.
    pub channels: i64,
    /// The balance.
    pub balance: Micro,
}

/// Reads the caller's account.
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

/// Reads a child of the caller. Unknown children and those of others give the same failure (O3).
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

/// The values of a log row besides its movement (contract §1.4).
#[derive(Clone, Copy, Debug, Default)]
pub struct LogRow {
    /// The payer's balance before and after.
    pub from: (Micro, Micro),
    /// The receiver's balance before and after.
    pub to: (Micro, Micro),
    /// Channels before and after.
    pub channels: (i64, i64),
}

/// Writes the log row of a movement. Failed operations have none (O16).
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
