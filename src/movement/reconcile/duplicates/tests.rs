use super::*;
use crate::movement::Kind;
use crate::movement::submission::transitions::tests::entry;
use crate::units::clock::Steady;
use crate::units::{ChildId, Credits, Minutes, OrganizationId};
use proptest::prelude::*;

const NOW: i64 = 1_768_475_080_000;
const MINUTE: i64 = 60 * 1000;

/// A moment at which the server time is known and this computer's clock is off by `off`.
fn now(off: i64) -> Now {
    Now {
        wall: NOW + off,
        steady: Steady(0),
        server: ServerRange {
            earliest: Some(NOW),
            latest: Some(NOW),
        },
    }
}

fn transfer(child: i64, minutes: i128, rate: &str) -> Movement {
    Movement::Transfer {
        child: ChildId(child),
        name: "Beta Co".into(),
        minutes: Minutes::new(minutes),
        rate: rate.parse().unwrap(),
    }
}

fn allocation(id: &str, credits: i128) -> Movement {
    Movement::Allocate {
        organization: OrganizationId::parse(id).unwrap(),
        name: "Northwind".into(),
        credits: Credits::new(credits),
        description: None,
        metadata: Default::default(),
    }
}

/// A submission of this browser from `ago` milliseconds ago.
fn own<'a>(key: &'a str, movement: &'a Movement, ago: i64) -> Own<'a> {
    let at = Some(NOW - ago);
    Own {
        key,
        movement,
        confirmed: NOW - ago,
        sent: ServerRange {
            earliest: at,
            latest: at,
        },
        longest_age: Some(ago),
    }
}

/// An entry of 20 minutes to child 4002, `ago` milliseconds ago.
fn log_entry(id: &str, ago: i64) -> LedgerEntry {
    LedgerEntry {
        id: id.to_owned(),
        at: Some(NOW - ago),
        kind: Some(Kind::Transfer),
        child: Some("4002".to_owned()),
        minutes: Some(Minutes::new(20)),
        ..entry()
    }
}

fn listed(duplicates: &[Duplicate]) -> Vec<(Option<&str>, Option<&str>)> {
    duplicates
        .iter()
        .map(|duplicate| {
            (
                duplicate.key.as_deref(),
                duplicate.entry.as_ref().map(|entry| entry.id.as_str()),
            )
        })
        .collect()
}

#[test]
fn duplicates_share_kind_child_and_size() {
    let movement = transfer(4002, 20, "0.2");
    let count =
        |other: &Movement| find_duplicates(&movement, now(0), &[own("k", other, 0)], &[]).len();
    assert_eq!(count(&movement), 1);
    assert_eq!(count(&transfer(4002, 20, "0.3")), 1, "whatever the rate");
    assert_eq!(count(&transfer(4002, 21, "0.2")), 0);
    assert_eq!(count(&transfer(4001, 20, "0.2")), 0);
    let back = Movement::Revert {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(20),
    };
    assert_eq!(count(&back), 0);

    let of = |entry: LedgerEntry| find_duplicates(&movement, now(0), &[], &[entry]).len();
    assert_eq!(of(log_entry("1", 0)), 1);
    let amount = |text: &str| Some(Value::Money(text.parse().unwrap()));
    for (expected, other) in [
        (
            0,
            LedgerEntry {
                kind: Some(Kind::Revert),
                ..log_entry("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                kind: None,
                ..log_entry("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                child: Some("4001".into()),
                ..log_entry("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                at: None,
                ..log_entry("1", 0)
            },
        ),
        (
            1,
            LedgerEntry {
                minutes: None,
                credit: amount("4"),
                ..log_entry("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                minutes: None,
                credit: amount("5"),
                ..log_entry("1", 0)
            },
        ),
    ] {
        assert_eq!(of(other.clone()), expected, "{other:?}");
    }

    let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
    let (with, bare) = (allocation(id, 500), allocation(&id[4..], 500));
    assert_eq!(
        find_duplicates(&with, now(0), &[own("k", &bare, 0)], &[]).len(),
        1
    );
    let more = allocation(id, 501);
    assert_eq!(
        find_duplicates(&with, now(0), &[own("k", &more, 0)], &[]).len(),
        0
    );
    let event = LedgerEntry {
        kind: Some(Kind::Allocate),
        child: Some(id[4..].to_ascii_uppercase()),
        minutes: None,
        credit: Some(Value::Credits(Credits::new(500))),
        ..log_entry("e", 0)
    };
    assert_eq!(find_duplicates(&with, now(0), &[], &[event]).len(), 1);
}

#[test]
fn the_window_is_ten_minutes_regardless_of_this_computers_clock() {
    let movement = transfer(4002, 20, "0.2");
    for off in [0, 15 * MINUTE, -15 * MINUTE, 3 * 24 * 60 * MINUTE] {
        for (ago, near) in [
            (0, 1),
            (-MINUTE, 1),
            (DUPLICATE_WINDOW, 1),
            (DUPLICATE_WINDOW + 1, 0),
        ] {
            let of = |own: &[Own], entries: &[LedgerEntry]| {
                find_duplicates(&movement, now(off), own, entries).len()
            };
            assert_eq!(of(&[own("k", &movement, ago)], &[]), near, "{ago}");
            assert_eq!(of(&[], &[log_entry("1", ago)]), near, "{ago}");
        }
    }
}

#[test]
fn without_server_time_the_newest_entry_counts_as_recent() {
    let movement = transfer(4002, 20, "0.2");
    for off in [15 * MINUTE, -15 * MINUTE] {
        let blind = Now {
            server: ServerRange::default(),
            ..now(off)
        };
        let found = find_duplicates(&movement, blind, &[], &[log_entry("1", 2000)]);
        assert_eq!(found.len(), 1, "{off}");
    }
}

#[test]
fn a_submission_and_its_entry_are_listed_once() {
    let movement = transfer(4002, 20, "0.2");
    let submissions = [own("a", &movement, 3 * MINUTE)];
    // This computer's clock is nine minutes fast: the entry still belongs to this browser's submission.
    let found = find_duplicates(
        &movement,
        now(9 * MINUTE),
        &submissions,
        &[log_entry("1", 3 * MINUTE)],
    );
    assert_eq!(listed(&found), [(Some("a"), Some("1"))]);
    // A submission has one entry: the other is somebody else's.
    let entries = [log_entry("2", 0), log_entry("1", 3 * MINUTE)];
    let found = find_duplicates(&movement, now(0), &submissions, &entries);
    assert_eq!(listed(&found), [(None, Some("2")), (Some("a"), Some("1"))]);
}

proptest! {
    #[test]
    fn recent_duplicates_are_listed_once_and_in_order(
        own_ago in proptest::collection::vec(-10i64..20, 0..5),
        entry_ago in proptest::collection::vec(-10i64..20, 0..5),
        off in -1_000_000_000i64..1_000_000_000,
    ) {
        let movement = transfer(4002, 20, "0.2");
        let keys: Vec<String> = (0..own_ago.len()).map(|n| format!("k{n}")).collect();
        let submissions: Vec<Own> = own_ago
            .iter()
            .zip(&keys)
            .map(|(ago, key)| own(key, &movement, ago * MINUTE))
            .collect();
        let entries: Vec<LedgerEntry> =
            entry_ago.iter().enumerate().map(|(n, ago)| log_entry(&n.to_string(), ago * MINUTE)).collect();
        let found = find_duplicates(&movement, now(off), &submissions, &entries);
        prop_assert!(found.is_sorted_by(|a, b| a.at >= b.at));
        for (own, ago) in submissions.iter().zip(&own_ago) {
            let times = found.iter().filter(|duplicate| duplicate.key.as_deref() == Some(own.key)).count();
            prop_assert!(times <= 1 && (times == 1 || ago * MINUTE > DUPLICATE_WINDOW));
        }
        for entry in &entries {
            let times = found.iter().filter(|duplicate| duplicate.entry.as_ref() == Some(entry)).count();
            prop_assert!(times <= 1);
            let near = NOW - entry.at.unwrap() <= DUPLICATE_WINDOW;
            prop_assert!(times == 1 || !near);
        }
    }
}
