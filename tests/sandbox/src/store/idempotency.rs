//! Idempotency keys: one row per key, written in the transaction of the movement that it guards.

use rusqlite::{OptionalExtension, Transaction, params};

use super::Error;

/// What is stored for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredReply {
    /// Not completed: run the request.
    Nothing,
    /// Completed with the same request: its response.
    Reply(String),
    /// Completed with a different request.
    Conflict,
}

/// Looks up `key` in its scope (L2). Only successes are stored, so nothing else is found (L3).
///
/// # Errors
/// Errors from SQLite.
pub fn find_reply(
    tx: &Transaction<'_>,
    scope: &str,
    key: &str,
    fingerprint: &str,
) -> Result<StoredReply, Error> {
    let row: Option<(String, String)> = tx
        .prepare_cached("SELECT fingerprint, reply FROM idempotency WHERE scope = ? AND key = ?")?
        .query_row([scope, key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match row {
        None => StoredReply::Nothing,
        Some((stored, reply)) if stored == fingerprint => StoredReply::Reply(reply),
        Some(_) => StoredReply::Conflict,
    })
}

/// Stores the response of a completed request. It never expires: a key is valid for one movement, forever (L6).
///
/// # Errors
/// If the key is already in use, which the transaction's lock rules out after [`find_reply`].
pub fn store_reply(
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
