//! Reading the figures people type.
//!
//! Both the plain form (`1234.5`) and the form of the reader's locale (`1.234,5` in German) are taken. What
//! could mean two things is refused, never guessed: `1,234` is a thousand to one clerk and one and a bit to
//! another.

use super::decimal::read_number;
use super::money::Rate;
use super::whole::{Credits, Minutes};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt;

/// How the reader's locale writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Between whole and fraction.
    pub decimal: char,
    /// Between groups of digits.
    pub group: char,
}

impl Separators {
    /// `1,234.5`
    pub const PLAIN: Self = Self {
        decimal: '.',
        group: ',',
    };
}

/// Why a typed figure was not taken. `Display` is the sentence to show at the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedError {
    /// Nothing was typed.
    Empty,
    /// Not a number in the plain form or in the locale's.
    NotANumber,
    /// One separator and three digits: a thousand, or a fraction.
    Ambiguous {
        /// The figure if the separator groups digits.
        grouped: String,
        /// The figure if the separator starts the fraction.
        fraction: String,
    },
    /// A figure of zero or less where something must move.
    NotPositive,
    /// A fraction where only whole figures exist.
    NotWhole,
    /// More decimals than the backend takes (six; contract §7, O5).
    TooFine,
    /// More than can travel exactly.
    TooLarge,
}

impl fmt::Display for TypedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Type a figure."),
            Self::NotANumber => {
                f.write_str("This is not a number. Use digits, and one decimal separator.")
            }
            Self::Ambiguous { grouped, fraction } => {
                write!(
                    f,
                    "This could mean {grouped} or {fraction}. Type it without a thousands separator."
                )
            }
            Self::NotPositive => f.write_str("Type a figure above zero."),
            Self::NotWhole => f.write_str("Only whole figures can be moved."),
            Self::TooFine => f.write_str("At most six decimals are possible."),
            Self::TooLarge => f.write_str("This figure is too large."),
        }
    }
}

/// Minutes to move: whole and above zero.
///
/// # Errors
/// A [`TypedError`] to show at the field.
pub fn typed_minutes(text: &str, separators: Separators) -> Result<Minutes, TypedError> {
    whole(text, separators).map(Minutes::new)
}

/// Credits to allocate: whole and above zero (contract §3.1).
///
/// # Errors
/// A [`TypedError`] to show at the field.
pub fn typed_credits(text: &str, separators: Separators) -> Result<Credits, TypedError> {
    whole(text, separators).map(Credits::new)
}

/// A rate: above zero, at most six decimals (contract §7, O5).
///
/// # Errors
/// A [`TypedError`] to show at the field.
pub fn typed_rate(text: &str, separators: Separators) -> Result<Rate, TypedError> {
    let value = positive(text, separators)?;
    if value.scale() > 6 {
        return Err(TypedError::TooFine);
    }
    Ok(Rate::new(value))
}

fn whole(text: &str, separators: Separators) -> Result<i128, TypedError> {
    let value = positive(text, separators)?;
    if !value.is_integer() {
        return Err(TypedError::NotWhole);
    }
    value
        .to_i128()
        .filter(|count| *count <= Minutes::MAX.get())
        .ok_or(TypedError::TooLarge)
}

fn positive(text: &str, separators: Separators) -> Result<Decimal, TypedError> {
    let value = typed_decimal(text, separators)?;
    if value <= Decimal::ZERO {
        Err(TypedError::NotPositive)
    } else {
        Ok(value)
    }
}

/// Any figure as typed.
fn typed_decimal(text: &str, separators: Separators) -> Result<Decimal, TypedError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TypedError::Empty);
    }
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = plain_form(digits, separators)?;
    let value = read_number(&plain).map_err(|_| TypedError::TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// The plain form of unsigned `text`.
fn plain_form(text: &str, separators: Separators) -> Result<String, TypedError> {
    let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(&first) = marks.first() else {
        return Ok(text.to_owned());
    };
    // Spaces and apostrophes only ever group digits.
    let only_groups = |c: char| c.is_whitespace() || matches!(c, '\'' | '\u{2019}');
    if marks
        .iter()
        .any(|c| !only_groups(*c) && !matches!(c, '.' | ',') && *c != separators.decimal)
    {
        return Err(TypedError::NotANumber);
    }
    if let [mark] = marks[..]
        && !only_groups(mark)
    {
        return single_mark(text, mark, separators);
    }
    // Several marks: all alike and they group; or the last one differs and starts the fraction.
    let last = marks[marks.len() - 1];
    if marks.iter().all(|c| *c == first) {
        return if first == separators.group || only_groups(first) {
            join_groups(text, first)
        } else {
            Err(TypedError::NotANumber)
        };
    }
    let groups_alike = marks[..marks.len() - 1].iter().all(|c| *c == first);
    let fits_locale =
        last == separators.decimal && (first == separators.group || only_groups(first));
    let fits_plain = last == '.' && only_groups(first);
    if !groups_alike || !(fits_locale || fits_plain) {
        return Err(TypedError::NotANumber);
    }
    let (whole, fraction) = text.rsplit_once(last).ok_or(TypedError::NotANumber)?;
    if fraction.is_empty() {
        return Err(TypedError::NotANumber);
    }
    Ok(format!("{}.{fraction}", join_groups(whole, first)?))
}

/// One point or comma: a fraction, a group, or too much to guess.
fn single_mark(text: &str, mark: char, separators: Separators) -> Result<String, TypedError> {
    let (whole, fraction) = text.split_once(mark).ok_or(TypedError::NotANumber)?;
    if whole.is_empty() && fraction.is_empty() {
        return Err(TypedError::NotANumber);
    }
    let as_fraction = format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole });
    let starts_fraction = mark == '.' || mark == separators.decimal;
    let may_group = mark == separators.group
        && fraction.len() == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0');
    match (starts_fraction, may_group) {
        (_, true) => Err(TypedError::Ambiguous {
            grouped: format!("{whole}{fraction}"),
            fraction: format!("{whole}{}{fraction}", separators.decimal),
        }),
        (true, false) if !fraction.is_empty() => Ok(as_fraction),
        _ => Err(TypedError::NotANumber),
    }
}

/// `12 345 678` without its spaces: groups of two (Indian) or three digits, the last one of three.
fn join_groups(text: &str, mark: char) -> Result<String, TypedError> {
    let groups: Vec<&str> = text.split(mark).collect();
    let well_formed = groups.len() == 1
        || (groups[0].len() <= 3
            && !groups[0].is_empty()
            && groups[groups.len() - 1].len() == 3
            && groups[1..groups.len() - 1]
                .iter()
                .all(|g| matches!(g.len(), 2 | 3)));
    if well_formed {
        Ok(groups.concat())
    } else {
        Err(TypedError::NotANumber)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
