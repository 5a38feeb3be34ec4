//! Parses what only the notes of a log entry contain: `Transfer of 20 minutes at 0.20/min` (contract §1.4).

use crate::units::{Minutes, Rate, read_number};
use rust_decimal::prelude::ToPrimitive;

/// Returns the single whole number before the single word `minutes`, or `None` if the notes are ambiguous.
pub fn minutes(notes: &str) -> Option<Minutes> {
    let words: Vec<&str> = notes.split_whitespace().collect();
    let mut units = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.to_ascii_lowercase().starts_with("minute"));
    let (at, _) = units.next()?;
    if units.next().is_some() {
        return None;
    }
    let number = words.get(at.checked_sub(1)?)?;
    // `1 000 minutes` is not zero minutes.
    let is_grouped = at
        .checked_sub(2)
        .and_then(|before| words.get(before))
        .is_some_and(|word| word.ends_with(|c: char| c.is_numeric()));
    if is_grouped || !is_plain(number) {
        return None;
    }
    let value = read_number(number)
        .ok()
        .filter(|value| value.is_integer())?;
    value.to_i128().map(Minutes::new)
}

/// Returns the single price per minute, as in `0.20/min`. The vendor prints two decimals, so this is the printed rate,
/// not always the charged one.
pub fn rate(notes: &str) -> Option<Rate> {
    let mut rates = notes
        .split_whitespace()
        .filter_map(|word| word.trim_end_matches(['.', ',']).strip_suffix("/min"));
    let number = rates.next().filter(|number| is_plain(number))?;
    if rates.next().is_some() {
        return None;
    }
    read_number(number).ok().map(Rate::new)
}

/// Whether `number` is only digits and decimal points.
fn is_plain(number: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    !number.is_empty() && number.bytes().all(plain)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_rates_are_rejected() {
        for (notes, expected) in [
            ("Transfer of 20 minutes at 0.20/min", Some("0.2")),
            ("Revert of 5 minutes at 0.2345/min.", Some("0.2345")),
            ("Transfer of 20 minutes at $0.20/min", None),
            ("Transfer of 20 minutes at 0,20/min", None),
            ("Transfer at 0.20/min, before 0.10/min", None),
            ("Transfer of 20 minutes", None),
            ("/min", None),
            ("", None),
        ] {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(rate(notes), expected, "{notes}");
        }
    }
}
