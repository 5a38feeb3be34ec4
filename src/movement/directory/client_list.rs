//! The children as a list to look through: searched, sorted, and with what their balance still buys.

use crate::movement::form::party::child_choices;
use crate::units::{Amount, Minutes, Rate, folded, sort, titles};
use crate::wire::children::Child;
use std::cmp::Ordering;

/// A balance is low when it buys fewer minutes than this.
pub const LOW: i128 = 100;

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The name.
    Name,
    /// The number.
    Id,
    /// The balance.
    Balance,
    /// The rate.
    Rate,
    /// The minutes that the balance still buys.
    Minutes,
}

/// A child, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its number.
    pub id: i64,
    /// Its name, or its number where it has none.
    pub name: String,
    /// Its name for places that don't show its id next to it.
    pub title: String,
    /// Its balance.
    pub balance: Option<Amount>,
    /// What it is charged a minute.
    pub rate: Option<Rate>,
    /// Whole minutes that the balance still buys.
    pub minutes: Option<Minutes>,
}

impl ClientRow {
    /// What is known of `child`.
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

    /// Whether its balance is low: it buys few minutes, or is none where nobody knows how many.
    pub fn is_low(&self) -> bool {
        match (self.minutes, self.balance) {
            (Some(minutes), _) => minutes.get() < LOW,
            (None, Some(balance)) => balance <= Amount::ZERO,
            (None, None) => false,
        }
    }
}

/// The members whose name or number holds every word of `search`, sorted. What is not known comes last.
pub fn client_list(
    children: &[Child],
    search: &str,
    by: SortBy,
    descending: bool,
) -> Vec<ClientRow> {
    let search = folded(search);
    let fits = |member: &ClientRow| {
        let text = format!("{} {}", folded(&member.name), member.id);
        search.split_whitespace().all(|word| text.contains(word))
    };
    let mut members: Vec<_> = children
        .iter()
        .zip(titles(&child_choices(children)))
        .map(|(child, title)| ClientRow::of(child, title))
        .filter(fits)
        .collect();
    sort::sort(&mut members, |one, two| {
        let order = match by {
            SortBy::Name => folded(&one.name).cmp(&folded(&two.name)),
            SortBy::Id => one.id.cmp(&two.id),
            SortBy::Balance => {
                return known(one.balance, two.balance, descending).then(one.id.cmp(&two.id));
            }
            SortBy::Rate => return known(one.rate, two.rate, descending).then(one.id.cmp(&two.id)),
            SortBy::Minutes => {
                let minutes = |member: &ClientRow| member.minutes.map(Minutes::get);
                return known(minutes(one), minutes(two), descending).then(one.id.cmp(&two.id));
            }
        };
        let order = if descending { order.reverse() } else { order };
        order.then(one.id.cmp(&two.id))
    });
    members
}

/// What is not known comes last, whichever way is sorted.
fn known<T: Ord>(one: Option<T>, two: Option<T>, descending: bool) -> Ordering {
    match (one, two) {
        (Some(one), Some(two)) if descending => two.cmp(&one),
        (Some(one), Some(two)) => one.cmp(&two),
        (one, two) => two.is_some().cmp(&one.is_some()),
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
    fn minutes_are_whole_and_low_ones_are_told() {
        let member = |balance, mills| ClientRow::of(&child(1, None, balance, mills), String::new());
        assert_eq!(member(Some(10), Some(3)).minutes, Some(Minutes::new(3333)));
        assert!(member(Some(10), Some(200)).is_low());
        assert!(!member(Some(20), Some(200)).is_low(), "just a hundred");
        assert!(member(Some(-5), Some(200)).is_low());
        assert!(member(Some(0), None).is_low());
        assert!(
            !member(Some(1), Some(0)).is_low(),
            "a rate of nothing buys without end"
        );
        assert!(!member(None, Some(200)).is_low(), "nobody knows");
    }

    proptest! {
        /// Searching leaves out what does not hold the words, and nothing else; sorting loses nobody, and what is not
        /// known stands at the end.
        #[test]
        fn nobody_is_lost(
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
                let first_unknown = found.iter().position(|member| member.balance.is_none()).unwrap_or(found.len());
                prop_assert!(found[first_unknown..].iter().all(|member| member.balance.is_none()));
                let said: Vec<_> = found[..first_unknown].iter().map(|member| member.balance).collect();
                let mut sorted = said.clone();
                sorted.sort();
                if descending {
                    sorted.reverse();
                }
                prop_assert_eq!(said, sorted);
            }
        }
    }
}
