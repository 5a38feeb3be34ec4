//! Pure: maps values and times to screen positions. Positions are whole units and may be rounded; the values on an axis
//! may not.

use crate::units::{exact_add, exact_mul, utc_day, utc_moment};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Steps between ticks of a time axis, in milliseconds.
const STEPS: [i64; 24] = [
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    91 * DAY,
    182 * DAY,
    365 * DAY,
    730 * DAY,
    3_652 * DAY,
    36_524 * DAY,
    365_242 * DAY,
];
/// The approximate maximum number of steps on an axis.
const MAX_STEPS: i64 = 5;

/// An axis of values that starts and ends at round values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    low: Decimal,
    high: Decimal,
    ticks: Vec<Decimal>,
}

impl Axis {
    /// Creates the axis that contains all of `values`, and zero if `with_zero` is set or the values are all the same.
    pub fn of(values: impl Iterator<Item = Decimal>, with_zero: bool) -> Self {
        let bounds = values.fold(None, |bounds: Option<(Decimal, Decimal)>, value| {
            let (low, high) = bounds.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        });
        let (mut low, mut high) = bounds.unwrap_or_default();
        if with_zero || low == high {
            (low, high) = (low.min(Decimal::ZERO), high.max(Decimal::ZERO));
        }
        if low == high {
            high = Decimal::ONE;
        }
        // Near the limits of a decimal there are no round values, so the bounds themselves become the ticks.
        let ticks = round_ticks(low, high).unwrap_or_else(|| vec![low, high]);
        if let (Some(first), Some(last)) = (ticks.first(), ticks.last()) {
            (low, high) = (low.min(*first), high.max(*last));
        }
        Self { low, high, ticks }
    }

    /// Returns the round values along the axis and their positions.
    pub fn ticks(&self, length: i64) -> impl Iterator<Item = (i64, Decimal)> {
        let position = move |tick: &Decimal| (self.position(*tick, length), *tick);
        self.ticks.iter().map(position)
    }

    /// Returns the position of `value` on an axis `length` units long, from 0 at the low end.
    pub fn position(&self, value: Decimal, length: i64) -> i64 {
        let value = value.clamp(self.low, self.high);
        let four = Decimal::from(4);
        let direct = |value: Decimal| {
            let range = self.high.checked_sub(self.low)?;
            value.checked_sub(self.low)?.checked_div(range)
        };
        // The difference between two values may overflow; that between their quarters can't.
        let by_quarters = |value: Decimal| {
            let low = self.low.checked_div(four)?;
            let range = self.high.checked_div(four)?.checked_sub(low)?;
            let fraction = value.checked_div(four)?.checked_sub(low)?;
            fraction.checked_div(range)
        };
        let fraction = direct(value).or_else(|| by_quarters(value));
        let position = fraction
            .and_then(|fraction| fraction.checked_mul(Decimal::from(length)))
            .and_then(|position| position.round().to_i64());
        position.unwrap_or_default().clamp(0, length.max(0))
    }
}

/// Returns multiples of 1, 2 or 5 times a power of ten, from the last one not above `low` to the first one not below
/// `high`. `None` if one of them can't be represented exactly.
fn round_ticks(low: Decimal, high: Decimal) -> Option<Vec<Decimal>> {
    let min_step = high.checked_sub(low)?.checked_div(Decimal::from(4))?;
    let step = round_steps().find(|step| *step >= min_step && !step.is_zero())?;
    let first = low.checked_div(step)?.floor();
    let mut count = first;
    let mut ticks = Vec::new();
    loop {
        let tick = exact_mul(count, step).ok()?;
        ticks.push(tick);
        if tick >= high {
            // A rounded quotient may start too high.
            return ticks
                .first()
                .filter(|tick| **tick <= low)
                .is_some()
                .then_some(ticks);
        }
        if ticks.len() > 8 {
            return None;
        }
        count = exact_add(count, Decimal::ONE).ok()?;
    }
}

/// Returns 1, 2 and 5 times every power of ten that can be represented, in ascending order.
fn round_steps() -> impl Iterator<Item = Decimal> {
    let small = (1..=28u32).rev().map(|scale| (1i128, scale));
    let large = (0..=28u32).filter_map(|power| Some((10i128.checked_pow(power)?, 0)));
    small.chain(large).flat_map(|(unit, scale)| {
        [1, 2, 5].into_iter().filter_map(move |times| {
            let step = unit.checked_mul(times)?;
            Decimal::try_from_i128_with_scale(step, scale).ok()
        })
    })
}

/// A time axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeAxis {
    first: i64,
    last: i64,
    offset: i64,
}

impl TimeAxis {
    /// Creates an axis from `first` to `last`, in milliseconds since 1970 UTC, with days in a zone `offset` minutes
    /// ahead of UTC.
    pub fn of(first: i64, last: i64, offset: i64) -> Self {
        let last = last.max(first);
        Self {
            first,
            last,
            offset,
        }
    }

    /// Returns the position of a time on an axis `length` units long; its middle if the axis has a single moment.
    pub fn position(&self, at: i64, length: i64) -> i64 {
        if self.first == self.last {
            return length / 2;
        }
        let at = at.clamp(self.first, self.last);
        scale(at, self.first, self.last, length)
    }

    /// Returns the positions of round times along the axis, labeled with the day, or with the time for times within a
    /// day.
    pub fn ticks(&self, length: i64) -> Vec<(i64, String)> {
        let step = time_step(self.last.saturating_sub(self.first));
        let offset = self.offset.saturating_mul(MINUTE);
        let local = |at: i64| at.saturating_add(offset);
        let mut ticks = Vec::new();
        let mut at = round_up(local(self.first), step);
        while at <= local(self.last) && ticks.len() < 12 {
            let position = self.position(at.saturating_sub(offset), length);
            ticks.push((position, moment_label(at, step)));
            at = at.saturating_add(step);
        }
        if ticks.is_empty() {
            let position = self.position(self.first, length);
            ticks.push((position, utc_day(local(self.first))));
        }
        ticks
    }
}

/// An axis of days, each with its own slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayAxis {
    first: i64,
    last: i64,
}

impl DayAxis {
    /// Creates an axis from `first` to `last`, both inclusive, in days since 1970.
    pub fn of(first: i64, last: i64) -> Self {
        let last = last.max(first);
        Self { first, last }
    }

    /// Returns where the slot of a day starts on an axis `length` units long, and its width: at least one unit.
    pub fn slot(&self, day: i64, length: i64) -> (i64, i64) {
        let day = day.clamp(self.first, self.last);
        let end = self.last.saturating_add(1);
        let from = scale(day, self.first, end, length);
        let to = scale(day.saturating_add(1), self.first, end, length);
        (from, (to - from).max(1))
    }

    /// Returns some of the days and the middles of their slots.
    pub fn ticks(&self, length: i64) -> Vec<(i64, String)> {
        let span = self.last.saturating_sub(self.first);
        let step = time_step(span.saturating_mul(DAY)).max(DAY) / DAY;
        let mut ticks = Vec::new();
        let mut day = self.first;
        while day <= self.last && ticks.len() < 12 {
            let (from, width) = self.slot(day, length);
            ticks.push((from + width / 2, utc_day(day.saturating_mul(DAY))));
            day = day.saturating_add(step);
        }
        ticks
    }
}

/// Scales the position of `at` between `first` and `end` to `length`.
fn scale(at: i64, first: i64, end: i64, length: i64) -> i64 {
    let (at, first, end) = (i128::from(at), i128::from(first), i128::from(end));
    let range = (end - first).max(1);
    let position = (at - first).saturating_mul(length.into()) / range;
    i64::try_from(position).unwrap_or_default()
}

/// Returns the smallest step of which at most [`MAX_STEPS`] fit in `span` milliseconds.
fn time_step(span: i64) -> i64 {
    let covers = |step: &i64| span / step <= MAX_STEPS;
    STEPS.into_iter().find(covers).unwrap_or(i64::MAX / 2)
}

fn round_up(at: i64, step: i64) -> i64 {
    let remainder = at.rem_euclid(step);
    if remainder == 0 {
        at
    } else {
        at.saturating_add(step - remainder)
    }
}

/// Returns the day at midnight, otherwise the time of day with the precision that `step` needs.
fn moment_label(at: i64, step: i64) -> String {
    if at.rem_euclid(DAY) == 0 || step >= DAY {
        return utc_day(at);
    }
    let moment = utc_moment(at);
    let time = moment.split_once('T').map_or("", |(_, time)| time);
    let length = if step < MINUTE { 8 } else { 5 };
    time.get(..length).unwrap_or(time).to_owned()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;
