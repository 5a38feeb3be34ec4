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
pub const HINT: &str =
    "The second CSV has numbers and dates as Excel and LibreOffice read them in that language.";
