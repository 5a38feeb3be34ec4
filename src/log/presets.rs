//! Pure: common date ranges.

use crate::units::{month_of, shift_day};

/// A date range relative to today. Stored by name, so that it moves along with today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Today.
    Today,
    /// The day before today.
    Yesterday,
    /// Seven days, including today.
    Last7,
    /// Thirty days, including today.
    Last30,
    /// The current calendar month, through its last day.
    ThisMonth,
    /// The calendar month before the current one.
    LastMonth,
}

impl Preset {
    /// All presets, shortest first.
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

    /// Returns the preset with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// The label shown to users.
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

    /// Returns its first and last day, both inclusive, as `YYYY-MM-DD`. `None` if `today` is not a valid day.
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
    fn presets_resolve_to_days() {
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
    fn names_round_trip() {
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.name()), Some(preset));
        }
        assert_eq!(Preset::named("Today"), None);
    }

    #[test]
    fn an_invalid_day_has_no_presets() {
        for preset in Preset::ALL {
            for today in ["", "2026-02-30", "today", "2026-5-1"] {
                assert_eq!(preset.days(today), None, "{preset:?} {today}");
            }
        }
        assert_eq!(Preset::LastMonth.days("0001-01-15"), None);
    }
}
