//! Ranges of days that are asked for often.

use crate::units::{month_of, shift_day};

/// A range of days, counted from today: kept by its name, so that it means the same tomorrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Today.
    Today,
    /// The day before.
    Yesterday,
    /// Seven days, today among them.
    Last7,
    /// Thirty days, today among them.
    Last30,
    /// The calendar month of today, to its last day.
    ThisMonth,
    /// The calendar month before that.
    LastMonth,
}

impl Preset {
    /// Every preset, the shortest first.
    pub const ALL: [Self; 6] = [
        Self::Today,
        Self::Yesterday,
        Self::Last7,
        Self::Last30,
        Self::ThisMonth,
        Self::LastMonth,
    ];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Last7 => "last-7",
            Self::Last30 => "last-30",
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::Last7 => "Last 7 days",
            Self::Last30 => "Last 30 days",
            Self::ThisMonth => "This month",
            Self::LastMonth => "Last month",
        }
    }

    /// Its first and its last day, both inclusive, `YYYY-MM-DD`. Nothing where `today` is no such day.
    pub fn days(self, today: &str) -> Option<(String, String)> {
        let back = |days: i64| shift_day(today, -days);
        match self {
            Self::Today => Some((back(0)?, back(0)?)),
            Self::Yesterday => Some((back(1)?, back(1)?)),
            Self::Last7 => Some((back(6)?, back(0)?)),
            Self::Last30 => Some((back(29)?, back(0)?)),
            Self::ThisMonth => month_of(today),
            Self::LastMonth => month_of(&shift_day(&month_of(today)?.0, -1)?),
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn every_preset_of_a_day() {
        for (preset, today, first, last) in [
            (Preset::Today, "2026-03-01", "2026-03-01", "2026-03-01"),
            (Preset::Yesterday, "2026-03-01", "2026-02-28", "2026-02-28"),
            (Preset::Yesterday, "2024-03-01", "2024-02-29", "2024-02-29"),
            (Preset::Yesterday, "2026-01-01", "2025-12-31", "2025-12-31"),
            (Preset::Last7, "2026-01-03", "2025-12-28", "2026-01-03"),
            (Preset::Last30, "2026-03-01", "2026-01-31", "2026-03-01"),
            (Preset::ThisMonth, "2024-02-10", "2024-02-01", "2024-02-29"),
            (Preset::LastMonth, "2024-03-31", "2024-02-01", "2024-02-29"),
            (Preset::LastMonth, "2026-01-15", "2025-12-01", "2025-12-31"),
        ] {
            let expected = Some((first.to_owned(), last.to_owned()));
            assert_eq!(preset.days(today), expected, "{preset:?} {today}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.name()), Some(preset));
        }
        assert_eq!(Preset::named("Today"), None);
    }

    #[test]
    fn what_is_no_day_has_no_presets() {
        for preset in Preset::ALL {
            for today in ["", "2026-02-30", "today", "2026-5-1"] {
                assert_eq!(preset.days(today), None, "{preset:?} {today}");
            }
        }
        assert_eq!(Preset::LastMonth.days("0001-01-15"), None);
    }
}
