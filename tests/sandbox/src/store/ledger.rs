//! Double entry: a movement, its postings, and the balances they change.

use rusqlite::{OptionalExtension, Transaction, params};

use super::Error;
use crate::units::Micro;

/// A movement to be written.
#[derive(Clone, Debug, Default)]
pub struct Movement {
    /// `credit_transfer`, `credit_revert`, `channel_allocation`, `allocation`, `archive_reclaim`, `set` or `opening`.
    pub kind: &'static str,
    /// The Idempotency-Key as received.
    pub key: Option<String>,
    /// The child, as text.
    pub child: Option<String>,
    /// Minutes moved, on the reseller's side.
    pub minutes: Option<i64>,
    /// The child's rate at that time.
    pub rate: Option<Micro>,
    /// Credit given to or taken from the child, as the log shows it.
    pub credit: Micro,
    /// Signed effect on the reseller or parent, as the log shows it.
    pub cost: Micro,
    /// Time in microseconds.
    pub at: i64,
}

/// One side of a movement: an account by name, and the signed change of its balance.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The account's name.
    pub account: String,
    /// The amount added to it.
    pub amount: Micro,
}

impl Entry {
    /// Creates an entry that adds `amount` to `account`.
    pub fn new(account: impl Into<String>, amount: Micro) -> Self {
        Self {
            account: account.into(),
            amount,
        }
    }
}

/// Opens an empty account in `unit`, unless it exists.
///
/// # Errors
/// Errors from SQLite.
pub fn open_account(tx: &Transaction<'_>, name: &str, unit: &str) -> Result<(), Error> {
    tx.prepare_cached("INSERT OR IGNORE INTO account (name, unit, balance) VALUES (?, ?, '0')")?
        .execute([name, unit])?;
    Ok(())
}

/// Returns the balance of an account.
///
/// # Errors
/// If there is no such account.
pub fn balance(tx: &Transaction<'_>, name: &str) -> Result<Micro, Error> {
    Ok(find(tx, name)?.balance)
}

/// Writes a movement with its postings, updates the balances, and returns the movement's id.
///
/// # Errors
/// If the postings of a unit do not sum to zero, an account is unknown, or a balance would overflow.
pub fn post(tx: &Transaction<'_>, movement: &Movement, entries: &[Entry]) -> Result<i64, Error> {
    tx.prepare_cached(
        "INSERT INTO movement (kind, idempotency_key, child, minutes, rate, credit, cost, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        movement.kind,
        movement.key,
        movement.child,
        movement.minutes,
        movement.rate,
        movement.credit,
        movement.cost,
        movement.at,
    ])?;
    let id = tx.last_insert_rowid();
    let mut sums: Vec<(String, Micro)> = Vec::new();
    for entry in entries {
        let account = find(tx, &entry.account)?;
        let after = account.balance.plus(entry.amount).ok_or(Error::Overflow)?;
        tx.prepare_cached("UPDATE account SET balance = ? WHERE id = ?")?
            .execute(params![after, account.id])?;
        tx.prepare_cached(
            "INSERT INTO posting (movement_id, account_id, amount) VALUES (?, ?, ?)",
        )?
        .execute(params![id, account.id, entry.amount])?;
        match sums.iter_mut().find(|(unit, _)| *unit == account.unit) {
            Some((_, sum)) => *sum = sum.plus(entry.amount).ok_or(Error::Overflow)?,
            None => sums.push((account.unit, entry.amount)),
        }
    }
    if sums.iter().any(|(_, sum)| *sum != Micro::ZERO) {
        return Err(Error::Broken("its postings do not sum to zero"));
    }
    Ok(id)
}

/// Sets the balance of an account to `target` with one movement against `counter`, or with none if it already matches.
///
/// # Errors
/// As for [`post`].
pub fn adjust(
    tx: &Transaction<'_>,
    mut movement: Movement,
    (account, counter): (&str, &str),
    target: Micro,
) -> Result<(), Error> {
    let delta = target.minus(balance(tx, account)?).ok_or(Error::Overflow)?;
    if delta == Micro::ZERO {
        return Ok(());
    }
    movement.credit = delta;
    let counter_delta = delta.negated().ok_or(Error::Overflow)?;
    post(
        tx,
        &movement,
        &[
            Entry::new(account, delta),
            Entry::new(counter, counter_delta),
        ],
    )?;
    Ok(())
}

struct Account {
    id: i64,
    unit: String,
    balance: Micro,
}

fn find(tx: &Transaction<'_>, name: &str) -> Result<Account, Error> {
    tx.prepare_cached("SELECT id, unit, balance FROM account WHERE name = ?")?
        .query_row([name], |row| {
            Ok(Account {
                id: row.get(0)?,
                unit: row.get(1)?,
                balance: row.get(2)?,
            })
        })
        .optional()?
        .ok_or(Error::Broken("no such account"))
}
