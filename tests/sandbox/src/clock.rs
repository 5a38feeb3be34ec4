//! Timestamps in each vendor's format (contract §1.4, §2, §4).

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};

/// The reseller account's UTC offset, +05:30: log dates have it, and log days begin at its midnight (O14).
const ACCOUNT_OFFSET_SECONDS: i32 = 19_800;
/// Seconds in a day; the account's offset has no daylight saving time.
const DAY_SECONDS: i64 = 86_400;

/// The clock of one sandbox: this machine's, shifted by an offset, which a copy keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    ahead_micros: i64,
}

impl Clock {
    /// Returns a clock that is `millis` ahead of this machine's (negative: behind).
    pub const fn ahead_by_millis(millis: i64) -> Self {
        Self {
            ahead_micros: millis.saturating_mul(1000),
        }
    }

    /// Returns the microseconds since 1970 by this clock.
    pub fn now(self) -> i64 {
        system_now().saturating_add(self.ahead_micros)
    }
}

/// Returns the microseconds since 1970 by this machine's clock, regardless of the sandbox's.
pub fn system_now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Truncates `micros` to a millisecond: wallet events show milliseconds, and `since`/`until` must match a row by the
/// time it shows.
pub fn to_millis(micros: i64) -> i64 {
    micros - micros.rem_euclid(1000)
}

/// Returns the whole second of a timestamp.
pub fn seconds(micros: i64) -> i64 {
    micros.div_euclid(1_000_000)
}

/// Formats a log row's date: `2026-01-15T16:34:40+05:30`.
pub fn account_time(seconds: i64) -> String {
    let zone = TimeZone::fixed(account_offset());
    timestamp(seconds.saturating_mul(1_000_000))
        .to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// Formats the time in a transfer reference, in UTC: `20260115110440`.
pub fn reference_time(seconds: i64) -> String {
    utc(seconds.saturating_mul(1_000_000), "%Y%m%d%H%M%S")
}

/// Formats the time of an organization or an allocation: `2026-06-03T18:14:02.187000+00:00`.
pub fn utc_micros(micros: i64) -> String {
    utc(micros, "%Y-%m-%dT%H:%M:%S.%6f+00:00")
}

/// Formats the time of a wallet or an event: `2026-06-03T18:14:02.187Z`.
pub fn utc_millis(micros: i64) -> String {
    utc(micros, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// Formats a `Date` header: `Wed, 03 Jun 2026 18:14:02 GMT`.
pub fn http_date(micros: i64) -> String {
    utc(micros, "%a, %d %b %Y %H:%M:%S GMT")
}

/// Returns the first second of a `YYYY-MM-DD` day in the account's offset, and that of the next day.
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

/// Returns the microseconds of an ISO 8601 timestamp that ends in `Z`; an offset is rejected (contract §3.4).
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

/// Converts a stored timestamp; one outside the calendar could only come from a damaged file and becomes 1970.
fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
