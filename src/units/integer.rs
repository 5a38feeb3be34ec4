//! Whole quantities: call minutes and Layers credits.

use crate::units::decimal::{Inexact, from_json};
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The largest whole number that every JSON reader agrees on, 2^53 - 1 (contract §7, L14).
const LARGEST: i128 = 9_007_199_254_740_991;

macro_rules! integer_type {
    ($name:ident) => {
        impl $name {
            /// The largest value that can be sent: 2^53 - 1.
            pub const MAX: Self = Self(LARGEST);

            /// Creates it from a plain count.
            pub const fn new(count: i128) -> Self {
                Self(count)
            }

            /// The plain count.
            pub const fn get(self) -> i128 {
                self.0
            }

            /// Returns `self - other`, or `None` on overflow.
            pub fn minus(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            /// Returns `self + other`, or `None` on overflow.
            pub fn plus(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i128(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Accepts `734` and `734.0`; rejects `734.5`.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = from_json(deserializer)?;
                match value.to_i128() {
                    Some(count) if value.is_integer() => Ok(Self(count)),
                    _ => Err(de::Error::custom(Inexact)),
                }
            }
        }
    };
}

/// Call minutes: always whole (contract §6, point 7). Minutes that a balance buys are negative if the balance is,
/// and can be larger than [`Self::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(i128);

/// Credits of a Layers wallet: whole units, not cents (contract §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(i128);

integer_type!(Minutes);
integer_type!(Credits);

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn integers_are_accepted_and_fractions_rejected() {
        assert_eq!(
            serde_json::from_str::<Minutes>("734").unwrap(),
            Minutes::new(734)
        );
        assert_eq!(
            serde_json::from_str::<Minutes>("734.0").unwrap(),
            Minutes::new(734)
        );
        assert_eq!(
            serde_json::from_str::<Credits>("-5").unwrap(),
            Credits::new(-5)
        );
        // The minutes that a balance of twenty digits buys.
        let many = "137174210013717421001";
        assert_eq!(
            serde_json::from_str::<Minutes>(many).unwrap().to_string(),
            many
        );
        for text in ["734.5", "\"734\"", "1e40", "true"] {
            assert!(serde_json::from_str::<Minutes>(text).is_err(), "{text}");
        }
    }
}
