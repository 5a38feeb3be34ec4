//! Collecting every row of a range while new movements push the pages along.
//!
//! Pages count from the newest row, so a new one moves all the others; counted from the oldest row, every place stays
//! what it is. A page read when there were so many rows in all covers certain places, and the range is complete when
//! all of them are covered. Rows that come into the middle, out of the order of time, are found by counting, and then
//! everything is read once more.

use crate::log::entry::{LogEntry, SharedNames};
use crate::log::sort::newest_first;
use crate::units::sort;
use crate::wire::logs::Page;
use std::collections::HashSet;

/// Rows a page; the backend's most (contract §1.4).
pub const SIZE: u64 = 100;
/// How often everything is read before what is missing is told instead.
const PASSES: u32 = 3;

/// The rows collected so far, and what is still to be read.
#[derive(Debug, Default)]
pub struct PageCollector {
    entries: Vec<LogEntry>,
    ids: HashSet<i64>,
    names: SharedNames,
    /// Rows in the range as last heard; nothing before the first answer.
    total: Option<u64>,
    /// Places counted from the oldest row: read, or being read. Sorted, apart, half open.
    covered: Vec<(u64, u64)>,
    asked: Vec<Asked>,
    pass: u32,
}

/// A page that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    page: u64,
    places: (u64, u64),
}

impl PageCollector {
    /// The page to ask for next, from 1; nothing while all that is missing is being read.
    pub fn ask(&mut self) -> Option<u64> {
        let total = match self.total {
            Some(total) => total,
            None if self.asked.is_empty() => SIZE,
            None => return None,
        };
        let place = self.newest_missing(total)?;
        let page = (total - 1 - place) / SIZE + 1;
        let places = places(page, total);
        self.asked.push(Asked { page, places });
        Some(page)
    }

    /// A page came.
    pub fn take(&mut self, page: u64, answer: &Page) {
        self.asked.retain(|asked| asked.page != page);
        // An answer that was overtaken knows of fewer rows.
        let total = self.total.unwrap_or(0).max(answer.total_records);
        self.total = Some(total);
        for row in &answer.logs {
            if self.ids.insert(row.id) {
                self.entries.push(LogEntry::of(row, &mut self.names));
            }
        }
        self.cover(places(page, answer.total_records));
        let all_read = self.newest_missing(total).is_none() && self.asked.is_empty();
        if all_read && self.missing() > 0 && self.pass + 1 < PASSES {
            self.pass += 1;
            self.covered.clear();
        }
    }

    /// A page did not come; it is asked for again.
    pub fn fail(&mut self, page: u64) {
        self.asked.retain(|asked| asked.page != page);
    }

    /// Whether every place has been read.
    pub fn is_complete(&self) -> bool {
        self.total
            .is_some_and(|total| self.asked.is_empty() && self.newest_missing(total).is_none())
    }

    /// Rows that the backend counts and that were not found.
    pub fn missing(&self) -> u64 {
        self.total.unwrap_or(0).saturating_sub(self.rows())
    }

    /// Rows collected so far.
    pub fn rows(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Rows in the range, as last heard.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The rows, newest first.
    pub fn into_entries(mut self) -> Vec<LogEntry> {
        sort::sort(&mut self.entries, newest_first);
        self.entries
    }

    /// The newest place that is neither read nor being read.
    fn newest_missing(&self, total: u64) -> Option<u64> {
        let mut below = total;
        loop {
            let held = |(from, to): &(u64, u64)| *from < below && below <= *to;
            let asked = self.asked.iter().map(|asked| asked.places);
            match self.covered.iter().copied().chain(asked).find(held) {
                Some((from, _)) => below = from,
                None => return below.checked_sub(1),
            }
            if below == 0 {
                return None;
            }
        }
    }

    fn cover(&mut self, new: (u64, u64)) {
        let mut all = std::mem::take(&mut self.covered);
        all.push(new);
        sort::sort_by_key(&mut all, |part| *part);
        for (from, to) in all {
            match self.covered.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ if from < to => self.covered.push((from, to)),
                _ => {}
            }
        }
    }
}

/// The places of a page when there are so many rows in all.
fn places(page: u64, total: u64) -> (u64, u64) {
    let behind = |pages: u64| total.saturating_sub(pages.saturating_mul(SIZE));
    (behind(page), behind(page.saturating_sub(1)))
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// A log with these ids, newest first, and what it answers.
    fn answer(ids: &[i64], page: u64) -> Page {
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
    fn an_empty_range_is_one_question() {
        let mut gather = PageCollector::default();
        assert_eq!(gather.ask(), Some(1));
        assert_eq!(gather.ask(), None, "until it is known how many there are");
        gather.take(1, &answer(&[], 1));
        assert!(gather.is_complete());
        assert_eq!(gather.into_entries(), []);
    }

    #[test]
    fn rows_that_come_into_the_middle_are_found_by_counting() {
        let mut ids: Vec<i64> = (0..250).rev().collect();
        let mut gather = PageCollector::default();
        for _ in 0..2 {
            let page = gather.ask().unwrap();
            gather.take(page, &answer(&ids, page));
        }
        ids.insert(50, 1000);
        while let Some(page) = gather.ask() {
            gather.take(page, &answer(&ids, page));
        }
        assert!(gather.is_complete());
        assert_eq!((gather.rows(), gather.missing()), (251, 0));
    }

    proptest! {
        /// Whatever is asked in whatever order, while new rows come in and answers fail: in the end every row is there,
        /// once.
        #[test]
        fn every_row_once(
            start in 0usize..900,
            steps in proptest::collection::vec((0usize..4, 0usize..5, 0u8..10), 0..120),
        ) {
            let mut ids: Vec<i64> = (0..start as i64).rev().collect();
            let mut gather = PageCollector::default();
            // What is on its way: asked for, and perhaps answered already, but not yet here.
            let mut flying: Vec<(u64, Option<Page>)> = Vec::new();
            for (pick, new, what) in steps {
                if flying.len() < 4 && let Some(page) = gather.ask() {
                    flying.push((page, None));
                }
                for _ in 0..new {
                    ids.insert(0, ids.len() as i64);
                }
                if flying.is_empty() {
                    continue;
                }
                let at = pick % flying.len();
                match what {
                    0 => gather.fail(flying.remove(at).0),
                    1..5 => flying[at].1 = Some(answer(&ids, flying[at].0)),
                    _ => {
                        let (page, held) = flying.remove(at);
                        gather.take(page, &held.unwrap_or_else(|| answer(&ids, page)));
                    }
                }
            }
            for (page, held) in flying {
                gather.take(page, &held.unwrap_or_else(|| answer(&ids, page)));
            }
            while let Some(page) = gather.ask() {
                gather.take(page, &answer(&ids, page));
            }
            prop_assert!(gather.is_complete());
            prop_assert_eq!(gather.missing(), 0);
            // Those there were at the newest answer; the very last ones may have come after it.
            let known = gather.total().unwrap() as i64;
            let mut found: Vec<_> = gather.into_entries().iter().map(|entry| entry.id).collect();
            found.sort_unstable();
            prop_assert_eq!(found, (0..known).collect::<Vec<_>>());
        }
    }
}
