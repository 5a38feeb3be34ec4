//! The truth: what the ledger holds.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::Value;

use super::hands::COLLEAGUE;
use crate::Sandbox;

const KINDS: [&str; 3] = ["credit_transfer", "credit_revert", "allocation"];

/// The ledger's movements since the books were opened, by Idempotency-Key.
#[derive(Debug, Default)]
pub struct Books {
    last: i64,
    rows: HashMap<String, Vec<Value>>,
    /// In the order in which they were made.
    keys: Vec<String>,
}

impl Books {
    /// Begins behind all that is in the ledger now.
    pub async fn open(sandbox: &Sandbox) -> Result<Self> {
        let mut books = Self::default();
        books.read(sandbox).await?;
        books.rows.clear();
        books.keys.clear();
        Ok(books)
    }

    /// Reads what is new.
    pub async fn read(&mut self, sandbox: &Sandbox) -> Result<()> {
        for row in sandbox.movements_since(self.last).await? {
            self.last = row["id"].as_i64().unwrap_or(self.last);
            let is_colleagues = row["idempotency_key"]
                .as_str()
                .is_some_and(|key| key.starts_with(COLLEAGUE));
            if is_colleagues || !KINDS.iter().any(|kind| row["kind"] == *kind) {
                continue;
            }
            // A movement without a key stands under an empty one, which nobody was told about.
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

    /// What was made under a key.
    pub fn of(&self, key: &str) -> &[Value] {
        self.rows.get(key).map_or(&[], Vec::as_slice)
    }

    /// All keys under which something was made.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }
}
