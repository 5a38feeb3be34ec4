//! Entries beyond the outcome that was shown.

use super::*;
use crate::movement::submission::receipt::Receipt;

/// The response to the contract's transfer, exactly as previewed.
fn receipt() -> Receipt {
    Receipt {
        own: Some(money("59.813")),
        child: money("14"),
        lines: Vec::new(),
        transaction: None,
        created: None,
        replayed: false,
    }
}

#[test]
fn an_earlier_identical_entry_is_not_a_repeat() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let receipt = receipt();
    let no_watermark = SearchTarget {
        watermark: None,
        ..target(&movement, &quote)
    };
    let ids = |entries: Vec<LedgerEntry>| {
        let counted = count_entries(&no_watermark, ShownAs::Answered(&receipt), &entries);
        let ids = counted.entries.iter().map(|entry| entry.id.clone());
        ids.collect::<Vec<_>>()
    };
    let own = || row(json!({ "id": 6 }));
    let before = |after: &str| {
        row(
            json!({ "id": 5, "from_balance_before": 63.413, "from_balance_after": after.parse::<serde_json::Number>().unwrap(),
            "to_balance_before": 6, "to_balance_after": 10 }),
        )
    };
    assert_eq!(ids(vec![own(), before("61.613")]), ["6"]);
    // Sorted by different clocks, it is still the same entry.
    assert_eq!(ids(vec![before("61.613"), own()]), ["6"]);
    // One that led to another balance may be the repeat.
    let after =
        row(json!({ "id": 7, "from_balance_before": 59.813, "from_balance_after": 58.013 }));
    assert_eq!(ids(vec![after, own()]), ["7", "6"]);
}

#[test]
fn an_entry_belongs_to_the_identical_submission_marked_as_completed() {
    let (movement, quote) = (transfer(20, "0.2"), quote());
    let receipt = receipt();
    let counted = |is_completed, shown, entries: &[LedgerEntry]| {
        let claims = [Claim::Possible {
            sent: ServerRange::default(),
            known: Vec::new(),
            is_completed,
        }];
        let target = SearchTarget {
            claims: &claims,
            watermark: Some("5"),
            ..target(&movement, &quote)
        };
        count_entries(&target, shown, entries).entries.len()
    };
    let own = row(json!({ "id": 6 }));
    let other =
        row(json!({ "id": 7, "from_balance_before": 59.813, "from_balance_after": 58.013 }));
    let both = [other, own];
    assert_eq!(counted(true, ShownAs::Answered(&receipt), &both), 1);
    assert_eq!(counted(false, ShownAs::Answered(&receipt), &both), 2);
    assert_eq!(counted(true, ShownAs::NotCompleted, &both[..1]), 0);
    assert_eq!(counted(false, ShownAs::NotCompleted, &both[..1]), 1);
    // An earlier entry may belong to the other submission, so the newer one is a repeat.
    let earlier =
        row(json!({ "id": 5, "from_balance_before": 63.413, "from_balance_after": 61.613 }));
    let [other, own] = both;
    let all = [other, own, earlier];
    assert_eq!(counted(true, ShownAs::Answered(&receipt), &all), 2);
}
