use super::*;
use crate::client::Failure;
use crate::client::FailureKind;
use crate::movement::quote::{Caution, Quote};
use crate::movement::reconcile::duplicates::Duplicate;
use crate::movement::submission::transitions::tests::{
    any_happening, at, failed, key, movement, receipt, submission,
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
            label: "You pay",
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
        alikes: vec![],
        key: key(number),
        body: format!("body {number}"),
        begun: None,
        known: vec!["7".into()],
        home: home("5678"),
        credential: Some("c0de".into()),
        promised_hours: Some(24),
    }
}

fn home(account: &str) -> Home {
    Home {
        account: Some(account.into()),
        base_url: "/api/v1/".into(),
        origin: "https://desk.example".into(),
    }
}

fn reviewed() -> Submissions {
    let mut submissions = Submissions {
        journal: Journal::JournalContents,
        ..Submissions::default()
    };
    submissions.review(movement(5), quote("10", "1"), Some("5678".into()));
    submissions
}

/// Confirms, with the figures as they were shown.
fn confirm(submissions: &mut Submissions, number: u128) -> Option<IdempotencyKey> {
    let asked = submissions.confirm(KIND)?;
    submissions.checked(KIND, asked, check(number, Ok(quote("10", "1"))), at(1_000))
}

fn issues(submissions: &Submissions) -> Vec<ConfirmationIssue> {
    match submissions.form(KIND) {
        Form::Review(review) => review.issues.clone(),
        other => panic!("no review but {other:?}"),
    }
}

#[test]
fn the_straight_way() {
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
        matches!(submissions.screen_state(KIND, &home("5678")), ScreenState::Submission(done) if done.is_made())
    );
    submissions.close(KIND);
    assert_eq!(
        submissions.screen_state(KIND, &home("5678")),
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
fn a_check_of_a_review_that_was_left_confirms_nothing() {
    let mut submissions = reviewed();
    let first = submissions.confirm(KIND).unwrap();
    submissions.edit(KIND);
    submissions.review(movement(500), quote("10", "1"), Some("5678".into()));
    let late = check(1, Ok(quote("10", "1")));
    assert_eq!(submissions.checked(KIND, first, late, at(1_000)), None);
    assert_eq!(submissions.open().count(), 0);
}

#[test]
fn changed_figures_ask_once_more() {
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
    // Where calls are running, balances move all the time: that is asked once, not for ever.
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
fn what_became_impossible_or_irreversible_is_not_sent_unseen() {
    for caution in [Caution::BeyondAvailable, Caution::Suspended] {
        let mut submissions = reviewed();
        let fresh = Quote {
            cautions: vec![caution],
            ..quote("10", "1")
        };
        let asked = submissions.confirm(KIND).unwrap();
        let check = check(1, Ok(fresh.clone()));
        assert_eq!(submissions.checked(KIND, asked, check, at(1_000)), None);
        match submissions.form(KIND) {
            Form::Review(review) => assert_eq!(review.quote, fresh),
            other => panic!("no review but {other:?}"),
        }
    }
}

#[test]
fn changed_rates_ask_each_time() {
    let mut submissions = reviewed();
    for (number, paid) in ["2", "3", "4"].into_iter().enumerate() {
        let asked = submissions.confirm(KIND).unwrap();
        let fresh = check(number as u128, Ok(quote("10", paid)));
        assert_eq!(
            submissions.checked(KIND, asked, fresh, at(1_000)),
            None,
            "{paid}"
        );
    }
}

#[test]
fn figures_that_cannot_be_read_ask_once_and_refusals_lead_back() {
    let mut submissions = reviewed();
    for expected in [None, Some(key(9))] {
        let asked = submissions.confirm(KIND).unwrap();
        let unread = check(9, Err(FailureKind::Network));
        assert_eq!(
            submissions.checked(KIND, asked, unread, at(1_000)),
            expected
        );
    }
    let mut submissions = reviewed();
    let asked = submissions.confirm(KIND).unwrap();
    submissions.checked(
        KIND,
        asked,
        check(1, Err(FailureKind::Insufficient)),
        at(1_000),
    );
    assert!(matches!(
        submissions.screen_state(KIND, &home("5678")),
        ScreenState::Form(Some(_))
    ));
}

#[test]
fn a_look_alike_asks_once_and_refuses_nothing() {
    let alike = Duplicate {
        at: 900,
        key: None,
        entry: None,
    };
    let mut submissions = reviewed();
    for expected in [None, Some(key(3))] {
        let asked = submissions.confirm(KIND).unwrap();
        let mut fresh = check(3, Ok(quote("10", "1")));
        fresh.alikes.push(alike.clone());
        assert_eq!(submissions.checked(KIND, asked, fresh, at(1_000)), expected);
    }
}

#[test]
fn without_a_journal_nothing_is_confirmed_before_it_was_accepted() {
    let mut submissions = reviewed();
    submissions.lose_journal("private mode".into());
    assert_eq!(submissions.confirm(KIND), None);
    submissions.accept();
    let key = confirm(&mut submissions, 1).unwrap();
    assert!(!submissions.get(&key).unwrap().journalled);
    // Accepted once, also for the reasons to come.
    submissions.lose_journal("quota".into());
    assert!(matches!(
        submissions.journal,
        Journal::Missing { accepted: true, .. }
    ));
}

#[test]
fn what_could_not_be_recorded_is_a_review_again() {
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    submissions.unrecorded(&key, ConfirmationIssue::Taken);
    assert_eq!(submissions.submissions(), []);
    assert_eq!(issues(&submissions), [ConfirmationIssue::Taken]);
}

#[test]
fn what_is_unresolved_comes_before_the_form_but_only_for_its_account() {
    let mut submissions = reviewed();
    submissions.take(submission(7));
    assert!(matches!(
        submissions.screen_state(KIND, &home("5678")),
        ScreenState::Submission(_)
    ));
    assert!(matches!(
        submissions.screen_state(KIND, &home("9999")),
        ScreenState::Review(_)
    ));
    let asked = submissions.confirm(KIND).unwrap();
    let fresh = check(1, Ok(quote("10", "1")));
    assert_eq!(submissions.checked(KIND, asked, fresh, at(1_000)), None);
    assert_eq!(issues(&submissions), [ConfirmationIssue::Taken]);
}

#[test]
fn a_refusal_leads_back_to_the_form_and_an_end_is_shown() {
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    submissions.step(&key, SubmissionEvent::Recorded, at(1_001));
    submissions.step(&key, failed(FailureKind::Insufficient), at(1_002));
    submissions.step(&key, SubmissionEvent::Upheld, at(1_003));
    assert!(matches!(
        submissions.screen_state(KIND, &home("5678")),
        ScreenState::Form(Some(_))
    ));
    // What another tab has brought to its end is shown where it was begun.
    let mut submissions = reviewed();
    let key = confirm(&mut submissions, 1).unwrap();
    let mut ended = submissions.get(&key).unwrap().clone();
    ended.state = State::Absent;
    submissions.take(ended);
    assert!(
        matches!(submissions.screen_state(KIND, &home("5678")), ScreenState::Submission(absent) if !absent.is_made())
    );
}

#[test]
fn an_end_is_not_shown_to_somebody_else() {
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
            submissions.screen_state(KIND, &home("5678")),
            ScreenState::Form(None),
            "{shows}"
        );
        submissions.dismiss(&key);
        assert_eq!(
            submissions.screen_state(KIND, &home("5678")),
            ScreenState::Form(None),
            "{shows}"
        );
    }
}

/// What a person, the network and other tabs can do to a book.
#[derive(Clone, Debug)]
enum Deed {
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

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => (1i128..9).prop_map(Deed::Review),
        1 => Just(Deed::Edit),
        3 => Just(Deed::Confirm),
        3 => any::<bool>().prop_map(Deed::Checked),
        1 => Just(Deed::Unrecorded),
        1 => Just(Deed::Close),
        1 => Just(Deed::Forget),
        8 => any_happening().prop_map(Deed::Happens),
        1 => Just(Deed::Reload),
    ]
}

proptest! {
    /// No sequence of events sends a second submission of a kind while the first is unresolved, and none sends
    /// what was not recorded.
    #[test]
    fn never_two_at_once(deeds in proptest::collection::vec(any_deed(), 0..80)) {
        let mut submissions = Submissions { journal: Journal::JournalContents, ..Submissions::default() };
        let mut numbers = 0u128;
        let mut asked = None;
        // What the journal holds: written on every order to record or save.
        let mut recorded = std::collections::BTreeMap::<IdempotencyKey, Submission>::new();
        for (now, deed) in deeds.into_iter().enumerate() {
            let now = at(1_000 + now as i64);
            let newest = submissions.submissions().last().map(|held| held.key.clone());
            let open_before: Vec<_> = submissions.open().map(|open| open.key.clone()).collect();
            match deed {
                Deed::Review(minutes) => submissions.review(movement(minutes), quote("10", "1"), Some("5678".into())),
                Deed::Edit => submissions.edit(KIND),
                Deed::Confirm => asked = submissions.confirm(KIND).or(asked),
                Deed::Checked(same) => {
                    numbers += 1;
                    let fresh = quote(if same { "10" } else { "9" }, "1");
                    let made = asked
                        .and_then(|asked| submissions.checked(KIND, asked, check(numbers, Ok(fresh)), now));
                    if let Some(made) = made {
                        prop_assert!(open_before.is_empty(), "{made} beside {open_before:?}");
                        recorded.insert(made.clone(), submissions.get(&made).unwrap().clone());
                    }
                }
                Deed::Unrecorded => {
                    if let Some(newest) = newest {
                        submissions.unrecorded(&newest, ConfirmationIssue::Taken);
                        if submissions.get(&newest).is_none() {
                            recorded.remove(&newest);
                        }
                    }
                }
                Deed::Close => submissions.close(KIND),
                Deed::Forget => submissions.forget(KIND),
                Deed::Happens(event) => {
                    let Some(newest) = newest else { continue };
                    let order = submissions.step(&newest, event, now);
                    match order {
                        Some(SubmissionCommand::Send) => prop_assert!(recorded.contains_key(&newest)),
                        Some(SubmissionCommand::Record | SubmissionCommand::Save) => {
                            recorded.insert(newest.clone(), submissions.get(&newest).unwrap().clone());
                        }
                        Some(SubmissionCommand::Verify) | None => {}
                    }
                }
                // The page is gone; a new one knows what the journal holds.
                Deed::Reload => {
                    asked = None;
                    let mut fresh = Submissions { journal: Journal::JournalContents, ..Submissions::default() };
                    for held in recorded.values() {
                        let mut held = held.clone();
                        if held.is_open() {
                            held.state = held.unended();
                        }
                        fresh.take(held);
                    }
                    submissions = fresh;
                }
            }
            prop_assert!(submissions.open().count() <= 1);
            // An open submission shows, whatever else was done.
            if let Some(open) = submissions.open().next() {
                prop_assert_eq!(submissions.screen_state(KIND, &home("5678")), ScreenState::Submission(open));
            }
        }
    }
}
