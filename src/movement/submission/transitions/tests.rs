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
        check_started: None,
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
        journaled: true,
        extra_entries: ExtraEntries::None,
        counted: false,
        acknowledged: false,
        quiet_since: None,
        resumed_at: None,
        quiet_before: None,
        activity: SubmissionActivity::Nothing,
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

pub(crate) fn failed(kind: FailureKind) -> SubmissionEvent {
    SubmissionEvent::Answered(Err(Failure::unanswered(kind)))
}

/// One submission in each state, reached through events.
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
    let answered = SubmissionEvent::Answered(Ok(receipt()));
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
        after(vec![SubmissionEvent::Recorded, answered]),
        then(SubmissionEvent::Judged(Verdict::Found(Box::new(entry())))),
        after(vec![
            SubmissionEvent::Recorded,
            failed(FailureKind::Insufficient),
            SubmissionEvent::Upheld,
        ]),
        then(SubmissionEvent::Judged(Verdict::NotThere)),
        then(SubmissionEvent::Decide {
            completed: true,
            entry_id: None,
        }),
        then(SubmissionEvent::Decide {
            completed: false,
            entry_id: None,
        }),
    ]
}

/// The log was checked and holds `entries` possible entries.
fn counted(entries: Option<usize>, last: bool) -> SubmissionEvent {
    SubmissionEvent::EntriesCounted {
        entries: entries.map(|count| {
            let nth_entry = |index: usize| LedgerEntry {
                id: (8 + index).to_string(),
                ..entry()
            };
            (0..count).map(nth_entry).collect()
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
            completed: true,
            entry_id: None,
        },
        SubmissionEvent::Decide {
            completed: false,
            entry_id: None,
        },
        SubmissionEvent::Counting,
        counted(Some(1), false),
        counted(Some(1), true),
        counted(Some(2), true),
        counted(None, false),
        SubmissionEvent::Acknowledged,
        SubmissionEvent::Upheld,
        SubmissionEvent::Unverified,
        SubmissionEvent::Disown {
            entry_id: "8".into(),
        },
    ]
}

/// Covers every state and every event: the resulting state and the command. A dash means no change.
#[test]
fn every_event_in_every_state() {
    // Events: recorded, not recorded; receipt, timeout, insufficient, 401; retry; found, not there, not yet,
    //         cannot tell; decided completed, not completed; counting, one entry, one (last count), two (last count),
    //         unread; acknowledged; upheld, unverified; disowned
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
            let command = after.step(event.clone(), at(3_000));
            let mark = match command {
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
            // Repeating a verdict that is already known changes nothing either.
            let same = cell == "unknown" && became == "-";
            assert!(
                became == cell || same,
                "{name}, {event:?}: {became}, not {cell}"
            );
        }
    }
}

#[test]
fn a_retry_keeps_key_and_bytes() {
    let mut retried = submission(1);
    let before = retried.clone();
    retried.step(SubmissionEvent::Recorded, at(1_001));
    retried.step(failed(FailureKind::TimedOut), at(1_002));
    assert_eq!(
        retried.step(SubmissionEvent::Retry { alone: true }, at(1_003)),
        Some(SubmissionCommand::Record)
    );
    assert_eq!((&retried.key, &retried.body), (&before.key, &before.body));
    assert_eq!(retried.attempts.len(), 2);
}

#[test]
fn a_rejection_before_the_key_lookup_does_not_settle_earlier_attempts() {
    let mut retried = submission(1);
    retried.step(SubmissionEvent::Recorded, at(1_001));
    retried.step(failed(FailureKind::Network), at(1_002));
    retried.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    retried.step(SubmissionEvent::Recorded, at(1_004));
    for kind in [
        FailureKind::Suspended,
        FailureKind::Forbidden,
        FailureKind::RateLimited,
        FailureKind::Invalid,
    ] {
        let mut rejected = retried.clone();
        rejected.step(failed(kind.clone()), at(1_005));
        assert!(matches!(rejected.state, State::Unknown { .. }), "{kind:?}");
    }
    let mut keyless = retried.clone();
    keyless.step(failed(FailureKind::Unauthorized), at(1_005));
    assert_eq!(keyless.state, State::KeyNeeded);
    assert!(
        keyless.is_doubtful(),
        "and nobody may say that nothing moved"
    );
    let not_completed = SubmissionEvent::Decide {
        completed: false,
        entry_id: None,
    };
    keyless.step(not_completed, at(1_006));
    assert!(matches!(
        keyless.state,
        State::Decided {
            completed: false,
            ..
        }
    ));
    retried.step(failed(FailureKind::Insufficient), at(1_005));
    assert!(matches!(retried.state, State::Checking(_)));
}

#[test]
fn a_rejection_contradicted_by_the_log_stays_open() {
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
    assert!(found.is_open() && !found.is_completed());
    found.step(
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        at(70_000),
    );
    assert!(found.is_open(), "however often it is found");
    let mut absent = found.clone();
    absent.step(SubmissionEvent::Judged(Verdict::NotThere), at(70_000));
    assert!(absent.refusal().is_some(), "it was declined after all");
    // If the log can't be read, the portal doesn't claim that nothing moved, and sends nothing blindly.
    refused.step(SubmissionEvent::Unverified, at(1_003));
    assert!(refused.is_open() && refused.is_doubtful());
}

#[test]
fn disowning_the_matched_entry_reopens_the_submission() {
    let mut found = submission(1);
    found.step(SubmissionEvent::Recorded, at(1_001));
    found.step(failed(FailureKind::TimedOut), at(1_002));
    found.step(
        SubmissionEvent::Judged(Verdict::Found(Box::new(entry()))),
        at(1_003),
    );
    assert!(found.is_completed());
    let disown = SubmissionEvent::Disown {
        entry_id: entry().id,
    };
    assert_eq!(
        found.step(disown.clone(), at(2_000)),
        Some(SubmissionCommand::Save)
    );
    assert!(found.is_open() && found.foreign == [entry().id]);
    assert_eq!(found.step(disown, at(2_001)), None, "once");
    // The entry doesn't count as an extra one either.
    found.step(SubmissionEvent::Judged(Verdict::NotThere), at(70_000));
    assert_eq!(found.state, State::Absent);
    found.step(counted(Some(1), true), at(80_000));
    assert!(!found.needs_acknowledgment());
}

#[test]
fn a_late_entry_raises_an_alarm_unless_completed() {
    for mut submission in of_each_state() {
        if submission.is_open() || submission.is_completed() {
            continue;
        }
        submission.step(counted(Some(1), false), at(90_000));
        assert!(submission.needs_acknowledgment(), "{:?}", submission.state);
    }
}

#[test]
fn a_rejected_api_key_leaves_no_doubt_about_later_attempts() {
    let mut retried = submission(1);
    retried.step(SubmissionEvent::Recorded, at(1_001));
    retried.step(failed(FailureKind::Unauthorized), at(1_002));
    retried.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    retried.step(SubmissionEvent::Recorded, at(1_004));
    retried.step(failed(FailureKind::RateLimited), at(1_005));
    assert!(matches!(retried.state, State::Checking(_)));
}

#[test]
fn an_unrecorded_attempt_is_dropped() {
    let mut retried = submission(1);
    retried.step(SubmissionEvent::Recorded, at(1_001));
    retried.step(failed(FailureKind::TimedOut), at(1_002));
    let before = retried.clone();
    retried.step(SubmissionEvent::Retry { alone: true }, at(1_003));
    retried.step(SubmissionEvent::NotRecorded, at(1_004));
    retried.quiet_before = before.quiet_before;
    assert_eq!(retried, before);
}

#[test]
fn extra_entries_stay_visible_until_acknowledged() {
    let mut twice = submission(1);
    twice.step(SubmissionEvent::Recorded, at(1_001));
    twice.step(SubmissionEvent::Answered(Ok(receipt())), at(1_002));
    assert_eq!(
        twice.step(counted(Some(2), false), at(1_003)),
        Some(SubmissionCommand::Save)
    );
    assert!(twice.needs_acknowledgment());
    // Neither fewer entries nor an unreadable log takes it back.
    for later in [counted(Some(1), false), counted(None, false)] {
        twice.step(later, at(1_004));
        assert!(twice.needs_acknowledgment());
    }
    assert_eq!(
        twice.step(SubmissionEvent::Acknowledged, at(1_005)),
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
fn a_late_entry_for_a_declined_submission_needs_acknowledgment() {
    let mut refused = submission(1);
    refused.step(SubmissionEvent::Recorded, at(1_001));
    refused.step(failed(FailureKind::RateLimited), at(1_002));
    refused.step(SubmissionEvent::Judged(Verdict::NotYet), at(1_003));
    // A colleague may have made the same movement: only the user can tell.
    refused.step(counted(Some(1), true), at(61_000));
    assert!(refused.refusal().is_some() && refused.needs_acknowledgment() && refused.counted);
}

pub(crate) fn any_event() -> impl Strategy<Value = SubmissionEvent> {
    proptest::sample::select(every_event())
}

#[test]
fn only_certain_transactions_are_named() {
    let with_reference = LedgerEntry {
        reference: Some("txn_1".into()),
        ..entry()
    };
    let mut log_match = submission(1);
    log_match.state = State::Found(Box::new(with_reference.clone()));
    assert_eq!(
        log_match.transaction(),
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
    allocation.state = State::Found(Box::new(with_reference));
    assert_eq!(allocation.transaction(), Some("txn_1"));
    allocation.state = State::Done(Receipt {
        transaction: Some("txn_2".into()),
        ..receipt()
    });
    assert_eq!(allocation.transaction(), Some("txn_2"));
}

proptest! {
    /// Nothing is sent before it is recorded, every answer is saved, and a settled submission stays settled.
    #[test]
    fn recorded_before_sent_and_saved_after(events in proptest::collection::vec(any_event(), 0..60)) {
        let mut submission = submission(1);
        let (key, body) = (submission.key.clone(), submission.body.clone());
        for (now, event) in events.into_iter().enumerate() {
            let before = submission.clone();
            let command = submission.step(event.clone(), at(2_000 + now as i64));
            prop_assert_eq!((&submission.key, &submission.body), (&key, &body));
            if submission.state == State::Sending && before.state != State::Sending {
                prop_assert_eq!((&before.state, &event), (&State::Recording, &SubmissionEvent::Recorded));
                prop_assert_eq!(command, Some(SubmissionCommand::Send));
            }
            if before.state == State::Sending && submission.state != State::Sending {
                let is_rejection = matches!(submission.state, State::Checking(_));
                prop_assert_eq!(command, Some(if is_rejection { SubmissionCommand::Verify } else { SubmissionCommand::Save }));
            }
            if matches!(before.state, State::Checking(_)) && submission != before {
                prop_assert_eq!(command, Some(SubmissionCommand::Save));
            }
            // A settled submission is reopened only when the user marks its entry as somebody else's.
            if !before.is_open() && !matches!(event, SubmissionEvent::Disown { .. }) {
                prop_assert!(!submission.is_open());
            }
            // No entry turns a rejection into a success.
            if matches!(before.state, State::Checking(_)) {
                prop_assert!(!submission.is_completed());
            }
            // The user never sees "nothing moved" while an attempt may have moved something.
            if matches!(submission.state, State::Refused(_)) && before.is_open() {
                let settled = submission.failure().is_some_and(Failure::settles_earlier_attempts);
                let proven = matches!(event, SubmissionEvent::Judged(Verdict::NotThere));
                prop_assert!(settled || proven || !submission.is_doubtful());
            }
        }
    }
}
