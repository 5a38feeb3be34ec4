use super::*;
use crate::storm::screen::Told;

fn mind() -> (Mind, Instant) {
    let now = Instant::now();
    let old = BTreeSet::from(["old".to_owned()]);
    (Mind::new(Kind::Transfer, old, now), now)
}

fn screen(stage: &str, key: Option<&str>) -> Screen {
    Screen {
        path: "/transfer".to_owned(),
        portal: true,
        signed_in: true,
        stage: Some(stage.to_owned()),
        key: key.map(str::to_owned),
        ready: true,
        ..Screen::default()
    }
}

#[test]
fn the_way_from_the_form_to_the_receipt() {
    let (mut mind, now) = mind();
    let away = Screen {
        path: "/log".to_owned(),
        ..screen("form", None)
    };
    assert_eq!(mind.next(&away, now), Act::Follow("/transfer"));
    assert_eq!(mind.next(&screen("form", None), now), Act::Fill);
    let review = screen("review", None);
    let confirm = mind.next(&review, now);
    assert_eq!(confirm, Act::Confirm { first: true });
    mind.did(&confirm, now);
    assert_eq!(mind.next(&review, now), Act::Wait);
    let asks = Screen {
        asks: Some(vec!["alike".to_owned()]),
        ..review
    };
    assert_eq!(mind.next(&asks, now), Act::Confirm { first: false });
    let receipt = screen("receipt", Some("new"));
    assert_eq!(mind.next(&receipt, now), Act::Ended(End::Done));
}

#[test]
fn what_is_over_is_put_away() {
    let (mind, now) = mind();
    let receipt = screen("receipt", Some("old"));
    assert_eq!(mind.next(&receipt, now), Act::Press(".receipt", "New "));
    assert_eq!(
        mind.next(&screen("absent", Some("new")), now),
        Act::Ended(End::Absent)
    );
}

#[test]
fn a_form_after_the_confirmation_says_nothing_unless_nothing_is_unresolved() {
    let (mut mind, now) = mind();
    mind.did(&Act::Confirm { first: true }, now);
    let mut form = screen("form", None);
    assert_eq!(mind.next(&form, now), Act::LookAtActivity);
    form.banner.push(Told {
        key: "new".to_owned(),
        state: "unknown".to_owned(),
    });
    assert_eq!(mind.next(&form, now), Act::Wait);
    form.banner[0].state = "key-needed".to_owned();
    assert_eq!(mind.next(&form, now), Act::Follow("/keys"));
}

#[test]
fn nobody_decides_at_once() {
    let (mut mind, now) = mind();
    let unknown = Screen {
        cannot_tell: true,
        buttons: vec!["It was made".to_owned(), "It was not made".to_owned()],
        ..screen("unknown", Some("new"))
    };
    mind.sees(&unknown, now);
    assert_eq!(mind.next(&unknown, now), Act::Wait);
    assert_eq!(mind.next(&unknown, now + ms(4000)), Act::Decide);
}
