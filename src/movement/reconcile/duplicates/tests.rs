use super::*;
use crate::movement::Kind;
use crate::movement::submission::transitions::tests::entry;
use crate::units::clock::Steady;
use crate::units::{ChildId, Credits, Minutes, OrganizationId};
use proptest::prelude::*;

const NOW: i64 = 1_768_475_080_000;
const MINUTE: i64 = 60 * 1000;

/// A moment at which the service's clock is known, and this computer's is `off`.
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

/// An own submission of `ago` milliseconds ago.
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

/// An entry of 20 minutes to 4002, `ago` milliseconds ago.
fn line(id: &str, ago: i64) -> LedgerEntry {
    LedgerEntry {
        id: id.to_owned(),
        at: Some(NOW - ago),
        kind: Some(Kind::Transfer),
        child: Some("4002".to_owned()),
        minutes: Some(Minutes::new(20)),
        ..entry()
    }
}

fn listed(alikes: &[Duplicate]) -> Vec<(Option<&str>, Option<&str>)> {
    alikes
        .iter()
        .map(|duplicates| {
            (
                duplicates.key.as_deref(),
                duplicates.entry.as_ref().map(|entry| entry.id.as_str()),
            )
        })
        .collect()
}

#[test]
fn kind_child_and_size_make_a_look_alike() {
    let movement = transfer(4002, 20, "0.2");
    let count = |other: &Movement| alikes(&movement, now(0), &[own("k", other, 0)], &[]).len();
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

    let of = |entry: LedgerEntry| alikes(&movement, now(0), &[], &[entry]).len();
    assert_eq!(of(line("1", 0)), 1);
    let amount = |text: &str| Some(Value::Money(text.parse().unwrap()));
    for (expected, other) in [
        (
            0,
            LedgerEntry {
                kind: Some(Kind::Revert),
                ..line("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                kind: None,
                ..line("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                child: Some("4001".into()),
                ..line("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                at: None,
                ..line("1", 0)
            },
        ),
        (
            1,
            LedgerEntry {
                minutes: None,
                credit: amount("4"),
                ..line("1", 0)
            },
        ),
        (
            0,
            LedgerEntry {
                minutes: None,
                credit: amount("5"),
                ..line("1", 0)
            },
        ),
    ] {
        assert_eq!(of(other.clone()), expected, "{other:?}");
    }

    let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
    let (with, bare) = (allocation(id, 500), allocation(&id[4..], 500));
    assert_eq!(alikes(&with, now(0), &[own("k", &bare, 0)], &[]).len(), 1);
    let more = allocation(id, 501);
    assert_eq!(alikes(&with, now(0), &[own("k", &more, 0)], &[]).len(), 0);
    let event = LedgerEntry {
        kind: Some(Kind::Allocate),
        child: Some(id[4..].to_ascii_uppercase()),
        minutes: None,
        credit: Some(Value::Credits(Credits::new(500))),
        ..line("e", 0)
    };
    assert_eq!(alikes(&with, now(0), &[], &[event]).len(), 1);
}

#[test]
fn ten_minutes_are_near_whatever_this_computers_clock_says() {
    let movement = transfer(4002, 20, "0.2");
    for off in [0, 15 * MINUTE, -15 * MINUTE, 3 * 24 * 60 * MINUTE] {
        for (ago, near) in [(0, 1), (-MINUTE, 1), (NEAR, 1), (NEAR + 1, 0)] {
            let of =
                |own: &[Own], lines: &[LedgerEntry]| alikes(&movement, now(off), own, lines).len();
            assert_eq!(of(&[own("k", &movement, ago)], &[]), near, "{ago}");
            assert_eq!(of(&[], &[line("1", ago)]), near, "{ago}");
        }
    }
}

#[test]
fn without_the_services_time_the_newest_entry_is_taken_for_new() {
    let movement = transfer(4002, 20, "0.2");
    for off in [15 * MINUTE, -15 * MINUTE] {
        let blind = Now {
            server: ServerRange::default(),
            ..now(off)
        };
        let found = alikes(&movement, blind, &[], &[line("1", 2000)]);
        assert_eq!(found.len(), 1, "{off}");
    }
}

#[test]
fn a_submission_and_its_entry_are_one() {
    let movement = transfer(4002, 20, "0.2");
    let one = [own("a", &movement, 3 * MINUTE)];
    // The clock of this computer is nine minutes fast: the entry is still this browser's.
    let found = alikes(&movement, now(9 * MINUTE), &one, &[line("1", 3 * MINUTE)]);
    assert_eq!(listed(&found), [(Some("a"), Some("1"))]);
    // A submission takes one entry: the other is somebody else's.
    let lines = [line("2", 0), line("1", 3 * MINUTE)];
    let found = alikes(&movement, now(0), &one, &lines);
    assert_eq!(listed(&found), [(None, Some("2")), (Some("a"), Some("1"))]);
}

proptest! {
    #[test]
    fn all_that_is_near_is_listed_once_and_in_order(
        own_ago in proptest::collection::vec(-10i64..20, 0..5),
        lines in proptest::collection::vec(-10i64..20, 0..5),
        off in -1_000_000_000i64..1_000_000_000,
    ) {
        let movement = transfer(4002, 20, "0.2");
        let keys: Vec<String> = (0..own_ago.len()).map(|n| format!("k{n}")).collect();
        let made: Vec<Own> = own_ago
            .iter()
            .zip(&keys)
            .map(|(ago, key)| own(key, &movement, ago * MINUTE))
            .collect();
        let entries: Vec<LedgerEntry> =
            lines.iter().enumerate().map(|(n, ago)| line(&n.to_string(), ago * MINUTE)).collect();
        let found = alikes(&movement, now(off), &made, &entries);
        prop_assert!(found.is_sorted_by(|a, b| a.at >= b.at));
        for (own, ago) in made.iter().zip(&own_ago) {
            let times = found.iter().filter(|duplicates| duplicates.key.as_deref() == Some(own.key)).count();
            prop_assert!(times <= 1 && (times == 1 || ago * MINUTE > NEAR));
        }
        for entry in &entries {
            let times = found.iter().filter(|duplicates| duplicates.entry.as_ref() == Some(entry)).count();
            prop_assert!(times <= 1);
            let near = NOW - entry.at.unwrap() <= NEAR;
            prop_assert!(times == 1 || !near);
        }
    }
}
