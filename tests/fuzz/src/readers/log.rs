//! Log entries after decoding: stored, linked, summed, and exported.

use credit_desk::log::columns::Column;
use credit_desk::log::continuity::continuity;
use credit_desk::log::dialect::Dialect;
use credit_desk::log::entry::{LogEntry, SharedNames};
use credit_desk::log::export::{csv, json, json_row};
use credit_desk::log::group::{Grouping, groups, total};
use credit_desk::log::sort::{Sort, order};
use credit_desk::wire::logs::{Response, Row};
use fastrand::Rng;
use serde_json::Value;

use super::{outcome_of, same};
use crate::{
    hostile, mutate,
    run::{Outcome, Reader},
};

/// The rows of a page.
struct Rows {
    body: Value,
}

/// Returns the reader.
pub fn all() -> Vec<Box<dyn Reader>> {
    let example = include_str!("../../../contract/logs.json");
    let mut example: Value = serde_json::from_str(example).unwrap_or_default();
    vec![Box::new(Rows {
        body: example["response"]["body"].take(),
    })]
}

impl Reader for Rows {
    fn name(&self) -> &'static str {
        "log: rows"
    }

    /// Mutates only single values: the wire readers cover rows that cannot be decoded at all.
    fn draw(&self, rng: &mut Rng) -> String {
        let mut body = self.body.clone();
        if let Some(rows) = body.pointer_mut("/data/logs").and_then(Value::as_array_mut) {
            for _ in 0..rng.u8(..6) {
                let row = rows[rng.usize(..rows.len())].clone();
                rows.push(row);
            }
            for row in rows {
                let Some(row) = row.as_object_mut() else {
                    continue;
                };
                for (_, value) in row.iter_mut().filter(|(name, _)| *name != "id") {
                    if rng.u8(..6) == 0 {
                        *value = match (rng.u8(..8), &value) {
                            (0, _) => Value::Null,
                            (1..5, Value::Number(_)) => rng.i32(..).into(),
                            (_, Value::Number(_)) => hostile::number(rng)
                                .parse()
                                .map_or(Value::Null, Value::Number),
                            (_, Value::Object(_)) => {
                                serde_json::json!({"id": rng.i64(..), "name": hostile::text(rng)})
                            }
                            _ => Value::String(hostile::text(rng)),
                        };
                    }
                }
            }
        }
        match rng.u8(..10) {
            0 => mutate::json(rng, &body),
            _ => body.to_string(),
        }
    }

    fn large(&self, bytes: usize) -> String {
        let mut body = self.body.clone();
        if let Some(rows) = body.pointer_mut("/data/logs").and_then(Value::as_array_mut)
            && let Some(row) = rows.first().cloned()
        {
            let each = row.to_string().len().max(1);
            rows.extend(vec![row.clone(); bytes / 2 / each]);
            // One very long text.
            if let Some(last) = rows.last_mut() {
                last["notes"] = Value::String("minute 1 ".repeat(bytes / 36));
                last["to_organization"]["name"] = Value::String("\u{202e}=".repeat(bytes / 16));
            }
        }
        body.to_string()
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(Response { data: page }) = serde_json::from_str(text) else {
            return Outcome::Rejected;
        };
        outcome_of(check(&page.logs))
    }
}

fn check(rows: &[Row]) -> Result<(), String> {
    let mut names = SharedNames::default();
    let entries: Vec<_> = rows
        .iter()
        .map(|row| LogEntry::of(row, &mut names))
        .collect();
    let all: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
    same("links", &entries.len(), &continuity(&entries).len())?;
    let sum = total(&entries, &all);
    let parts: usize = [Grouping::Child, Grouping::Month, Grouping::Kind]
        .into_iter()
        .map(|by| groups(&entries, &all, by).len())
        .sum();
    if parts == 0 && !entries.is_empty() {
        return Err(format!("rows but no groups: {sum:?}"));
    }
    for column in Column::ALL {
        let descending = entries.len() % 2 == 0;
        let sorted = order(&entries, all.clone(), Some(Sort { column, descending }));
        same("sorted rows", &sorted.len(), &all.len())?;
    }
    let table = csv(&Column::ALL, entries.iter(), Dialect::PLAIN);
    same("records of the CSV", &records(&table), &(entries.len() + 1))?;
    let written: Vec<Value> =
        serde_json::from_str(&json(entries.iter())).map_err(|error| error.to_string())?;
    same("rows of the JSON", &written.len(), &entries.len())?;
    // What is exported must equal what was read.
    for entry in &entries {
        let row: Row =
            serde_json::from_value(json_row(entry)).map_err(|error| error.to_string())?;
        let reread = LogEntry::of(&row, &mut names);
        same("an exported row", entry, &reread)?;
    }
    Ok(())
}

/// Counts the records of a CSV by RFC 4180: line breaks within quotes are part of a cell.
fn records(text: &str) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}
