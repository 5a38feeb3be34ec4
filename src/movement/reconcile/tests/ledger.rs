//! Movements of several people to several children; the one that is searched for occurs zero, one or two times.

use super::*;
use crate::movement::reconcile::tests::ledger_model::{
    Action, LedgerModel, any_action, any_movement,
};
use proptest::prelude::*;

/// How another user's entry is claimed.
#[derive(Clone, Copy, Debug)]
enum Known {
    Not,
    ByRow,
    ByBalances,
    ByHalf,
}

/// Anything that may be known about an entry.
const ANY: [Known; 4] = [Known::Not, Known::ByRow, Known::ByBalances, Known::ByHalf];
/// What is known for certain.
const CERTAIN: [Known; 2] = [Known::Not, Known::ByRow];

/// Fields that a service may leave out.
const FIELDS: [&str; 9] = [
    "notes",
    "credit_amount",
    "transaction_type",
    "reseller_organization",
    "from_organization",
    "to_organization",
    "from_balance_after",
    "to_balance_after",
    "transfer_date",
];

#[derive(Clone, Debug)]
struct Case {
    before: Vec<Action>,
    ours: Action,
    /// What others do after the watermark, and how each is claimed.
    others: Vec<(Action, Known)>,
    /// The positions among the others' actions at which ours is applied; a position past the end means last.
    positions: Vec<usize>,
    /// Which field of which entry is missing.
    missing: Vec<(usize, usize)>,
    has_watermark: bool,
}

fn any_case(known: &'static [Known], missing: usize) -> impl Strategy<Value = Case> {
    let other = (any_action(), proptest::sample::select(known));
    (
        proptest::collection::vec(any_action(), 0..3),
        any_movement(),
        proptest::collection::vec(other, 0..7),
        proptest::collection::vec(0usize..8, 0..=2),
        proptest::collection::vec((0usize..10, 0..FIELDS.len()), 0..=missing),
        prop::bool::weighted(0.8),
    )
        .prop_map(
            |(before, ours, others, positions, missing, has_watermark)| Case {
                before,
                ours,
                others,
                positions,
                missing,
                has_watermark,
            },
        )
}

/// What really happened, and everything that a verdict needs.
struct Outcome {
    ours: Vec<String>,
    /// Entries of others that look like ours and that nobody claims.
    unclaimed: usize,
    movement: Movement,
    quote: Quote,
    watermark: Option<String>,
    claims: Vec<Claim>,
    reading: LedgerRead,
}

impl Outcome {
    fn of(case: &Case) -> Self {
        let mut ledger = LedgerModel::new(7);
        for action in &case.before {
            ledger.apply(*action);
        }
        let watermark = ledger
            .rows
            .last()
            .map(|row| row["id"].to_string())
            .unwrap_or_default();
        let old_len = ledger.rows.len();
        let movement = case.ours.movement().unwrap();
        let quote = ledger.quote(case.ours);
        let (mut ours, mut claims, mut unclaimed) = (Vec::new(), Vec::new(), 0);
        for at in 0..=case.others.len() {
            let last = at == case.others.len();
            for _ in case
                .positions
                .iter()
                .filter(|position| **position == at || (last && **position > at))
            {
                ours.extend(ledger.apply(case.ours).map(|id| id.to_string()));
            }
            let Some((action, known)) = case.others.get(at) else {
                continue;
            };
            let Some(id) = ledger.apply(*action) else {
                continue;
            };
            let entry = LedgerEntry::from_row(
                &serde_json::from_value(ledger.rows[ledger.rows.len() - 1].clone()).unwrap(),
            );
            match known {
                Known::Not => unclaimed += usize::from(*action == case.ours),
                Known::ByRow => claims.push(Claim::Row(id.to_string())),
                Known::ByBalances | Known::ByHalf => claims.push(Claim::Balances {
                    own: entry
                        .own_after
                        .filter(|_| matches!(known, Known::ByBalances)),
                    child: entry.child_after.unwrap(),
                    sent: ServerRange::default(),
                }),
            }
        }
        for (index, field) in &case.missing {
            if let Some(row) = ledger.rows.get_mut(old_len + index) {
                row[FIELDS[*field]] = json!(false);
            }
        }
        let read =
            |row: &Json| LedgerEntry::from_row(&serde_json::from_value(row.clone()).unwrap());
        Self {
            ours,
            unclaimed,
            movement,
            quote,
            watermark: case.has_watermark.then_some(watermark),
            claims,
            reading: LedgerRead {
                entries: ledger.rows.iter().rev().map(read).collect(),
                own_balance: Some(Value::Money(ledger.own)),
                ..reading(Vec::new())
            },
        }
    }

    fn judge(&self, reading: &LedgerRead) -> Verdict {
        let target = SearchTarget {
            watermark: self.watermark.as_deref(),
            claims: &self.claims,
            ..target(&self.movement, &self.quote)
        };
        judge(&target, reading)
    }
}

/// A copy of `reading` with only its `kept` newest entries.
fn truncated(reading: &LedgerRead, kept: usize) -> LedgerRead {
    let mut short = reading.clone();
    short.complete &= kept >= short.entries.len();
    short.entries.truncate(kept);
    short
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever fields are missing, a movement that was applied is never reported as absent, and another user's
    /// movement is matched only if it looks like ours and nobody claims it.
    #[test]
    fn no_definite_verdict_is_wrong(
        case in any_case(&ANY, 4), kept in 0usize..12, settled in any::<bool>(),
    ) {
        let outcome = Outcome::of(&case);
        for reading in [&outcome.reading, &truncated(&outcome.reading, kept)] {
            let settled_for = settled.then_some(LOG_LAG);
            let reading = LedgerRead { settled_for, ..reading.clone() };
            match outcome.judge(&reading) {
                Verdict::Found(entry) => {
                    prop_assert!(case.has_watermark);
                    prop_assert!(outcome.ours.contains(&entry.id) || outcome.unclaimed > 0);
                }
                Verdict::NotThere => {
                    prop_assert!(settled && reading.complete);
                    prop_assert_eq!(outcome.ours.len(), 0);
                }
                Verdict::NotYet => {
                    prop_assert!(!settled && reading.complete);
                    prop_assert_eq!(outcome.ours.len(), 0);
                }
                Verdict::CannotTell { .. } => {}
            }
        }
    }

    /// If the entries are complete and claims are by id, the verdict is exact.
    #[test]
    fn complete_entries_are_judged_exactly(case in any_case(&CERTAIN, 0)) {
        let outcome = Outcome::of(&Case { has_watermark: true, ..case });
        match (outcome.judge(&outcome.reading), outcome.ours.len() + outcome.unclaimed) {
            (verdict, 0) => prop_assert_eq!(verdict, Verdict::NotThere),
            (Verdict::Found(entry), 1) => {
                prop_assert!(outcome.unclaimed == 1 || outcome.ours.contains(&entry.id));
            }
            // A balance that returns to an earlier value leaves a doubt about which entry came first.
            (verdict, matching) => {
                let found = doubt(&verdict);
                let all = matches!(found, Some((Doubt::Several | Doubt::Unclear, count)) if count == matching);
                prop_assert!(all, "{found:?}, not {matching}");
            }
        }
    }

    /// If the newest movement's entry is missing, the balance shows it.
    #[test]
    fn a_missing_entry_shows_in_the_balance(case in any_case(&[Known::ByRow], 0)) {
        let mut outcome = Outcome::of(&Case { positions: vec![99], has_watermark: true, ..case });
        outcome.reading.entries.retain(|entry| !outcome.ours.contains(&entry.id));
        let verdict = outcome.judge(&outcome.reading);
        prop_assert_eq!(doubt(&verdict), Some((Doubt::Unexplained, 0)));
    }
}
