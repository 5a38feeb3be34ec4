use super::*;
use crate::client::Failure;
use crate::client::FailureKind;
use crate::movement::quote::{Caution, Quote};
use crate::movement::reconcile::duplicates::Duplicate;
use crate::movement::submission::transitions::tests::{
    any_event, at, failed, key, movement, receipt, submission,
};
use crate::units::{Amount, Change, LabeledValue, Value};
use proptest::prelude::*;

const KIND: Kind = Kind::Revert;

fn money(text: &str) -> Value {
    Value::Money(text.parse::<Amount>().unwrap())
}

fn quote(balance: &str, paid: &str) -> Quote {
    Quote {
        own: Some(Change {
            before: money(balance),
            after: money(balance),
        }),
        lines: vec![LabeledValue {
            label: "Cost to you",
            value: money(paid),
        }],
        ..Quote::default()
    }
}

fn check(number: u128, fresh: Result<Quote, FailureKind>) -> Check {
    Check {
        fresh: fresh.map_err(Failure::unanswered),
        watermark: Some("7".into()),
        unread: None,
        duplicates: vec![],
        key: key(number),
        body: format!("body {number}"),
        begun: None,
        known: vec!["7".into()],
        current_account: current_account("5678"),
        credential: Some("c0de".into()),
        promised_hours: Some(24),
    }
}

fn current_account(account: &str) -> CurrentAccount {
    CurrentAccount {
        account: Some(account.into()),
        base_url: "/api/v1/".into(),
        origin: "https://desk.example".into(),
    }
}

fn reviewed() -> Submissions {
    let mut submissions = Submissions {
        journal: Journal::Open,
        ..Submissions::default()
    };
    submissions.review(movement(5), quote("10", "1"), Some("5678".into()));
    submissions
}

/// Confirms with the amounts as shown.
fn confirm(submissions: &mut Submissions, key_number: u128) -> Option<IdempotencyKey> {
    let number = submissions.confirm(KIND)?;
    submissions.checked(
        KIND,
        number,
        check(key_number, Ok(quote("10", "1"))),
        at(1_000),
    )
}

fn issues(submissions: &Submissions) -> Vec<ConfirmationIssue> {
    match submissions.form(KIND) {
        Form::Review(review) => review.issues.clone(),
        other => panic!("no review but {other:?}"),
    }
}

#[test]
fn the_happy_path() {
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    assert_eq!(
        submissions.step(&key, SubmissionEvent::Recorded, at(1_001)),
        Some(SubmissionCommand::Send)
    );
    let answered = SubmissionEvent::Answered(Ok(receipt()));
    assert_eq!(
        submissions.step(&key, answered, at(1_002)),
        Some(SubmissionCommand::Save)
    );
    assert!(
        matches!(submissions.screen_state(KIND, &current_account("5678")), ScreenState::Submission(done) if done.is_completed())
    );
    submissions.close(KIND);
    assert_eq!(
        submissions.screen_state(KIND, &current_account("5678")),
        ScreenState::Form(None)
    );
}

#[test]
fn a_second_press_changes_nothing() {
    let mut submissions = reviewed();
    let first = submissions.confirm(KIND).unwrap();
    assert_eq!(submissions.confirm(KIND), None, "a check is under way");
    let fresh = || check(1, Ok(quote("10", "1")));
    assert!(
        submissions
            .checked(KIND, first, fresh(), at(1_000))
            .is_some()
    );
    assert_eq!(submissions.confirm(KIND), None, "it is being recorded");
    assert_eq!(
        submissions.checked(KIND, first, fresh(), at(1_000)),
        None,
        "a late check"
    );
    submissions.edit(KIND);
    submissions.review(movement(6), Quote::default(), Some("5678".into()));
    assert_eq!(submissions.open().count(), 1);
    assert_eq!(submissions.confirm(KIND), None);
}

#[test]
fn a_late_check_of_a_replaced_review_confirms_nothing() {
    let mut submissions = reviewed();
    let first = submissions.confirm(KIND).unwrap();
    submissions.edit(KIND);
    submissions.review(movement(500), quote("10", "1"), Some("5678".into()));
    let late = check(1, Ok(quote("10", "1")));
    assert_eq!(submissions.checked(KIND, first, late, at(1_000)), None);
    assert_eq!(submissions.open().count(), 0);
}

#[test]
fn changed_balances_ask_once_more() {
    let mut submissions = reviewed();
    let first = submissions.confirm(KIND).unwrap();
    assert_eq!(
        submissions.checked(KIND, first, check(1, Ok(quote("9", "1"))), at(1_000)),
        None
    );
    assert_eq!(
        issues(&submissions),
        [ConfirmationIssue::Changed(Box::new(quote("10", "1")))]
    );
    // During phone calls, balances change all the time: ask once, not every time.
    let second = submissions.confirm(KIND).unwrap();
    let key = submissions
        .checked(KIND, second, check(2, Ok(quote("8", "1"))), at(1_000))
        .unwrap();
    assert_eq!(
        submissions.get(&key).unwrap().quote,
        quote("9", "1"),
        "what was seen"
    );
}

#[test]
fn new_warnings_are_shown_before_sending() {
    for caution in [Caution::BeyondAvailable, Caution::Suspended] {
        let mut submissions = reviewed();
        let fresh = Quote {
            cautions: vec![caution],
            ..quote("10", "1")
        };
        let number = submissions.confirm(KIND).unwrap();
        let check = check(1, Ok(fresh.clone()));
        assert_eq!(submissions.checked(KIND, number, check, at(1_000)), None);
        match submissions.form(KIND) {
            Form::Review(review) => assert_eq!(review.quote, fresh),
            other => panic!("no review but {other:?}"),
        }
    }
}

#[test]
fn changed_rates_ask_every_time() {
    let mut submissions = reviewed();
    for (index, paid) in ["2", "3", "4"].into_iter().enumerate() {
        let number = submissions.confirm(KIND).unwrap();
        let fresh = check(index as u128, Ok(quote("10", paid)));
        assert_eq!(
            submissions.checked(KIND, number, fresh, at(1_000)),
            None,
            "{paid}"
        );
    }
}

#[test]
fn unreadable_amounts_ask_once_and_rejections_return_to_the_form() {
    let mut submissions = reviewed();
    for expected in [None, Some(key(9))] {
        let number = submissions.confirm(KIND).unwrap();
        let unread = check(9, Err(FailureKind::Network));
        assert_eq!(
            submissions.checked(KIND, number, unread, at(1_000)),
            expected
        );
    }
    let mut submissions = reviewed();
    let number = submissions.confirm(KIND).unwrap();
    submissions.checked(
        KIND,
        number,
        check(1, Err(FailureKind::Insufficient)),
        at(1_000),
    );
    assert!(matches!(
        submissions.screen_state(KIND, &current_account("5678")),
        ScreenState::Form(Some(_))
    ));
}

#[test]
fn a_possible_duplicate_asks_once_and_blocks_nothing() {
    let duplicate = Duplicate {
        at: 900,
        key: None,
        entry: None,
    };
    let mut submissions = reviewed();
    for expected in [None, Some(key(3))] {
        let number = submissions.confirm(KIND).unwrap();
        let mut fresh = check(3, Ok(quote("10", "1")));
        fresh.duplicates.push(duplicate.clone());
        assert_eq!(
            submissions.checked(KIND, number, fresh, at(1_000)),
            expected
        );
    }
}

#[test]
fn without_a_journal_confirming_requires_acceptance() {
    let mut submissions = reviewed();
    submissions.lose_journal("private mode".into());
    assert_eq!(submissions.confirm(KIND), None);
    submissions.accept();
    let key = confirm(&mut submissions, 1).unwrap();
    assert!(!submissions.get(&key).unwrap().journaled);
    // Accepted once, it also covers later reasons.
    submissions.lose_journal("quota".into());
    assert!(matches!(
        submissions.journal,
        Journal::Missing { accepted: true, .. }
    ));
}

#[test]
fn an_unrecorded_submission_returns_to_its_review() {
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    submissions.unrecorded(&key, ConfirmationIssue::Taken);
    assert_eq!(submissions.submissions(), []);
    assert_eq!(issues(&submissions), [ConfirmationIssue::Taken]);
}

#[test]
fn unresolved_submissions_replace_the_form_only_for_their_account() {
    let mut submissions = reviewed();
    submissions.merge(submission(7));
    assert!(matches!(
        submissions.screen_state(KIND, &current_account("5678")),
        ScreenState::Submission(_)
    ));
    assert!(matches!(
        submissions.screen_state(KIND, &current_account("9999")),
        ScreenState::Review(_)
    ));
    let number = submissions.confirm(KIND).unwrap();
    let fresh = check(1, Ok(quote("10", "1")));
    assert_eq!(submissions.checked(KIND, number, fresh, at(1_000)), None);
    assert_eq!(issues(&submissions), [ConfirmationIssue::Taken]);
}

#[test]
fn rejections_return_to_the_form_and_other_outcomes_are_shown() {
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    submissions.step(&key, SubmissionEvent::Recorded, at(1_001));
    submissions.step(&key, failed(FailureKind::Insufficient), at(1_002));
    submissions.step(&key, SubmissionEvent::Upheld, at(1_003));
    assert!(matches!(
        submissions.screen_state(KIND, &current_account("5678")),
        ScreenState::Form(Some(_))
    ));
    // An outcome that another tab brought about is shown where the submission was started.
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    let mut settled = submissions.get(&key).unwrap().clone();
    settled.state = State::Absent;
    submissions.merge(settled);
    assert!(
        matches!(submissions.screen_state(KIND, &current_account("5678")), ScreenState::Submission(absent) if !absent.is_completed())
    );
}

#[test]
fn dismissed_outcomes_are_not_shown_to_the_next_user() {
    for (event, shows) in [
        (SubmissionEvent::Answered(Ok(receipt())), "the receipt"),
        (failed(FailureKind::Insufficient), "the refusal"),
    ] {
        let mut submissions = reviewed();
        let key = confirm(&mut submissions, 1).unwrap();
        submissions.step(&key, SubmissionEvent::Recorded, at(1_001));
        submissions.forget(KIND);
        submissions.step(&key, event, at(1_002));
        submissions.step(&key, SubmissionEvent::Upheld, at(1_003));
        assert_ne!(
            submissions.screen_state(KIND, &current_account("5678")),
            ScreenState::Form(None),
            "{shows}"
        );
        submissions.dismiss(&key);
        assert_eq!(
            submissions.screen_state(KIND, &current_account("5678")),
            ScreenState::Form(None),
            "{shows}"
        );
    }
}

/// What the user, the network and other tabs can do to the submissions.
#[derive(Clone, Debug)]
enum Action {
    Review(i128),
    Edit,
    Confirm,
    Checked(bool),
    Unrecorded,
    Close,
    Forget,
    Happens(SubmissionEvent),
    Reload,
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        1 => (1i128..9).prop_map(Action::Review),
        1 => Just(Action::Edit),
        3 => Just(Action::Confirm),
        3 => any::<bool>().prop_map(Action::Checked),
        1 => Just(Action::Unrecorded),
        1 => Just(Action::Close),
        1 => Just(Action::Forget),
        8 => any_event().prop_map(Action::Happens),
        1 => Just(Action::Reload),
    ]
}

proptest! {
    /// No sequence of events sends a second submission of a kind while the first is unresolved, and none sends anything
    /// that wasn't recorded.
    #[test]
    fn only_one_submission_per_kind_is_open(actions in proptest::collection::vec(any_action(), 0..80)) {
        let mut submissions = Submissions { journal: Journal::Open, ..Submissions::default() };
        let mut keys = 0u128;
        let mut number = None;
        // What the journal holds: written on every command to record or save.
        let mut recorded = std::collections::BTreeMap::<IdempotencyKey, Submission>::new();
        for (now, action) in actions.into_iter().enumerate() {
            let now = at(1_000 + now as i64);
            let newest = submissions.submissions().last().map(|submission| submission.key.clone());
            let open_before: Vec<_> = submissions.open().map(|open| open.key.clone()).collect();
            match action {
                Action::Review(minutes) => submissions.review(movement(minutes), quote("10", "1"), Some("5678".into())),
                Action::Edit => submissions.edit(KIND),
                Action::Confirm => number = submissions.confirm(KIND).or(number),
                Action::Checked(same) => {
                    keys += 1;
                    let fresh = quote(if same { "10" } else { "9" }, "1");
                    let recorded_key = number
                        .and_then(|number| submissions.checked(KIND, number, check(keys, Ok(fresh)), now));
                    if let Some(recorded_key) = recorded_key {
                        prop_assert!(open_before.is_empty(), "{recorded_key} beside {open_before:?}");
                        recorded.insert(recorded_key.clone(), submissions.get(&recorded_key).unwrap().clone());
                    }
                }
                Action::Unrecorded => {
                    if let Some(newest) = newest {
                        submissions.unrecorded(&newest, ConfirmationIssue::Taken);
                        if submissions.get(&newest).is_none() {
                            recorded.remove(&newest);
                        }
                    }
                }
                Action::Close => submissions.close(KIND),
                Action::Forget => submissions.forget(KIND),
                Action::Happens(event) => {
                    let Some(newest) = newest else { continue };
                    let command = submissions.step(&newest, event, now);
                    match command {
                        Some(SubmissionCommand::Send) => prop_assert!(recorded.contains_key(&newest)),
                        Some(SubmissionCommand::Record | SubmissionCommand::Save) => {
                            recorded.insert(newest.clone(), submissions.get(&newest).unwrap().clone());
                        }
                        Some(SubmissionCommand::Verify) | None => {}
                    }
                }
                // The page is gone. A new one knows only what the journal holds.
                Action::Reload => {
                    number = None;
                    let mut fresh = Submissions { journal: Journal::Open, ..Submissions::default() };
                    for submission in recorded.values() {
                        let mut submission = submission.clone();
                        if submission.is_open() {
                            submission.state = submission.unresolved_state();
                        }
                        fresh.merge(submission);
                    }
                    submissions = fresh;
                }
            }
            prop_assert!(submissions.open().count() <= 1);
            // An open submission is shown, whatever else was done.
            if let Some(open) = submissions.open().next() {
                prop_assert_eq!(submissions.screen_state(KIND, &current_account("5678")), ScreenState::Submission(open));
            }
        }
    }
}
