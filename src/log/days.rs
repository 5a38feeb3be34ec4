//! Days as they stand in the URL.

use crate::units::day_number;

/// What is wrong with a first and a last day, if anything.
pub fn fault(from: Option<&str>, to: Option<&str>) -> Option<&'static str> {
    // Days in this form are in the order of their texts.
    (from? > to?).then_some("The first day lies after the last one.")
}

/// Whether `text` is `YYYY-MM-DD` and that day exists.
pub fn is_day(text: &str) -> bool {
    day_number(text).is_some()
}
