//! Ledgers that a model keeps, and what is changed in them afterwards.

use super::*;
use crate::log::entry::tests::entry;
use crate::log::samples::{any_entries, blank, money, party, set_moment};
use crate::wire::logs::Kind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use std::sync::Arc;

/// What happens in the ledger of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Transfer,
    Revert,
    /// Moves no money and carries zeros.
    Channels,
    /// Did not succeed; its figures say what would have been.
    Failed,
    /// A transfer that says its amounts but no balances.
    Silent,
    /// A transfer that says no amounts.
    NoAmounts,
    /// The child spends; there is no row.
    Usage,
}

/// A deed, its child, its size in thousandths and the seconds since the deed before.
type Step = (Deed, i64, i128, i64);

fn any_steps(deeds: Vec<Deed>) -> impl Strategy<Value = Vec<Step>> {
    vec((select(deeds), 2i64..5, 1i128..5_000, 0i64..3), 0..40)
}

const EVERY: [Deed; 7] = [
    Deed::Transfer,
    Deed::Revert,
    Deed::Channels,
    Deed::Failed,
    Deed::Silent,
    Deed::NoAmounts,
    Deed::Usage,
];

/// The rows that the steps leave, oldest first.
fn ledger(steps: &[Step]) -> Vec<LogEntry> {
    let mut own = 100_000;
    let mut children: HashMap<i64, i128> = HashMap::new();
    let (mut second, mut rows) = (0, Vec::new());
    for (deed, child, size, pause) in steps.iter().copied() {
        second += pause;
        let held = children.entry(child).or_insert(50_000);
        if deed == Deed::Usage {
            *held -= size;
            continue;
        }
        let kind = match deed {
            Deed::Revert => Kind::Revert,
            Deed::Channels => Kind::Channels,
            _ => Kind::Transfer,
        };
        let reverts = kind == Kind::Revert;
        let mut row = blank(kind, rows.len() as i64 + 1, party(child, None));
        set_moment(&mut row, second);
        let (credit, cost) = if reverts {
            (-size, size / 2)
        } else {
            (size, -size / 2)
        };
        let theirs = (Some(money(*held)), Some(money(*held + credit)));
        let ours = (Some(money(own)), Some(money(own + cost)));
        (row.from_balance, row.to_balance) = if reverts {
            (theirs, ours)
        } else {
            (ours, theirs)
        };
        row.credit = Some(money(size));
        row.cost = Some(money(cost));
        match deed {
            Deed::Channels => {
                let zeros = (Some(Amount::ZERO), Some(Amount::ZERO));
                (row.from_balance, row.to_balance) = (zeros, zeros);
            }
            Deed::Failed => row.status = Some(Arc::from("failed")),
            Deed::Silent => (row.from_balance, row.to_balance) = ((None, None), (None, None)),
            Deed::NoAmounts => (row.credit, row.cost) = (None, None),
            _ => {}
        }
        if !matches!(deed, Deed::Channels | Deed::Failed) {
            own += cost;
            *held += credit;
        }
        rows.push(row);
    }
    rows
}

fn broken(rows: &[LogEntry]) -> usize {
    continuity(rows)
        .iter()
        .filter(|continuity| continuity.is_broken())
        .count()
}

fn add(balance: &mut Option<Amount>, more: Amount) {
    *balance = balance.map(|held| held.plus(more).unwrap());
}

proptest! {
    #[test]
    fn a_ledger_that_is_whole_has_no_mark(steps in any_steps(EVERY.to_vec())) {
        let mut rows = ledger(&steps);
        prop_assert_eq!(broken(&rows), 0);
        rows.reverse();
        prop_assert_eq!(broken(&rows), 0);
    }

    /// The order in which the rows are given changes no mark.
    #[test]
    fn each_row_keeps_its_mark_in_any_order(rows in any_entries(), turn in 0usize..40) {
        let mut rows = rows;
        for (at, row) in rows.iter_mut().enumerate() {
            row.id = at as i64;
        }
        let marks = continuity(&rows);
        prop_assert_eq!(marks.len(), rows.len());
        let turn = turn % rows.len().max(1);
        rows.rotate_left(turn);
        let mut turned = continuity(&rows);
        turned.rotate_right(turn);
        prop_assert_eq!(turned, marks);
    }

    /// A cent in one balance of one row, its own figures being silent or not.
    #[test]
    fn a_cent_is_found(
        steps in any_steps(vec![Deed::Transfer, Deed::Revert, Deed::NoAmounts, Deed::Channels, Deed::Usage]),
        place in any::<prop::sample::Index>(), more in select(vec![10i128, -10]), of_own in any::<bool>(),
        part in select(vec!["before", "after", "both"]), said in any::<bool>(),
    ) {
        let steps: Vec<Step> = steps
            .into_iter()
            // What a child spends may hide a cent of its own.
            .filter(|step| of_own || step.0 != Deed::Usage)
            .collect();
        let mut rows = ledger(&steps);
        let with: Vec<usize> = (0..rows.len()).filter(|at| !rows[*at].is_channels()).collect();
        prop_assume!(!with.is_empty());
        let at = with[place.index(with.len())];
        let id = rows[at].child().unwrap().id;
        let alike = |row: &&usize| of_own || rows[**row].child().unwrap().id == id;
        let follows = with.iter().filter(alike).any(|row| *row < at);
        let followed = with.iter().filter(alike).any(|row| *row > at);
        let written = said && rows[at].cost.is_some();
        if !said {
            (rows[at].credit, rows[at].cost) = (None, None);
        }
        let row = &mut rows[at];
        let balance = if of_own == (row.kind == Kind::Revert) { &mut row.to_balance } else { &mut row.from_balance };
        if part != "after" {
            add(&mut balance.0, money(more));
        }
        if part != "before" {
            add(&mut balance.1, money(more));
        }
        // What the row says of itself contradicts it, or the row before does, or the row behind. A child's is
        // only amiss where it rises: a balance before that is raised, or one after that is lowered.
        let seen = (part != "both" && written)
            || (part != "after" && follows && (of_own || more > 0))
            || (part != "before" && followed && (of_own || more < 0));
        prop_assert_eq!(broken(&rows) > 0, seen);
    }

    /// A row that is missing shows in the next one.
    #[test]
    fn a_missing_row_is_found(
        steps in any_steps(vec![Deed::Transfer, Deed::Revert, Deed::NoAmounts, Deed::Usage]),
        place in any::<prop::sample::Index>(),
    ) {
        // A size of one thousandth costs nothing of one's own.
        let steps: Vec<Step> = steps.into_iter().map(|(deed, child, size, pause)| (deed, child, size + 1, pause)).collect();
        let mut rows = ledger(&steps);
        prop_assume!(rows.len() >= 3);
        let at = 1 + place.index(rows.len() - 2);
        rows.remove(at);
        prop_assert!(broken(&rows) > 0);
    }
}

fn row(id: i64, own: (&str, &str), child: (&str, &str)) -> LogEntry {
    let number = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    entry(json!({
        "id": id, "credit_amount": null, "cost_amount": null,
        "from_balance_before": number(own.0), "from_balance_after": number(own.1),
        "to_balance_before": number(child.0), "to_balance_after": number(child.1),
    }))
}

fn broken_link(expected: &str, found: &str) -> BalanceStep {
    BalanceStep::Broken {
        expected: expected.parse().unwrap(),
        found: found.parse().unwrap(),
    }
}

#[test]
fn a_child_may_spend_but_not_gain() {
    let rows = [
        row(1, ("60", "58"), ("10", "14")),
        row(2, ("58", "56"), ("13.99", "18")),
        row(3, ("56", "54"), ("18.01", "22")),
    ];
    let links: Vec<BalanceStep> = continuity(&rows)
        .iter()
        .map(|continuity| continuity.child)
        .collect();
    let broken = broken_link("18", "18.01");
    assert_eq!(links, [BalanceStep::First, BalanceStep::Follows, broken]);
    assert!(
        continuity(&rows)
            .iter()
            .all(|continuity| !continuity.own.is_broken())
    );
}

#[test]
fn ones_own_balance_may_do_neither() {
    for found in ["57.99", "58.01"] {
        let rows = [
            row(1, ("60", "58"), ("10", "14")),
            row(2, (found, "56"), ("14", "18")),
        ];
        assert_eq!(continuity(&rows)[1].own, broken_link("58", found));
    }
}

#[test]
fn a_row_that_contradicts_itself_is_broken_even_if_it_is_the_first() {
    let other = entry(json!({"cost_amount": -1.81}));
    let link = continuity(&[other])[0];
    assert_eq!(link.own, broken_link("59.803", "59.813"));
    assert_eq!(link.child, BalanceStep::First);
    // The sign of an amount is not relied on.
    let unsigned = entry(json!({"cost_amount": 1.8}));
    assert_eq!(continuity(&[unsigned])[0].own, BalanceStep::First);
}

#[test]
fn rows_without_balances_are_passed_over() {
    let rows = [
        row(1, ("60", "58"), ("10", "14")),
        row(2, ("null", "null"), ("null", "null")),
        entry(json!({"id": 3, "transaction_type": "channel_allocation"})),
        row(4, ("58", "56"), ("14", "18")),
        row(5, ("56.5", "54"), ("18", "22")),
    ];
    let links: Vec<BalanceStep> = continuity(&rows)
        .iter()
        .map(|continuity| continuity.own)
        .collect();
    let broken = broken_link("56", "56.5");
    let unknown = BalanceStep::Unknown;
    assert_eq!(
        links,
        [
            BalanceStep::First,
            unknown,
            unknown,
            BalanceStep::Follows,
            broken
        ]
    );
}

#[test]
fn a_row_without_a_moment_stands_by_its_id() {
    let mut rows = [
        row(1, ("60", "58"), ("10", "14")),
        row(2, ("58", "56"), ("14", "18")),
        row(3, ("56", "54"), ("18", "22")),
    ];
    (rows[1].at, rows[1].written) = (None, None);
    set_moment(&mut rows[0], 0);
    set_moment(&mut rows[2], 60);
    assert_eq!(broken(&rows), 0);
    // Later is later, whatever the ids say.
    let mut rows = [
        row(9, ("60", "58"), ("10", "14")),
        row(1, ("58", "56"), ("14", "18")),
    ];
    set_moment(&mut rows[0], 0);
    set_moment(&mut rows[1], 1);
    assert_eq!(broken(&rows), 0);
}
