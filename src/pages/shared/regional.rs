//! The form of CSV that the reader's spreadsheets expect.

use crate::browser::intl;
use crate::log::dialect::Dialect;

/// The form, and what it is called.
pub fn regional() -> (String, Dialect) {
    let locale = intl::locale();
    let name = format!("CSV for {}", intl::locale_name(&locale));
    (name, Dialect::regional(&locale, intl::separators()))
}

/// What the regional form is for.
pub const HINT: &str =
    "The second CSV has numbers and dates as Excel and LibreOffice read them in that language.";
