use super::*;
use crate::log::entry::tests::entry;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

fn all(rows: &[LogEntry]) -> Vec<u32> {
    (0..u32::try_from(rows.len()).unwrap()).collect()
}

fn amount(text: &str) -> Option<Amount> {
    Some(text.parse().unwrap())
}

/// Creates a revert in which a child loses `credit` and the reseller receives `cost`.
fn revert(id: i64, credit: i64, cost: i64) -> LogEntry {
    entry(json!({
        "id": id, "transaction_type": "credit_revert", "credit_amount": credit, "cost_amount": cost,
        "from_organization": {"id": 4002, "name": "Beta Co"},
        "to_organization": {"id": 5678, "name": "Demo Reseller"},
        "from_balance_before": null, "from_balance_after": null,
        "to_balance_before": null, "to_balance_after": null,
    }))
}

/// Creates a transfer to `child` that earns `profit`.
fn earning(id: i64, child: i64, profit: &str) -> LogEntry {
    let profit: serde_json::Value = serde_json::from_str(profit).unwrap();
    entry(json!({
        "id": id, "credit_amount": profit, "cost_amount": 0,
        "from_balance_before": 0, "from_balance_after": 0,
        "to_balance_before": 0, "to_balance_after": profit,
        "to_organization": {"id": child, "name": format!("Child {child} of {id}")},
    }))
}

#[test]
fn no_entries_give_empty_charts() {
    assert_eq!(balance_history(&[], &[]), BalanceHistory::default());
    assert_eq!(daily_totals(&[], &[7]), DailyTotals::default());
    assert_eq!(client_profits(&[], &[]), ClientProfits::default());
}

#[test]
fn the_balance_is_sorted_by_time_and_id() {
    let at = |id: i64, date: &str, after: i64| {
        entry(json!({"id": id, "transfer_date": date, "from_balance_after": after}))
    };
    let rows = [
        at(9, "2026-01-15T12:00:00+05:30", 3),
        at(8, "2026-01-15T12:00:00+05:30", 2),
        at(7, "2026-01-15T07:00:00+01:00", 1),
        at(6, "not said", 5),
        entry(json!({"id": 5, "from_balance_after": null})),
        entry(json!({"id": 4, "status": "failed"})),
        entry(json!({"id": 3, "transaction_type": "channel_allocation"})),
    ];
    let balance_history = balance_history(&rows, &all(&rows));
    let ids: Vec<i64> = balance_history
        .points
        .iter()
        .map(|point| point.id)
        .collect();
    assert_eq!(ids, [7, 8, 9]);
    assert_eq!(
        (
            balance_history.rows,
            balance_history.left_out,
            balance_history.offset
        ),
        (3, 2, 330)
    );
    let kept = crate::log::chart_data::balance_history(&rows, &[1]);
    assert_eq!((kept.points.len(), kept.left_out), (1, 0));
    assert_eq!(kept.points[0].after, amount("2").unwrap());
}

#[test]
fn days_are_in_the_services_zone_and_reverts_are_positive() {
    let rows = [
        entry(json!({"transfer_date": "2026-01-15T00:10:00+05:30"})),
        entry(json!({"transfer_date": "2026-01-15T23:10:00+05:30", "to_balance_after": 14.25})),
        revert(2, 1, 0),
        revert(3, -2, 0),
        entry(json!({"transfer_date": "2026-01-13T23:10:00+05:30"})),
        entry(json!({"transfer_date": null})),
        entry(json!({"status": "failed"})),
    ];
    let daily_totals = daily_totals(&rows, &all(&rows));
    let days: Vec<_> = daily_totals
        .days
        .iter()
        .map(|day| (&day.day[..], day.transfer, day.revert))
        .collect();
    let expected = [
        ("2026-01-13", amount("4"), amount("0")),
        ("2026-01-15", amount("8.25"), amount("3")),
    ];
    assert_eq!(days, expected);
    assert_eq!(daily_totals.days[1].number - daily_totals.days[0].number, 2);
    assert_eq!(daily_totals.left_out, 1);
}

#[test]
fn inexact_sums_are_omitted() {
    let huge = "70000000000000000000000000000";
    let rows = [
        earning(1, 1, huge),
        earning(2, 1, huge),
        earning(3, 1, "1"),
        earning(4, 2, "5"),
    ];
    assert_eq!(daily_totals(&rows, &all(&rows)).days[0].transfer, None);
    assert_eq!(daily_totals(&rows, &all(&rows)).days[0].revert, amount("0"));
    let bars = client_profits(&rows, &all(&rows)).bars;
    let sums: Vec<_> = bars.iter().map(|bar| (bar.id, bar.sum)).collect();
    assert_eq!(sums, [(1, None), (2, amount("5"))]);
}

#[test]
fn profits_are_grouped_by_child_and_sorted_by_size() {
    let rows = [
        earning(1, 1, "0.1"),
        earning(5, 1, "0.2"),
        earning(2, 2, "-7"),
        earning(3, 3, "4"),
        entry(json!({"to_organization": null})),
    ];
    let client_profits = client_profits(&rows, &all(&rows));
    let bars: Vec<_> = client_profits
        .bars
        .iter()
        .map(|bar| (&bar.title[..], bar.sum))
        .collect();
    let expected = [
        ("Child 2 of 2", amount("-7")),
        ("Child 3 of 3", amount("4")),
        ("Child 1 of 5", amount("0.3")),
    ];
    assert_eq!(bars, expected);
    assert_eq!((client_profits.others, client_profits.left_out), (None, 1));
}

#[test]
fn remaining_children_are_combined() {
    let rows: Vec<LogEntry> = (1..=25)
        .map(|child| earning(child, child, &child.to_string()))
        .collect();
    let client_profits = client_profits(&rows, &all(&rows));
    assert_eq!(client_profits.bars.len(), MAX_BARS);
    assert_eq!(client_profits.bars[0].id, 25);
    let others = client_profits.others.unwrap();
    // 1 + 2 + 3 + 4 + 5.
    assert_eq!((others.children, others.sum), (5, amount("15")));
}

proptest! {
    #[test]
    fn thinning_keeps_ends_and_extremes(
        values in proptest::collection::vec((0i64..1_000_000, any::<i32>()), 0..3000),
    ) {
        let mut points: Vec<Point> = values
            .iter()
            .enumerate()
            .map(|(id, (at, after))| {
                let after = Amount::new(Decimal::from(*after));
                Point { id: id as i64, at: *at, offset: 0, after }
            })
            .collect();
        points.sort_unstable_by_key(|point| (point.at, point.id));
        let reduced = thinned(points.clone());
        prop_assert!(reduced.len() <= MAX_POINTS);
        prop_assert_eq!(reduced.len() < points.len(), points.len() > MAX_POINTS);
        prop_assert!(reduced.is_sorted_by_key(|point| (point.at, point.id)));
        prop_assert_eq!((reduced.first(), reduced.last()), (points.first(), points.last()));
        let lowest = |points: &[Point]| points.iter().map(|point| point.after).min();
        let highest = |points: &[Point]| points.iter().map(|point| point.after).max();
        prop_assert_eq!((lowest(&reduced), highest(&reduced)), (lowest(&points), highest(&points)));
    }

    #[test]
    fn points_at_the_same_moment_are_thinned(at in any::<i64>(), count in 1usize..1000) {
        let after = Amount::ZERO;
        let points = (0..count).map(|id| Point { id: id as i64, at, offset: 0, after }).collect();
        prop_assert!(thinned(points).len() <= MAX_POINTS);
    }
}
