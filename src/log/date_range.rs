//! Pure: the days of the log to show, and how they are requested.

use crate::log::entry::LogEntry;
use crate::log::zone::Zone;
use crate::units::shift_day;

/// Two time zones are at most 26 hours apart, so a day in one zone starts and ends within this many days of the same
/// day in another.
const ZONE_MARGIN: i64 = 2;

/// A range of days, `YYYY-MM-DD`, inclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// The zone of the days.
    pub zone: Zone,
}

impl DateRange {
    /// Returns the service's parameters for one page of the range (contract §1.4). The service counts days in the
    /// account's zone, so days in another zone are requested with a margin, which [`Self::apply`] removes.
    pub fn wire(&self, page: u64, size: u64) -> Vec<(&'static str, String)> {
        let margin = match self.zone {
            Zone::Service => 0,
            Zone::Local => ZONE_MARGIN,
        };
        let day = |day: &String, by| shift_day(day, by).unwrap_or_else(|| day.clone());
        let mut pairs = vec![("page", page.to_string()), ("page_size", size.to_string())];
        pairs.extend(
            self.from
                .iter()
                .map(|from| ("date_from", day(from, -margin))),
        );
        pairs.extend(self.to.iter().map(|to| ("date_to", day(to, margin))));
        pairs
    }

    /// Converts the times of `entries` to the zone and removes entries of other days. An entry without a readable time
    /// is kept, because nothing shows that it belongs to another day. `offset_at` returns how many minutes this
    /// computer's zone is ahead of UTC at a given moment.
    pub fn apply(&self, entries: &mut Vec<LogEntry>, offset_at: impl Fn(i64) -> i64) {
        if self.zone == Zone::Service {
            return;
        }
        for entry in entries.iter_mut() {
            entry.move_to_zone(&offset_at);
        }
        let (from, to) = (self.from.as_deref(), self.to.as_deref());
        entries.retain(|entry| match entry.day().filter(|_| entry.at.is_some()) {
            Some(day) => from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to),
            None => true,
        });
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::log::entry::tests::entry;
    use crate::units::{moment_in_zone, moment_ms, utc_day, utc_moment};
    use proptest::prelude::*;
    use serde_json::json;

    fn range(from: &str, to: &str, zone: Zone) -> DateRange {
        DateRange {
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            zone,
        }
    }

    #[test]
    fn account_days_are_left_to_the_service() {
        let range = range("2026-01-15", "2026-01-16", Zone::Service);
        let params = range.wire(3, 50);
        assert_eq!(params[2], ("date_from", "2026-01-15".to_owned()));
        assert_eq!(params[3], ("date_to", "2026-01-16".to_owned()));
        let mut entries = vec![entry(json!({"transfer_date": "2020-01-01T00:00:00+05:30"}))];
        let before = entries.clone();
        range.apply(&mut entries, |_| 60);
        assert_eq!(entries, before, "the service already selected the entries");
    }

    #[test]
    fn an_entry_without_a_time_is_kept() {
        let range = range("2026-01-15", "2026-01-15", Zone::Local);
        let mut entries = vec![
            entry(json!({"transfer_date": null})),
            entry(json!({"transfer_date": "2026-01-01T12:00:00"})),
        ];
        range.apply(&mut entries, |_| 60);
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn the_offset_is_taken_at_each_entrys_time() {
        // Central Europe in 2026.
        let offset = |at| {
            let begins = moment_ms("2026-03-29T01:00:00Z").unwrap_or_default();
            if at < begins { 60 } else { 120 }
        };
        let mut entries = vec![
            entry(json!({"id": 2, "transfer_date": "2026-03-29T22:30:00Z"})),
            entry(json!({"id": 1, "transfer_date": "2026-03-28T22:59:59Z"})),
            entry(json!({"id": 0, "transfer_date": "2026-03-28T23:00:00Z"})),
        ];
        range("2026-03-29", "2026-03-29", Zone::Local).apply(&mut entries, offset);
        let days: Vec<_> = entries
            .iter()
            .map(|entry| entry.written.as_deref())
            .collect();
        assert_eq!(days, [Some("2026-03-29T00:00:00+01:00")]);
    }

    proptest! {
        /// For any two zones, the requested range contains every entry of the days, and exactly those are left after
        /// filtering.
        #[test]
        fn local_days_contain_exactly_their_entries(
            account in -720i64..=840, local in -720i64..=840,
            minutes in proptest::collection::vec(0i64..20 * 24 * 60, 0..60), first in 0i64..20, length in 0i64..5,
        ) {
            let start = moment_ms("2026-02-10T00:00:00Z").unwrap_or_default();
            let day = |number: i64| utc_day(start + number * 86_400_000);
            let range = range(&day(first), &day(first + length), Zone::Local);
            let moments: Vec<i64> = minutes.iter().map(|minute| start + minute * 60_000).collect();
            let params = range.wire(1, 100);
            let sent = moments.iter().filter_map(|at| moment_in_zone(&utc_moment(*at), account));
            // The service compares days in its own time zone.
            let sent = sent.filter(|iso| params[2].1.as_str() <= &iso[..10] && &iso[..10] <= params[3].1.as_str());
            let mut entries: Vec<_> = sent.map(|iso| entry(json!({"transfer_date": iso}))).collect();
            range.apply(&mut entries, |_| local);
            let found: Vec<_> = entries.iter().filter_map(|entry| entry.at).collect();
            let local_day = |at: i64| utc_day(at + local * 60_000);
            let belongs = |at: &i64| (day(first)..=day(first + length)).contains(&local_day(*at));
            let expected: Vec<_> = moments.iter().copied().filter(belongs).collect();
            prop_assert_eq!(found, expected);
            for entry in &entries {
                let day = entry.at.map(local_day);
                prop_assert_eq!(entry.day(), day.as_deref());
            }
        }
    }
}
