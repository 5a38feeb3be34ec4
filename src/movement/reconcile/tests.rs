use super::*;
use crate::movement::Kind;
use crate::units::{Amount, Change, ChildId, Credits, Minutes, OrganizationId};
use crate::wire::events::Event;
use crate::wire::logs::Row;
use serde_json::{Value as Json, json};

mod counted;
mod ledger;
mod ledger_model;
mod rows;
mod wallet;

const NORTHWIND: &str = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";

fn money(text: &str) -> Value {
    Value::Money(text.parse().unwrap())
}

fn change(before: &str, after: &str) -> Option<Change> {
    Some(Change {
        before: money(before),
        after: money(after),
    })
}

fn transfer(minutes: i128, rate: &str) -> Movement {
    Movement::Transfer {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(minutes),
        rate: rate.parse().unwrap(),
    }
}

fn revert(minutes: i128) -> Movement {
    Movement::Revert {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(minutes),
    }
}

/// The quote for the contract's transfer of 20 minutes (§5.2).
fn quote() -> Quote {
    Quote {
        own: change("61.613", "59.813"),
        child: change("10", "14"),
        ..Quote::default()
    }
}

/// The contract's row for that transfer, with the fields in `overrides` replaced.
fn row(overrides: Json) -> LedgerEntry {
    let example: Json =
        serde_json::from_str(include_str!("../../../tests/contract/logs.json")).unwrap();
    let mut row = example["response"]["body"]["data"]["logs"][0].clone();
    for (name, value) in overrides.as_object().unwrap() {
        row[name] = value.clone();
    }
    LedgerEntry::from_row(&serde_json::from_value::<Row>(row).unwrap())
}

fn target<'a>(movement: &'a Movement, quote: &'a Quote) -> SearchTarget<'a> {
    SearchTarget {
        movement,
        quote,
        watermark: Some("3"),
        known: &[],
        foreign: &[],
        sent: ServerRange::default(),
        likely_until: None,
        now: ServerRange::default(),
        settles: 60_000,
        performer: None,
        first_attempt: 1_768_475_080_000,
        claims: &[],
        open_rivals: 0,
    }
}

fn reading(entries: Vec<LedgerEntry>) -> LedgerRead {
    LedgerRead {
        entries,
        complete: true,
        own_balance: None,
        settled_for: Some(LOG_LAG),
    }
}

fn doubt(verdict: &Verdict) -> Option<(Doubt, usize)> {
    match verdict {
        Verdict::CannotTell { doubt, candidates } => Some((*doubt, candidates.len())),
        _ => None,
    }
}

#[test]
fn a_single_entry_after_the_watermark_is_found() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let target = target(&movement, &quote);
    let found = |entries| matches!(judge(&target, &reading(entries)), Verdict::Found(_));
    assert!(found(vec![row(json!({}))]));
    // Ids aren't contiguous because other accounts share them, and a late commit may sort below an older entry.
    assert!(found(vec![
        row(json!({"id": 3, "notes": "x"})),
        row(json!({"id": 90}))
    ]));
    // The notes suffice without the amount, and the amount without the notes. The rate in the notes is rounded.
    assert!(found(vec![row(
        json!({"credit_amount": null, "to_balance_before": null})
    )]));
    assert!(found(vec![row(json!({"notes": false}))]));
    let fine = transfer(20, "0.2049");
    let at_fine = SearchTarget {
        movement: &fine,
        ..target
    };
    let entry = row(json!({"credit_amount": json!(4.098)}));
    assert!(matches!(
        judge(&at_fine, &reading(vec![entry])),
        Verdict::Found(_)
    ));
    // It's there, whatever happens next. But the unread part of the log may hold another.
    let unsettled = LedgerRead {
        settled_for: None,
        ..reading(vec![row(json!({}))])
    };
    assert!(matches!(judge(&target, &unsettled), Verdict::Found(_)));
    let incomplete = LedgerRead {
        complete: false,
        ..unsettled
    };
    assert_eq!(
        doubt(&judge(&target, &incomplete)),
        Some((Doubt::Incomplete, 1))
    );
    // Anything else is a different movement.
    for other in [
        json!({"id": 3}),
        json!({"to_organization": {"id": 4001}}),
        json!({"notes": "Transfer of 40 minutes at 0.10/min"}),
        json!({"transaction_type": "channel_allocation"}),
        json!({"notes": "Transfer of 20 minutes at 0.40/min", "credit_amount": 8}),
    ] {
        assert_eq!(
            judge(&target, &reading(vec![row(other.clone())])),
            Verdict::NotThere,
            "{other}"
        );
    }
}

#[test]
fn unreadable_entries_decide_nothing() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let target = target(&movement, &quote);
    for other in [
        json!({"notes": false, "credit_amount": null, "to_balance_after": null}),
        json!({"transaction_type": false}),
        json!({"transaction_type": "gift"}),
        json!({"to_organization": null}),
        json!({"status": "pending"}),
        // The service may calculate differently.
        json!({"credit_amount": 8}),
        json!({"notes": false, "credit_amount": json!(4.004)}),
    ] {
        let verdict = judge(&target, &reading(vec![row(other.clone())]));
        assert_eq!(doubt(&verdict), Some((Doubt::Unclear, 1)), "{other}");
        let verdict = judge(
            &target,
            &reading(vec![row(json!({"id": 5})), row(other.clone())]),
        );
        assert_eq!(doubt(&verdict), Some((Doubt::Unclear, 2)), "{other}");
    }
    let two = vec![row(json!({"id": 5})), row(json!({}))];
    assert_eq!(
        doubt(&judge(&target, &reading(two))),
        Some((Doubt::Several, 2))
    );
}

#[test]
fn a_revert_is_matched_by_its_minutes() {
    let movement = revert(5);
    let quote = Quote {
        child: change("14", "13"),
        ..quote()
    };
    let target = target(&movement, &quote);
    let entry = |notes: Json, credit: Json| {
        row(json!({"transaction_type": "credit_revert", "notes": notes, "credit_amount": credit}))
    };
    let verdict = |entry| judge(&target, &reading(vec![entry]));
    let five = json!("Revert of 5 minutes at 0.30/min");
    // The child's rate changed since the quote.
    assert!(matches!(
        verdict(entry(five, json!(1.5))),
        Verdict::Found(_)
    ));
    assert!(matches!(
        verdict(entry(json!(false), json!(1))),
        Verdict::Found(_)
    ));
    let six = json!("Revert of 6 minutes at 0.20/min");
    assert_eq!(verdict(entry(six, json!(1))), Verdict::NotThere);
    assert_eq!(
        doubt(&verdict(entry(json!(false), json!(1.5)))),
        Some((Doubt::Unclear, 1))
    );
}

/// If a log has no notes, only the amounts tell a colleague's revert of another size apart.
#[test]
fn a_revert_of_another_size_has_another_cost() {
    let movement = revert(5);
    let quote = Quote {
        child: change("14", "13"),
        cost: Some(money("0.45")),
        ..quote()
    };
    let target = target(&movement, &quote);
    let entry = |own: Json| {
        row(json!({
            "transaction_type": "credit_revert", "notes": false, "credit_amount": 327.2,
            "from_balance_before": 61.613, "from_balance_after": own,
        }))
    };
    let verdict = |entry| judge(&target, &reading(vec![entry]));
    assert_eq!(verdict(entry(json!(147.24))), Verdict::NotThere);
    // The child's rate may have changed.
    assert_eq!(
        doubt(&verdict(entry(json!(61.163)))),
        Some((Doubt::Unclear, 1))
    );
}

#[test]
fn without_a_watermark_time_decides_and_nothing_is_certain() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let no_watermark = SearchTarget {
        watermark: None,
        ..target(&movement, &quote)
    };
    let at = |time: &str| reading(vec![row(json!({"transfer_date": time}))]);
    // Nine minutes before the first attempt: the clocks may differ.
    let near = at("2026-01-15T16:25:40+05:30");
    assert_eq!(
        doubt(&judge(&no_watermark, &near)),
        Some((Doubt::NoWatermark, 1))
    );
    let undated = reading(vec![row(json!({"transfer_date": null}))]);
    assert_eq!(
        doubt(&judge(&no_watermark, &undated)),
        Some((Doubt::NoWatermark, 1))
    );
    let far = at("2026-01-15T16:24:39+05:30");
    assert_eq!(judge(&no_watermark, &far), Verdict::NotThere);
    let short = LedgerRead {
        complete: false,
        ..far.clone()
    };
    assert_eq!(
        doubt(&judge(&no_watermark, &short)),
        Some((Doubt::Incomplete, 0))
    );
    assert_eq!(
        judge(
            &no_watermark,
            &LedgerRead {
                settled_for: None,
                ..far
            }
        ),
        Verdict::NotYet
    );
    // A log that was empty counts as a watermark.
    let empty = SearchTarget {
        watermark: Some(""),
        ..no_watermark
    };
    assert!(matches!(judge(&empty, &near), Verdict::Found(_)));
}

#[test]
fn an_unexplained_balance_change_of_the_same_size_is_reported() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let target = target(&movement, &quote);
    let with = |entries, own| {
        judge(
            &target,
            &LedgerRead {
                own_balance: Some(money(own)),
                ..reading(entries)
            },
        )
    };
    let unexplained = Some((Doubt::Unexplained, 0));
    assert_eq!(doubt(&with(vec![], "59.813")), unexplained);
    assert_eq!(with(vec![], "61.613"), Verdict::NotThere);
    assert_eq!(with(vec![], "59.5"), Verdict::NotThere, "usage");
    // The newest entry that moved money says what the balance should be.
    let channels = row(json!({"id": 9, "transaction_type": "channel_allocation"}));
    let other = row(json!({"id": 8, "to_organization": {"id": 4001}, "from_balance_after": 50}));
    let entries = vec![channels, other];
    assert_eq!(doubt(&with(entries.clone(), "48.2")), unexplained);
    assert_eq!(with(entries, "59.813"), Verdict::NotThere);
}

#[test]
fn entries_claimed_by_another_submission_are_excluded() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let verdict = |claim: Claim, entries| {
        let claims = [claim];
        judge(
            &SearchTarget {
                claims: &claims,
                ..target(&movement, &quote)
            },
            &reading(entries),
        )
    };
    let balances = |own: Option<&str>, child| Claim::Balances {
        own: own.map(money),
        child: money(child),
        sent: ServerRange::default(),
    };
    let single = || vec![row(json!({}))];
    assert_eq!(verdict(Claim::Row("4".into()), single()), Verdict::NotThere);
    assert!(matches!(
        verdict(Claim::Row("5".into()), single()),
        Verdict::Found(_)
    ));
    // The reference is not unique (contract §1.4).
    let reference = Claim::Row("CT-20260115110440-5678-4002".into());
    assert!(matches!(verdict(reference, single()), Verdict::Found(_)));
    assert_eq!(
        verdict(balances(Some("59.813"), "14"), single()),
        Verdict::NotThere
    );
    assert!(matches!(
        verdict(balances(Some("58.013"), "14"), single()),
        Verdict::Found(_)
    ));
    // Rows about channels have no balances that could be claimed.
    let channels = row(json!({"id": 9, "transaction_type": "channel_allocation"}));
    let entries = vec![channels, row(json!({}))];
    assert_eq!(
        verdict(balances(Some("59.813"), "14"), entries),
        Verdict::NotThere
    );
    // A possible claim decides nothing.
    let unclear = Some((Doubt::Unclear, 1));
    assert_eq!(doubt(&verdict(balances(None, "14"), single())), unclear);
    let half = vec![row(json!({"from_balance_after": null}))];
    assert_eq!(
        doubt(&verdict(balances(Some("59.813"), "14"), half)),
        unclear
    );
    // Balances that returned to an earlier value: two entries share them, one of them before the watermark.
    let repeated = vec![row(json!({"id": 6})), row(json!({"id": 2}))];
    assert_eq!(
        doubt(&verdict(balances(Some("59.813"), "14"), repeated)),
        unclear
    );
}
