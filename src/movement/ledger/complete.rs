//! Pure: whether a log was read far enough back.

use crate::movement::reconcile::{LedgerEntry, SKEW};
use crate::movement::submission::Submission;

/// How many entries to read below the newest known one. Late entries, and entries sorted by differing clocks, may be
/// there.
const MARGIN: usize = 50;

/// Whether `entries`, starting at the newest, reach back past everything that the log held before the first attempt of
/// `submission`. `is_end` says whether the log ends there.
///
/// Reaching the end of the log isn't enough: an entry that was seen at confirmation must be in it, or this is a
/// different log.
pub fn has_seen_enough(submission: &Submission, entries: &[LedgerEntry], is_end: bool) -> bool {
    let is_known = |entry: &LedgerEntry| {
        submission.watermark.as_deref() == Some(&entry.id) || submission.known.contains(&entry.id)
    };
    match submission.watermark.as_deref() {
        // The log was empty, so everything in it is new.
        Some("") => is_end,
        Some(_) => {
            let first = entries.iter().position(is_known);
            let below = first.map(|first| entries.len() - first - 1);
            below.is_some_and(|below| is_end || below >= MARGIN)
        }
        // The log's earlier contents are unknown, so only times can tell.
        None => {
            let earliest = submission.sent().earliest;
            let is_before = |entry: &&LedgerEntry| {
                let at = entry.at.zip(earliest);
                at.is_some_and(|(at, earliest)| at < earliest.saturating_sub(SKEW))
            };
            is_end || entries.iter().filter(is_before).count() >= MARGIN
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::movement::submission::transitions::tests::{entry, submission};

    fn log(ids: impl IntoIterator<Item = usize>) -> Vec<LedgerEntry> {
        let entry = |id: usize| LedgerEntry {
            id: id.to_string(),
            ..entry()
        };
        ids.into_iter().map(entry).collect()
    }

    #[test]
    fn the_end_of_another_log_is_not_enough() {
        let submission = submission(1);
        assert_eq!(submission.watermark.as_deref(), Some("7"));
        assert!(!has_seen_enough(&submission, &log([9, 8]), true));
        assert!(has_seen_enough(&submission, &log([9, 8, 7]), true));
    }

    #[test]
    fn entries_below_the_newest_known_one_are_read_too() {
        let submission = submission(1);
        let older = (100..100 + MARGIN).chain([]);
        assert!(!has_seen_enough(&submission, &log([9, 7, 6]), false));
        assert!(has_seen_enough(
            &submission,
            &log([9, 7].into_iter().chain(older)),
            false
        ));
    }

    #[test]
    fn an_initially_empty_log_is_read_to_its_end() {
        let mut submission = submission(1);
        submission.watermark = Some(String::new());
        assert!(!has_seen_enough(&submission, &log(0..500), false));
        assert!(has_seen_enough(&submission, &log([]), true));
    }
}
