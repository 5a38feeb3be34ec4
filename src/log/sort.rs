//! Pure: the order of log entries.

use crate::log::columns::Column;
use crate::log::entry::LogEntry;
use crate::units::sort;
use std::cmp::{Ordering, Reverse};

/// What entries are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Whether the largest value comes first.
    pub descending: bool,
}

/// The default order, which is the service's (contract §7, O15): newest first, at the same moment the higher id first,
/// and entries without a time last.
pub fn newest_first(a: &LogEntry, b: &LogEntry) -> Ordering {
    // Reversed, `None` sorts after every time.
    let key = |entry: &LogEntry| (Reverse(entry.at), Reverse(entry.id));
    key(a).cmp(&key(b))
}

/// Sorts the entries at the indices `kept`: newest first, or by a column and then newest first. Out-of-range indices
/// are dropped.
pub fn order(entries: &[LogEntry], kept: Vec<u32>, sort: Option<Sort>) -> Vec<u32> {
    let entry = |index: u32| Some((index, entries.get(usize::try_from(index).ok()?)?));
    let mut indexed: Vec<(u32, &LogEntry)> = kept.into_iter().filter_map(entry).collect();
    sort::sort(&mut indexed, |a, b| newest_first(a.1, b.1));
    let Some(Sort { column, descending }) = sort else {
        return indexed.into_iter().map(|(index, _)| index).collect();
    };
    // Computing a cell may allocate, so each is computed only once.
    let mut cells: Vec<_> = indexed
        .into_iter()
        .map(|(index, entry)| (column.of(entry), index))
        .collect();
    sort::sort(&mut cells, |a, b| a.0.order(&b.0, descending));
    cells.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::super::entry::tests::entry;
    use super::super::samples::any_entries;
    use super::*;
    use proptest::prelude::*;
    use proptest::{option, sample::select};
    use serde_json::json;

    fn any_sort() -> impl Strategy<Value = Option<Sort>> {
        let sort = (select(Column::ALL.to_vec()), any::<bool>());
        option::of(sort.prop_map(|(column, descending)| Sort { column, descending }))
    }

    /// A straightforward check of whether `a` may come before `b`.
    fn before(entries: &[LogEntry], a: u32, b: u32, sort: Option<Sort>) -> bool {
        let (a, b) = (&entries[a as usize], &entries[b as usize]);
        if let Some(sort) = sort {
            let (a, b) = (sort.column.of(a), sort.column.of(b));
            match a.order(&b, sort.descending) {
                Ordering::Less => return true,
                Ordering::Greater => return false,
                Ordering::Equal => {}
            }
        }
        match (a.at, b.at) {
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (a_at, b_at) if a_at != b_at => a_at > b_at,
            _ => a.id >= b.id,
        }
    }

    proptest! {
        #[test]
        fn every_pair_is_in_order(
            entries in any_entries(), sort in any_sort(), skip in 1usize..4,
        ) {
            let kept: Vec<u32> = (0..entries.len() as u32).step_by(skip).collect();
            let sorted = order(&entries, kept.clone(), sort);
            for (i, a) in sorted.iter().enumerate() {
                for b in &sorted[i + 1..] {
                    prop_assert!(before(&entries, *a, *b, sort), "{a} {b} {sort:?}");
                }
            }
            let mut indices = sorted;
            indices.sort_unstable();
            prop_assert_eq!(indices, kept);
        }

        /// Entries that compare equal keep their order.
        #[test]
        fn sorting_is_stable(sort in any_sort(), count in 1u32..30) {
            let entries = vec![entry(json!({})); count as usize];
            let kept: Vec<u32> = (0..count).rev().collect();
            prop_assert_eq!(order(&entries, kept.clone(), sort), kept);
        }
    }

    #[test]
    fn missing_values_come_last_in_both_directions() {
        let rows = [
            entry(json!({"id": 1, "transfer_date": null, "credit_amount": 1})),
            entry(json!({"id": 2, "transfer_date": "yesterday"})),
            entry(json!({"id": 3})),
            entry(json!({"id": 4})),
        ];
        assert_eq!(order(&rows, vec![0, 1, 2, 3], None), [3, 2, 1, 0]);
        for descending in [true, false] {
            let sort = Sort {
                column: Column::When,
                descending,
            };
            assert_eq!(order(&rows, vec![0, 1, 2, 3], Some(sort)), [3, 2, 1, 0]);
        }
    }

    #[test]
    fn out_of_range_indices_are_dropped() {
        assert_eq!(order(&[entry(json!({}))], vec![7, 0], None), [0]);
    }
}
