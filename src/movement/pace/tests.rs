use super::*;
use crate::client::Why;
use crate::movement::machine::Happening;
use crate::movement::machine::tests::{failed, receipt, submission, trace};
use crate::movement::receipt::Receipt;
use crate::units::{Change, Value};
use proptest::prelude::*;

fn calm(now: i64) -> Circumstances {
    Circumstances {
        now,
        signed_in: true,
        account: Some("5678".into()),
        base_url: "/api/v1".into(),
        replays_for_hours: Some(24),
        settles_after_seconds: 60,
        online: true,
        may_send: true,
        urged: false,
        readings: 0,
        last_reading: 0,
        chance: 500,
    }
}

fn ignoring(now: i64) -> Circumstances {
    Circumstances {
        replays_for_hours: None,
        ..calm(now)
    }
}

/// A submission whose attempts all timed out, the last at 3000.
fn unknown(attempts: usize) -> Submission {
    let mut unknown = submission(1);
    for attempt in 1..=attempts {
        if attempt > 1 {
            unknown.step(Happening::Ask, 2_500);
        }
        unknown.step(Happening::Recorded, 2_500);
        unknown.step(failed(Why::TimedOut), 3_000);
    }
    unknown
}

#[test]
fn pauses_grow_and_chance_moves_them_by_a_quarter() {
    for (attempts, pause) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000)] {
        assert_eq!(
            next(&unknown(attempts), &calm(3_000)),
            Next::Ask(3_000 + pause)
        );
        let at = |chance| {
            next(
                &unknown(attempts),
                &Circumstances {
                    chance,
                    ..calm(3_000)
                },
            )
        };
        assert_eq!(at(0), Next::Ask(3_000 + pause * 3 / 4));
        assert_eq!(at(1000), Next::Ask(3_000 + pause * 5 / 4));
    }
}

#[test]
fn a_few_attempts_then_the_books_are_read() {
    assert_eq!(next(&unknown(5), &calm(3_000)), Next::Read(3_000));
    let urged = Circumstances {
        urged: true,
        ..calm(3_000)
    };
    assert_eq!(
        next(&unknown(5), &urged),
        Next::Ask(3_000),
        "a person may ask more often"
    );
}

#[test]
fn the_backend_says_how_long_to_wait() {
    let mut busy = submission(1);
    busy.step(Happening::Recorded, 2_000);
    let failure = |retry_after| Failure {
        retry_after: Some(retry_after),
        ..Failure::unanswered(Why::Server)
    };
    let mut waits = busy.clone();
    waits.step(Happening::Answered(Err(failure(30))), 3_000);
    assert_eq!(next(&waits, &calm(3_000)), Next::Ask(33_000));
    // Longer than a submission is sent again without anybody asking.
    busy.step(Happening::Answered(Err(failure(3_600))), 3_000);
    assert_eq!(next(&busy, &calm(3_000)), Next::Read(3_000));
}

#[test]
fn an_old_submission_is_not_sent_again_by_itself() {
    let now = 1_000 + 10 * 60 * 1000;
    assert_eq!(next(&unknown(1), &calm(now - 1)), Next::Ask(4_000));
    assert_eq!(next(&unknown(1), &calm(now)), Next::Read(now));
    let urged = |now| Circumstances {
        urged: true,
        ..calm(now)
    };
    assert_eq!(next(&unknown(1), &urged(now)), Next::Ask(now));
    let day = 1_000 + 24 * 60 * 60 * 1000;
    assert_eq!(
        next(&unknown(1), &urged(day)),
        Next::Read(day),
        "outside the window"
    );
}

#[test]
fn a_backend_that_forgets_keys_is_only_read() {
    assert_eq!(next(&unknown(1), &ignoring(3_000)), Next::Read(3_000));
    let read = |readings, last_reading| {
        let now = Circumstances {
            readings,
            last_reading,
            ..ignoring(3_000)
        };
        next(&unknown(1), &now)
    };
    assert_eq!(read(1, 3_000), Next::Read(5_000));
    assert_eq!(read(3, 9_000), Next::Read(17_000));
    // The attempt left at 1000: 60 seconds later, absence proves something.
    assert_eq!(read(6, 40_000), Next::Read(61_000));
    assert_eq!(read(6, 61_000), Next::Read(121_000));
}

#[test]
fn what_the_books_do_not_tell_is_for_a_person() {
    let mut doubtful = unknown(1);
    let cannot = |doubt| {
        Happening::Judged(crate::movement::reconcile::Verdict::CannotTell {
            doubt,
            candidates: vec![],
        })
    };
    doubtful.step(cannot(Doubt::Several), 4_000);
    assert_eq!(next(&doubtful, &ignoring(5_000)), Next::Person);
    doubtful.step(cannot(Doubt::Incomplete), 4_000);
    assert_eq!(next(&doubtful, &ignoring(5_000)), Next::Read(5_000));
}

#[test]
fn the_right_key_at_the_right_place() {
    let unknown = unknown(1);
    let signed_out = Circumstances {
        signed_in: false,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &signed_out), Next::NeedKey);
    let another = Circumstances {
        account: Some("9999".into()),
        urged: true,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &another), Next::NeedAccount);
    assert!(cannot_ask(&unknown, &another).is_some());
    let elsewhere = Circumstances {
        base_url: "https://elsewhere".into(),
        urged: true,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &elsewhere), Next::NeedAccount);
    let offline = Circumstances {
        online: false,
        ..calm(3_000)
    };
    assert_eq!(next(&unknown, &offline), Next::Offline);
}

#[test]
fn a_key_that_was_not_taken_waits_for_a_good_one() {
    let mut keyless = submission(1);
    keyless.step(Happening::Recorded, 2_000);
    keyless.step(failed(Why::Unauthorized), 3_000);
    assert_eq!(next(&keyless, &ignoring(3_000)), Next::NeedKey);
    let given = Circumstances {
        urged: true,
        ..ignoring(3_000)
    };
    // A backend that forgets keys is sent the same again only after a look into its books.
    assert_eq!(next(&keyless, &given), Next::Read(3_000));
    let replaying = Circumstances {
        urged: true,
        ..calm(3_000)
    };
    assert_eq!(next(&keyless, &replaying), Next::Ask(3_000));
}

#[test]
fn an_end_is_an_end() {
    let mut done = submission(1);
    done.step(Happening::Recorded, 2_000);
    done.step(Happening::Answered(Ok(receipt())), 3_000);
    assert_eq!(next(&done, &calm(4_000)), Next::Nothing);
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
    done.step(Happening::Recorded, 2_000);
    done.step(Happening::Answered(Ok(receipt)), 3_000);
    done
}

fn refused(why: Why) -> Submission {
    let mut refused = submission(1);
    refused.step(Happening::Recorded, 2_000);
    refused.step(failed(why), 3_000);
    refused.step(Happening::Upheld, 3_100);
    refused
}

#[test]
fn a_backend_that_forgets_keys_is_looked_into_once_more() {
    let settled = 1_000 + 60_000;
    assert_eq!(count_at(&made("0"), &ignoring(4_000)), Some(settled));
    assert_eq!(count_at(&made("0"), &ignoring(70_000)), Some(70_000));
    assert_eq!(
        count_at(&made("0"), &calm(70_000)),
        None,
        "it knows the key"
    );
    assert_eq!(
        count_at(&made("-1"), &ignoring(4_000)),
        Some(4_000),
        "at once"
    );
    let mut known = made("-1");
    let once = |last| Happening::Counted {
        lines: Some(vec![trace()]),
        last,
    };
    known.step(once(false), 4_500);
    assert_eq!(
        count_at(&known, &ignoring(5_000)),
        Some(settled),
        "not yet for good"
    );
    known.step(once(true), 70_000);
    assert_eq!(count_at(&known, &ignoring(71_000)), None);
    let much_later = 3_000 + 25 * 3_600_000;
    assert_eq!(count_at(&made("0"), &ignoring(much_later)), None);
    let another = Circumstances {
        account: Some("99".into()),
        ..ignoring(70_000)
    };
    assert_eq!(count_at(&made("0"), &another), None, "not for their eyes");
}

#[test]
fn a_no_is_looked_after_unless_the_key_was_looked_for() {
    assert_eq!(
        count_at(&refused(Why::RateLimited), &calm(4_000)),
        Some(61_000)
    );
    assert_eq!(count_at(&refused(Why::Insufficient), &calm(70_000)), None);
    let at = count_at(&refused(Why::Insufficient), &ignoring(70_000));
    assert_eq!(at, Some(70_000));
}

#[test]
fn books_that_cannot_be_read_are_read_again_with_growing_pauses() {
    let after = |readings, now| Circumstances {
        readings,
        last_reading: now,
        ..ignoring(now)
    };
    assert_eq!(count_at(&made("-1"), &after(1, 5_000)), Some(7_000));
    assert_eq!(
        count_at(&made("-1"), &after(9, 5_000)),
        Some(61_000),
        "not after it counts"
    );
    assert_eq!(count_at(&made("-1"), &after(9, 65_000)), Some(125_000));
}

proptest! {
    /// Whatever the circumstances: nothing that may have moved is sent again to a backend that would not
    /// recognise it, by another account, to another address, or outside the window.
    #[test]
    fn never_a_blind_resend(
        attempts in 1usize..8, now in 3_000i64..200_000_000, urged: bool, online: bool, signed_in: bool,
        same_account: bool, same_address: bool, replays in proptest::option::of(1u32..30),
        readings in 0u32..9, last in 0i64..200_000_000, chance in 0i64..2000,
    ) {
        let submission = unknown(attempts);
        let circumstances = Circumstances {
            now, urged, online, signed_in, readings, chance,
            last_reading: last.min(now),
            account: same_account.then(|| "5678".into()),
            base_url: if same_address { "/api/v1".into() } else { "/other".into() },
            replays_for_hours: replays,
            ..calm(now)
        };
        if let Next::Ask(at) = next(&submission, &circumstances) {
            let hours = replays.unwrap_or(0);
            prop_assert!(same_account && same_address && online && signed_in);
            prop_assert!(now - submission.confirmed < i64::from(hours) * 3_600_000);
            prop_assert!(urged || attempts < 5);
            prop_assert!(urged || at >= 3_000 + 750);
        }
    }
}
