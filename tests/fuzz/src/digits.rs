//! Compares numbers by their digits alone, without using the portal's arithmetic.

/// A JSON number as its sign, its digits without leading and trailing zeros, and the power of ten of the last digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    negative: bool,
    digits: String,
    power: i64,
}

/// Parses a JSON number. Returns `None` if the text isn't one, or if its exponent is out of range.
pub fn digits(text: &str) -> Option<Digits> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{integer}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut power = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
    let significant = all.trim_end_matches('0');
    power += i64::try_from(all.len() - significant.len()).ok()?;
    let significant = significant.trim_start_matches('0');
    // Zero has a single form.
    Some(match significant {
        "" => Digits {
            negative: false,
            digits: String::new(),
            power: 0,
        },
        significant => Digits {
            negative,
            digits: significant.to_owned(),
            power,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_equal_digits() {
        for (a, b) in [
            ("1.50", "1.5"),
            ("150e-2", "1.5"),
            ("0.0", "-0"),
            ("1200", "1.2E+3"),
            ("-0.001", "-1e-3"),
        ] {
            assert_eq!(digits(a), digits(b), "{a} {b}");
            assert!(digits(a).is_some(), "{a}");
        }
        for (a, b) in [("1", "10"), ("1", "-1"), ("1.5", "1.50000001")] {
            assert_ne!(digits(a), digits(b), "{a} {b}");
        }
        for text in ["", "-", ".", "1e", "x", "1e99999999999"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }
}
