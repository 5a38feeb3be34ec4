//! Pure: validates days from the URL.

use crate::units::day_number;

/// Returns an error message if the first day is after the last one.
pub fn range_error(from: Option<&str>, to: Option<&str>) -> Option<&'static str> {
    // Days in this format sort in chronological order.
    (from? > to?).then_some("Start date can't be after end date.")
}

/// Whether `text` is `YYYY-MM-DD` and a day that exists.
pub fn is_day(text: &str) -> bool {
    day_number(text).is_some()
}
