//! The order of the rows.

use crate::log::columns::Column;
use crate::log::entry::LogEntry;
use crate::units::sort;
use std::cmp::{Ordering, Reverse};

/// By what rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// The order of rows unless somebody chooses otherwise, which is the backend's (contract §7, O15): the newest first,
/// of one moment the higher id first, and rows without a moment last.
pub fn newest_first(one: &LogEntry, two: &LogEntry) -> Ordering {
    // Reversed, nothing comes after every moment.
    let key = |entry: &LogEntry| (Reverse(entry.at), Reverse(entry.id));
    key(one).cmp(&key(two))
}

/// The rows `kept`, which are indices into `entries`, in order: newest first, or by a column and among equals newest
/// first. An index beyond the entries is left out.
pub fn order(entries: &[LogEntry], kept: Vec<u32>, sort: Option<Sort>) -> Vec<u32> {
    let row = |at: u32| Some((at, entries.get(usize::try_from(at).ok()?)?));
    let mut rows: Vec<(u32, &LogEntry)> = kept.into_iter().filter_map(row).collect();
    sort::sort(&mut rows, |one, two| newest_first(one.1, two.1));
    let Some(Sort { column, descending }) = sort else {
        return rows.into_iter().map(|(at, _)| at).collect();
    };
    // A cell may take reading notes or writing text, so each is made once.
    let mut cells: Vec<_> = rows
        .into_iter()
        .map(|(at, entry)| (column.of(entry), at))
        .collect();
    sort::sort(&mut cells, |one, two| one.0.order(&two.0, descending));
    cells.into_iter().map(|(_, at)| at).collect()
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

    /// Whether `one` may stand before `two`, said plainly.
    fn before(entries: &[LogEntry], one: u32, two: u32, sort: Option<Sort>) -> bool {
        let (a, b) = (&entries[one as usize], &entries[two as usize]);
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
            (one, two) if one != two => one > two,
            _ => a.id >= b.id,
        }
    }

    proptest! {
        #[test]
        fn every_pair_stands_in_order(
            entries in any_entries(), sort in any_sort(), skip in 1usize..4,
        ) {
            let kept: Vec<u32> = (0..entries.len() as u32).step_by(skip).collect();
            let sorted = order(&entries, kept.clone(), sort);
            for (at, one) in sorted.iter().enumerate() {
                for two in &sorted[at + 1..] {
                    prop_assert!(before(&entries, *one, *two, sort), "{one} {two} {sort:?}");
                }
            }
            let mut again = sorted;
            again.sort_unstable();
            prop_assert_eq!(again, kept);
        }

        /// What cannot be told apart keeps the order in which it came.
        #[test]
        fn the_order_is_stable(sort in any_sort(), count in 1u32..30) {
            let entries = vec![entry(json!({})); count as usize];
            let kept: Vec<u32> = (0..count).rev().collect();
            prop_assert_eq!(order(&entries, kept.clone(), sort), kept);
        }
    }

    #[test]
    fn what_is_not_said_comes_last_both_ways() {
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
    fn an_index_beyond_the_rows_is_left_out() {
        assert_eq!(order(&[entry(json!({}))], vec![7, 0], None), [0]);
    }
}
