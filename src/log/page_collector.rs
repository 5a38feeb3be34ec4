//! Pure: collects every entry of a range, even if new entries shift the pages in the meantime.
//!
//! Pages are counted from the newest entry, so a new entry shifts all the others. Positions counted from the oldest
//! entry never change. A page loaded at a given total covers certain positions, and the range is complete when all of
//! them are covered. Entries inserted in the middle, out of chronological order, are detected by counting, and then
//! everything is loaded again.

use crate::log::entry::{LogEntry, SharedNames};
use crate::log::sort::newest_first;
use crate::units::sort;
use crate::wire::logs::Page;
use std::collections::HashSet;

/// Entries per page: the service's maximum (contract §1.4).
pub const SIZE: u64 = 100;
/// How many times everything is loaded before missing entries are reported instead.
const PASSES: u32 = 3;

/// The entries collected so far, and what is still to be loaded.
#[derive(Debug, Default)]
pub struct PageCollector {
    entries: Vec<LogEntry>,
    ids: HashSet<i64>,
    names: SharedNames,
    /// The number of entries in the range: the highest that any response has reported. `None` before the first one.
    total: Option<u64>,
    /// Loaded positions, counted from the oldest entry: sorted, disjoint, half-open ranges.
    covered: Vec<(u64, u64)>,
    in_flight: Vec<InFlight>,
    pass: u32,
}

/// A page that is being loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InFlight {
    page: u64,
    positions: (u64, u64),
}

impl PageCollector {
    /// Returns the next page to request, from 1; `None` while everything that is missing is already being loaded.
    pub fn next_page(&mut self) -> Option<u64> {
        let total = match self.total {
            Some(total) => total,
            None if self.in_flight.is_empty() => SIZE,
            None => return None,
        };
        let position = self.newest_missing(total)?;
        let page = (total - 1 - position) / SIZE + 1;
        let positions = positions(page, total);
        self.in_flight.push(InFlight { page, positions });
        Some(page)
    }

    /// Adds a page that was received.
    pub fn add(&mut self, page: u64, response: &Page) {
        self.in_flight.retain(|in_flight| in_flight.page != page);
        // A response that arrives after a newer one has a lower total.
        let total = self.total.unwrap_or(0).max(response.total_records);
        self.total = Some(total);
        for row in &response.logs {
            if self.ids.insert(row.id) {
                self.entries.push(LogEntry::of(row, &mut self.names));
            }
        }
        self.cover(positions(page, response.total_records));
        let all_loaded = self.newest_missing(total).is_none() && self.in_flight.is_empty();
        if all_loaded && self.missing() > 0 && self.pass + 1 < PASSES {
            self.pass += 1;
            self.covered.clear();
        }
    }

    /// Records that a page failed to load; it will be requested again.
    pub fn mark_failed(&mut self, page: u64) {
        self.in_flight.retain(|in_flight| in_flight.page != page);
    }

    /// Whether every position has been loaded.
    pub fn is_complete(&self) -> bool {
        self.total
            .is_some_and(|total| self.in_flight.is_empty() && self.newest_missing(total).is_none())
    }

    /// Returns how many of the entries that the service counts were not found.
    pub fn missing(&self) -> u64 {
        self.total.unwrap_or(0).saturating_sub(self.rows())
    }

    /// Returns how many entries were collected so far.
    pub fn rows(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Returns the number of entries in the range, or `None` before the first response.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Returns the entries, newest first.
    pub fn into_entries(mut self) -> Vec<LogEntry> {
        sort::sort(&mut self.entries, newest_first);
        self.entries
    }

    /// Returns the newest position that is neither loaded nor being loaded.
    fn newest_missing(&self, total: u64) -> Option<u64> {
        let mut below = total;
        loop {
            let covers_below = |(from, to): &(u64, u64)| *from < below && below <= *to;
            let in_flight = self.in_flight.iter().map(|in_flight| in_flight.positions);
            match self
                .covered
                .iter()
                .copied()
                .chain(in_flight)
                .find(covers_below)
            {
                Some((from, _)) => below = from,
                None => return below.checked_sub(1),
            }
            if below == 0 {
                return None;
            }
        }
    }

    fn cover(&mut self, range: (u64, u64)) {
        let mut ranges = std::mem::take(&mut self.covered);
        ranges.push(range);
        sort::sort_by_key(&mut ranges, |range| *range);
        for (from, to) in ranges {
            match self.covered.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ if from < to => self.covered.push((from, to)),
                _ => {}
            }
        }
    }
}

/// Returns the positions of a page, given the total number of entries.
fn positions(page: u64, total: u64) -> (u64, u64) {
    let older_than = |pages: u64| total.saturating_sub(pages.saturating_mul(SIZE));
    (older_than(page), older_than(page.saturating_sub(1)))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// Returns a page of a log with these ids, newest first.
    fn page_of(ids: &[i64], page: u64) -> Page {
        let from = ((page - 1) * SIZE) as usize;
        let rows: Vec<_> = ids
            .iter()
            .skip(from)
            .take(SIZE as usize)
            .map(|id| json!({ "id": id }))
            .collect();
        serde_json::from_value(json!({
            "logs": rows, "total_records": ids.len(), "page": page, "page_size": SIZE,
            "total_pages": (ids.len() as u64).div_ceil(SIZE),
        }))
        .unwrap()
    }

    #[test]
    fn an_empty_range_takes_one_request() {
        let mut collector = PageCollector::default();
        assert_eq!(collector.next_page(), Some(1));
        assert_eq!(collector.next_page(), None, "the total is not known yet");
        collector.add(1, &page_of(&[], 1));
        assert!(collector.is_complete());
        assert_eq!(collector.into_entries(), []);
    }

    #[test]
    fn entries_inserted_in_the_middle_are_found_by_counting() {
        let mut ids: Vec<i64> = (0..250).rev().collect();
        let mut collector = PageCollector::default();
        for _ in 0..2 {
            let page = collector.next_page().unwrap();
            collector.add(page, &page_of(&ids, page));
        }
        ids.insert(50, 1000);
        while let Some(page) = collector.next_page() {
            collector.add(page, &page_of(&ids, page));
        }
        assert!(collector.is_complete());
        assert_eq!((collector.rows(), collector.missing()), (251, 0));
    }

    proptest! {
        /// Pages are requested in any order, while new entries arrive and requests fail: in the end every entry is
        /// present exactly once.
        #[test]
        fn every_entry_is_collected_once(
            start in 0usize..900,
            steps in proptest::collection::vec((0usize..4, 0usize..5, 0u8..10), 0..120),
        ) {
            let mut ids: Vec<i64> = (0..start as i64).rev().collect();
            let mut collector = PageCollector::default();
            // Requests in flight: sent, and possibly answered, but not received.
            let mut in_flight: Vec<(u64, Option<Page>)> = Vec::new();
            for (pick, new, action) in steps {
                if in_flight.len() < 4 && let Some(page) = collector.next_page() {
                    in_flight.push((page, None));
                }
                for _ in 0..new {
                    ids.insert(0, ids.len() as i64);
                }
                if in_flight.is_empty() {
                    continue;
                }
                let i = pick % in_flight.len();
                match action {
                    0 => collector.mark_failed(in_flight.remove(i).0),
                    1..5 => in_flight[i].1 = Some(page_of(&ids, in_flight[i].0)),
                    _ => {
                        let (page, response) = in_flight.remove(i);
                        collector.add(page, &response.unwrap_or_else(|| page_of(&ids, page)));
                    }
                }
            }
            for (page, response) in in_flight {
                collector.add(page, &response.unwrap_or_else(|| page_of(&ids, page)));
            }
            while let Some(page) = collector.next_page() {
                collector.add(page, &page_of(&ids, page));
            }
            prop_assert!(collector.is_complete());
            prop_assert_eq!(collector.missing(), 0);
            // The entries that existed at the latest response; the very newest may have arrived after it.
            let known = collector.total().unwrap() as i64;
            let mut found: Vec<_> = collector.into_entries().iter().map(|entry| entry.id).collect();
            found.sort_unstable();
            prop_assert_eq!(found, (0..known).collect::<Vec<_>>());
        }
    }
}
