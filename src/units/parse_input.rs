//! Parses the numbers that users type.
//!
//! Every way to write a number is considered, whatever the user's locale, because users paste from other systems. A
//! text is accepted only if it has a single reading, and never guessed: `1,234` is one thousand to one user and a
//! little over one to another.

use crate::units::decimal::read_number;
use crate::units::integer::{Credits, Minutes};
use crate::units::money::Rate;
use crate::units::names::is_invisible;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt;

/// How the user's locale writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Between the integer part and the fraction.
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

/// Why an input was rejected. `Display` gives the message to show at the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseInputError {
    /// The field is empty.
    Empty,
    /// Not a number in any reading.
    NotANumber,
    /// One point or comma followed by three digits, which may be thousands or a fraction. Each of the two texts below
    /// has only one reading.
    Ambiguous {
        /// The number if the separator groups digits.
        grouped: String,
        /// The number if the separator starts the fraction.
        fraction: String,
    },
    /// Zero or less where something must be moved.
    NotPositive,
    /// A fraction where only whole numbers are possible.
    NotWhole,
    /// More decimals than the service accepts (six; contract §7, O5).
    TooFine,
    /// More than can be sent exactly.
    TooLarge,
}

impl fmt::Display for ParseInputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Enter an amount."),
            Self::NotANumber => f.write_str("Enter a number, e.g. 0.15."),
            Self::Ambiguous { grouped, fraction } => {
                write!(f, "{grouped} or {fraction}? Enter the one you mean.")
            }
            Self::NotPositive => f.write_str("Enter an amount above 0."),
            Self::NotWhole => f.write_str("Whole numbers only."),
            Self::TooFine => f.write_str("Up to 6 decimal places."),
            Self::TooLarge => f.write_str("That amount is too large."),
        }
    }
}

/// Parses minutes to move: whole and above zero.
///
/// # Errors
/// A [`ParseInputError`] to show at the field.
pub fn parse_minutes(text: &str, separators: Separators) -> Result<Minutes, ParseInputError> {
    parse_whole(text, separators).map(Minutes::new)
}

/// Parses credits to allocate: whole and above zero (contract §3.1).
///
/// # Errors
/// A [`ParseInputError`] to show at the field.
pub fn parse_credits(text: &str, separators: Separators) -> Result<Credits, ParseInputError> {
    parse_whole(text, separators).map(Credits::new)
}

/// Parses a rate: above zero, at most six decimals (contract §7, O5).
///
/// # Errors
/// A [`ParseInputError`] to show at the field.
pub fn parse_rate(text: &str, separators: Separators) -> Result<Rate, ParseInputError> {
    let (_, value) = parse_positive(text, separators)?;
    if value.scale() > 6 {
        return Err(ParseInputError::TooFine);
    }
    // Leaves room for the zeros that `input_text` appends.
    if value > Decimal::from(i64::MAX) {
        return Err(ParseInputError::TooLarge);
    }
    Ok(Rate::new(value))
}

/// Formats `plain`, a number in its plain form, the way a user would type it and [`parse_rate`] reads it: with the
/// locale's decimal separator, at least two decimals, and never exactly three, which could be read as a group of
/// digits.
pub fn input_text(plain: &str, separators: Separators) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let zeros = match fraction.len() {
        0 => "00",
        1 | 3 => "0",
        _ => "",
    };
    format!("{whole}{}{fraction}{zeros}", separators.decimal)
}

fn parse_whole(text: &str, separators: Separators) -> Result<i128, ParseInputError> {
    let (plain, value) = parse_positive(text, separators)?;
    // Three or more zeros after the point look too much like thousands.
    let is_long = plain
        .split_once('.')
        .is_some_and(|(_, fraction)| fraction.len() > 2);
    if is_long || !value.is_integer() {
        return Err(ParseInputError::NotWhole);
    }
    value
        .to_i128()
        .filter(|count| *count <= Minutes::MAX.get())
        .ok_or(ParseInputError::TooLarge)
}

/// Parses a number above zero into its plain form and its value.
fn parse_positive(
    text: &str,
    separators: Separators,
) -> Result<(String, Decimal), ParseInputError> {
    let text = normalized(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseInputError::Empty);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = plain_form(unsigned, separators)?;
    let value = read_number(&plain).map_err(|_| ParseInputError::TooLarge)?;
    if text.starts_with('-') || value.is_zero() {
        return Err(ParseInputError::NotPositive);
    }
    Ok((plain, value))
}

/// The zero digits of the numeral systems that keyboards type; each is followed by its digits 1 to 9.
const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '０'];

/// The Arabic decimal separator, which has no other meaning.
const ARABIC_DECIMAL: char = '٫';

/// Normalizes `text` to ASCII digits and signs, with a space for any whitespace, an apostrophe for any other pure
/// grouping mark, and without invisible characters.
fn normalized(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| {
            let digit = |zero: &char| {
                let digit = u32::from(c).checked_sub(u32::from(*zero))?;
                char::from_digit(digit, 10)
            };
            match c {
                '\u{2212}' | '－' => '-',
                '＋' => '+',
                '．' => '.',
                '，' => ',',
                '\u{2019}' | '＇' | '٬' => '\'',
                _ if c.is_whitespace() => ' ',
                _ => ZEROS.iter().find_map(digit).unwrap_or(c),
            }
        })
        .collect()
}

/// Returns the plain form of `text`, which is unsigned and normalized.
fn plain_form(text: &str, separators: Separators) -> Result<String, ParseInputError> {
    let is_separator = |c: char| !c.is_ascii_digit();
    let Some((at, separator)) = text.char_indices().rfind(|(_, c)| is_separator(*c)) else {
        return Some(text.to_owned())
            .filter(|text| !text.is_empty())
            .ok_or(ParseInputError::NotANumber);
    };
    let (whole, decimals) = (&text[..at], &text[at + separator.len_utf8()..]);
    let grouped = join_groups(text, separator);
    let fraction = (matches!(separator, '.' | ',' | ARABIC_DECIMAL) && !decimals.is_empty())
        .then(|| match whole.chars().find(|c| is_separator(*c)) {
            None if whole.is_empty() => Some("0".to_owned()),
            None => Some(whole.to_owned()),
            Some(group) if group != separator => join_groups(whole, group),
            Some(_) => None,
        })
        .flatten();
    match (grouped, fraction) {
        (Some(grouped), Some(whole)) => Err(ParseInputError::Ambiguous {
            grouped,
            fraction: match decimals {
                "000" => whole,
                _ => input_text(&format!("{whole}.{decimals}"), separators),
            },
        }),
        (Some(grouped), None) => Ok(grouped),
        (None, Some(whole)) => Ok(format!("{whole}.{decimals}")),
        (None, None) => Err(ParseInputError::NotANumber),
    }
}

/// Joins digit groups: `12 345 678` without its spaces. Every group has three digits or, as in India, two digits before
/// the last group of three.
fn join_groups(text: &str, separator: char) -> Option<String> {
    let groups: Vec<&str> = text.split(separator).collect();
    let [first, middle @ .., last] = groups.as_slice() else {
        return None;
    };
    let all_have = |digits: usize| middle.iter().all(|group| group.len() == digits);
    let sizes_fit = match first.len() {
        1 | 2 => all_have(3) || all_have(2),
        3 => all_have(3),
        _ => false,
    };
    let joined = groups.concat();
    let is_number = matches!(separator, '.' | ',' | ' ' | '\'')
        && last.len() == 3
        && !first.starts_with('0')
        && joined.bytes().all(|byte| byte.is_ascii_digit());
    (sizes_fit && is_number).then_some(joined)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
