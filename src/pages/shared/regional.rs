//! The CSV dialect that spreadsheets in the user's locale expect.

use crate::browser::intl;
use crate::log::dialect::Dialect;

/// Returns the regional dialect and its label.
pub fn regional() -> (String, Dialect) {
    let locale = intl::locale();
    let name = format!("CSV for {}", intl::locale_name(&locale));
    (name, Dialect::regional(&locale, intl::separators()))
}

/// Explains the regional dialect.
pub const HINT: &str = "For Excel and LibreOffice, use the CSV named after your region: its numbers and dates are in that format.";
