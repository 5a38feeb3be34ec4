//! Days as used in the URL and by the services: `YYYY-MM-DD`, for the years 1 to 9999.

use crate::units::moment::{civil, days_from_civil, utc_day_number};

/// The number of 9999-12-31, the last day with a four-digit year.
const LAST: i64 = 2_932_896;
/// The number of the first day, 0001-01-01.
const FIRST: i64 = -719_162;

/// Returns the days from 1970-01-01 to `day`, or `None` if the text is not a day that exists.
pub fn day_number(day: &str) -> Option<i64> {
    let (number, _) = civil(day)?;
    (FIRST..=LAST).contains(&number).then_some(number)
}

/// Returns the day `by` days after `day`, or before it if `by` is negative. `None` if `day` is invalid or the result
/// has no four-digit year.
pub fn shift_day(day: &str, by: i64) -> Option<String> {
    format_day(day_number(day)?.checked_add(by)?)
}

/// Returns the first and last day of the month that contains `day`.
pub fn month_of(day: &str) -> Option<(String, String)> {
    let (_, [year, month, _]) = civil(day)?;
    let next = days_from_civil(year + month / 12, month % 12 + 1, 1);
    Some((
        format_day(days_from_civil(year, month, 1))?,
        format_day(next - 1)?,
    ))
}

fn format_day(number: i64) -> Option<String> {
    (FIRST..=LAST)
        .contains(&number)
        .then(|| utc_day_number(number))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shift_day_crosses_months_and_years() {
        for (day, by, expected) in [
            ("2026-01-01", -1, Some("2025-12-31")),
            ("2025-12-31", 1, Some("2026-01-01")),
            ("2024-02-28", 1, Some("2024-02-29")),
            ("2023-02-28", 1, Some("2023-03-01")),
            ("1900-03-01", -1, Some("1900-02-28")),
            ("2000-03-01", -1, Some("2000-02-29")),
            ("2026-05-05", 0, Some("2026-05-05")),
            ("2024-02-29", 366, Some("2025-03-01")),
            ("0001-01-01", -1, None),
            ("9999-12-31", 1, None),
            ("2026-05-05", i64::MAX, None),
            ("2026-05-05", i64::MIN, None),
            ("2026-02-29", 1, None),
            ("2026-2-9", 1, None),
            ("0000-06-01", 1, None),
            ("", 1, None),
        ] {
            assert_eq!(shift_day(day, by).as_deref(), expected, "{day} {by}");
        }
    }

    #[test]
    fn month_of_returns_first_and_last_day() {
        for (day, first, last) in [
            ("2024-02-10", "2024-02-01", "2024-02-29"),
            ("2026-02-28", "2026-02-01", "2026-02-28"),
            ("2100-02-01", "2100-02-01", "2100-02-28"),
            ("2026-04-30", "2026-04-01", "2026-04-30"),
            ("2025-12-31", "2025-12-01", "2025-12-31"),
            ("9999-12-05", "9999-12-01", "9999-12-31"),
        ] {
            let expected = Some((first.to_owned(), last.to_owned()));
            assert_eq!(month_of(day), expected, "{day}");
        }
        assert_eq!(month_of("2026-13-01"), None);
        assert_eq!(month_of("0000-06-01"), None);
    }

    #[test]
    fn day_number_counts_from_1970() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("0001-01-01"), Some(FIRST));
        assert_eq!(day_number("9999-12-31"), Some(LAST));
    }

    proptest! {
        #[test]
        fn shift_day_is_invertible(number in FIRST..=LAST, by in -800_000i64..800_000) {
            let day = format_day(number).unwrap();
            prop_assert_eq!(day_number(&day), Some(number));
            if let Some(shifted) = shift_day(&day, by) {
                prop_assert_eq!(day_number(&shifted), Some(number + by));
                prop_assert_eq!(shifted < day, by < 0);
                prop_assert_eq!(shift_day(&shifted, -by), Some(day));
            }
        }

        #[test]
        fn month_of_contains_its_day(number in FIRST..=LAST - 31) {
            let day = format_day(number).unwrap();
            let (first, last) = month_of(&day).unwrap();
            prop_assert!(first <= day && day <= last);
            prop_assert_eq!(&first[..8], &last[..8]);
            prop_assert!(first.ends_with("-01") && shift_day(&last, 1).unwrap().ends_with("-01"));
        }

        #[test]
        fn never_panics(text in ".{0,20}", near in "[0-9-]{0,12}", by in any::<i64>()) {
            let _ = (shift_day(&text, by), shift_day(&near, by), month_of(&text), month_of(&near));
        }
    }
}
