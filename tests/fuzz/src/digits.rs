//! Whether two figures are the same, by their digits alone: nothing of the portal's arithmetic is used.

/// A JSON number as its sign, its digits without zeros at either end, and the power of ten of the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    negative: bool,
    digits: String,
    power: i64,
}

/// Reads a JSON number. Nothing for a text that is none, or whose exponent no figure has.
pub fn digits(text: &str) -> Option<Digits> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut power = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
    let kept = all.trim_end_matches('0');
    power += i64::try_from(all.len() - kept.len()).ok()?;
    let kept = kept.trim_start_matches('0');
    // Nothing has one form only.
    Some(match kept {
        "" => Digits {
            negative: false,
            digits: String::new(),
            power: 0,
        },
        kept => Digits {
            negative,
            digits: kept.to_owned(),
            power,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_its_digits() {
        for (one, two) in [
            ("1.50", "1.5"),
            ("150e-2", "1.5"),
            ("0.0", "-0"),
            ("1200", "1.2E+3"),
            ("-0.001", "-1e-3"),
        ] {
            assert_eq!(digits(one), digits(two), "{one} {two}");
            assert!(digits(one).is_some(), "{one}");
        }
        for (one, two) in [("1", "10"), ("1", "-1"), ("1.5", "1.50000001")] {
            assert_ne!(digits(one), digits(two), "{one} {two}");
        }
        for text in ["", "-", ".", "1e", "x", "1e99999999999"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }
}
