//! Moments as each vendor writes them (contract §1.4, §2, §4).

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};

/// The reseller account's offset, +05:30: log dates carry it, and log days begin at its midnight (O14).
const ACCOUNT_OFFSET_SECONDS: i32 = 19_800;
/// Seconds in a day; the account's offset knows no summer time.
const DAY_SECONDS: i64 = 86_400;

/// The clock of one sandbox: this machine's, shifted. A copy keeps its shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    ahead_micros: i64,
}

impl Clock {
    /// A clock that is `millis` ahead of this machine's, or behind when negative.
    pub const fn ahead_by_millis(millis: i64) -> Self {
        Self {
            ahead_micros: millis.saturating_mul(1000),
        }
    }

    /// Microseconds since 1970, by this clock.
    pub fn now(self) -> i64 {
        system_now().saturating_add(self.ahead_micros)
    }
}

/// Microseconds since 1970, by this machine's clock, whatever the sandbox says the time is.
pub fn system_now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// `micros` without its part below a millisecond: wallet events show milliseconds, and
/// `since`/`until` must find a row by the time it shows.
pub fn to_millis(micros: i64) -> i64 {
    micros - micros.rem_euclid(1000)
}

/// The whole second of a moment.
pub fn seconds(micros: i64) -> i64 {
    micros.div_euclid(1_000_000)
}

/// A log row's date: `2026-01-15T16:34:40+05:30`.
pub fn account_time(seconds: i64) -> String {
    let zone = TimeZone::fixed(account_offset());
    timestamp(seconds.saturating_mul(1_000_000))
        .to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// The moment inside a transfer reference, in UTC: `20260115110440`.
pub fn reference_time(seconds: i64) -> String {
    utc(seconds.saturating_mul(1_000_000), "%Y%m%d%H%M%S")
}

/// An organization's or allocation's moment: `2026-06-03T18:14:02.187000+00:00`.
pub fn utc_micros(micros: i64) -> String {
    utc(micros, "%Y-%m-%dT%H:%M:%S.%6f+00:00")
}

/// A wallet's or event's moment: `2026-06-03T18:14:02.187Z`.
pub fn utc_millis(micros: i64) -> String {
    utc(micros, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// A `Date` header: `Wed, 03 Jun 2026 18:14:02 GMT`.
pub fn http_date(micros: i64) -> String {
    utc(micros, "%a, %d %b %Y %H:%M:%S GMT")
}

/// The first second of a `YYYY-MM-DD` day in the account's offset, and the first of the next day.
pub fn account_day(text: &str) -> Option<(i64, i64)> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day: civil::Date = shape.then(|| text.parse().ok()).flatten()?;
    let epoch = civil::date(1970, 1, 1);
    let days = i64::from((day - epoch).get_days());
    let start = days * DAY_SECONDS - i64::from(ACCOUNT_OFFSET_SECONDS);
    Some((start, start + DAY_SECONDS))
}

/// Microseconds of an ISO 8601 moment that ends in `Z`; an offset is refused (contract §3.4).
pub fn instant(text: &str) -> Option<i64> {
    let moment: Timestamp = text.ends_with('Z').then(|| text.parse().ok()).flatten()?;
    Some(moment.as_microsecond())
}

fn account_offset() -> Offset {
    Offset::from_seconds(ACCOUNT_OFFSET_SECONDS).unwrap_or(Offset::UTC)
}

fn utc(micros: i64, format: &str) -> String {
    timestamp(micros)
        .to_zoned(TimeZone::UTC)
        .strftime(format)
        .to_string()
}

/// A stored moment; one outside the calendar could only come from a damaged file and reads as 1970.
fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
