//! Compares groups and sums with integer arithmetic.

use super::*;
use crate::log::entry::tests::entry;
use crate::log::samples::{any_entries, thousandths};
use proptest::prelude::*;
use serde_json::json;

fn amount(text: &str) -> Option<Amount> {
    Some(text.parse().unwrap())
}

fn all(entries: &[LogEntry]) -> Vec<u32> {
    (0..entries.len() as u32).collect()
}

#[test]
fn only_movements_are_summed() {
    let rows = [
        entry(json!({})),
        entry(json!({"status": "SUCCESS"})),
        entry(json!({"status": null})),
        entry(json!({"status": "failed"})),
        entry(json!({"transaction_type": "channel_allocation"})),
        entry(json!({"transaction_type": "credit_gift"})),
    ];
    let total = total(&rows, &all(&rows));
    assert_eq!((total.rows, total.movements), (6, 3));
    assert_eq!(total.credit.exact(), amount("12"));
    assert_eq!(total.cost.exact(), amount("-5.4"));
    assert_eq!(total.profit.exact(), amount("6.6"));
    assert_eq!(total.minutes.exact(), Some(Minutes::new(60)));
}

#[test]
fn reverted_minutes_are_subtracted() {
    let revert = entry(json!({
        "transaction_type": "credit_revert", "credit_amount": 1, "cost_amount": 0.45,
        "from_organization": {"id": 4002}, "to_organization": {"id": 5678},
        "from_balance_before": 14, "from_balance_after": 13,
        "to_balance_before": 59.813, "to_balance_after": 60.263,
        "notes": "Revert of 5 minutes at 0.20/min",
    }));
    let total = total(&[entry(json!({})), revert], &[0, 1]);
    assert_eq!(total.minutes.exact(), Some(Minutes::new(15)));
    assert_eq!(total.credit.exact(), amount("3"));
    assert_eq!(total.cost.exact(), amount("-1.35"));
}

#[test]
fn unknown_values_are_counted() {
    let silent = entry(json!({"credit_amount": null, "to_balance_after": null, "notes": "free"}));
    let total = total(&[silent, entry(json!({}))], &[0, 1]);
    assert_eq!((total.credit.total, total.credit.missing), (amount("4"), 1));
    assert_eq!(total.credit.exact(), None);
    assert_eq!(
        (total.profit.total, total.profit.missing),
        (amount("2.2"), 1)
    );
    assert_eq!(total.cost.exact(), amount("-3.6"));
    assert_eq!(total.minutes.missing, 1);
}

#[test]
fn an_inexact_sum_has_no_total() {
    let of = |credit: &str| {
        let mut row = entry(json!({"to_balance_after": null}));
        row.credit = amount(credit);
        row
    };
    let rows = [
        of("79228162514264337593543950335"),
        of("0.1"),
        of("79228162514264337593543950335"),
    ];
    for kept in [vec![0, 1], vec![1, 0], vec![0, 2], vec![0, 1, 1]] {
        let sum = total(&rows, &kept).credit;
        assert_eq!((sum.total, sum.missing), (None, 0), "{kept:?}");
    }
    assert!(total(&rows, &[0]).credit.exact().is_some());
}

#[test]
fn groups_are_sorted_with_unknown_keys_last() {
    let dated = |date: serde_json::Value| entry(json!({"transfer_date": date}));
    let rows = [
        dated(json!("2025-12-31T23:59:59+05:30")),
        dated(json!("soon enough")),
        dated(json!("2026-13-01T00:00:00Z")),
        dated(json!("2026-02-01T00:00:00+05:30")),
        dated(json!(null)),
    ];
    let keys = |rows: &[LogEntry], by| -> Vec<(String, u64)> {
        let groups = groups(rows, &all(rows), by);
        groups
            .into_iter()
            .map(|group| (group.key, group.rows))
            .collect()
    };
    let expected = [("2026-02", 1), ("2025-12", 1), ("none", 3)];
    let expected = expected.map(|(key, rows)| (key.to_owned(), rows));
    assert_eq!(keys(&rows, Grouping::Month), expected);

    let child = |id: i64, name: &str| entry(json!({"to_organization": {"id": id, "name": name}}));
    let rows = [
        child(5678, "Nobody certain"),
        child(9, "Beta"),
        child(7, "Beta"),
        child(8, "Alpha"),
    ];
    let expected = ["8", "7", "9", "none"].map(|key| (key.to_owned(), 1));
    assert_eq!(keys(&rows, Grouping::Child), expected);

    let rows = [
        "x",
        "channel_allocation",
        "credit_revert",
        "credit_transfer",
        "y",
    ]
    .map(|kind| entry(json!({"transaction_type": kind})));
    let expected = [
        ("transfer", 1),
        ("revert", 1),
        ("channels", 1),
        ("other", 2),
    ];
    let expected = expected.map(|(key, rows)| (key.to_owned(), rows));
    assert_eq!(keys(&rows, Grouping::Kind), expected);
}

#[test]
fn grouping_names_round_trip() {
    for by in Grouping::ALL {
        assert_eq!(Grouping::named(by.name()), Some(by));
    }
    assert_eq!(Grouping::named("day"), None);
}

/// Sums values in thousandths, the unit of the samples, and counts the unknown ones.
fn integers(values: impl Iterator<Item = Option<i128>>) -> (i128, u64) {
    values.fold((0, 0), |(sum, missing), value| match value {
        Some(value) => (sum + value, missing),
        None => (sum, missing + 1),
    })
}

/// A straightforward implementation of the change of a movement: by the balances, otherwise by the amount and the kind.
fn change(
    balances: crate::log::entry::Balances,
    written: Option<Amount>,
    is_negative: bool,
) -> Option<i128> {
    match balances {
        (Some(before), Some(after)) => Some(thousandths(after) - thousandths(before)),
        _ => written.map(|written| {
            let size = thousandths(written).abs();
            if is_negative { -size } else { size }
        }),
    }
}

proptest! {
    #[test]
    fn sums_agree_with_integers(entries in any_entries(), skip in 1usize..4) {
        let kept: Vec<u32> = (0..entries.len() as u32).step_by(skip).collect();
        let moved: Vec<&LogEntry> = kept
            .iter()
            .map(|at| &entries[*at as usize])
            .filter(|entry| matches!(entry.kind, Kind::Transfer | Kind::Revert))
            .filter(|entry| matches!(entry.status.as_deref(), None | Some("success" | "Success")))
            .collect();
        let credit = |entry: &LogEntry| {
            change(entry.child_balance(), entry.credit, entry.kind == Kind::Revert)
        };
        let cost = |entry: &LogEntry| {
            change(entry.own_balance(), entry.cost, entry.kind == Kind::Transfer)
        };
        let known = |sum: Sum| sum.total.map(|total| (thousandths(total), sum.missing));
        let group = total(&entries, &kept);
        prop_assert_eq!((group.rows, group.movements), (kept.len() as u64, moved.len() as u64));
        prop_assert_eq!(known(group.credit), Some(integers(moved.iter().map(|e| credit(e)))));
        prop_assert_eq!(known(group.cost), Some(integers(moved.iter().map(|e| cost(e)))));
        let profit = moved.iter().map(|e| Some(credit(e)? + cost(e)?));
        prop_assert_eq!(known(group.profit), Some(integers(profit)));
        let minutes = |entry: &LogEntry| {
            let count: i128 = entry.notes.as_deref()?.split(' ').nth(2)?.parse().ok()?;
            Some(if entry.kind == Kind::Revert { -count } else { count })
        };
        let actual = group.minutes.total.map(|total| (total.get(), group.minutes.missing));
        prop_assert_eq!(actual, Some(integers(moved.iter().map(|e| minutes(e)))));
    }

    /// Each entry is in exactly one group, so the groups add up to the total.
    #[test]
    fn the_groups_add_up_to_the_total(entries in any_entries()) {
        let kept = all(&entries);
        let total = total(&entries, &kept);
        for by in Grouping::ALL {
            let groups = groups(&entries, &kept, by);
            let sum = |of: fn(&Group) -> i128| groups.iter().map(of).sum::<i128>();
            prop_assert_eq!(sum(|group| group.rows.into()), i128::from(total.rows));
            prop_assert_eq!(sum(|group| group.movements.into()), i128::from(total.movements));
            for of in [|group: &Group| group.credit, |group: &Group| group.cost, |group: &Group| group.profit] {
                let known: i128 = groups.iter().map(|group| thousandths(of(group).total.unwrap())).sum();
                let missing: u64 = groups.iter().map(|group| of(group).missing).sum();
                prop_assert_eq!(known, thousandths(of(&total).total.unwrap()));
                prop_assert_eq!(missing, of(&total).missing);
            }
            prop_assert_eq!(
                sum(|group| group.minutes.total.unwrap().get()),
                total.minutes.total.unwrap().get()
            );
            let keys: std::collections::BTreeSet<_> = groups.iter().map(|group| &group.key).collect();
            prop_assert_eq!(keys.len(), groups.len());
        }
    }
}
