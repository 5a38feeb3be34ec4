//! What only the notes of a row say: `Transfer of 20 minutes at 0.20/min` (contract §1.4).

use crate::units::{Minutes, Rate, read_number};
use rust_decimal::prelude::ToPrimitive;

/// The one whole figure before the one word `minutes`. Nothing where that could be read in more than one way.
pub fn minutes(notes: &str) -> Option<Minutes> {
    let words: Vec<&str> = notes.split_whitespace().collect();
    let mut named = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.to_ascii_lowercase().starts_with("minute"));
    let (at, _) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let figure = words.get(at.checked_sub(1)?)?;
    // `1 000 minutes` is not none.
    let grouped = at
        .checked_sub(2)
        .and_then(|before| words.get(before))
        .is_some_and(|word| word.ends_with(|c: char| c.is_numeric()));
    if grouped || !is_plain(figure) {
        return None;
    }
    let read = read_number(figure).ok().filter(|read| read.is_integer())?;
    read.to_i128().map(Minutes::new)
}

/// The one figure that is a price per minute, `0.20/min`. The vendor prints it with two decimals, so it is what was
/// written, not always what was charged.
pub fn rate(notes: &str) -> Option<Rate> {
    let mut rates = notes
        .split_whitespace()
        .filter_map(|word| word.trim_end_matches(['.', ',']).strip_suffix("/min"));
    let figure = rates.next().filter(|figure| is_plain(figure))?;
    if rates.next().is_some() {
        return None;
    }
    read_number(figure).ok().map(Rate::new)
}

/// Digits and a point, nothing else.
fn is_plain(figure: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    !figure.is_empty() && figure.bytes().all(plain)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_only_where_it_is_certain() {
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
