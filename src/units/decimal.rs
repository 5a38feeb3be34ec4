//! Decimal arithmetic that is either exact or an error.
//!
//! `rust_decimal` rounds silently when a result needs more than 28 digits. The operations here return an error instead,
//! because a rounded balance is a wrong balance.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use std::fmt;

/// The number can't be represented without losing digits (more than 28 of them, or beyond 7.9e28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inexact;

impl fmt::Display for Inexact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number has too many digits")
    }
}

impl std::error::Error for Inexact {}

/// Parses the text of a JSON number digit by digit: `66.113`, `-1.8`, `1e-6`.
///
/// # Errors
/// [`Inexact`] if the text is not a number or has digits that would be lost.
pub fn read_number(text: &str) -> Result<Decimal, Inexact> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| Inexact)?),
        None => (text, 0),
    };
    let mantissa = Decimal::from_str_exact(mantissa)
        .map_err(|_| Inexact)?
        .normalize();
    shift(mantissa, exponent).map(|value| value.normalize())
}

/// Deserializes a JSON number from its literal digits. It avoids [`serde_json::Number`], because a `serde_json::Value`
/// holds a number as a binary float wherever the float prints the same, and printing the float again may change the
/// last digit.
pub(super) fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = Box::<RawValue>::deserialize(deserializer)?;
    let text = text.get();
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err(de::Error::custom("a number is missing"));
    }
    read_number(text).map_err(de::Error::custom)
}

/// Returns `value * 10^exponent`, exactly.
fn shift(value: Decimal, exponent: i32) -> Result<Decimal, Inexact> {
    if value.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let scale = i32::try_from(value.scale()).map_err(|_| Inexact)?;
    let new_scale = scale.checked_sub(exponent).ok_or(Inexact)?;
    if new_scale >= 0 {
        let new_scale = u32::try_from(new_scale).map_err(|_| Inexact)?;
        return Decimal::try_from_i128_with_scale(value.mantissa(), new_scale).map_err(|_| Inexact);
    }
    let power = 10i128
        .checked_pow(new_scale.unsigned_abs())
        .ok_or(Inexact)?;
    let mantissa = value.mantissa().checked_mul(power).ok_or(Inexact)?;
    Decimal::try_from_i128_with_scale(mantissa, 0).map_err(|_| Inexact)
}

/// Returns `a + b`, exactly.
///
/// # Errors
/// [`Inexact`] if the sum needs more digits than a decimal holds.
pub fn exact_add(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let sum = mantissa_at(a, scale)?
        .checked_add(mantissa_at(b, scale)?)
        .ok_or(Inexact)?;
    Decimal::try_from_i128_with_scale(sum, scale)
        .map(|sum| sum.normalize())
        .map_err(|_| Inexact)
}

/// Returns `a - b`, exactly.
///
/// # Errors
/// Same as [`exact_add`].
pub fn exact_sub(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    exact_add(a, -b)
}

/// Returns `a * b`, exactly.
///
/// # Errors
/// [`Inexact`] if the product needs more digits than a decimal holds.
pub fn exact_mul(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.mantissa().checked_mul(b.mantissa()).ok_or(Inexact)?;
    Decimal::try_from_i128_with_scale(product, a.scale() + b.scale())
        .map(|product| product.normalize())
        .map_err(|_| Inexact)
}

/// Returns `value` as an integer count of `10^-scale`.
fn mantissa_at(value: Decimal, scale: u32) -> Result<i128, Inexact> {
    let power = 10i128.checked_pow(scale - value.scale()).ok_or(Inexact)?;
    value.mantissa().checked_mul(power).ok_or(Inexact)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn read_number_keeps_every_digit() {
        for (text, shown) in [
            ("66.113", "66.113"),
            ("14", "14"),
            ("-1.8", "-1.8"),
            ("12345678901234567890.123456", "12345678901234567890.123456"),
            ("1e-6", "0.000001"),
            ("1.5E3", "1500"),
            ("10.500", "10.5"),
            ("0.0", "0"),
            ("-0", "0"),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950335",
            ),
        ] {
            assert_eq!(
                read_number(text).map(|n| n.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_that_would_lose_digits_are_rejected() {
        for text in [
            "79228162514264337593543950336",
            "1e30",
            "0.12345678901234567890123456789012",
            "1e-29",
            "1e99999999999",
            "1e-2147483648",
            "",
            "1e",
            "NaN",
            "--1",
        ] {
            assert_eq!(read_number(text), Err(Inexact), "{text}");
        }
    }

    #[test]
    fn results_that_would_be_rounded_are_rejected() {
        let big = read_number("12345678901234567890.123456").unwrap();
        let small = read_number("0.0000000001").unwrap();
        assert_eq!(exact_add(big, small), Err(Inexact));
        assert_eq!(
            exact_mul(big, read_number("0.123456789").unwrap()),
            Err(Inexact)
        );
        // The examples from the contract's arithmetic that binary floats get wrong (contract §5.3).
        let product = exact_mul(Decimal::from(20), read_number("0.09").unwrap()).unwrap();
        assert_eq!(product.to_string(), "1.8");
        let sum = exact_add(read_number("59.813").unwrap(), read_number("0.45").unwrap()).unwrap();
        assert_eq!(sum.to_string(), "60.263");
    }

    proptest! {
        /// Compares with plain integers at a single scale.
        #[test]
        fn addition_agrees_with_integers(a in -10i128.pow(20)..10i128.pow(20), b in -10i128.pow(20)..10i128.pow(20)) {
            let of = |n| Decimal::from_i128_with_scale(n, 6);
            prop_assert_eq!(exact_add(of(a), of(b)), Ok(of(a + b).normalize()));
            prop_assert_eq!(exact_sub(of(a), of(b)), Ok(of(a - b).normalize()));
        }

        #[test]
        fn multiplication_agrees_with_integers(a in -10i128.pow(12)..10i128.pow(12), b in -10i128.pow(12)..10i128.pow(12)) {
            let of = |n, scale| Decimal::from_i128_with_scale(n, scale);
            prop_assert_eq!(exact_mul(of(a, 3), of(b, 6)), Ok(of(a * b, 9).normalize()));
        }

        /// Parsing and formatting round-trip.
        #[test]
        fn read_number_round_trips(digits in "-?[0-9]{1,20}(\\.[0-9]{1,8})?") {
            let value = read_number(&digits).unwrap();
            prop_assert_eq!(read_number(&value.to_string()), Ok(value));
        }

        #[test]
        fn read_number_never_panics(text in ".{0,60}") {
            let _ = read_number(&text);
        }
    }
}
