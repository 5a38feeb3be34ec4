//! Idempotency keys: one row a key, written in the transaction of the movement it guards.

use rusqlite::{OptionalExtension, Transaction, params};

use super::Error;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Never completed: run it.
    Nothing,
    /// Completed with the same request: its answer, again.
    Reply(String),
    /// Completed with another request.
    Conflict,
}

/// Looks `key` up in its scope (L2, L3: only completed successes are kept, so nothing else is found).
///
/// # Errors
/// Whatever SQLite reports.
pub fn kept(
    tx: &Transaction<'_>,
    scope: &str,
    key: &str,
    fingerprint: &str,
) -> Result<Kept, Error> {
    let row: Option<(String, String)> = tx
        .prepare_cached("SELECT fingerprint, reply FROM idempotency WHERE scope = ? AND key = ?")?
        .query_row([scope, key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match row {
        None => Kept::Nothing,
        Some((stored, reply)) if stored == fingerprint => Kept::Reply(reply),
        Some(_) => Kept::Conflict,
    })
}

/// Keeps the answer of a completed request. It never expires: a key is good for one movement, ever (L6).
///
/// # Errors
/// When the key is in use already, which the transaction's lock makes impossible after [`kept`].
pub fn keep(
    tx: &Transaction<'_>,
    (scope, key): (&str, &str),
    fingerprint: &str,
    reply: &str,
    at: i64,
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO idempotency (scope, key, fingerprint, reply, at) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![scope, key, fingerprint, reply, at])?;
    Ok(())
}
