//! A single sort for all lists: every element type sorted by the standard library adds about 6 kB of wasm.

use std::cmp::Ordering;

/// Sorts `items` in place. The sort is stable and only swaps items, so large ones are never copied.
pub fn sort<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let by_index = |a: usize, b: usize| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    };
    sort_indices(&mut order, &by_index);
    // Apply the permutation cycle by cycle: each swap puts one item into its final place.
    for start in 0..order.len() {
        let mut at = start;
        while order[at] != start {
            let next = std::mem::replace(&mut order[at], at);
            items.swap(at, next);
            at = next;
        }
        order[at] = at;
    }
}

/// Sorts `items` by a key.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort(items, |a, b| key(a).cmp(&key(b)));
}

/// The only instance of the standard library's sort.
fn sort_indices(order: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(items: Vec<(u8, u16)>) {
            let (mut actual, mut expected) = (items.clone(), items);
            sort_by_key(&mut actual, |item| item.0);
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(actual, expected);
        }
    }
}
