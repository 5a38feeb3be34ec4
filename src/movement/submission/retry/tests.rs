use super::*;
use crate::client::{Failure, FailureKind};
use crate::movement::submission::SubmissionEvent;
use crate::movement::submission::receipt::Receipt;
use crate::movement::submission::transitions::tests::{at, entry, failed, receipt, submission};
use crate::units::clock::{ServerRange, Steady};
use crate::units::{Change, Value};
use proptest::prelude::*;

fn context(now: i64) -> RetryContext {
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
        retry_now: false,
        log_checks: 0,
        last_check_failed: false,
        last_log_check: Steady(0),
        jitter: 500,
    }
}

fn context_without_replay(now: i64) -> RetryContext {
    RetryContext {
        replays_for_hours: None,
        ..context(now)
    }
}

/// A submission whose attempts all timed out, the last one at 3000.
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
fn retry_pauses_double_with_a_quarter_of_jitter() {
    for (attempts, pause) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000)] {
        assert_eq!(
            next(&unknown(attempts), &context(3_000)),
            NextStep::Retry(Steady(3_000 + pause))
        );
        let at = |jitter| {
            next(
                &unknown(attempts),
                &RetryContext {
                    jitter,
                    ..context(3_000)
                },
            )
        };
        assert_eq!(at(0), NextStep::Retry(Steady(3_000 + pause * 3 / 4)));
        assert_eq!(at(1000), NextStep::Retry(Steady(3_000 + pause * 5 / 4)));
    }
}

#[test]
fn the_log_is_checked_after_five_automatic_attempts() {
    assert_eq!(
        next(&unknown(5), &context(3_000)),
        NextStep::CheckLog(Steady(3_000))
    );
    let retry_now = RetryContext {
        retry_now: true,
        ..context(3_000)
    };
    assert_eq!(
        next(&unknown(5), &retry_now),
        NextStep::Retry(Steady(3_000)),
        "a person may ask more often"
    );
}

#[test]
fn retry_after_is_honored() {
    let mut busy = submission(1);
    busy.step(SubmissionEvent::Recorded, at(2_000));
    let failure = |retry_after| Failure {
        retry_after: Some(retry_after),
        ..Failure::unanswered(FailureKind::Server)
    };
    let mut delayed = busy.clone();
    delayed.step(SubmissionEvent::Answered(Err(failure(30))), at(3_000));
    assert_eq!(
        next(&delayed, &context(3_000)),
        NextStep::Retry(Steady(33_000))
    );
    // Longer than the window for automatic retries.
    busy.step(SubmissionEvent::Answered(Err(failure(3_600))), at(3_000));
    assert_eq!(
        next(&busy, &context(3_000)),
        NextStep::CheckLog(Steady(3_000))
    );
}

#[test]
fn old_submissions_are_not_resent_automatically() {
    let now = 1_000 + AUTOMATIC_RETRY_WINDOW;
    assert_eq!(
        next(&unknown(1), &context(now - 1)),
        NextStep::Retry(Steady(4_000))
    );
    assert_eq!(
        next(&unknown(1), &context(now)),
        NextStep::CheckLog(Steady(now))
    );
    let retry_now = |now| RetryContext {
        retry_now: true,
        ..context(now)
    };
    assert_eq!(
        next(&unknown(1), &retry_now(now)),
        NextStep::Retry(Steady(now))
    );
    // Outside the key's window, less the margin.
    let late = 1_000 + 24 * HOUR - WINDOW_MARGIN;
    assert_eq!(
        next(&unknown(1), &retry_now(late - 1)),
        NextStep::Retry(Steady(late - 1))
    );
    assert_eq!(
        next(&unknown(1), &retry_now(late)),
        NextStep::CheckLog(Steady(late))
    );
}

#[test]
fn resending_requires_every_safety_condition() {
    let retry_now = RetryContext {
        retry_now: true,
        ..context(3_000)
    };
    let reads = |submission: &Submission, now: &RetryContext| {
        assert!(resend_blocker(submission, now).is_some());
        assert_eq!(next(submission, now), NextStep::CheckLog(Steady(3_000)));
    };
    assert_eq!(
        next(&unknown(1), &retry_now),
        NextStep::Retry(Steady(3_000))
    );
    // The service didn't promise to recognize keys at confirmation, or doesn't now.
    let mut unpromised = unknown(1);
    unpromised.promised_hours = None;
    reads(&unpromised, &retry_now);
    let without_replay = RetryContext {
        replays_for_hours: None,
        ..retry_now.clone()
    };
    reads(&unknown(1), &without_replay);
    // A different or unknown credential of the same account.
    for credential in [Some("beef".to_owned()), None] {
        let rotated = RetryContext {
            credential,
            ..retry_now.clone()
        };
        reads(&unknown(1), &rotated);
    }
    let mut without_account = unknown(1);
    without_account.account = None;
    let no_account = RetryContext {
        account: None,
        ..retry_now.clone()
    };
    reads(&without_account, &no_account);
    // Its age is unknown.
    let ageless = RetryContext {
        longest_age: None,
        ..retry_now
    };
    reads(&unknown(1), &ageless);
}

#[test]
fn a_rejection_that_may_have_met_an_earlier_attempt_is_requested_again() {
    let mut conflict = unknown(4);
    conflict.step(SubmissionEvent::Retry { alone: false }, at(3_000));
    conflict.step(SubmissionEvent::Recorded, at(3_000));
    conflict.step(failed(FailureKind::Insufficient), at(3_500));
    assert!(matches!(conflict.state, State::Unknown { .. }));
    assert_eq!(conflict.attempts.len(), MAX_AUTOMATIC_ATTEMPTS);
    assert_eq!(
        next(&conflict, &context(4_000)),
        NextStep::Retry(Steady(63_500))
    );
    let mut alone = conflict.clone();
    alone.step(SubmissionEvent::Retry { alone: true }, at(64_000));
    alone.step(SubmissionEvent::Recorded, at(64_000));
    alone.step(failed(FailureKind::Insufficient), at(64_500));
    assert!(matches!(alone.state, State::Checking(_)));
}

#[test]
fn settling_counts_from_the_end_of_the_last_attempt() {
    let mut slow = submission(1);
    slow.step(SubmissionEvent::Recorded, at(71_000));
    assert!(!is_settled(&slow, &context(500_000)), "it is under way");
    slow.step(failed(FailureKind::TimedOut), at(91_000));
    assert_eq!(settled_at(&slow, &context(92_000)), Steady(151_000));
    // A page that opened later relies on the server time.
    let mut reopened = slow.clone();
    reopened.quiet_since = None;
    let opened = |steady, server| {
        let mut now = context(0);
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
    // An attempt whose end was never seen counts from when this page took over, plus the longest time a request can
    // take.
    let mut killed = submission(1);
    killed.step(SubmissionEvent::Recorded, at(2_000));
    assert!(!is_settled(&killed, &opened(900_000, 3_000)));
    killed.take_over(opened(5_000, 3_000).now, 20_000);
    assert_eq!(settled_at(&killed, &opened(5_000, 3_000)), Steady(85_000));
}

#[test]
fn without_key_replay_only_the_log_is_checked() {
    assert_eq!(
        next(&unknown(1), &context_without_replay(3_000)),
        NextStep::CheckLog(Steady(3_000))
    );
    let read = |log_checks, last: i64| {
        let now = RetryContext {
            log_checks,
            last_log_check: Steady(last),
            ..context_without_replay(3_000)
        };
        next(&unknown(1), &now)
    };
    assert_eq!(read(1, 3_000), NextStep::CheckLog(Steady(5_000)));
    assert_eq!(read(3, 9_000), NextStep::CheckLog(Steady(17_000)));
    // The attempt ended at 3000. From 60 seconds later, absence is proof.
    assert_eq!(read(6, 40_000), NextStep::CheckLog(Steady(63_000)));
    assert_eq!(read(6, 63_000), NextStep::CheckLog(Steady(123_000)));
}

#[test]
fn the_user_decides_when_the_log_cannot() {
    let mut doubtful = unknown(1);
    let cannot = |doubt| {
        SubmissionEvent::Judged(crate::movement::reconcile::Verdict::CannotTell {
            doubt,
            candidates: vec![],
        })
    };
    doubtful.step(cannot(Doubt::Several), at(4_000));
    assert_eq!(
        next(&doubtful, &context_without_replay(5_000)),
        NextStep::NeedDecision
    );
    doubtful.step(cannot(Doubt::Incomplete), at(4_000));
    assert_eq!(
        next(&doubtful, &context_without_replay(5_000)),
        NextStep::CheckLog(Steady(5_000))
    );
}

#[test]
fn retries_need_the_same_account_and_service() {
    let unknown = unknown(1);
    let signed_out = RetryContext {
        signed_in: false,
        ..context(3_000)
    };
    assert_eq!(next(&unknown, &signed_out), NextStep::NeedKey);
    let another = RetryContext {
        account: Some("9999".into()),
        retry_now: true,
        ..context(3_000)
    };
    assert_eq!(next(&unknown, &another), NextStep::NeedAccount);
    assert!(resend_blocker(&unknown, &another).is_some());
    let elsewhere = RetryContext {
        same_service: false,
        retry_now: true,
        ..context(3_000)
    };
    assert_eq!(next(&unknown, &elsewhere), NextStep::NeedAccount);
    let offline = RetryContext {
        online: false,
        ..context(3_000)
    };
    // The browser may be wrong about being offline: retries continue, less often, and immediately if the user asks.
    assert_eq!(
        next(&unknown, &offline),
        NextStep::Retry(Steady(3_000 + MIN_OFFLINE_PAUSE))
    );
    let retry_now = RetryContext {
        retry_now: true,
        ..offline
    };
    assert_eq!(next(&unknown, &retry_now), NextStep::Retry(Steady(3_000)));
}

#[test]
fn a_rejected_api_key_waits_for_a_valid_one() {
    let mut keyless = submission(1);
    keyless.step(SubmissionEvent::Recorded, at(2_000));
    keyless.step(failed(FailureKind::Unauthorized), at(3_000));
    assert_eq!(
        next(&keyless, &context_without_replay(3_000)),
        NextStep::NeedKey
    );
    let new_key = RetryContext {
        retry_now: true,
        ..context_without_replay(3_000)
    };
    // A service that doesn't recognize keys gets a retry only after a log check.
    assert_eq!(next(&keyless, &new_key), NextStep::CheckLog(Steady(3_000)));
    let with_replay = RetryContext {
        retry_now: true,
        ..context(3_000)
    };
    assert_eq!(next(&keyless, &with_replay), NextStep::Retry(Steady(3_000)));
}

#[test]
fn nothing_follows_a_settled_submission() {
    let mut done = submission(1);
    done.step(SubmissionEvent::Recorded, at(2_000));
    done.step(SubmissionEvent::Answered(Ok(receipt())), at(3_000));
    assert_eq!(next(&done, &context(4_000)), NextStep::Nothing);
}

/// A revert that the service confirmed. The child's balance was quoted as zero and returned as `child`.
fn completed(child: &str) -> Submission {
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

fn declined(kind: FailureKind) -> Submission {
    let mut declined = submission(1);
    declined.step(SubmissionEvent::Recorded, at(2_000));
    declined.step(failed(kind), at(3_000));
    declined.step(SubmissionEvent::Upheld, at(3_100));
    declined
}

#[test]
fn settled_submissions_are_watched() {
    let settled = Steady(63_000);
    assert_eq!(
        count_at(&completed("0"), &context_without_replay(4_000)),
        Some(settled)
    );
    assert_eq!(
        count_at(&completed("0"), &context_without_replay(70_000)),
        Some(Steady(70_000))
    );
    assert_eq!(
        count_at(&completed("0"), &context(70_000)),
        None,
        "the key is known"
    );
    let mut unpromised = completed("0");
    unpromised.promised_hours = None;
    assert!(
        count_at(&unpromised, &context(70_000)).is_some(),
        "not then"
    );
    assert_eq!(
        count_at(&completed("-1"), &context_without_replay(4_000)),
        Some(Steady(4_000))
    );
    let mut known = completed("-1");
    let one_entry = |last| SubmissionEvent::EntriesCounted {
        entries: Some(vec![entry()]),
        last,
    };
    known.step(one_entry(false), at(4_500));
    assert_eq!(
        count_at(&known, &context_without_replay(5_000)),
        Some(settled),
        "once more"
    );
    known.step(one_entry(true), at(70_000));
    assert_eq!(count_at(&known, &context_without_replay(71_000)), None);
    let another = RetryContext {
        account: Some("99".into()),
        ..context_without_replay(70_000)
    };
    assert_eq!(
        count_at(&completed("0"), &another),
        None,
        "not for their eyes"
    );
    // Even after a day: an entry may have shown up while the portal was closed.
    let much_later = 3_000 + 25 * HOUR;
    assert!(count_at(&completed("0"), &context_without_replay(much_later)).is_some());
    let mut old_record = completed("0");
    old_record.known.clear();
    old_record.confirmed_server = ServerRange::default();
    assert_eq!(
        count_at(&old_record, &context_without_replay(much_later)),
        None
    );
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
            completed: false,
            entry_id: None,
        },
        at(64_000),
    );
    for submission in [absent, decided, declined(FailureKind::RateLimited)] {
        assert!(
            count_at(&submission, &context(70_000)).is_some(),
            "{:?}",
            submission.state
        );
        assert!(!is_last_count(&submission, &context(70_000)));
        assert!(!is_last_count(&submission, &context(20 * HOUR)));
        assert!(is_last_count(&submission, &context(25 * HOUR)));
    }
    assert!(!is_last_count(&completed("0"), &context(70_000)));
    assert!(is_last_count(
        &completed("0"),
        &context(63_000 + WATCH_TIME_AFTER_MATCH)
    ));
    // A wall clock that is days ahead ends nothing early.
    let mut fast = context(70_000);
    fast.now.wall += 72 * HOUR;
    assert!(!is_last_count(&declined(FailureKind::RateLimited), &fast));
}

#[test]
fn pauses_between_log_checks_grow() {
    let after = |log_checks, now: i64, last_check_failed| RetryContext {
        log_checks,
        last_check_failed,
        last_log_check: Steady(now),
        ..context_without_replay(now)
    };
    let at = |now| count_at(&completed("-1"), &now).unwrap();
    assert_eq!(at(after(1, 5_000, true)), Steady(7_000));
    assert_eq!(at(after(9, 5_000, true)), Steady(63_000), "at the latest");
    assert_eq!(at(after(9, 65_000, true)), Steady(125_000));
    assert_eq!(at(after(1, 65_000, false)), Steady(125_000));
    assert_eq!(
        at(after(20, 65_000, false)),
        Steady(65_000 + MAX_WATCH_PAUSE)
    );
}

proptest! {
    /// Under any circumstances, nothing that may have moved is resent to a service that wouldn't recognize it, from
    /// another account, to another address, or outside the key's window.
    #[test]
    fn nothing_is_resent_blindly(
        attempts in 1usize..8, now in 3_000i64..200_000_000, retry_now: bool, online: bool, signed_in: bool,
        same_account: bool, same_service: bool, same_key: bool,
        replays in proptest::option::of(1u32..30), promised in proptest::option::of(1u32..30),
        age in proptest::option::of(0i64..200_000_000),
        log_checks in 0u32..9, last in 0i64..200_000_000, jitter in 0i64..2000,
    ) {
        let mut submission = unknown(attempts);
        submission.promised_hours = promised;
        let retry_context = RetryContext {
            retry_now, online, signed_in, log_checks, jitter, same_service,
            last_log_check: Steady(last.min(now)),
            account: same_account.then(|| "5678".into()),
            credential: same_key.then(|| "c0de".into()),
            replays_for_hours: replays,
            longest_age: age,
            ..context(now)
        };
        if let NextStep::Retry(at) = next(&submission, &retry_context) {
            let hours = replays.unwrap_or(0).min(promised.unwrap_or(0));
            prop_assert!(same_account && same_service && same_key && signed_in);
            prop_assert!(age.is_some_and(|age| age < i64::from(hours) * HOUR));
            prop_assert!(retry_now || attempts < 5);
            prop_assert!(retry_now || at >= Steady(3_000 + 750));
        }
    }
}
