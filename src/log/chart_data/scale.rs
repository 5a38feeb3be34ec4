//! Where figures and moments stand on the screen. Places are whole units and may be rounded; the figures at an axis
//! may not.

use crate::units::{exact_add, exact_mul, utc_day, utc_moment};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Steps between moments, in milliseconds.
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
/// Steps that an axis has at most, more or less.
const MOST_STEPS: i64 = 5;

/// An axis of figures, from a round figure to a round figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    low: Decimal,
    high: Decimal,
    ticks: Vec<Decimal>,
}

impl Axis {
    /// The axis that holds all of `values`, and nothing (zero) where `with_zero` or where they are all the same.
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
        // Beyond what can be held there is no round figure: then the bounds themselves are told.
        let ticks = round_ticks(low, high).unwrap_or_else(|| vec![low, high]);
        if let (Some(first), Some(last)) = (ticks.first(), ticks.last()) {
            (low, high) = (low.min(*first), high.max(*last));
        }
        Self { low, high, ticks }
    }

    /// The round figures along the axis, and their places.
    pub fn ticks(&self, length: i64) -> impl Iterator<Item = (i64, Decimal)> {
        let place = move |tick: &Decimal| (self.place(*tick, length), *tick);
        self.ticks.iter().map(place)
    }

    /// The place of `value` on an axis `length` units long, from 0 at its low end.
    pub fn place(&self, value: Decimal, length: i64) -> i64 {
        let value = value.clamp(self.low, self.high);
        let four = Decimal::from(4);
        let parts = |value: Decimal| {
            let whole = self.high.checked_sub(self.low)?;
            value.checked_sub(self.low)?.checked_div(whole)
        };
        // The distance of two figures may be more than can be held; that of their quarters is not.
        let quarters = |value: Decimal| {
            let low = self.low.checked_div(four)?;
            let whole = self.high.checked_div(four)?.checked_sub(low)?;
            let part = value.checked_div(four)?.checked_sub(low)?;
            part.checked_div(whole)
        };
        let part = parts(value).or_else(|| quarters(value));
        let place = part
            .and_then(|part| part.checked_mul(Decimal::from(length)))
            .and_then(|place| place.round().to_i64());
        place.unwrap_or_default().clamp(0, length.max(0))
    }
}

/// Multiples of 1, 2 or 5 times a power of ten, from the last that is not above `low` to the first that is not
/// below `high`. Nothing where one of them cannot be held exactly.
fn round_ticks(low: Decimal, high: Decimal) -> Option<Vec<Decimal>> {
    let wanted = high.checked_sub(low)?.checked_div(Decimal::from(4))?;
    let step = steps().find(|step| *step >= wanted && !step.is_zero())?;
    let first = low.checked_div(step)?.floor();
    let mut count = first;
    let mut ticks = Vec::new();
    loop {
        let tick = exact_mul(count, step).ok()?;
        ticks.push(tick);
        if tick >= high {
            // A quotient that was rounded may begin too late.
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

/// 1, 2 and 5 times every power of ten that can be held, from the least.
fn steps() -> impl Iterator<Item = Decimal> {
    let small = (1..=28u32).rev().map(|scale| (1i128, scale));
    let large = (0..=28u32).filter_map(|power| Some((10i128.checked_pow(power)?, 0)));
    small.chain(large).flat_map(|(unit, scale)| {
        [1, 2, 5].into_iter().filter_map(move |times| {
            let step = unit.checked_mul(times)?;
            Decimal::try_from_i128_with_scale(step, scale).ok()
        })
    })
}

/// An axis of moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeAxis {
    first: i64,
    last: i64,
    ahead: i64,
}

impl TimeAxis {
    /// From `first` to `last`, in milliseconds since 1970 UTC, with days as in a zone `ahead` minutes ahead of UTC.
    pub fn of(first: i64, last: i64, ahead: i64) -> Self {
        let last = last.max(first);
        Self { first, last, ahead }
    }

    /// The place of a moment on an axis `length` units long; in its middle where there is but one moment.
    pub fn place(&self, at: i64, length: i64) -> i64 {
        if self.first == self.last {
            return length / 2;
        }
        let at = at.clamp(self.first, self.last);
        share(at, self.first, self.last, length)
    }

    /// Round moments along the axis: their places, and the day, or the time of day within one.
    pub fn ticks(&self, length: i64) -> Vec<(i64, String)> {
        let step = step_of(self.last.saturating_sub(self.first));
        let ahead = self.ahead.saturating_mul(MINUTE);
        let local = |at: i64| at.saturating_add(ahead);
        let mut ticks = Vec::new();
        let mut at = round_up(local(self.first), step);
        while at <= local(self.last) && ticks.len() < 12 {
            let place = self.place(at.saturating_sub(ahead), length);
            ticks.push((place, moment_label(at, step)));
            at = at.saturating_add(step);
        }
        if ticks.is_empty() {
            let place = self.place(self.first, length);
            ticks.push((place, utc_day(local(self.first))));
        }
        ticks
    }
}

/// An axis of days, each with a slot of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayAxis {
    first: i64,
    last: i64,
}

impl DayAxis {
    /// From `first` to `last`, both inclusive, in days since 1970.
    pub fn of(first: i64, last: i64) -> Self {
        let last = last.max(first);
        Self { first, last }
    }

    /// Where a day's slot begins on an axis `length` units long, and how wide it is: one unit at least.
    pub fn slot(&self, day: i64, length: i64) -> (i64, i64) {
        let day = day.clamp(self.first, self.last);
        let end = self.last.saturating_add(1);
        let from = share(day, self.first, end, length);
        let to = share(day.saturating_add(1), self.first, end, length);
        (from, (to - from).max(1))
    }

    /// Some of the days, and the middles of their slots.
    pub fn ticks(&self, length: i64) -> Vec<(i64, String)> {
        let span = self.last.saturating_sub(self.first);
        let step = step_of(span.saturating_mul(DAY)).max(DAY) / DAY;
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

/// The part of `length` that `at` lies behind `first`, on the way to `end`.
fn share(at: i64, first: i64, end: i64, length: i64) -> i64 {
    let (at, first, end) = (i128::from(at), i128::from(first), i128::from(end));
    let whole = (end - first).max(1);
    let place = (at - first).saturating_mul(length.into()) / whole;
    i64::try_from(place).unwrap_or_default()
}

/// The least step of which [`MOST_STEPS`] cover `span` milliseconds.
fn step_of(span: i64) -> i64 {
    let covers = |step: &i64| span / step <= MOST_STEPS;
    STEPS.into_iter().find(covers).unwrap_or(i64::MAX / 2)
}

fn round_up(at: i64, step: i64) -> i64 {
    let beyond = at.rem_euclid(step);
    if beyond == 0 {
        at
    } else {
        at.saturating_add(step - beyond)
    }
}

/// The day at its begin, else the time of day as exactly as `step` needs it.
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
