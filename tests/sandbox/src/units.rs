//! Exact quantities: integers in millionths, parsed and written digit by digit (contract §5.3).

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// Decimal places of every stored quantity.
const PLACES: i64 = 6;
/// One whole unit in millionths.
const UNIT: i128 = 1_000_000;
/// Numbers with a larger exponent are rejected without parsing: no stored quantity is that large or that fine.
const MAX_EXPONENT: i64 = 60;

/// An amount of money, a rate per minute or a number of credits, in millionths.
///
/// Stored as `i128` because a balance may have more digits than `i64` can hold. Operations that can overflow return an
/// `Option` instead of wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micro(i128);

/// Why a decimal was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMicroError {
    /// Not a decimal number in JSON syntax.
    Syntax,
    /// More than six decimals.
    TooFine,
    /// Outside the range that can be stored.
    TooLarge,
}

impl fmt::Display for ParseMicroError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "must be a number",
            Self::TooFine => "must have at most 6 decimals",
            Self::TooLarge => "is too large",
        })
    }
}

impl std::error::Error for ParseMicroError {}

impl Micro {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Creates a quantity of `millionths`.
    pub const fn from_micro(millionths: i128) -> Self {
        Self(millionths)
    }

    /// Creates a quantity of whole units; every `i64` fits.
    pub const fn from_units(units: i64) -> Self {
        Self(units as i128 * UNIT)
    }

    /// Returns the number of millionths.
    pub const fn micro(self) -> i128 {
        self.0
    }

    /// Returns the whole units, if there is no fraction and they fit.
    pub fn to_units(self) -> Option<i64> {
        (self.0 % UNIT == 0)
            .then(|| i64::try_from(self.0 / UNIT).ok())
            .flatten()
    }

    /// Returns `self + other`, or `None` if it is out of range.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns `self - other`, or `None` if it is out of range.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Returns `-self`, or `None` if it is out of range.
    pub fn negated(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Returns this rate times whole minutes, which is exact because minutes are integers (§5.3).
    pub fn times(self, minutes: i64) -> Option<Self> {
        self.0.checked_mul(i128::from(minutes)).map(Self)
    }

    /// Returns the whole minutes that this balance buys at `rate`: rounded down, never below zero, and zero if the rate
    /// is not set (contract §5.1, O23).
    pub fn minutes_at(self, rate: Self) -> i128 {
        if rate.0 <= 0 {
            return 0;
        }
        self.0.div_euclid(rate.0).max(0)
    }

    /// Returns what was charged at `wholesale` for `self`, which was credited at `rate`. Rounded up, so that an opening
    /// balance never hits the refund guard early (O7).
    pub fn charge_at(self, wholesale: Self, rate: Self) -> Option<Self> {
        if rate.0 <= 0 || self.0 <= 0 {
            return Some(Self::ZERO);
        }
        // Whole minutes first: multiplying the balance itself could overflow.
        let minutes = self.0 / rate.0;
        let rest = (self.0 % rate.0).checked_mul(wholesale.0)?;
        let rounded_up = rest / rate.0 + i128::from(rest % rate.0 != 0);
        let integer = minutes.checked_mul(wholesale.0)?;
        integer.checked_add(rounded_up).map(Self)
    }

    /// Rounds to hundredths, halves up; `None` if it is out of range.
    pub fn to_cents(self) -> Option<Self> {
        let cent = UNIT / 100;
        let half_up = self.0.checked_add(cent / 2)?.div_euclid(cent);
        half_up.checked_mul(cent).map(Self)
    }

    /// Formats with exactly two decimals, halves away from zero, as log notes print a rate (§1.4).
    pub fn two_places(self) -> String {
        let step = UNIT / 100;
        let cents = (self.0.unsigned_abs() + step.unsigned_abs() / 2) / step.unsigned_abs();
        let sign = if self.0 < 0 && cents > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Micro {
    type Err = ParseMicroError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (rest, 0),
        };
        let (integer, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return Err(ParseMicroError::Syntax),
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if integer.is_empty() || !all_digits(integer) || !all_digits(fraction) {
            return Err(ParseMicroError::Syntax);
        }
        // Trailing zeros have no value, so 0.2000000 equals 0.2.
        let joined = format!("{integer}{fraction}");
        let digits = joined.trim_end_matches('0');
        let dropped = to_i64(joined.len())? - to_i64(digits.len())?;
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Self::ZERO);
        }
        let shift = PLACES - to_i64(fraction.len())? + exponent + dropped;
        if shift < 0 {
            return Err(ParseMicroError::TooFine);
        }
        let value: i128 = digits.parse().map_err(|_| ParseMicroError::TooLarge)?;
        u32::try_from(shift)
            .ok()
            .and_then(|shift| 10_i128.checked_pow(shift))
            .and_then(|scale| value.checked_mul(scale))
            .map(|value| Self(if negative { -value } else { value }))
            .ok_or(ParseMicroError::TooLarge)
    }
}

fn to_i64(length: usize) -> Result<i64, ParseMicroError> {
    i64::try_from(length).map_err(|_| ParseMicroError::TooLarge)
}

fn parse_exponent(text: &str) -> Result<i64, ParseMicroError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseMicroError::Syntax);
    }
    match digits.parse::<i64>() {
        Ok(value) if value <= MAX_EXPONENT => Ok(if negative { -value } else { value }),
        _ if negative => Err(ParseMicroError::TooFine),
        _ => Err(ParseMicroError::TooLarge),
    }
}

impl fmt::Display for Micro {
    /// Formats without trailing zeros: 14, 0.9, 59.813 (contract §2).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, unit) = (self.0.unsigned_abs(), UNIT.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", value / unit)?;
        let fraction = format!("{:06}", value % unit);
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            digits => write!(f, ".{digits}"),
        }
    }
}

impl Serialize for Micro {
    /// Serializes as a plain JSON number with exactly these digits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_string()
            .parse::<serde_json::Number>()
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl ToSql for Micro {
    /// Stores millionths as text: SQLite's own integers are limited to 64 bits.
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.to_string()))
    }
}

impl FromSql for Micro {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        text.parse()
            .map(Self)
            .map_err(|error: std::num::ParseIntError| FromSqlError::Other(Box::new(error)))
    }
}
