use super::*;
use crate::client::Why;
use crate::units::{Amount, ChildId, Minutes, Value};
use proptest::prelude::*;

fn key(number: u128) -> IdempotencyKey {
    IdempotencyKey::new(uuid::Uuid::from_u128(number))
}

fn movement(minutes: i128) -> Movement {
    Movement::Revert {
        child: ChildId(4002),
        name: "Beta Co".into(),
        minutes: Minutes::new(minutes),
    }
}

fn review(minutes: i128) -> Event {
    Event::Review {
        movement: movement(minutes),
        quote: Quote::default(),
    }
}

fn confirm(number: u128) -> Event {
    Event::Confirm {
        key: key(number),
        body: format!("body {number}"),
        account: Some("5678".into()),
        now: 1_000,
    }
}

fn receipt() -> Receipt {
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

fn answered(number: u128, result: Result<Receipt, Why>) -> Event {
    Event::Answered {
        key: key(number),
        result: result.map_err(Failure::unanswered),
    }
}

fn after(events: impl IntoIterator<Item = Event>) -> Stage {
    events.into_iter().fold(Stage::default(), Stage::step)
}

#[test]
fn the_straight_way() {
    let done = after([review(5), confirm(1), answered(1, Ok(receipt()))]);
    assert!(matches!(&done, Stage::Done { submission, .. } if submission.body == "body 1"));
    assert_eq!(done.step(Event::Close), Stage::default());
}

#[test]
fn nothing_is_sent_that_was_not_reviewed() {
    assert_eq!(after([confirm(1)]), Stage::default());
    assert_eq!(
        after([review(5), Event::Edit, confirm(1)]),
        Stage::default()
    );
}

#[test]
fn a_second_confirmation_changes_nothing() {
    let sending = after([review(5), confirm(1)]);
    assert_eq!(sending.clone().step(confirm(2)), sending);
    assert_eq!(sending.clone().step(Event::Edit), sending);
    assert_eq!(sending.clone().step(review(6)), sending);
    assert_eq!(sending.clone().step(Event::Close), sending);
}

#[test]
fn a_late_answer_of_another_submission_changes_nothing() {
    let sending = after([review(5), confirm(2)]);
    assert_eq!(sending.clone().step(answered(1, Ok(receipt()))), sending);
}

#[test]
fn definite_refusals_lead_back_to_the_form() {
    let refused = after([review(5), confirm(1), answered(1, Err(Why::Insufficient))]);
    assert!(matches!(refused, Stage::Draft { refused: Some(_) }));
}

#[test]
fn asking_again_keeps_key_and_bytes() {
    let again = after([
        review(5),
        confirm(1),
        answered(1, Err(Why::TimedOut)),
        Event::Ask,
    ]);
    let submission = again.sending().unwrap();
    assert_eq!(
        (
            submission.key.clone(),
            submission.body.as_str(),
            submission.attempt
        ),
        (key(1), "body 1", 2)
    );
}

#[test]
fn a_refusal_from_before_the_look_up_does_not_clear_an_earlier_attempt() {
    let again = after([
        review(5),
        confirm(1),
        answered(1, Err(Why::Network)),
        Event::Ask,
    ]);
    for why in [
        Why::Unauthorized,
        Why::Suspended,
        Why::Forbidden,
        Why::RateLimited,
        Why::Invalid,
    ] {
        let stage = again.clone().step(answered(1, Err(why.clone())));
        assert!(matches!(stage, Stage::Unknown { .. }), "{why:?}");
    }
    let stage = again.step(answered(1, Err(Why::Insufficient)));
    assert!(matches!(stage, Stage::Draft { refused: Some(_) }));
}

#[test]
fn a_key_is_asked_again_only_by_its_account_and_inside_its_window() {
    let sending = after([review(5), confirm(1)]);
    let submission = sending.sending().unwrap();
    let day = 24 * 60 * 60 * 1000;
    assert_eq!(submission.outlived(Some("5678"), 1_000 + day - 1, 24), None);
    assert!(submission.outlived(Some("5678"), 1_000 + day, 24).is_some());
    assert!(submission.outlived(Some("9999"), 2_000, 24).is_some());
    assert!(submission.outlived(None, 2_000, 24).is_some());
}

fn any_event() -> impl Strategy<Value = Event> {
    let whys = prop_oneof![
        Just(Why::Network),
        Just(Why::Server),
        Just(Why::Unauthorized),
        Just(Why::Insufficient),
        Just(Why::InFlight),
        Just(Why::RateLimited),
        Just(Why::Declined),
    ];
    prop_oneof![
        (1i128..9).prop_map(review),
        Just(Event::Edit),
        (0u128..6).prop_map(confirm),
        (0u128..6, proptest::option::of(whys))
            .prop_map(|(number, why)| answered(number, why.map_or(Ok(receipt()), Err))),
        Just(Event::Ask),
    ]
}

proptest! {
    /// Without a person closing it, no sequence of events replaces an unresolved submission by another one.
    #[test]
    fn an_unresolved_submission_is_never_replaced(events in proptest::collection::vec(any_event(), 0..40)) {
        let mut stage = Stage::default();
        for event in events {
            let before = stage.unresolved().cloned();
            let fits = matches!(&event, Event::Answered { key, .. } if before.as_ref().is_some_and(|b| b.key == *key));
            stage = stage.step(event);
            if let (Some(before), Some(now)) = (&before, stage.unresolved()) {
                prop_assert_eq!(&before.key, &now.key);
                prop_assert_eq!(&before.body, &now.body);
            }
            if before.is_some() && stage.unresolved().is_none() {
                prop_assert!(fits, "only its own answer ends it");
            }
        }
    }
}
