//! A value of any unit, for code that displays values regardless of their unit.

use crate::units::integer::{Credits, Minutes};
use crate::units::money::{Amount, Rate};

/// A number and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Money.
    Money(Amount),
    /// Money per minute.
    PerMinute(Rate),
    /// Minutes.
    Minutes(Minutes),
    /// Wallet credits.
    Credits(Credits),
}

/// A value with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabeledValue {
    /// The label shown to users.
    pub label: &'static str,
    /// The value.
    pub value: Value,
}

/// A balance before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Before.
    pub before: Value,
    /// After.
    pub after: Value,
}

impl Value {
    /// Its plain digits, for machines and for storage.
    pub fn plain(self) -> String {
        match self {
            Self::Money(amount) => amount.to_string(),
            Self::PerMinute(rate) => rate.to_string(),
            Self::Minutes(minutes) => minutes.to_string(),
            Self::Credits(credits) => credits.to_string(),
        }
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            Self::Money(amount) => amount.is_negative(),
            Self::PerMinute(rate) => rate.decimal().is_sign_negative(),
            Self::Minutes(minutes) => minutes.get() < 0,
            Self::Credits(credits) => credits.get() < 0,
        }
    }
}
