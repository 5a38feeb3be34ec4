use super::*;
use crate::movement::plan::Kind;
use crate::units::{ChildId, Credits, Minutes, OrganizationId};
use proptest::prelude::*;

const NOW: i64 = 1_768_475_080_000;
const MINUTE: i64 = 60 * 1000;

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

/// A line of 20 minutes to 4002, `ago` milliseconds ago.
fn line(id: &str, ago: i64) -> Trace {
    Trace {
        id: id.to_owned(),
        at: Some(NOW - ago),
        written: None,
        kind: Some(Kind::Transfer),
        child: Some("4002".to_owned()),
        minutes: Some(Minutes::new(20)),
        credit: None,
        own_after: None,
        child_after: None,
        reference: None,
        notes: None,
    }
}

fn listed(alikes: &[Alike]) -> Vec<(Option<&str>, Option<&str>)> {
    alikes
        .iter()
        .map(|alike| {
            (
                alike.key.as_deref(),
                alike.trace.as_ref().map(|trace| trace.id.as_str()),
            )
        })
        .collect()
}

#[test]
fn kind_child_and_size_make_a_look_alike() {
    let movement = transfer(4002, 20, "0.2");
    let own = |other: &Movement| alikes(&movement, NOW, &[("k".into(), other, NOW)], &[]).len();
    assert_eq!(own(&movement), 1);
    assert_eq!(own(&transfer(4002, 20, "0.3")), 1, "whatever the rate");
    assert_eq!(own(&transfer(4002, 21, "0.2")), 0);
    assert_eq!(own(&transfer(4001, 20, "0.2")), 0);
    let back = Movement::Revert {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(20),
    };
    assert_eq!(own(&back), 0);

    let of = |trace: Trace| alikes(&movement, NOW, &[], &[trace]).len();
    assert_eq!(of(line("1", 0)), 1);
    assert_eq!(
        of(Trace {
            kind: Some(Kind::Revert),
            ..line("1", 0)
        }),
        0
    );
    assert_eq!(
        of(Trace {
            kind: None,
            ..line("1", 0)
        }),
        0
    );
    assert_eq!(
        of(Trace {
            child: Some("4001".into()),
            ..line("1", 0)
        }),
        0
    );
    assert_eq!(
        of(Trace {
            at: None,
            ..line("1", 0)
        }),
        0
    );
    let amount = |text: &str| Some(Value::Money(text.parse().unwrap()));
    assert_eq!(
        of(Trace {
            minutes: None,
            credit: amount("4"),
            ..line("1", 0)
        }),
        1
    );
    assert_eq!(
        of(Trace {
            minutes: None,
            credit: amount("5"),
            ..line("1", 0)
        }),
        0
    );

    let id = "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80";
    let (with, bare) = (allocation(id, 500), allocation(&id[4..], 500));
    assert_eq!(
        alikes(&with, NOW, &[("k".into(), &bare, NOW)], &[]).len(),
        1
    );
    assert_eq!(
        alikes(&with, NOW, &[("k".into(), &allocation(id, 501), NOW)], &[]).len(),
        0
    );
    let event = Trace {
        kind: Some(Kind::Allocate),
        child: Some(id[4..].to_ascii_uppercase()),
        minutes: None,
        credit: Some(Value::Credits(Credits::new(500))),
        ..line("e", 0)
    };
    assert_eq!(alikes(&with, NOW, &[], &[event]).len(), 1);
}

#[test]
fn ten_minutes_are_near() {
    let movement = transfer(4002, 20, "0.2");
    for (ago, near) in [(0, 1), (-MINUTE, 1), (NEAR, 1), (NEAR + 1, 0)] {
        let own = ("k".to_owned(), &movement, NOW - ago);
        assert_eq!(alikes(&movement, NOW, &[own], &[]).len(), near, "{ago}");
        assert_eq!(
            alikes(&movement, NOW, &[], &[line("1", ago)]).len(),
            near,
            "{ago}"
        );
    }
}

#[test]
fn a_submission_and_its_line_are_one() {
    let movement = transfer(4002, 20, "0.2");
    let own = |key: &str, ago| (key.to_owned(), &movement, NOW - ago);
    let one = [own("a", 3 * MINUTE)];
    let found = alikes(&movement, NOW, &one, &[line("1", 2 * MINUTE)]);
    assert_eq!(listed(&found), [(Some("a"), Some("1"))]);
    assert_eq!(found[0].at, NOW - 3 * MINUTE);
    // A submission takes the closest line, and one only: the other is somebody else's.
    let lines = [line("2", MINUTE), line("1", 2 * MINUTE)];
    let found = alikes(&movement, NOW, &one, &lines);
    assert_eq!(listed(&found), [(None, Some("2")), (Some("a"), Some("1"))]);
    let two = [own("a", 3 * MINUTE), own("b", MINUTE)];
    let found = alikes(&movement, NOW, &two, &lines);
    assert_eq!(
        listed(&found),
        [(Some("b"), Some("2")), (Some("a"), Some("1"))]
    );
    // A line whose submission lies just outside is still that submission's.
    let found = alikes(
        &movement,
        NOW,
        &[own("a", NEAR + MINUTE)],
        &[line("1", NEAR - 1)],
    );
    assert_eq!(listed(&found), [(Some("a"), Some("1"))]);
}

proptest! {
    #[test]
    fn all_that_is_near_is_listed_once_and_in_order(
        own in proptest::collection::vec(-10i64..20, 0..5),
        lines in proptest::collection::vec(-10i64..20, 0..5),
    ) {
        let movement = transfer(4002, 20, "0.2");
        let made: Vec<(String, &Movement, i64)> = own
            .iter()
            .enumerate()
            .map(|(n, ago)| (format!("k{n}"), &movement, NOW - ago * MINUTE))
            .collect();
        let traces: Vec<Trace> =
            lines.iter().enumerate().map(|(n, ago)| line(&n.to_string(), ago * MINUTE)).collect();
        let found = alikes(&movement, NOW, &made, &traces);
        prop_assert!(found.is_sorted_by(|a, b| a.at >= b.at));
        for (key, _, at) in &made {
            let times = found.iter().filter(|alike| alike.key.as_ref() == Some(key)).count();
            prop_assert!(times <= 1 && (times == 1 || NOW.abs_diff(*at) > NEAR.unsigned_abs()));
        }
        for trace in &traces {
            let times = found.iter().filter(|alike| alike.trace.as_ref() == Some(trace)).count();
            prop_assert!(times <= 1);
            let near = NOW.abs_diff(trace.at.unwrap()) <= NEAR.unsigned_abs();
            prop_assert!(times == 1 || !near);
        }
        for alike in &found {
            let apart = alike.trace.as_ref().and_then(|trace| trace.at).map(|at| at.abs_diff(alike.at));
            prop_assert!(apart.is_none_or(|apart| apart <= SAME.unsigned_abs()));
        }
    }
}
