//! Movements of several people to several children, with the one that is looked for among them none, one or two times.

use super::*;
use crate::movement::reconcile::tests::books::{Books, Deed, any_deed, any_movement};
use proptest::prelude::*;

/// How another person's line is claimed.
#[derive(Clone, Copy, Debug)]
enum Known {
    Not,
    ByRow,
    ByBalances,
    ByHalf,
}

/// Anything that may be known of a line.
const ANY: [Known; 4] = [Known::Not, Known::ByRow, Known::ByBalances, Known::ByHalf];
/// What is certain.
const CERTAIN: [Known; 2] = [Known::Not, Known::ByRow];

/// A field that a backend left out.
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
    before: Vec<Deed>,
    ours: Deed,
    /// What others do after the mark, each perhaps claimed.
    others: Vec<(Deed, Known)>,
    /// Before which of the others' deeds ours is made; beyond their number it is the last.
    made: Vec<usize>,
    /// Which field of which line is missing.
    lost: Vec<(usize, usize)>,
    marked: bool,
}

fn any_case(known: &'static [Known], lost: usize) -> impl Strategy<Value = Case> {
    let other = (any_deed(), proptest::sample::select(known));
    (
        proptest::collection::vec(any_deed(), 0..3),
        any_movement(),
        proptest::collection::vec(other, 0..7),
        proptest::collection::vec(0usize..8, 0..=2),
        proptest::collection::vec((0usize..10, 0..FIELDS.len()), 0..=lost),
        prop::bool::weighted(0.8),
    )
        .prop_map(|(before, ours, others, made, lost, marked)| Case {
            before,
            ours,
            others,
            made,
            lost,
            marked,
        })
}

/// What really happened, and the verdicts over it.
struct Outcome {
    ours: Vec<String>,
    /// Lines of others that look like ours and are claimed by nobody.
    unclaimed: usize,
    movement: Movement,
    quote: Quote,
    watermark: Option<String>,
    claims: Vec<KnownEntry>,
    reading: LedgerRead,
}

impl Outcome {
    fn of(case: &Case) -> Self {
        let mut books = Books::new(7);
        for deed in &case.before {
            books.make(*deed);
        }
        let watermark = books
            .rows
            .last()
            .map(|row| row["id"].to_string())
            .unwrap_or_default();
        let old = books.rows.len();
        let movement = case.ours.movement().unwrap();
        let quote = books.quote(case.ours);
        let (mut ours, mut claims, mut unclaimed) = (Vec::new(), Vec::new(), 0);
        for at in 0..=case.others.len() {
            let last = at == case.others.len();
            for _ in case
                .made
                .iter()
                .filter(|made| **made == at || (last && **made > at))
            {
                ours.extend(books.make(case.ours).map(|id| id.to_string()));
            }
            let Some((deed, known)) = case.others.get(at) else {
                continue;
            };
            let Some(id) = books.make(*deed) else {
                continue;
            };
            let line = LedgerEntry::from_row(
                &serde_json::from_value(books.rows[books.rows.len() - 1].clone()).unwrap(),
            );
            match known {
                Known::Not => unclaimed += usize::from(*deed == case.ours),
                Known::ByRow => claims.push(KnownEntry::Row(id.to_string())),
                Known::ByBalances | Known::ByHalf => claims.push(KnownEntry::Balances {
                    own: line
                        .own_after
                        .filter(|_| matches!(known, Known::ByBalances)),
                    child: line.child_after.unwrap(),
                    sent: ServerRange::default(),
                }),
            }
        }
        for (line, field) in &case.lost {
            if let Some(row) = books.rows.get_mut(old + line) {
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
            watermark: case.marked.then_some(watermark),
            claims,
            reading: LedgerRead {
                entries: books.rows.iter().rev().map(read).collect(),
                own_balance: Some(Value::Money(books.own)),
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

/// The lines of `reading` that are not older than its `kept` newest ones.
fn cut(reading: &LedgerRead, kept: usize) -> LedgerRead {
    let mut short = reading.clone();
    short.complete &= kept >= short.entries.len();
    short.entries.truncate(kept);
    short
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever is lost of the lines, what was made is never called absent; and what others made is only taken for
    /// ours where it looks like ours and nobody claims it.
    #[test]
    fn nothing_certain_is_said_wrongly(
        case in any_case(&ANY, 4), kept in 0usize..12, settled in any::<bool>(),
    ) {
        let outcome = Outcome::of(&case);
        for reading in [&outcome.reading, &cut(&outcome.reading, kept)] {
            let settled_for = settled.then_some(LAG);
            let reading = LedgerRead { settled_for, ..reading.clone() };
            match outcome.judge(&reading) {
                Verdict::Found(entry) => {
                    prop_assert!(case.marked);
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

    /// Where the lines are whole and claims are by id, the verdict is exact.
    #[test]
    fn whole_lines_are_judged_exactly(case in any_case(&CERTAIN, 0)) {
        let outcome = Outcome::of(&Case { marked: true, ..case });
        match (outcome.judge(&outcome.reading), outcome.ours.len() + outcome.unclaimed) {
            (verdict, 0) => prop_assert_eq!(verdict, Verdict::NotThere),
            (Verdict::Found(entry), 1) => {
                prop_assert!(outcome.unclaimed == 1 || outcome.ours.contains(&entry.id));
            }
            // Balances that come to be the same again leave a doubt about which came first.
            (verdict, alike) => {
                let found = doubt(&verdict);
                let all = matches!(found, Some((Doubt::Several | Doubt::Unclear, count)) if count == alike);
                prop_assert!(all, "{found:?}, not {alike}");
            }
        }
    }

    /// A newest movement whose line is missing shows in the balance.
    #[test]
    fn a_missing_line_is_missed(case in any_case(&[Known::ByRow], 0)) {
        let mut outcome = Outcome::of(&Case { made: vec![99], marked: true, ..case });
        outcome.reading.entries.retain(|entry| !outcome.ours.contains(&entry.id));
        let verdict = outcome.judge(&outcome.reading);
        prop_assert_eq!(doubt(&verdict), Some((Doubt::Unexplained, 0)));
    }
}
