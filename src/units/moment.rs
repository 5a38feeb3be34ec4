//! Timestamps as the services write them, as exact milliseconds since 1970 UTC.

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// Parses `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM|±HHMM)` to milliseconds since 1970 UTC. A fraction of any length is
/// truncated to three digits. Returns `None` for anything else, including a timestamp without a zone (contract §1.5),
/// because it could be at any hour of the day.
pub fn moment_ms(iso: &str) -> Option<i64> {
    let (date, rest) = iso.split_once('T')?;
    let (time, zone) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let (clock, thousandths) = match time.split_once('.') {
        Some((clock, fraction)) => (clock, thousandths(fraction)?),
        None => (time, 0),
    };
    let (days, _) = civil(date)?;
    let [hour, minute, second] = parts(clock, ':', [2, 2, 2])?;
    let in_range = hour < 24 && minute < 60 && second < 60;
    let seconds = (hour * 60 + minute - zone_offset(zone)?) * 60 + second;
    in_range.then_some(days * DAY + seconds * 1000 + thousandths)
}

/// Returns how many minutes the zone of an ISO 8601 timestamp is ahead of UTC. `None` if [`moment_ms`] returns `None`.
pub fn utc_offset(iso: &str) -> Option<i64> {
    moment_ms(iso)?;
    let (_, rest) = iso.split_once('T')?;
    zone_offset(rest.get(rest.find(['Z', '+', '-'])?..)?)
}

/// Names the zone `offset` minutes ahead of UTC, such as `UTC+05:30`.
pub fn zone_name(offset: i64) -> String {
    let (sign, minutes) = if offset < 0 {
        ('-', -offset)
    } else {
        ('+', offset)
    };
    if minutes == 0 {
        return "UTC".to_owned();
    }
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Converts a timestamp to the zone `offset` minutes ahead of UTC, keeping every digit of its fraction. `None` if
/// [`moment_ms`] returns `None`.
pub fn moment_in_zone(iso: &str, offset: i64) -> Option<String> {
    let seconds = moment_ms(iso)?
        .div_euclid(1000)
        .checked_add(offset.checked_mul(60)?)?;
    let (_, rest) = iso.split_once('T')?;
    let (time, _) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let fraction = time.find('.').and_then(|at| time.get(at..)).unwrap_or("");
    let zone = zone_name(offset);
    let zone = zone.strip_prefix("UTC").filter(|zone| !zone.is_empty());
    Some(format!(
        "{}{fraction}{}",
        date_and_time(seconds),
        zone.unwrap_or("Z")
    ))
}

/// Formats seconds since 1970 as `YYYY-MM-DDTHH:MM:SS`.
fn date_and_time(seconds: i64) -> String {
    let (day, second_of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hour, minute, second) = (
        second_of_day / 3600,
        second_of_day / 60 % 60,
        second_of_day % 60,
    );
    format!("{}T{hour:02}:{minute:02}:{second:02}", utc_day_number(day))
}

/// Returns the UTC day at `ms` milliseconds since 1970: `YYYY-MM-DD` from the year 0 on.
pub fn utc_day(ms: i64) -> String {
    utc_day_number(ms.div_euclid(DAY))
}

/// Formats a day, given in days since 1970, like [`utc_day`].
pub(super) fn utc_day_number(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Formats `ms` milliseconds since 1970 as an ISO 8601 timestamp with `Z`.
pub fn utc_moment(ms: i64) -> String {
    let (seconds, thousandths) = (ms.div_euclid(1000), ms.rem_euclid(1000));
    format!("{}.{thousandths:03}Z", date_and_time(seconds))
}

/// Parses `YYYY-MM-DD` to days since 1970 and to year, month and day. `None` if the day doesn't exist.
pub(super) fn civil(date: &str) -> Option<(i64, [i64; 3])> {
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let days = days_from_civil(year, month, day);
    // A day that doesn't exist converts back to a different one.
    let exists = (1..=12).contains(&month) && civil_from_days(days) == (year, month, day);
    exists.then_some((days, [year, month, day]))
}

/// Parses exactly `length` digits.
fn digits(text: &str, length: usize) -> Option<i64> {
    let is_valid = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_valid)
}

/// Parses three numbers of the given lengths, separated by `separator`.
fn parts(text: &str, separator: char, lengths: [usize; 3]) -> Option<[i64; 3]> {
    let mut pieces = text.split(separator);
    let read = [
        digits(pieces.next()?, lengths[0])?,
        digits(pieces.next()?, lengths[1])?,
        digits(pieces.next()?, lengths[2])?,
    ];
    pieces.next().is_none().then_some(read)
}

/// Returns the milliseconds at the start of a fraction of a second.
fn thousandths(fraction: &str) -> Option<i64> {
    let is_valid = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.bytes().chain(*b"000").take(3);
    is_valid.then(|| digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// Returns how many minutes a zone is ahead of UTC.
fn zone_offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Returns the days from 1970-01-01 to a day of the Gregorian calendar. Years start in March here, so that the leap day
/// is the last day of its year; 400 years have 146,097 days.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`]: returns year, month and day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 {
        months_since_march + 3
    } else {
        months_since_march - 9
    };
    let year = era * 400 + year + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zones_are_named_by_offset() {
        for (iso, name) in [
            ("2026-01-15T16:34:40+05:30", "UTC+05:30"),
            ("2026-01-15T16:34:40-0330", "UTC-03:30"),
            ("2026-01-15T16:34:40.1Z", "UTC"),
        ] {
            assert_eq!(utc_offset(iso).map(zone_name).as_deref(), Some(name));
        }
        assert_eq!(utc_offset("2026-01-15T16:34:40"), None);
    }

    #[test]
    fn timestamps_are_converted_between_zones() {
        for (iso, offset, expected) in [
            ("2026-01-15T16:34:40+05:30", 60, "2026-01-15T12:04:40+01:00"),
            ("2026-01-15T16:34:40+05:30", 0, "2026-01-15T11:04:40Z"),
            (
                "2026-01-01T00:30:00.1870001Z",
                -210,
                "2025-12-31T21:00:00.1870001-03:30",
            ),
            (
                "1969-12-31T23:59:59.999Z",
                840,
                "1970-01-01T13:59:59.999+14:00",
            ),
        ] {
            assert_eq!(
                moment_in_zone(iso, offset).as_deref(),
                Some(expected),
                "{iso}"
            );
        }
        assert_eq!(moment_in_zone("2026-01-15T16:34:40", 0), None);
    }

    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    fn is_leap(year: i64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    fn length(year: i64, month: i64) -> i64 {
        LENGTHS[month as usize - 1] + i64::from(month == 2 && is_leap(year))
    }

    /// Counts the days since 1970 month by month: slow, but obviously correct.
    fn counted_days(year: i64, month: i64, day: i64) -> i64 {
        let of = |year| 365 + i64::from(is_leap(year));
        let years: i64 = (1970..year).map(of).sum::<i64>() - (year..1970).map(of).sum::<i64>();
        years + (1..month).map(|m| length(year, m)).sum::<i64>() + day - 1
    }

    #[test]
    fn parses_the_contract_timestamps() {
        for (iso, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            // An entry of the log, and the timestamp in its reference (contract §1.4).
            ("2026-01-15T16:34:40+05:30", 1_768_475_080_000),
            ("2026-01-15T11:04:40Z", 1_768_475_080_000),
            ("2026-01-15T16:34:40+0530", 1_768_475_080_000),
            // An event, and the allocation that it belongs to (contract §3.1, §3.4).
            ("2026-06-03T18:14:02.187Z", 1_780_510_442_187),
            ("2026-06-03T18:14:02.187000+00:00", 1_780_510_442_187),
            ("2026-06-03T18:14:02.1879999999999Z", 1_780_510_442_187),
            ("2026-06-03T18:14:02.1Z", 1_780_510_442_100),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2024-02-29T00:00:00-01:00", 1_709_168_400_000),
            ("0000-03-01T00:00:00Z", -719_468 * DAY),
        ] {
            assert_eq!(moment_ms(iso), Some(ms), "{iso}");
        }
    }

    #[test]
    fn parses_the_zone() {
        for (iso, minutes) in [
            ("2026-01-15T16:34:40+05:30", Some(330)),
            ("2026-01-15T16:34:40.5-0100", Some(-60)),
            ("2026-01-15T16:34:40Z", Some(0)),
            ("2026-01-15T16:34:40", None),
            ("2026-01-35T16:34:40Z", None),
        ] {
            assert_eq!(utc_offset(iso), minutes, "{iso}");
        }
    }

    #[test]
    fn invalid_timestamps_are_rejected() {
        for text in [
            "",
            "T",
            "2026-01-15",
            // No zone: could be any hour of the day (contract §1.5).
            "2026-05-11T11:04:09.426809",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-13-10T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-15T24:00:00Z",
            "2026-01-15T23:60:00Z",
            "2026-01-15T23:59:60Z",
            "2026-01-15T23:59Z",
            "2026-01-15T23:59:59.Z",
            "2026-01-15T23:59:59,5Z",
            "2026-01-15T23:59:59Zz",
            "2026-01-15T23:59:59+24:00",
            "2026-01-15T23:59:59+05:60",
            "2026-01-15T23:59:59+05",
            "2026-01-15T23:59:59+5:30",
            "2026-01-15T23:59:59+05:30:00",
            "2026-01-15 23:59:59Z",
            "26-01-15T23:59:59Z",
            "+2026-01-15T23:59:59Z",
            "2026-+1-15T23:59:59Z",
            "2026-01-15-01T23:59:59Z",
            "2026-01-15T+3:59:59Z",
            "２026-01-15T23:59:59Z",
        ] {
            assert_eq!(moment_ms(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_counting_days(
            year in 0i64..3000, month in 1i64..=12, day in 1i64..=31,
            (h, m, s) in (0i64..24, 0i64..60, 0i64..60),
            fraction in "[0-9]{1,12}", offset in -1439i64..1440, colon in any::<bool>(),
        ) {
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            let colon = if colon { ":" } else { "" };
            let iso = format!(
                "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{fraction}{sign}{hours:02}{colon}{minutes:02}"
            );
            let thousandths: i64 = format!("{fraction}00")[..3].parse().unwrap();
            let seconds = counted_days(year, month, day) * 86_400 + (h * 60 + m - offset) * 60 + s;
            let exists = day <= length(year, month);
            prop_assert_eq!(moment_ms(&iso), exists.then_some(seconds * 1000 + thousandths));
        }

        #[test]
        fn zone_conversion_keeps_the_moment(ms in 0i64..100_000_000_000_000, offset in -1439i64..1440) {
            let iso = utc_moment(ms);
            let converted = moment_in_zone(&iso, offset).unwrap();
            prop_assert_eq!(moment_ms(&converted), Some(ms));
            prop_assert_eq!(utc_offset(&converted), Some(offset));
            prop_assert_eq!(moment_in_zone(&converted, 0), Some(iso));
        }

        #[test]
        fn utc_day_round_trips(year in 0i64..3000, month in 1i64..=12, day in 1i64..=28, within in 0..DAY) {
            let ms = counted_days(year, month, day) * DAY + within;
            let formatted = format!("{year:04}-{month:02}-{day:02}");
            prop_assert_eq!(utc_day(ms), formatted.clone());
            prop_assert_eq!(moment_ms(&format!("{formatted}T00:00:00Z")), Some(ms - within));
        }

        #[test]
        fn never_panics(text in ".{0,40}", near in "[0-9T:.Z+-]{0,40}", ms in any::<i64>()) {
            let _ = (moment_ms(&text), moment_ms(&near), utc_day(ms));
        }
    }
}
