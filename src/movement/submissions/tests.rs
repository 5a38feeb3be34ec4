use super::*;
use crate::client::Failure;
use crate::client::Why;
use crate::movement::quote::{Caution, Quote};
use crate::movement::reconcile::duplicates::Alike;
use crate::movement::submission::transitions::tests::{
    any_happening, at, failed, key, movement, receipt, submission,
};
use crate::units::{Amount, Change, Line, Value};
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
        lines: vec![Line {
            label: "You pay",
            value: money(paid),
        }],
        ..Quote::default()
    }
}

fn check(number: u128, fresh: Result<Quote, Why>) -> Check {
    Check {
        fresh: fresh.map_err(Failure::unanswered),
        mark: Some("7".into()),
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

fn reviewed() -> Book {
    let mut book = Book {
        journal: Journal::Kept,
        ..Book::default()
    };
    book.review(movement(5), quote("10", "1"), Some("5678".into()));
    book
}

/// Confirms, with the figures as they were shown.
fn confirm(book: &mut Book, number: u128) -> Option<IdempotencyKey> {
    let asked = book.confirm(KIND)?;
    book.checked(KIND, asked, check(number, Ok(quote("10", "1"))), at(1_000))
}

fn asks(book: &Book) -> Vec<Ask> {
    match book.form(KIND) {
        Form::Review(review) => review.asks.clone(),
        other => panic!("no review but {other:?}"),
    }
}

#[test]
fn the_straight_way() {
    let mut book = reviewed();
    let key = confirm(&mut book, 1).unwrap();
    assert_eq!(
        book.step(&key, Happening::Recorded, at(1_001)),
        Some(Order::Send)
    );
    let answered = Happening::Answered(Ok(receipt()));
    assert_eq!(book.step(&key, answered, at(1_002)), Some(Order::Save));
    assert!(matches!(book.face(KIND, &home("5678")), Face::Submission(done) if done.is_made()));
    book.close(KIND);
    assert_eq!(book.face(KIND, &home("5678")), Face::Form(None));
}

#[test]
fn a_second_press_changes_nothing() {
    let mut book = reviewed();
    let first = book.confirm(KIND).unwrap();
    assert_eq!(book.confirm(KIND), None, "a check is under way");
    let fresh = || check(1, Ok(quote("10", "1")));
    assert!(book.checked(KIND, first, fresh(), at(1_000)).is_some());
    assert_eq!(book.confirm(KIND), None, "it is being recorded");
    assert_eq!(
        book.checked(KIND, first, fresh(), at(1_000)),
        None,
        "a late check"
    );
    book.edit(KIND);
    book.review(movement(6), Quote::default(), Some("5678".into()));
    assert_eq!(book.open().count(), 1);
    assert_eq!(book.confirm(KIND), None);
}

#[test]
fn a_check_of_a_review_that_was_left_confirms_nothing() {
    let mut book = reviewed();
    let first = book.confirm(KIND).unwrap();
    book.edit(KIND);
    book.review(movement(500), quote("10", "1"), Some("5678".into()));
    let late = check(1, Ok(quote("10", "1")));
    assert_eq!(book.checked(KIND, first, late, at(1_000)), None);
    assert_eq!(book.open().count(), 0);
}

#[test]
fn changed_figures_ask_once_more() {
    let mut book = reviewed();
    let first = book.confirm(KIND).unwrap();
    assert_eq!(
        book.checked(KIND, first, check(1, Ok(quote("9", "1"))), at(1_000)),
        None
    );
    assert_eq!(asks(&book), [Ask::Changed(Box::new(quote("10", "1")))]);
    // Where calls are running, balances move all the time: that is asked once, not for ever.
    let second = book.confirm(KIND).unwrap();
    let key = book
        .checked(KIND, second, check(2, Ok(quote("8", "1"))), at(1_000))
        .unwrap();
    assert_eq!(
        book.get(&key).unwrap().quote,
        quote("9", "1"),
        "what was seen"
    );
}

#[test]
fn what_became_impossible_or_irreversible_is_not_sent_unseen() {
    for caution in [Caution::BeyondAvailable, Caution::Suspended] {
        let mut book = reviewed();
        let fresh = Quote {
            cautions: vec![caution],
            ..quote("10", "1")
        };
        let asked = book.confirm(KIND).unwrap();
        let check = check(1, Ok(fresh.clone()));
        assert_eq!(book.checked(KIND, asked, check, at(1_000)), None);
        match book.form(KIND) {
            Form::Review(review) => assert_eq!(review.quote, fresh),
            other => panic!("no review but {other:?}"),
        }
    }
}

#[test]
fn changed_rates_ask_each_time() {
    let mut book = reviewed();
    for (number, paid) in ["2", "3", "4"].into_iter().enumerate() {
        let asked = book.confirm(KIND).unwrap();
        let fresh = check(number as u128, Ok(quote("10", paid)));
        assert_eq!(book.checked(KIND, asked, fresh, at(1_000)), None, "{paid}");
    }
}

#[test]
fn figures_that_cannot_be_read_ask_once_and_refusals_lead_back() {
    let mut book = reviewed();
    for expected in [None, Some(key(9))] {
        let asked = book.confirm(KIND).unwrap();
        let unread = check(9, Err(Why::Network));
        assert_eq!(book.checked(KIND, asked, unread, at(1_000)), expected);
    }
    let mut book = reviewed();
    let asked = book.confirm(KIND).unwrap();
    book.checked(KIND, asked, check(1, Err(Why::Insufficient)), at(1_000));
    assert!(matches!(
        book.face(KIND, &home("5678")),
        Face::Form(Some(_))
    ));
}

#[test]
fn a_look_alike_asks_once_and_refuses_nothing() {
    let alike = Alike {
        at: 900,
        key: None,
        trace: None,
    };
    let mut book = reviewed();
    for expected in [None, Some(key(3))] {
        let asked = book.confirm(KIND).unwrap();
        let mut fresh = check(3, Ok(quote("10", "1")));
        fresh.alikes.push(alike.clone());
        assert_eq!(book.checked(KIND, asked, fresh, at(1_000)), expected);
    }
}

#[test]
fn without_a_journal_nothing_is_confirmed_before_it_was_accepted() {
    let mut book = reviewed();
    book.lose_journal("private mode".into());
    assert_eq!(book.confirm(KIND), None);
    book.accept();
    let key = confirm(&mut book, 1).unwrap();
    assert!(!book.get(&key).unwrap().journalled);
    // Accepted once, also for the reasons to come.
    book.lose_journal("quota".into());
    assert!(matches!(
        book.journal,
        Journal::Missing { accepted: true, .. }
    ));
}

#[test]
fn what_could_not_be_recorded_is_a_review_again() {
    let mut book = reviewed();
    let key = confirm(&mut book, 1).unwrap();
    book.unrecorded(&key, Ask::Taken);
    assert_eq!(book.submissions(), []);
    assert_eq!(asks(&book), [Ask::Taken]);
}

#[test]
fn what_is_unresolved_comes_before_the_form_but_only_for_its_account() {
    let mut book = reviewed();
    book.take(submission(7));
    assert!(matches!(
        book.face(KIND, &home("5678")),
        Face::Submission(_)
    ));
    assert!(matches!(book.face(KIND, &home("9999")), Face::Review(_)));
    let asked = book.confirm(KIND).unwrap();
    let fresh = check(1, Ok(quote("10", "1")));
    assert_eq!(book.checked(KIND, asked, fresh, at(1_000)), None);
    assert_eq!(asks(&book), [Ask::Taken]);
}

#[test]
fn a_refusal_leads_back_to_the_form_and_an_end_is_shown() {
    let mut book = reviewed();
    let key = confirm(&mut book, 1).unwrap();
    book.step(&key, Happening::Recorded, at(1_001));
    book.step(&key, failed(Why::Insufficient), at(1_002));
    book.step(&key, Happening::Upheld, at(1_003));
    assert!(matches!(
        book.face(KIND, &home("5678")),
        Face::Form(Some(_))
    ));
    // What another tab has brought to its end is shown where it was begun.
    let mut book = reviewed();
    let key = confirm(&mut book, 1).unwrap();
    let mut ended = book.get(&key).unwrap().clone();
    ended.state = State::Absent;
    book.take(ended);
    assert!(
        matches!(book.face(KIND, &home("5678")), Face::Submission(absent) if !absent.is_made())
    );
}

#[test]
fn an_end_is_not_shown_to_somebody_else() {
    for (event, shows) in [
        (Happening::Answered(Ok(receipt())), "the receipt"),
        (failed(Why::Insufficient), "the refusal"),
    ] {
        let mut book = reviewed();
        let key = confirm(&mut book, 1).unwrap();
        book.step(&key, Happening::Recorded, at(1_001));
        book.forget(KIND);
        book.step(&key, event, at(1_002));
        book.step(&key, Happening::Upheld, at(1_003));
        assert_ne!(book.face(KIND, &home("5678")), Face::Form(None), "{shows}");
        book.dismiss(&key);
        assert_eq!(book.face(KIND, &home("5678")), Face::Form(None), "{shows}");
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
    Happens(Happening),
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
        let mut book = Book { journal: Journal::Kept, ..Book::default() };
        let mut numbers = 0u128;
        let mut asked = None;
        // What the journal holds: written on every order to record or save.
        let mut recorded = std::collections::BTreeMap::<IdempotencyKey, Submission>::new();
        for (now, deed) in deeds.into_iter().enumerate() {
            let now = at(1_000 + now as i64);
            let newest = book.submissions().last().map(|held| held.key.clone());
            let open_before: Vec<_> = book.open().map(|open| open.key.clone()).collect();
            match deed {
                Deed::Review(minutes) => book.review(movement(minutes), quote("10", "1"), Some("5678".into())),
                Deed::Edit => book.edit(KIND),
                Deed::Confirm => asked = book.confirm(KIND).or(asked),
                Deed::Checked(same) => {
                    numbers += 1;
                    let fresh = quote(if same { "10" } else { "9" }, "1");
                    let made = asked
                        .and_then(|asked| book.checked(KIND, asked, check(numbers, Ok(fresh)), now));
                    if let Some(made) = made {
                        prop_assert!(open_before.is_empty(), "{made} beside {open_before:?}");
                        recorded.insert(made.clone(), book.get(&made).unwrap().clone());
                    }
                }
                Deed::Unrecorded => {
                    if let Some(newest) = newest {
                        book.unrecorded(&newest, Ask::Taken);
                        if book.get(&newest).is_none() {
                            recorded.remove(&newest);
                        }
                    }
                }
                Deed::Close => book.close(KIND),
                Deed::Forget => book.forget(KIND),
                Deed::Happens(event) => {
                    let Some(newest) = newest else { continue };
                    let order = book.step(&newest, event, now);
                    match order {
                        Some(Order::Send) => prop_assert!(recorded.contains_key(&newest)),
                        Some(Order::Record | Order::Save) => {
                            recorded.insert(newest.clone(), book.get(&newest).unwrap().clone());
                        }
                        Some(Order::Verify) | None => {}
                    }
                }
                // The page is gone; a new one knows what the journal holds.
                Deed::Reload => {
                    asked = None;
                    let mut fresh = Book { journal: Journal::Kept, ..Book::default() };
                    for held in recorded.values() {
                        let mut held = held.clone();
                        if held.is_open() {
                            held.state = held.unended();
                        }
                        fresh.take(held);
                    }
                    book = fresh;
                }
            }
            prop_assert!(book.open().count() <= 1);
            // An open submission shows, whatever else was done.
            if let Some(open) = book.open().next() {
                prop_assert_eq!(book.face(KIND, &home("5678")), Face::Submission(open));
            }
        }
    }
}
