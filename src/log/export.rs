//! Pure: exports the log: CSV by columns, or JSON with every field. The file is written in chunks, so that an export of
//! a hundred thousand entries can show progress and be canceled.

use crate::log::columns::{Cell, Column};
use crate::log::dialect::Dialect;
use crate::log::entry::{Balances, LogEntry, ParsedNotes};
use crate::units::Amount;
use crate::wire::logs::{Party, Person};
use serde_json::{Map, Value, json};

/// Entries per chunk.
pub const CHUNK: usize = 2_000;

/// A file format. A file is [`Self::start`], then [`Self::rows`] for each chunk, then [`Self::end`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV with the chosen columns.
    Csv {
        /// The columns, in order.
        columns: Vec<Column>,
        /// How the cells are written.
        dialect: Dialect,
    },
    /// JSON with every field, in the service's own terms.
    Json,
}

impl Format {
    /// Returns the file extension.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Json => "json",
        }
    }

    /// Returns the media type.
    pub fn media(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// Returns the text before the first entry.
    pub fn start(&self) -> String {
        match self {
            Self::Csv { columns, dialect } => {
                format!(
                    "{}{}",
                    dialect.byte_order_mark(),
                    csv_header(columns, *dialect)
                )
            }
            Self::Json => "[".to_owned(),
        }
    }

    /// Returns the text of a chunk of entries. `is_first` is true until an entry has been written.
    pub fn rows<'a>(&self, rows: impl Iterator<Item = &'a LogEntry>, is_first: bool) -> String {
        match self {
            Self::Csv { columns, dialect } => rows
                .map(|entry| csv_row(columns, entry, *dialect))
                .collect(),
            Self::Json => {
                let mut text = String::new();
                for entry in rows {
                    let is_start = is_first && text.is_empty();
                    text.push_str(if is_start { "\n" } else { ",\n" });
                    text.push_str(&json_row(entry).to_string());
                }
                text
            }
        }
    }

    /// Returns the text after the last entry.
    pub fn end(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "",
            Self::Json => "\n]\n",
        }
    }
}

/// Returns the columns to export when `shown` are shown: clients may share a name, so the client id is added.
pub fn exported(shown: &[Column]) -> Vec<Column> {
    let has_ids = shown.contains(&Column::ChildId);
    let with_ids = shown.iter().flat_map(|column| match column {
        Column::Child if !has_ids => &[Column::Child, Column::ChildId][..],
        column => std::slice::from_ref(column),
    });
    with_ids.copied().collect()
}

/// Returns the header, with its line ending.
pub fn csv_header(columns: &[Column], dialect: Dialect) -> String {
    let headings = columns.iter().flat_map(|column| match column {
        Column::When => dialect.moment_headings(column.name()),
        _ => vec![column.name().to_owned()],
    });
    dialect.line(headings)
}

/// Returns the record of an entry, with its line ending.
pub fn csv_row(columns: &[Column], entry: &LogEntry, dialect: Dialect) -> String {
    let cells = columns.iter().flat_map(|column| {
        let cell = column.of(entry);
        match (column, &cell) {
            (Column::When, _) => dialect.moment(&cell.plain()),
            (_, Cell::Text(text)) => vec![dialect.text(text)],
            _ => vec![dialect.number(&cell.plain())],
        }
    });
    dialect.line(cells)
}

/// Returns the whole file at once.
pub fn csv<'a>(
    columns: &[Column],
    rows: impl Iterator<Item = &'a LogEntry>,
    dialect: Dialect,
) -> String {
    let format = Format::Csv {
        columns: columns.to_vec(),
        dialect,
    };
    format.start() + &format.rows(rows, true)
}

/// Returns every field of an entry under the service's names, plus minutes and rate if the notes could be parsed.
/// Missing values are null. Amounts have all their digits.
pub fn json_row(entry: &LogEntry) -> Value {
    let (minutes, rate) = match entry.parsed_notes {
        ParsedNotes::Read(minutes, rate) | ParsedNotes::Rounded(minutes, rate) => {
            (json!(minutes), json!(rate))
        }
        ParsedNotes::None | ParsedNotes::Unparsed => (Value::Null, Value::Null),
    };
    let [change, before, after] = entry.channels.as_deref().copied().unwrap_or_default();
    let fields: [(&str, Value); 21] = [
        ("id", json!(entry.id)),
        ("transfer_reference", json!(entry.reference)),
        ("transaction_type", json!(entry.kind.name())),
        ("reseller_organization", party(entry.reseller.as_deref())),
        ("from_organization", party(entry.from.as_deref())),
        ("to_organization", party(entry.to.as_deref())),
        ("credit_amount", json!(entry.credit)),
        ("cost_amount", json!(entry.cost)),
        ("from_balance_before", balance(entry.from_balance).0),
        ("from_balance_after", balance(entry.from_balance).1),
        ("to_balance_before", balance(entry.to_balance).0),
        ("to_balance_after", balance(entry.to_balance).1),
        ("transfer_date", json!(entry.written)),
        ("performed_by", person(entry.person.as_deref())),
        ("status", json!(entry.status.as_deref())),
        ("channels_count", json!(change)),
        ("previous_channels", json!(before)),
        ("new_channels", json!(after)),
        ("notes", json!(entry.notes)),
        ("minutes", minutes),
        ("rate", rate),
    ];
    let pairs = fields.map(|(name, value)| (name.to_owned(), value));
    Value::Object(Map::from_iter(pairs))
}

/// Returns the whole file at once: a list with one entry per line.
pub fn json<'a>(rows: impl Iterator<Item = &'a LogEntry>) -> String {
    Format::Json.start() + &Format::Json.rows(rows, true) + Format::Json.end()
}

fn balance((before, after): Balances) -> (Value, Value) {
    let value = |amount: Option<Amount>| json!(amount);
    (value(before), value(after))
}

fn party(party: Option<&Party>) -> Value {
    party.map_or(
        Value::Null,
        |party| json!({"id": party.id, "name": party.name}),
    )
}

fn person(person: Option<&Person>) -> Value {
    person.map_or(
        Value::Null,
        |person| json!({"id": person.id, "name": person.name, "email": person.email}),
    )
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
