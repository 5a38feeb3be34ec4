//! Writes a history: movements, postings and log rows, oldest first.

use rusqlite::{Transaction, params};

use super::rows::{ANCHOR, DAYS, History, Kind, Row};
use super::{BEFORE_WELCOME, log};
use crate::reseller::{RESELLER, child_wallet, margin, wallet};
use crate::store::Error;
use crate::units::Micro;

impl History {
    /// Writes the rows and the balances they lead to.
    pub fn write(&self, tx: &Transaction<'_>) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let account = |name: String| -> Result<i64, Error> {
            let sql = "SELECT id FROM account WHERE name = ?";
            Ok(tx
                .prepare_cached(sql)?
                .query_row([name], |row| row.get(0))?)
        };
        let (reseller, margin_account) = (account(wallet(RESELLER))?, account(margin(RESELLER))?);
        let parties = self.parties.iter();
        let parties: Vec<i64> = parties
            .map(|party| account(child_wallet(party.id)))
            .collect::<Result<_, _>>()?;
        let span = DAYS * 86_400;
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let mut margin_total = 0;
        for (index, row) in (0_i64..).zip(&self.rows) {
            let second = ANCHOR - span + span * index / count;
            let movement = self.movement(tx, row, second)?;
            let (cost, credit) = (row.reseller.1 - row.reseller.0, row.child.1 - row.child.0);
            if row.kind != Kind::Channels {
                let balancing = -(cost + credit);
                margin_total += balancing;
                for (account, amount) in [
                    (reseller, cost),
                    (parties[row.party], credit),
                    (margin_account, balancing),
                ] {
                    tx.prepare_cached(
                        "INSERT INTO posting (movement_id, account_id, amount) VALUES (?, ?, ?)",
                    )?
                    .execute(params![
                        movement,
                        account,
                        Micro::from_micro(amount)
                    ])?;
                }
            }
            let (payer, receiver) = match row.kind {
                Kind::Revert => (row.child, row.reseller),
                _ => (row.reseller, row.child),
            };
            let balances = [payer.0, payer.1, receiver.0, receiver.1].map(Micro::from_micro);
            let child = self.parties[row.party].id;
            log(tx, (movement, second, child), balances, row.channels)?;
        }
        let mut final_balances = vec![
            (reseller, BEFORE_WELCOME.micro()),
            (margin_account, margin_total),
        ];
        final_balances.extend(
            parties
                .iter()
                .zip(&self.parties)
                .map(|(id, party)| (*id, party.end)),
        );
        for (account, balance) in final_balances {
            tx.prepare_cached("UPDATE account SET balance = ? WHERE id = ?")?
                .execute(params![Micro::from_micro(balance), account])?;
        }
        Ok(())
    }

    fn movement(&self, tx: &Transaction<'_>, row: &Row, second: i64) -> Result<i64, Error> {
        let has_minutes = row.kind != Kind::Channels;
        tx.prepare_cached(
            "INSERT INTO movement (kind, child, minutes, rate, credit, cost, at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            match row.kind {
                Kind::Transfer => "credit_transfer",
                Kind::Revert => "credit_revert",
                Kind::Channels => "channel_allocation",
            },
            self.parties[row.party].id.to_string(),
            has_minutes.then_some(row.minutes),
            has_minutes.then_some(Micro::from_micro(row.rate)),
            Micro::from_micro((row.child.1 - row.child.0).abs()),
            Micro::from_micro(row.reseller.1 - row.reseller.0),
            second * 1_000_000,
        ])?;
        Ok(tx.last_insert_rowid())
    }
}
