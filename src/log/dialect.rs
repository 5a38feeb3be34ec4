//! Pure: how tables are written as CSV (RFC 4180), in a plain form for programs and a regional form for spreadsheets.

use crate::units::{Separators, utc_offset, zone_name};

/// How cells are separated, and how numbers and times are written in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    separator: char,
    decimal: char,
    /// Spreadsheets need a byte order mark to detect UTF-8, and a date format of their own.
    for_spreadsheets: bool,
}

impl Dialect {
    /// For programs: commas, decimal points, and ISO 8601 times.
    pub const PLAIN: Self = Self {
        separator: ',',
        decimal: '.',
        for_spreadsheets: false,
    };

    /// For spreadsheets in this locale.
    pub fn regional(locale: &str, separators: Separators) -> Self {
        let decimal = match separators.decimal {
            ',' => ',',
            _ => '.',
        };
        // Switzerland and Liechtenstein use decimal points, but their spreadsheets still expect semicolons.
        let has_semicolons = decimal == ',' || locale.ends_with("-CH") || locale.ends_with("-LI");
        Self {
            separator: if has_semicolons { ';' } else { ',' },
            decimal,
            for_spreadsheets: true,
        }
    }

    /// This dialect for the clipboard, where spreadsheets expect tabs.
    pub fn with_tabs(self) -> Self {
        Self {
            separator: '\t',
            ..self
        }
    }

    /// Returns the byte order mark that the file starts with, if any.
    pub fn byte_order_mark(self) -> &'static str {
        if self.for_spreadsheets {
            "\u{feff}"
        } else {
            ""
        }
    }

    /// Returns the headings for a time named `name`: for spreadsheets, the UTC offset is in a separate column.
    pub fn moment_headings(self, name: &str) -> Vec<String> {
        let zone = self.for_spreadsheets.then(|| "utc_offset".to_owned());
        std::iter::once(name.to_owned()).chain(zone).collect()
    }

    /// Returns the cells of an ISO 8601 time, as many as [`Self::moment_headings`]. Any other text stays as it is.
    pub fn moment(self, iso: &str) -> Vec<String> {
        if !self.for_spreadsheets {
            return vec![self.text(iso)];
        }
        let parts = utc_offset(iso).zip(iso.split_once('T'));
        let Some((offset, (day, time))) = parts else {
            return vec![self.text(iso), String::new()];
        };
        let time = time.split(['Z', '+', '-']).next().unwrap_or_default();
        let time = self.number(time);
        vec![format!("{day} {time}"), zone_name(offset)]
    }

    /// Formats a number, given in its plain form: all digits, no grouping. It is never quoted or escaped as a formula:
    /// `-1.8` is a number.
    pub fn number(self, plain: &str) -> String {
        plain.replace('.', self.decimal.encode_utf8(&mut [0; 4]))
    }

    /// Formats a text: quoted if necessary, and prefixed with an apostrophe if a spreadsheet would take it for a
    /// formula.
    pub fn text(self, text: &str) -> String {
        let prefix = if is_formula(text) { "'" } else { "" };
        // Includes the other separators that spreadsheets split at, which would start a new cell within the text.
        let is_special = |c: char| matches!(c, ',' | ';' | '\t' | '"' | '\r' | '\n');
        let is_padded = text.starts_with(' ') || text.ends_with(' ');
        if is_padded || text.contains(is_special) {
            format!("\"{prefix}{}\"", text.replace('"', "\"\""))
        } else {
            format!("{prefix}{text}")
        }
    }

    /// Joins formatted cells into a record, with its line ending.
    pub fn line(self, cells: impl Iterator<Item = String>) -> String {
        let cells: Vec<_> = cells.collect();
        let line = cells.join(self.separator.encode_utf8(&mut [0; 4]));
        // Parsers skip an empty line, which would lose the record.
        if line.is_empty() {
            return "\"\"\r\n".to_owned();
        }
        line + "\r\n"
    }
}

/// Whether a spreadsheet could take the text for a formula, judging by its first character after any that it may strip.
fn is_formula(text: &str) -> bool {
    let is_stripped = |c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    let first = text.chars().find(|c| !is_stripped(*c) || c.is_control());
    first.is_some_and(|c| {
        c.is_control()
            || matches!(c, '=' | '+' | '-' | '@')
            || matches!(c, '＝' | '＋' | '－' | '＠')
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;
