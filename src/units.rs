//! Pure throughout: exact quantities, times and ids, independent of the DOM, the clock and the network.
//!
//! Every quantity that could cost a user money has its own type: an [`Amount`] cannot be added to a [`Rate`], and none
//! of them ever passes through a binary float.

pub mod clock;
mod day;
mod decimal;
mod ids;
mod integer;
mod moment;
mod money;
mod names;
mod parse_input;
pub mod sort;
mod value;

pub use day::{day_number, month_of, shift_day};
pub use decimal::{Inexact, exact_add, exact_mul, exact_sub, read_number};
pub use ids::{ChildId, IdempotencyKey, OrganizationId};
pub use integer::{Credits, Minutes};
pub use moment::{moment_in_zone, moment_ms, utc_day, utc_moment, utc_offset, zone_name};
pub use money::{Amount, Rate};
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use names::tests::compose_for_tests;
pub use names::{Named, fold_into, folded, inline_name, normalize_with, plain_id, tally, titles};
pub use parse_input::{
    ParseInputError, Separators, input_text, parse_credits, parse_minutes, parse_rate,
};
pub use value::{Change, LabeledValue, Value};
