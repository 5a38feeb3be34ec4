//! Checks the ledger's consistency: postings sum to zero in every unit, and balances are the sums of their postings.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::{Connection, Transaction};
use serde::Serialize;

use super::Error;
use crate::units::Micro;

/// The outcome of [`check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Every movement, and so every unit, sums to zero.
    pub sum_zero: bool,
    /// Every stored balance equals the sum of its postings.
    pub balances_match_postings: bool,
}

/// Checks the whole file.
///
/// # Errors
/// Errors from SQLite, including an overflow of the sums.
pub fn check(tx: &Transaction<'_>) -> Result<Check, Error> {
    let unbalanced: i64 = tx.query_row(
        "SELECT count(*) FROM (
            SELECT p.movement_id FROM posting p JOIN account a ON a.id = p.account_id
            GROUP BY p.movement_id, a.unit HAVING micro_sum(p.amount) <> '0')",
        [],
        |row| row.get(0),
    )?;
    let mismatched: i64 = tx.query_row(
        "SELECT count(*) FROM account a
         LEFT JOIN (SELECT account_id, micro_sum(amount) AS total FROM posting GROUP BY account_id) p
           ON p.account_id = a.id
         WHERE a.balance <> coalesce(p.total, '0')",
        [],
        |row| row.get(0),
    )?;
    Ok(Check {
        sum_zero: unbalanced == 0,
        balances_match_postings: mismatched == 0,
    })
}

/// Adds `micro_sum` to SQLite, whose own `sum` is limited to 64 bits.
pub(super) fn register(connection: &Connection) -> Result<(), Error> {
    connection.create_aggregate_function(
        "micro_sum",
        1,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC,
        MicroSum,
    )?;
    Ok(())
}

struct MicroSum;

impl Aggregate<Micro, String> for MicroSum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Micro> {
        Ok(Micro::ZERO)
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Micro) -> rusqlite::Result<()> {
        *sum = sum
            .plus(context.get(0)?)
            .ok_or_else(|| rusqlite::Error::UserFunctionError("micro_sum: overflow".into()))?;
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Micro>) -> rusqlite::Result<String> {
        Ok(sum.unwrap_or_default().micro().to_string())
    }
}
