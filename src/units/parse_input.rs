//! Reading the numbers people type.
//!
//! Every way to write a number is considered, whatever the reader's locale: people paste from other systems. A text is
//! accepted only where it has a single reading, and never guessed: `1,234` is a thousand to one person and one and a bit
//! to another.

use crate::units::decimal::read_number;
use crate::units::integer::{Credits, Minutes};
use crate::units::money::Rate;
use crate::units::names::is_invisible;
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
pub enum ParseInputError {
    /// Nothing was typed.
    Empty,
    /// Not a number, however it is read.
    NotANumber,
    /// One point or comma and three digits: a thousand, or a fraction. Each text, typed, means only itself.
    Ambiguous {
        /// The number if the separator groups digits.
        grouped: String,
        /// The number if the separator starts the fraction.
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

impl fmt::Display for ParseInputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Type a figure."),
            Self::NotANumber => {
                f.write_str("This is not a number. Use digits, and one decimal separator.")
            }
            Self::Ambiguous { grouped, fraction } => {
                write!(
                    f,
                    "This could mean {grouped} or {fraction}. Type the one you mean."
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
/// A [`ParseInputError`] to show at the field.
pub fn parse_minutes(text: &str, separators: Separators) -> Result<Minutes, ParseInputError> {
    whole(text, separators).map(Minutes::new)
}

/// Credits to allocate: whole and above zero (contract §3.1).
///
/// # Errors
/// A [`ParseInputError`] to show at the field.
pub fn parse_credits(text: &str, separators: Separators) -> Result<Credits, ParseInputError> {
    whole(text, separators).map(Credits::new)
}

/// A rate: above zero, at most six decimals (contract §7, O5).
///
/// # Errors
/// A [`ParseInputError`] to show at the field.
pub fn parse_rate(text: &str, separators: Separators) -> Result<Rate, ParseInputError> {
    let (_, value) = positive(text, separators)?;
    if value.scale() > 6 {
        return Err(ParseInputError::TooFine);
    }
    // So that `input_text` has room for its zeros.
    if value > Decimal::from(i64::MAX) {
        return Err(ParseInputError::TooLarge);
    }
    Ok(Rate::new(value))
}

/// `plain`, a number in its plain form, as a person would type it and as [`parse_rate`] reads it: with the locale's
/// decimal separator, at least two decimals, and never exactly three, which could be a group of digits.
pub fn input_text(plain: &str, separators: Separators) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let zeros = match fraction.len() {
        0 => "00",
        1 | 3 => "0",
        _ => "",
    };
    format!("{whole}{}{fraction}{zeros}", separators.decimal)
}

fn whole(text: &str, separators: Separators) -> Result<i128, ParseInputError> {
    let (plain, value) = positive(text, separators)?;
    // Three zeros or more look too much like thousands.
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

/// A number above zero: its plain form and its value.
fn positive(text: &str, separators: Separators) -> Result<(String, Decimal), ParseInputError> {
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

/// The zeros of the digits that keyboards type, ten in a row each.
const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '０'];

/// The Arabic decimal separator, which has no other meaning.
const ARABIC_DECIMAL: char = '٫';

/// `text` with ASCII digits and signs, a space for any space, an apostrophe for whatever else only groups digits, and
/// without what nobody can see.
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

/// The plain form of `text`, unsigned and normalized.
fn plain_form(text: &str, separators: Separators) -> Result<String, ParseInputError> {
    let is_mark = |c: char| !c.is_ascii_digit();
    let Some((at, mark)) = text.char_indices().rfind(|(_, c)| is_mark(*c)) else {
        return Some(text.to_owned())
            .filter(|text| !text.is_empty())
            .ok_or(ParseInputError::NotANumber);
    };
    let (whole, decimals) = (&text[..at], &text[at + mark.len_utf8()..]);
    let grouped = join_groups(text, mark);
    let fraction = (matches!(mark, '.' | ',' | ARABIC_DECIMAL) && !decimals.is_empty())
        .then(|| match whole.chars().find(|c| is_mark(*c)) {
            None if whole.is_empty() => Some("0".to_owned()),
            None => Some(whole.to_owned()),
            Some(group) if group != mark => join_groups(whole, group),
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

/// `12 345 678` without its spaces. Every group has three digits, or, as in India, two before the last one of three.
fn join_groups(text: &str, mark: char) -> Option<String> {
    let groups: Vec<&str> = text.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else {
        return None;
    };
    let all = |digits: usize| middle.iter().all(|group| group.len() == digits);
    let fits = match first.len() {
        1 | 2 => all(3) || all(2),
        3 => all(3),
        _ => false,
    };
    let joined = groups.concat();
    let is_number = matches!(mark, '.' | ',' | ' ' | '\'')
        && last.len() == 3
        && !first.starts_with('0')
        && joined.bytes().all(|byte| byte.is_ascii_digit());
    (fits && is_number).then_some(joined)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
