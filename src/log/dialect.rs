//! Pure: how a table is written as text: CSV (RFC 4180), in a plain form for programs and in a regional form for
//! spreadsheets.

use crate::units::{Separators, moment_ahead, zone_name};

/// How cells are separated, and how figures and times are written in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    separator: char,
    decimal: char,
    /// Spreadsheets need a byte order mark to read UTF-8, and dates in a form of their own.
    for_spreadsheets: bool,
}

impl Dialect {
    /// For programs: commas, decimal points, and times in ISO 8601.
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
        // Switzerland and Liechtenstein write decimal points, and their spreadsheets still expect semicolons.
        let has_semicolons = decimal == ',' || locale.ends_with("-CH") || locale.ends_with("-LI");
        Self {
            separator: if has_semicolons { ';' } else { ',' },
            decimal,
            for_spreadsheets: true,
        }
    }

    /// The same for the clipboard, where spreadsheets expect tabs.
    pub fn with_tabs(self) -> Self {
        Self {
            separator: '\t',
            ..self
        }
    }

    /// What the file begins with.
    pub fn mark(self) -> &'static str {
        if self.for_spreadsheets {
            "\u{feff}"
        } else {
            ""
        }
    }

    /// The headings for a time named `name`: for spreadsheets, the time zone is in a separate column.
    pub fn moment_heads(self, name: &str) -> Vec<String> {
        let zone = self.for_spreadsheets.then(|| "utc_offset".to_owned());
        std::iter::once(name.to_owned()).chain(zone).collect()
    }

    /// The cells of a time in ISO 8601, as many as [`Self::moment_heads`]. What is no such time stays as it is.
    pub fn moment(self, iso: &str) -> Vec<String> {
        if !self.for_spreadsheets {
            return vec![self.text(iso)];
        }
        let parts = moment_ahead(iso).zip(iso.split_once('T'));
        let Some((ahead, (day, time))) = parts else {
            return vec![self.text(iso), String::new()];
        };
        let time = time.split(['Z', '+', '-']).next().unwrap_or_default();
        let time = self.number(time);
        vec![format!("{day} {time}"), zone_name(ahead)]
    }

    /// A figure, from its plain form: all its digits, no grouping. It is never quoted, and never protected against
    /// formulas: `-1.8` is a number.
    pub fn number(self, plain: &str) -> String {
        plain.replace('.', self.decimal.encode_utf8(&mut [0; 4]))
    }

    /// A text: quoted where it must be, and with an apostrophe before it where a spreadsheet would take it for a formula.
    pub fn text(self, text: &str) -> String {
        let before = if is_formula(text) { "'" } else { "" };
        // Also the other separators that spreadsheets split at, which would begin a cell in the middle of a text.
        let special = |c: char| matches!(c, ',' | ';' | '\t' | '"' | '\r' | '\n');
        let padded = text.starts_with(' ') || text.ends_with(' ');
        if padded || text.contains(special) {
            format!("\"{before}{}\"", text.replace('"', "\"\""))
        } else {
            format!("{before}{text}")
        }
    }

    /// A record of cells that are written already, with its line end.
    pub fn line(self, cells: impl Iterator<Item = String>) -> String {
        let cells: Vec<_> = cells.collect();
        let line = cells.join(self.separator.encode_utf8(&mut [0; 4]));
        // Readers skip an empty line, and a row with it.
        if line.is_empty() {
            return "\"\"\r\n".to_owned();
        }
        line + "\r\n"
    }
}

/// Whether a spreadsheet could take the text for a formula: by its first character after those that it may drop.
fn is_formula(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    let first = text.chars().find(|c| !unseen(*c) || c.is_control());
    first.is_some_and(|c| {
        c.is_control()
            || matches!(c, '=' | '+' | '-' | '@')
            || matches!(c, '＝' | '＋' | '－' | '＠')
    })
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;
