//! Money and money per minute, in the single currency of the ledger.

use crate::units::decimal::{Inexact, exact_add, exact_mul, exact_sub, from_json, read_number};
use crate::units::integer::Minutes;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use std::fmt;

/// An amount of money in the ledger's currency: a balance, a cost, or a credit. Can be negative (contract §1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(Decimal);

/// Money per minute: what the reseller pays, what a child pays, or the margin between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(Decimal);

impl Amount {
    /// Zero.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Returns `self + other`.
    ///
    /// # Errors
    /// [`Inexact`] if the sum can't be represented exactly.
    pub fn plus(self, other: Self) -> Result<Self, Inexact> {
        exact_add(self.0, other.0).map(Self)
    }

    /// Returns `self - other`.
    ///
    /// # Errors
    /// [`Inexact`] if the difference can't be represented exactly.
    pub fn minus(self, other: Self) -> Result<Self, Inexact> {
        exact_sub(self.0, other.0).map(Self)
    }

    /// Whether the amount is below zero.
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }
}

impl Rate {
    /// Returns the price of `minutes` at this rate (contract §5.1).
    ///
    /// # Errors
    /// [`Inexact`] if the product can't be represented exactly.
    pub fn times(self, minutes: Minutes) -> Result<Amount, Inexact> {
        exact_mul(self.0, to_decimal(minutes)?).map(Amount)
    }

    /// Returns the whole minutes that `balance` buys at this rate; `None` for a rate of zero, which buys an unlimited
    /// number.
    pub fn buys(self, balance: Amount) -> Option<Minutes> {
        let minutes = Minutes::new(balance.0.checked_div(self.0)?.floor().to_i128()?);
        // A quotient with too many digits may have been rounded up.
        if self.times(minutes).ok()? > balance {
            minutes.minus(Minutes::new(1))
        } else {
            Some(minutes)
        }
    }

    /// Returns the rate at which `minutes` cost `amount`, if it is exact. A revert's preview does not include the
    /// child's rate, but it follows from the deduction (contract §1.1).
    pub fn of(amount: Amount, minutes: Minutes) -> Option<Self> {
        let count = to_decimal(minutes).ok()?;
        let rate = amount.0.checked_div(count)?.normalize();
        (exact_mul(rate, count) == Ok(amount.0)).then_some(Self(rate))
    }
}

/// Converts minutes to a decimal.
fn to_decimal(minutes: Minutes) -> Result<Decimal, Inexact> {
    Decimal::try_from_i128_with_scale(minutes.get(), 0).map_err(|_| Inexact)
}

/// Parsing, serialization and formatting, which both money types share.
macro_rules! exact_money {
    ($name:ident) => {
        impl $name {
            /// Creates it from a decimal that is already known to be exact.
            pub fn new(value: Decimal) -> Self {
                Self(value.normalize())
            }

            /// The underlying decimal.
            pub fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl fmt::Display for $name {
            /// The plain form: a decimal point, no grouping, no trailing zeros.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Inexact;

            fn from_str(text: &str) -> Result<Self, Inexact> {
                read_number(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0
                    .to_string()
                    .parse::<serde_json::Number>()
                    .map_err(ser::Error::custom)?
                    .serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_json(deserializer).map(Self)
            }
        }
    };
}

exact_money!(Amount);
exact_money!(Rate);

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn twenty_six_digits_round_trip() {
        let text = "12345678901234567890.123456";
        let amount: Amount = serde_json::from_str(text).unwrap();
        assert_eq!(amount.to_string(), text);
        assert_eq!(serde_json::to_string(&amount).unwrap(), text);
    }

    /// A float halfway between two texts of the same length may be printed as either. A `serde_json::Value` passes
    /// numbers on as floats wherever they print the same, which once changed an amount by a cent.
    #[test]
    fn an_amount_halfway_between_two_texts_keeps_its_last_digit() {
        for text in [
            "71821508364126.63",
            "71821508364126.62",
            "-2.5",
            "0.1",
            "1e-6",
        ] {
            let tree: serde_json::Value = serde_json::from_str(text).unwrap();
            let read: Amount = serde_json::from_value(tree).unwrap();
            assert_eq!(Ok(read), text.parse(), "{text}");
        }
    }

    #[test]
    fn amounts_are_serialized_as_json_numbers() {
        let rate: Rate = "0.20".parse().unwrap();
        assert_eq!(serde_json::to_string(&rate).unwrap(), "0.2");
        assert!(serde_json::from_str::<Amount>("\"0.2\"").is_err());
        assert!(serde_json::from_str::<Amount>("1e30").is_err());
    }

    #[test]
    fn the_rate_is_derived_from_the_deduction() {
        let amount: Amount = "2".parse().unwrap();
        assert_eq!(
            Rate::of(amount, Minutes::new(10)).map(|r| r.to_string()),
            Some("0.2".to_owned())
        );
        // Two thirds have no exact decimal form, and a rounded rate would be worse than none.
        assert_eq!(Rate::of(amount, Minutes::new(3)), None);
        assert_eq!(Rate::of(amount, Minutes::new(0)), None);
    }

    proptest! {
        #[test]
        fn times_and_of_are_inverse(rate in 1i64..1_000_000, minutes in 1i128..1_000_000) {
            let rate = Rate::new(Decimal::new(rate, 6));
            let minutes = Minutes::new(minutes);
            let price = rate.times(minutes).unwrap();
            prop_assert_eq!(Rate::of(price, minutes), Some(rate));
        }

        #[test]
        fn json_round_trips(mantissa in any::<i64>(), scale in 0u32..18) {
            let amount = Amount::new(Decimal::new(mantissa, scale));
            let text = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
            let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::from_value::<Amount>(tree).unwrap(), amount);
        }
    }
}
