use super::*;
use crate::client::{Failure, FailureKind};
use crate::movement::submission::SubmissionEvent;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::transitions::tests::{at, entry, failed, receipt, submission};
use crate::units::clock::{ServerRange, Steady};
use crate::units::{Change, Value};
use proptest::prelude::*;

fn calm(now: i64) -> RetryContext {
    RetryContext {
        now: at(now),
        signed_in: true,
        account: Some("5678".into()),
        credential: Some("c0de".into()),
        same_service: true,
        replays_for_hours: Some(24),
        settles_after_seconds: 60,
        longest_age: Some(now - 1_000),
        online: true,
        may_send: true,
        retry_now_keys: false,
        readings: 0,
        unread: false,
        last_reading: Steady(0),
        chance: 500,
    }
}

fn ignoring(now: i64) -> RetryContext {
    RetryContext {
        replays_for_hours: None,
        ..calm(now)
    }
}

/// A submission whose attempts all timed out, the last at 3000.
fn unknown(attempts: usize) -> Submission {
    let mut unknown = submission(1);
    for attempt in 1..=attempts {
        if attempt > 1 {
            unknown.step(SubmissionEvent::Retry { alone: false }, at(2_500));
        }
        unknown.step(SubmissionEvent::Recorded, at(2_500));
        unknown.step(failed(FailureKind::TimedOut), at(3_000));
    }
    unknown
}

#[test]
fn pauses_grow_and_chance_moves_them_by_a_quarter() {
    for (attempts, pause) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000)] {
        assert_eq!(
            next(&unknown(attempts), &calm(3_000)),
            NextStep::Retry(Steady(3_000 + pause))
        );
        let at = |chance| {
            next(
                &unknown(attempts),
                &RetryContext {
                    chance,
                    ..calm(3_000)
                },
            )
        };
        assert_eq!(at(0), NextStep::Retry(Steady(3_000 + pause * 3 / 4)));
        assert_eq!(at(1000), NextStep::Retry(Steady(3_000 + pause * 5 / 4)));
    }
}

#[test]
fn a_few_attempts_then_the_books_are_read() {
    assert_eq!(
        next(&unknown(5), &calm(3_000)),
        NextStep::CheckLog(Steady(3_000))
    );
    let retry_now_keys = RetryContext {
        retry_now_keys: true,
        ..calm(3_000)
    };
    assert_eq!(
        next(&unknown(5), &retry_now_keys),
        NextStep::Retry(Steady(3_000)),
        "a person may ask more often"
    );
}

#[test]
fn the_backend_says_how_long_to_wait() {
    let mut busy = submission(1);
    busy.step(SubmissionEvent::Recorded, at(2_000));
    let failure = |retry_after| Failure {
        retry_after: Some(retry_after),
        ..Failure::unanswered(FailureKind::Server)
    };
    let mut waits = busy.clone();
    waits.step(SubmissionEvent::Answered(Err(failure(30))), at(3_000));
    assert_eq!(next(&waits, &calm(3_000)), NextStep::Retry(Steady(33_000)));
    // Longer than a submission is sent again without anybody asking.
    busy.step(SubmissionEvent::Answered(Err(failure(3_600))), at(3_000));
    assert_eq!(next(&busy, &calm(3_000)), NextStep::CheckLog(Steady(3_000)));
}

#[test]
fn an_old_submission_is_not_sent_again_automatically() {
    let now = 1_000 + AUTOMATIC;
    assert_eq!(
        next(&unknown(1), &calm(now - 1)),
        NextStep::Retry(Steady(4_000))
    );
    assert_eq!(
        next(&unknown(1), &calm(now)),
        NextStep::CheckLog(Steady(now))
    );
    let retry_now_keys = |now| RetryContext {
        retry_now_keys: true,
        ..calm(now)
    };
    assert_eq!(
        next(&unknown(1), &retry_now_keys(now)),
        NextStep::Retry(Steady(now))
    );
    // Outside the window, with a margin.
    let late = 1_000 + 24 * HOUR - WINDOW_MARGIN;
    assert_eq!(
        next(&unknown(1), &retry_now_keys(late - 1)),
        NextStep::Retry(Steady(late - 1))
    );
    assert_eq!(
        next(&unknown(1), &retry_now_keys(late)),
        NextStep::CheckLog(Steady(late))
    );
}

#[test]
fn a_resend_needs_everything_that_makes_it_safe() {
    let retry_now_keys = RetryContext {
        retry_now_keys: true,
        ..calm(3_000)
    };
    let reads = |submission: &Submission, now: &RetryContext| {
        assert!(cannot_ask(submission, now).is_some());
        assert_eq!(next(submission, now), NextStep::CheckLog(Steady(3_000)));
    };
    assert_eq!(
        next(&unknown(1), &retry_now_keys),
        NextStep::Retry(Steady(3_000))
    );
    // The service did not promise to recognize keys when it was confirmed, or does not now.
    let mut unpromised = unknown(1);
    unpromised.promised_hours = None;
    reads(&unpromised, &retry_now_keys);
    let forgetting = RetryContext {
        replays_for_hours: None,
        ..retry_now_keys.clone()
    };
    reads(&unknown(1), &forgetting);
    // Another credential of the same account, or one that is not known.
    for credential in [Some("beef".to_owned()), None] {
        let rotated = RetryContext {
            credential,
            ..retry_now_keys.clone()
        };
        reads(&unknown(1), &rotated);
    }
    let mut nobody = unknown(1);
    nobody.account = None;
    let anybody = RetryContext {
        account: None,
        ..retry_now_keys.clone()
    };
    reads(&nobody, &anybody);
    // Nobody knows how long ago it was.
    let timeless = RetryContext {
        longest_age: None,
        ..retry_now_keys
    };
    reads(&unknown(1), &timeless);
}

#[test]
fn an_answer_that_may_have_met_another_attempt_is_asked_for_again_when_it_cannot() {
    let mut conflict = unknown(4);
    conflict.step(SubmissionEvent::Retry { alone: false }, at(3_000));
    conflict.step(SubmissionEvent::Recorded, at(3_000));
    conflict.step(failed(FailureKind::Insufficient), at(3_500));
    assert!(matches!(conflict.state, State::Unknown { .. }));
    assert_eq!(conflict.attempts.len(), ATTEMPTS);
    assert_eq!(
        next(&conflict, &calm(4_000)),
        NextStep::Retry(Steady(63_500))
    );
    let mut alone = conflict.clone();
    alone.step(SubmissionEvent::Retry { alone: true }, at(64_000));
    alone.step(SubmissionEvent::Recorded, at(64_000));
    alone.step(failed(FailureKind::Insufficient), at(64_500));
    assert!(matches!(alone.state, State::Checking(_)));
}

#[test]
fn the_wait_counts_from_the_end_of_the_attempt() {
    let mut slow = submission(1);
    slow.step(SubmissionEvent::Recorded, at(71_000));
    assert!(!is_settled(&slow, &calm(500_000)), "it is under way");
    slow.step(failed(FailureKind::TimedOut), at(91_000));
    assert_eq!(settled_at(&slow, &calm(92_000)), Steady(151_000));
    // A page that was opened later knows it by the service's clock.
    let mut reopened = slow.clone();
    reopened.quiet_since = None;
    let opened = |steady, server| {
        let mut now = calm(0);
        now.now.steady = Steady(steady);
        now.now.server = ServerRange {
            earliest: Some(server),
            latest: Some(server + 2_000),
        };
        now
    };
    // The clocks of the service's nodes may differ.
    assert!(!is_settled(&reopened, &opened(100, 151_000)));
    assert!(is_settled(&reopened, &opened(100, 151_000 + SKEW)));
    assert!(
        is_settled(&reopened, &opened(60_000, 100_000)),
        "or by its own"
    );
    // One whose end nobody saw counts from when this page took over, and as long as a request can take.
    let mut killed = submission(1);
    killed.step(SubmissionEvent::Recorded, at(2_000));
    assert!(!is_settled(&killed, &opened(900_000, 3_000)));
    killed.take_over(opened(5_000, 3_000).now, 20_000);
    assert_eq!(settled_at(&killed, &opened(5_000, 3_000)), Steady(85_000));
}

#[test]
fn a_backend_that_forgets_keys_is_only_read() {
    assert_eq!(
        next(&unknown(1), &ignoring(3_000)),
        NextStep::CheckLog(Steady(3_000))
    );
    let read = |readings, last: i64| {
        let now = RetryContext {
            readings,
            last_reading: Steady(last),
            ..ignoring(3_000)
        };
        next(&unknown(1), &now)
    };
    assert_eq!(read(1, 3_000), NextStep::CheckLog(Steady(5_000)));
    assert_eq!(read(3, 9_000), NextStep::CheckLog(Steady(17_000)));
    // The attempt ended at 3000: 60 seconds later, absence proves something.
    assert_eq!(read(6, 40_000), NextStep::CheckLog(Steady(63_000)));
    assert_eq!(read(6, 63_000), NextStep::CheckLog(Steady(123_000)));
}

#[test]
fn what_the_books_do_not_tell_is_for_a_person() {
    let mut doubtful = unknown(1);
    let cannot = |doubt| {
        SubmissionEvent::Judged(crate::movement::reconcile::Verdict::CannotTell {
            doubt,
            candidates: vec![],
        })
    };
    doubtful.step(cannot(Doubt::Several), at(4_000));
    assert_eq!(next(&doubtful, &ignoring(5_000)), NextStep::NeedDecision);
    doubtful.step(cannot(Doubt::Incomplete), at(4_000));
    assert_eq!(
        next(&doubtful, &ignoring(5_000)),
        NextStep::CheckLog(Steady(5_000))
    );
}

#[test]
fn the_right_key_at_the_right_place() {
    let unknown = unknown(1);
    let signed_out = RetryContext {
        signed_in: false,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &signed_out), NextStep::NeedKey);
    let another = RetryContext {
        account: Some("9999".into()),
        retry_now_keys: true,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &another), NextStep::NeedAccount);
    assert!(cannot_ask(&unknown, &another).is_some());
    let elsewhere = RetryContext {
        same_service: false,
        retry_now_keys: true,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &elsewhere), NextStep::NeedAccount);
    let offline = RetryContext {
        online: false,
        ..calm(3_000)
    };
    // The browser may be wrong about that: it is tried all the same, less often, and at once for a person.
    assert_eq!(
        next(&unknown, &offline),
        NextStep::Retry(Steady(3_000 + OFFLINE_PAUSE))
    );
    let retry_now_keys = RetryContext {
        retry_now_keys: true,
        ..offline
    };
    assert_eq!(
        next(&unknown, &retry_now_keys),
        NextStep::Retry(Steady(3_000))
    );
}

#[test]
fn a_key_that_was_not_taken_waits_for_a_good_one() {
    let mut keyless = submission(1);
    keyless.step(SubmissionEvent::Recorded, at(2_000));
    keyless.step(failed(FailureKind::Unauthorized), at(3_000));
    assert_eq!(next(&keyless, &ignoring(3_000)), NextStep::NeedKey);
    let given = RetryContext {
        retry_now_keys: true,
        ..ignoring(3_000)
    };
    // A backend that forgets keys is sent the same again only after a look into its books.
    assert_eq!(next(&keyless, &given), NextStep::CheckLog(Steady(3_000)));
    let replaying = RetryContext {
        retry_now_keys: true,
        ..calm(3_000)
    };
    assert_eq!(next(&keyless, &replaying), NextStep::Retry(Steady(3_000)));
}

#[test]
fn an_end_is_an_end() {
    let mut done = submission(1);
    done.step(SubmissionEvent::Recorded, at(2_000));
    done.step(SubmissionEvent::Answered(Ok(receipt())), at(3_000));
    assert_eq!(next(&done, &calm(4_000)), NextStep::Nothing);
}

/// A revert that the backend said was made; the balance of the child came back as `child`, quoted was zero.
fn made(child: &str) -> Submission {
    let money = |text: &str| Value::Money(text.parse().unwrap());
    let mut done = submission(1);
    done.quote.child = Some(Change {
        before: money("1"),
        after: money("0"),
    });
    let receipt = Receipt {
        child: money(child),
        ..receipt()
    };
    done.step(SubmissionEvent::Recorded, at(2_000));
    done.step(SubmissionEvent::Answered(Ok(receipt)), at(3_000));
    done
}

fn refused(why: FailureKind) -> Submission {
    let mut refused = submission(1);
    refused.step(SubmissionEvent::Recorded, at(2_000));
    refused.step(failed(why), at(3_000));
    refused.step(SubmissionEvent::Upheld, at(3_100));
    refused
}

#[test]
fn a_settled_submission_is_watched() {
    let settled = Steady(63_000);
    assert_eq!(count_at(&made("0"), &ignoring(4_000)), Some(settled));
    assert_eq!(
        count_at(&made("0"), &ignoring(70_000)),
        Some(Steady(70_000))
    );
    assert_eq!(
        count_at(&made("0"), &calm(70_000)),
        None,
        "the key is known"
    );
    let mut unpromised = made("0");
    unpromised.promised_hours = None;
    assert!(count_at(&unpromised, &calm(70_000)).is_some(), "not then");
    assert_eq!(count_at(&made("-1"), &ignoring(4_000)), Some(Steady(4_000)));
    let mut known = made("-1");
    let once = |last| SubmissionEvent::EntryCount {
        lines: Some(vec![entry()]),
        last,
    };
    known.step(once(false), at(4_500));
    assert_eq!(
        count_at(&known, &ignoring(5_000)),
        Some(settled),
        "once more"
    );
    known.step(once(true), at(70_000));
    assert_eq!(count_at(&known, &ignoring(71_000)), None);
    let another = RetryContext {
        account: Some("99".into()),
        ..ignoring(70_000)
    };
    assert_eq!(count_at(&made("0"), &another), None, "not for their eyes");
    // Also after a day: an entry may have come while the portal was closed.
    let much_later = 3_000 + 25 * HOUR;
    assert!(count_at(&made("0"), &ignoring(much_later)).is_some());
    let mut old_record = made("0");
    old_record.known.clear();
    old_record.confirmed_server = ServerRange::default();
    assert_eq!(count_at(&old_record, &ignoring(much_later)), None);
}

#[test]
fn every_verdict_is_watched_until_nothing_can_change_it() {
    let mut absent = unknown(1);
    absent.step(
        SubmissionEvent::Judged(crate::movement::reconcile::Verdict::NotThere),
        at(64_000),
    );
    let mut decided = unknown(1);
    decided.step(
        SubmissionEvent::Decide {
            made: false,
            line: None,
        },
        at(64_000),
    );
    for held in [absent, decided, refused(FailureKind::RateLimited)] {
        assert!(count_at(&held, &calm(70_000)).is_some(), "{:?}", held.state);
        assert!(!is_last_count(&held, &calm(70_000)));
        assert!(!is_last_count(&held, &calm(20 * HOUR)));
        assert!(is_last_count(&held, &calm(25 * HOUR)));
    }
    assert!(!is_last_count(&made("0"), &calm(70_000)));
    assert!(is_last_count(&made("0"), &calm(63_000 + LATE)));
    // A wall clock that is days ahead ends nothing early.
    let mut fast = calm(70_000);
    fast.now.wall += 72 * HOUR;
    assert!(!is_last_count(&refused(FailureKind::RateLimited), &fast));
}

#[test]
fn pauses_between_readings_grow() {
    let after = |readings, now: i64, unread| RetryContext {
        readings,
        unread,
        last_reading: Steady(now),
        ..ignoring(now)
    };
    let at = |now| count_at(&made("-1"), &now).unwrap();
    assert_eq!(at(after(1, 5_000, true)), Steady(7_000));
    assert_eq!(at(after(9, 5_000, true)), Steady(63_000), "at the latest");
    assert_eq!(at(after(9, 65_000, true)), Steady(125_000));
    assert_eq!(at(after(1, 65_000, false)), Steady(125_000));
    assert_eq!(at(after(20, 65_000, false)), Steady(65_000 + WATCH_PAUSE));
}

proptest! {
    /// Whatever the circumstances: nothing that may have moved is sent again to a backend that would not
    /// recognise it, by another account, to another address, or outside the window.
    #[test]
    fn never_a_blind_resend(
        attempts in 1usize..8, now in 3_000i64..200_000_000, retry_now_keys: bool, online: bool, signed_in: bool,
        same_account: bool, same_service: bool, same_key: bool,
        replays in proptest::option::of(1u32..30), promised in proptest::option::of(1u32..30),
        age in proptest::option::of(0i64..200_000_000),
        readings in 0u32..9, last in 0i64..200_000_000, chance in 0i64..2000,
    ) {
        let mut submission = unknown(attempts);
        submission.promised_hours = promised;
        let retry_context = RetryContext {
            retry_now_keys, online, signed_in, readings, chance, same_service,
            last_reading: Steady(last.min(now)),
            account: same_account.then(|| "5678".into()),
            credential: same_key.then(|| "c0de".into()),
            replays_for_hours: replays,
            longest_age: age,
            ..calm(now)
        };
        if let NextStep::Retry(at) = next(&submission, &retry_context) {
            let hours = replays.unwrap_or(0).min(promised.unwrap_or(0));
            prop_assert!(same_account && same_service && same_key && signed_in);
            prop_assert!(age.is_some_and(|age| age < i64::from(hours) * HOUR));
            prop_assert!(retry_now_keys || attempts < 5);
            prop_assert!(retry_now_keys || at >= Steady(3_000 + 750));
        }
    }
}
