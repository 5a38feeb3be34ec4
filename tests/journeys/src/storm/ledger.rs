//! The ledger's content.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::Value;

use super::{colleague::COLLEAGUE, movement_kind::MovementKind};
use crate::Sandbox;

/// Returns the id of a row's entry in the reseller's log.
pub fn entry(row: &Value) -> Option<String> {
    Some(row["log_id"].as_i64()?.to_string())
}

/// The ledger's movements since it was opened, by Idempotency-Key.
#[derive(Debug, Default)]
pub struct Ledger {
    last: i64,
    rows: HashMap<String, Vec<Value>>,
    /// In the order they were first used.
    keys: Vec<String>,
}

impl Ledger {
    /// Starts after everything that the ledger contains now.
    pub async fn open(sandbox: &Sandbox) -> Result<Self> {
        let mut ledger = Self::default();
        ledger.read(sandbox).await?;
        ledger.rows.clear();
        ledger.keys.clear();
        Ok(ledger)
    }

    /// Reads new rows.
    pub async fn read(&mut self, sandbox: &Sandbox) -> Result<()> {
        const KINDS: [MovementKind; 3] = [
            MovementKind::Transfer,
            MovementKind::Revert,
            MovementKind::Allocate,
        ];
        for row in sandbox.movements_since(self.last).await? {
            self.last = row["id"].as_i64().unwrap_or(self.last);
            if !KINDS.iter().any(|kind| row["kind"] == kind.ledger_kind()) {
                continue;
            }
            // Movements without a key are listed under an empty one, which no submission has.
            let key = row["idempotency_key"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let rows = self.rows.entry(key.clone()).or_default();
            if rows.is_empty() {
                self.keys.push(key);
            }
            rows.push(row);
        }
        Ok(())
    }

    /// Returns the movements with this key.
    pub fn of(&self, key: &str) -> &[Value] {
        self.rows.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns all keys of movements that colleagues didn't make.
    pub fn own_keys(&self) -> impl Iterator<Item = &String> {
        let is_own = |key: &&String| !key.starts_with(COLLEAGUE);
        self.keys.iter().filter(is_own)
    }
}
