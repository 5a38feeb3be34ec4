//! The list of clients: searched, sorted, and with the minutes that each balance still buys.

use crate::movement::form::party::child_choices;
use crate::units::{Amount, Minutes, Rate, folded, sort, titles};
use crate::wire::children::Child;
use std::cmp::Ordering;

/// A balance is low if it buys fewer minutes than this.
pub const LOW: i128 = 100;

/// The column that the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The name.
    Name,
    /// The id.
    Id,
    /// The balance.
    Balance,
    /// The rate.
    Rate,
    /// The minutes that the balance still buys.
    Minutes,
}

/// A child, with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub id: i64,
    /// Its name, or its id if it has none.
    pub name: String,
    /// Its name for places that don't show its id next to it.
    pub title: String,
    /// Its balance.
    pub balance: Option<Amount>,
    /// Its rate per minute.
    pub rate: Option<Rate>,
    /// The whole minutes that the balance still buys.
    pub minutes: Option<Minutes>,
}

impl ClientRow {
    /// Returns the row of `child`.
    pub fn of(child: &Child, title: String) -> Self {
        let buys = |(balance, rate): (Amount, Rate)| rate.buys(balance);
        Self {
            id: child.id.0,
            name: child.name.clone().unwrap_or_else(|| child.id.to_string()),
            title,
            balance: child.org_balance,
            rate: child.cost_per_min,
            minutes: child.org_balance.zip(child.cost_per_min).and_then(buys),
        }
    }

    /// Whether its balance is low: it buys fewer than [`LOW`] minutes or, if the minutes aren't known, it is zero or
    /// less.
    pub fn is_low(&self) -> bool {
        match (self.minutes, self.balance) {
            (Some(minutes), _) => minutes.get() < LOW,
            (None, Some(balance)) => balance <= Amount::ZERO,
            (None, None) => false,
        }
    }
}

/// Returns the clients whose name or id contains every word of `search`, sorted. Unknown values come last.
pub fn client_list(
    children: &[Child],
    search: &str,
    by: SortBy,
    descending: bool,
) -> Vec<ClientRow> {
    let search = folded(search);
    let matches = |row: &ClientRow| {
        let text = format!("{} {}", folded(&row.name), row.id);
        search.split_whitespace().all(|word| text.contains(word))
    };
    let mut rows: Vec<_> = children
        .iter()
        .zip(titles(&child_choices(children)))
        .map(|(child, title)| ClientRow::of(child, title))
        .filter(matches)
        .collect();
    sort::sort(&mut rows, |a, b| {
        let order = match by {
            SortBy::Name => folded(&a.name).cmp(&folded(&b.name)),
            SortBy::Id => a.id.cmp(&b.id),
            SortBy::Balance => {
                return unknown_last(a.balance, b.balance, descending).then(a.id.cmp(&b.id));
            }
            SortBy::Rate => return unknown_last(a.rate, b.rate, descending).then(a.id.cmp(&b.id)),
            SortBy::Minutes => {
                let minutes = |row: &ClientRow| row.minutes.map(Minutes::get);
                return unknown_last(minutes(a), minutes(b), descending).then(a.id.cmp(&b.id));
            }
        };
        let order = if descending { order.reverse() } else { order };
        order.then(a.id.cmp(&b.id))
    });
    rows
}

/// Compares two values in the sort direction. Unknown values come last in both directions.
fn unknown_last<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn child(id: i64, name: Option<&str>, balance: Option<i64>, mills: Option<i64>) -> Child {
        let rate = mills.map(|mills| {
            format!("0.{mills:03}")
                .parse::<serde_json::Number>()
                .unwrap()
        });
        serde_json::from_value(json!({
            "id": id, "name": name, "org_balance": balance, "cost_per_min": rate,
        }))
        .unwrap()
    }

    #[test]
    fn minutes_are_whole_and_low_balances_are_detected() {
        let row = |balance, mills| ClientRow::of(&child(1, None, balance, mills), String::new());
        assert_eq!(row(Some(10), Some(3)).minutes, Some(Minutes::new(3333)));
        assert!(row(Some(10), Some(200)).is_low());
        assert!(!row(Some(20), Some(200)).is_low(), "exactly a hundred");
        assert!(row(Some(-5), Some(200)).is_low());
        assert!(row(Some(0), None).is_low());
        assert!(
            !row(Some(1), Some(0)).is_low(),
            "a zero rate has no limit of minutes"
        );
        assert!(!row(None, Some(200)).is_low(), "the balance is unknown");
    }

    proptest! {
        /// The search drops exactly the rows that don't match; sorting drops none, and unknown values come last.
        #[test]
        fn search_and_sort_lose_no_rows(
            rows in proptest::collection::vec((0i64..50, proptest::option::of(-5i64..50), proptest::option::of(0i64..999)), 0..20),
            by in proptest::sample::select(vec![SortBy::Name, SortBy::Id, SortBy::Balance, SortBy::Rate, SortBy::Minutes]),
            descending: bool, search in proptest::option::of(0i64..50),
        ) {
            let children: Vec<_> = rows.iter().map(|(id, balance, mills)| child(*id, Some("Beta Co"), *balance, *mills)).collect();
            let search = search.map(|id| format!("beta {id}")).unwrap_or_default();
            let found = client_list(&children, &search, by, descending);
            let id = search.trim_start_matches("beta ");
            let expected = children.iter().filter(|child| child.id.to_string().contains(id)).count();
            prop_assert_eq!(found.len(), expected);
            if by == SortBy::Balance {
                let first_unknown = found.iter().position(|row| row.balance.is_none()).unwrap_or(found.len());
                prop_assert!(found[first_unknown..].iter().all(|row| row.balance.is_none()));
                let balances: Vec<_> = found[..first_unknown].iter().map(|row| row.balance).collect();
                let mut sorted = balances.clone();
                sorted.sort();
                if descending {
                    sorted.reverse();
                }
                prop_assert_eq!(balances, sorted);
            }
        }
    }
}
