//! Pure: validates days from the URL.

use crate::units::day_number;

/// Returns what is wrong with a first and last day, if anything.
pub fn fault(from: Option<&str>, to: Option<&str>) -> Option<&'static str> {
    // Days in this format sort in chronological order.
    (from? > to?).then_some("Start date must be before end date.")
}

/// Whether `text` is `YYYY-MM-DD` and a day that exists.
pub fn is_day(text: &str) -> bool {
    day_number(text).is_some()
}
