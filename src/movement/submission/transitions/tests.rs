use super::*;
use crate::movement::Movement;
use crate::movement::quote::Quote;
use crate::movement::reconcile::{Doubt, LedgerEntry};
use crate::units::clock::Steady;
use crate::units::{Amount, ChildId, IdempotencyKey, Minutes, Value};
use proptest::prelude::*;

/// A moment at which all clocks agree.
pub(crate) fn at(ms: i64) -> Now {
    Now {
        wall: ms,
        steady: Steady(ms),
        server: ServerRange {
            earliest: Some(ms),
            latest: Some(ms),
        },
    }
}

pub(crate) fn key(number: u128) -> IdempotencyKey {
    IdempotencyKey::new(uuid::Uuid::from_u128(number))
}

pub(crate) fn movement(minutes: i128) -> Movement {
    Movement::Revert {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(minutes),
    }
}

pub(crate) fn submission(number: u128) -> Submission {
    let movement = movement(5);
    Submission {
        body: movement.body().unwrap(),
        movement,
        quote: Quote::default(),
        key: key(number),
        base_url: "/api/v1".into(),
        account: Some("5678".into()),
        confirmed: 1_000,
        confirmed_server: ServerRange {
            earliest: Some(1_000),
            latest: Some(1_000),
        },
        confirmed_here: None,
        promised_hours: Some(24),
        credential: Some("c0de".into()),
        watermark: Some("7".into()),
        known: vec!["7".into()],
        foreign: vec![],
        performer: None,
        attempts: vec![Attempt {
            at: 1_000,
            alone: true,
            departed: Some(1_000),
            server: ServerRange {
                earliest: Some(1_000),
                latest: None,
            },
            ..Attempt::default()
        }],
        state: State::Recording,
        ended: None,
        journalled: true,
        excess: ExtraEntries::None,
        counted: false,
        seen: false,
        quiet_since: None,
        resumed_at: None,
        quiet_before: None,
        doing: SubmissionActivity::Nothing,
    }
}

pub(crate) fn receipt() -> Receipt {
    let zero = Value::Money(Amount::ZERO);
    Receipt {
        own: Some(zero),
        child: zero,
        lines: vec![],
        transaction: None,
        created: None,
        replayed: false,
    }
}

pub(crate) fn entry() -> LedgerEntry {
    LedgerEntry {
        id: "8".into(),
        at: Some(1_500),
        written: None,
        kind: Some(crate::movement::Kind::Revert),
        child: None,
        minutes: None,
        rate: None,
        own_change: None,
        credit: None,
        own_after: None,
        child_after: None,
        reference: None,
        notes: None,
        metadata: Default::default(),
        performer: None,
        performed_by: None,
    }
}

pub(crate) fn failed(why: FailureKind) -> SubmissionEvent {
    SubmissionEvent::Answered(Err(Failure::unanswered(why)))
}

/// A submission of each state, by the way it comes there.
fn of_each_state() -> Vec<Submission> {
    let after = |events: Vec<SubmissionEvent>| {
        let mut submission = submission(1);
        for event in events {
            submission.step(event, at(2_000));
        }
        submission
    };
    let unknown = || vec![SubmissionEvent::Recorded, failed(FailureKind::TimedOut)];
    let then = |event: SubmissionEvent| {
        let mut events = unknown();
        events.push(event);
        after(events)
    };
    let made = SubmissionEvent::Answered(Ok(receipt()));
    vec![
        after(vec![]),
        after(vec![SubmissionEvent::Recorded]),
        after(unknown()),
        after(vec![
            SubmissionEvent::Recorded,
            failed(FailureKind::Unauthorized),
        ]),
        after(vec![
            SubmissionEvent::Recorded,
            failed(FailureKind::Insufficient),
        ]),
        after(vec![SubmissionEvent::Recorded, made]),
        then(SubmissionEvent::Judged(Verdict::Found(Box::new(entry())))),
        after(vec![
            SubmissionEvent::Recorded,
            failed(FailureKind::Insufficient),
            SubmissionEvent::Upheld,
        ]),
        then(SubmissionEvent::Judged(Verdict::NotThere)),
        then(SubmissionEvent::Decide {
            made: true,
            line: None,
        }),
        then(SubmissionEvent::Decide {
            made: false,
            line: None,
        }),
    ]
}

/// The books were looked into, and so many lines may be it.
fn counted(lines: Option<usize>, last: bool) -> SubmissionEvent {
    SubmissionEvent::EntryCount {
        lines: lines.map(|count| {
            let line = |place: usize| LedgerEntry {
                id: (8 + place).to_string(),
                ..entry()
            };
            (0..count).map(line).collect()
        }),
        last,
    }
}

fn every_event() -> Vec<SubmissionEvent> {
    let cannot = Verdict::CannotTell {
        doubt: Doubt::Several,
        candidates: vec![entry()],
    };
    vec![
        SubmissionEvent::Recorded,
        SubmissionEvent::NotRecorded,
        SubmissionEvent::Answered(Ok(receipt())),
        failed(FailureKind::TimedOut),
        failed(FailureKind::Insufficient),
        failed(FailureKind::Unauthorized),
        SubmissionEvent::Retry { alone: true },
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        SubmissionEvent::Judged(Verdict::NotThere),
        SubmissionEvent::Judged(Verdict::NotYet),
        SubmissionEvent::Judged(cannot),
        SubmissionEvent::Decide {
            made: true,
            line: None,
        },
        SubmissionEvent::Decide {
            made: false,
            line: None,
        },
        SubmissionEvent::Counting,
        counted(Some(1), false),
        counted(Some(1), true),
        counted(Some(2), true),
        counted(None, false),
        SubmissionEvent::Seen,
        SubmissionEvent::Upheld,
        SubmissionEvent::Unverified,
        SubmissionEvent::Disown { line: "8".into() },
    ]
}

/// Every state and every event: where it leads and what it orders. A dash leaves the state as it is.
#[test]
fn every_state_and_every_event() {
    // Events: recorded, not; made, time-out, short, 401; ask; found, absent, yet, cannot; decided made, not;
    //         counting, once, once for good, twice, unread; seen; upheld, unverified; disowned
    let table = [
        (
            "recording",
            "sending! -  - - - -  -  - - - -  - -  - - - - -  -  - -  -",
        ),
        (
            "sending",
            "- -  done+ unknown+ checking? key-needed+  -  - - - -  - -  - - - - -  -  - -  -",
        ),
        (
            "unknown",
            "- -  - - - -  recording*  done+ absent+ unknown unknown  decided-made+ decided-not+  - - - - -  -  - -  -",
        ),
        (
            "key-needed",
            "- -  - - - -  recording*  unknown+ recording* recording* unknown  - refused+  - - - - -  -  - -  -",
        ),
        (
            "checking",
            "- -  - - - -  -  unknown+ refused+ refused+ unknown+  - -  - - - - -  -  refused+ unknown+  -",
        ),
        (
            "done",
            "- -  - - - -  -  - - - -  - -  done done+ done+ done+ done+  -  - -  -",
        ),
        (
            "done",
            "- -  - - - -  -  - - - -  - -  done done+ done+ done+ done+  -  - -  unknown+",
        ),
        (
            "refused",
            "- -  - - - -  -  - - - -  - -  - refused+ refused+ refused+ refused+  -  - -  -",
        ),
        (
            "absent",
            "- -  - - - -  -  - - - -  - -  - absent+ absent+ absent+ absent+  -  - -  -",
        ),
        (
            "decided-made",
            "- -  - - - -  -  - - - -  - -  - decided-made+ decided-made+ decided-made+ decided-made+  -  - -  -",
        ),
        (
            "decided-not",
            "- -  - - - -  -  - - - -  - -  - decided-not+ decided-not+ decided-not+ decided-not+  -  - -  -",
        ),
    ];
    for (start, (name, row)) in of_each_state().into_iter().zip(table) {
        assert_eq!(start.state.name(), name);
        for (event, cell) in every_event().into_iter().zip(row.split_whitespace()) {
            let mut after = start.clone();
            let order = after.step(event.clone(), at(3_000));
            let mark = match order {
                Some(SubmissionCommand::Record) => "*",
                Some(SubmissionCommand::Send) => "!",
                Some(SubmissionCommand::Save) => "+",
                Some(SubmissionCommand::Verify) => "?",
                None => "",
            };
            let became = if after == start {
                "-".to_owned()
            } else {
                format!("{}{mark}", after.state.name())
            };
            // Being told once more what is known already changes nothing either.
            let same = cell == "unknown" && became == "-";
            assert!(
                became == cell || same,
                "{name}, {event:?}: {became}, not {cell}"
            );
        }
    }
}

#[test]
fn asking_again_keeps_key_and_bytes() {
    let mut again = submission(1);
    let before = again.clone();
    again.step(SubmissionEvent::Recorded, at(1_001));
    again.step(failed(FailureKind::TimedOut), at(1_002));
    assert_eq!(
        again.step(SubmissionEvent::Retry { alone: true }, at(1_003)),
        Some(SubmissionCommand::Record)
    );
    assert_eq!((&again.key, &again.body), (&before.key, &before.body));
    assert_eq!(again.attempts.len(), 2);
}

#[test]
fn a_refusal_from_before_the_look_up_does_not_clear_an_earlier_attempt() {
    let mut again = submission(1);
    again.step(SubmissionEvent::Recorded, at(1_001));
    again.step(failed(FailureKind::Network), at(1_002));
    again.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    again.step(SubmissionEvent::Recorded, at(1_004));
    for why in [
        FailureKind::Suspended,
        FailureKind::Forbidden,
        FailureKind::RateLimited,
        FailureKind::Invalid,
    ] {
        let mut failed_again = again.clone();
        failed_again.step(failed(why.clone()), at(1_005));
        assert!(
            matches!(failed_again.state, State::Unknown { .. }),
            "{why:?}"
        );
    }
    let mut keyless = again.clone();
    keyless.step(failed(FailureKind::Unauthorized), at(1_005));
    assert_eq!(keyless.state, State::KeyNeeded);
    assert!(
        keyless.is_doubtful(),
        "and nobody may say that nothing moved"
    );
    let give_up = SubmissionEvent::Decide {
        made: false,
        line: None,
    };
    keyless.step(give_up, at(1_006));
    assert!(matches!(keyless.state, State::Decided { made: false, .. }));
    again.step(failed(FailureKind::Insufficient), at(1_005));
    assert!(matches!(again.state, State::Checking(_)));
}

#[test]
fn a_no_that_the_books_contradict_is_none() {
    let mut refused = submission(1);
    refused.step(SubmissionEvent::Recorded, at(1_001));
    assert_eq!(
        refused.step(failed(FailureKind::RateLimited), at(1_002)),
        Some(SubmissionCommand::Verify)
    );
    // An entry alone is no success either: it may be a colleague's.
    let mut found = refused.clone();
    found.step(
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        at(1_003),
    );
    assert!(found.is_open() && !found.is_made());
    found.step(
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        at(70_000),
    );
    assert!(found.is_open(), "however often it is found");
    let mut absent = found.clone();
    absent.step(SubmissionEvent::Judged(Verdict::NotThere), at(70_000));
    assert!(absent.refusal().is_some(), "it was declined after all");
    // Where the books cannot be read, nobody says that nothing moved, and nothing is sent blindly.
    refused.step(SubmissionEvent::Unverified, at(1_003));
    assert!(refused.is_open() && refused.is_doubtful());
}

#[test]
fn what_rested_on_a_colleagues_entry_is_looked_for_again() {
    let mut found = submission(1);
    found.step(SubmissionEvent::Recorded, at(1_001));
    found.step(failed(FailureKind::TimedOut), at(1_002));
    found.step(
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        at(1_003),
    );
    assert!(found.is_made());
    let disown = SubmissionEvent::Disown { line: entry().id };
    assert_eq!(
        found.step(disown.clone(), at(2_000)),
        Some(SubmissionCommand::Save)
    );
    assert!(found.is_open() && found.foreign == [entry().id]);
    assert_eq!(found.step(disown, at(2_001)), None, "once");
    // Nor does the entry count as one too many.
    found.step(SubmissionEvent::Judged(Verdict::NotThere), at(70_000));
    assert_eq!(found.state, State::Absent);
    found.step(counted(Some(1), true), at(80_000));
    assert!(!found.needs_acknowledgment());
}

#[test]
fn a_late_entry_raises_an_alarm_whatever_was_shown() {
    for mut held in of_each_state() {
        if held.is_open() || held.is_made() {
            continue;
        }
        held.step(counted(Some(1), false), at(90_000));
        assert!(held.needs_acknowledgment(), "{:?}", held.state);
    }
}

#[test]
fn a_wrong_key_first_is_no_doubt_later() {
    let mut late = submission(1);
    late.step(SubmissionEvent::Recorded, at(1_001));
    late.step(failed(FailureKind::Unauthorized), at(1_002));
    late.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    late.step(SubmissionEvent::Recorded, at(1_004));
    late.step(failed(FailureKind::RateLimited), at(1_005));
    assert!(matches!(late.state, State::Checking(_)));
}

#[test]
fn an_attempt_that_could_not_be_recorded_was_not_made() {
    let mut again = submission(1);
    again.step(SubmissionEvent::Recorded, at(1_001));
    again.step(failed(FailureKind::TimedOut), at(1_002));
    let before = again.clone();
    again.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    again.step(SubmissionEvent::NotRecorded, at(1_004));
    again.quiet_before = before.quiet_before;
    assert_eq!(again, before);
}

#[test]
fn what_the_books_hold_more_of_stays_in_sight_until_it_was_seen() {
    let mut twice = submission(1);
    twice.step(SubmissionEvent::Recorded, at(1_001));
    twice.step(SubmissionEvent::Answered(Ok(receipt())), at(1_002));
    assert_eq!(
        twice.step(counted(Some(2), false), at(1_003)),
        Some(SubmissionCommand::Save)
    );
    assert!(twice.needs_acknowledgment());
    // Neither fewer lines nor books that cannot be read take it back.
    for later in [counted(Some(1), false), counted(None, false)] {
        twice.step(later, at(1_004));
        assert!(twice.needs_acknowledgment());
    }
    assert_eq!(
        twice.step(SubmissionEvent::Seen, at(1_005)),
        Some(SubmissionCommand::Save)
    );
    assert!(!twice.needs_acknowledgment());
    twice.step(counted(Some(2), true), at(1_006));
    assert!(
        twice.counted && !twice.needs_acknowledgment(),
        "it is no news"
    );
    twice.step(counted(Some(3), true), at(1_007));
    assert!(twice.needs_acknowledgment(), "one more is");
}

#[test]
fn a_no_for_which_a_line_comes_into_the_books_later_asks_for_a_look() {
    let mut refused = submission(1);
    refused.step(SubmissionEvent::Recorded, at(1_001));
    refused.step(failed(FailureKind::RateLimited), at(1_002));
    refused.step(SubmissionEvent::Judged(Verdict::NotYet), at(1_003));
    // A colleague may have made the same: nobody but a person can tell.
    refused.step(counted(Some(1), true), at(61_000));
    assert!(refused.refusal().is_some() && refused.needs_acknowledgment() && refused.counted);
}

pub(crate) fn any_happening() -> impl Strategy<Value = SubmissionEvent> {
    proptest::sample::select(every_event())
}

#[test]
fn a_transaction_is_named_where_it_is_certain() {
    let line = LedgerEntry {
        reference: Some("txn_1".into()),
        ..entry()
    };
    let mut of_the_log = submission(1);
    of_the_log.state = State::Found(Box::new(line.clone()));
    assert_eq!(
        of_the_log.transaction(),
        None,
        "references of the log are not unique"
    );
    let mut allocation = submission(2);
    allocation.movement = Movement::Allocate {
        organization: crate::units::OrganizationId::given("org_1").unwrap(),
        name: "Northwind".into(),
        credits: crate::units::Credits::new(500),
        description: None,
        metadata: Default::default(),
    };
    assert_eq!(allocation.transaction(), None);
    allocation.state = State::Found(Box::new(line));
    assert_eq!(allocation.transaction(), Some("txn_1"));
    allocation.state = State::Done(Receipt {
        transaction: Some("txn_2".into()),
        ..receipt()
    });
    assert_eq!(allocation.transaction(), Some("txn_2"));
}

proptest! {
    /// Nothing is sent that was not recorded, every answer is saved, and an end is an end.
    #[test]
    fn recorded_before_sent_and_saved_after(events in proptest::collection::vec(any_happening(), 0..60)) {
        let mut submission = submission(1);
        let (key, body) = (submission.key.clone(), submission.body.clone());
        for (now, event) in events.into_iter().enumerate() {
            let before = submission.clone();
            let order = submission.step(event.clone(), at(2_000 + now as i64));
            prop_assert_eq!((&submission.key, &submission.body), (&key, &body));
            if submission.state == State::Sending && before.state != State::Sending {
                prop_assert_eq!((&before.state, &event), (&State::Recording, &SubmissionEvent::Recorded));
                prop_assert_eq!(order, Some(SubmissionCommand::Send));
            }
            if before.state == State::Sending && submission.state != State::Sending {
                let is_no = matches!(submission.state, State::Checking(_));
                prop_assert_eq!(order, Some(if is_no { SubmissionCommand::Verify } else { SubmissionCommand::Save }));
            }
            if matches!(before.state, State::Checking(_)) && submission != before {
                prop_assert_eq!(order, Some(SubmissionCommand::Save));
            }
            // A settled submission is open again only where a person says that its entry is somebody else's.
            if !before.is_open() && !matches!(event, SubmissionEvent::Disown { .. }) {
                prop_assert!(!submission.is_open());
            }
            // No entry turns a rejection into a success.
            if matches!(before.state, State::Checking(_)) {
                prop_assert!(!submission.is_made());
            }
            // Nobody is told that nothing moved while an attempt may have moved something.
            if matches!(submission.state, State::Refused(_)) && before.is_open() {
                let settled = submission.failure().is_some_and(Failure::settles_earlier_attempts);
                let proven = matches!(event, SubmissionEvent::Judged(Verdict::NotThere));
                prop_assert!(settled || proven || !submission.is_doubtful());
            }
        }
    }
}
