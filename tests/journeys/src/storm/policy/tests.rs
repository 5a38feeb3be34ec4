use super::*;
use crate::storm::screen::ShownSubmission;

fn policy() -> (Policy, Instant) {
    let now = Instant::now();
    let old = BTreeSet::from(["old".to_owned()]);
    (Policy::new(MovementKind::Transfer, old, now), now)
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
fn the_form_leads_to_the_review_and_the_receipt() {
    let (mut policy, now) = policy();
    let away = Screen {
        path: "/log".to_owned(),
        ..screen("form", None)
    };
    assert_eq!(policy.next(&away, now), Action::Follow("/transfer"));
    assert_eq!(policy.next(&screen("form", None), now), Action::Fill);
    let review = screen("review", None);
    let confirm = policy.next(&review, now);
    assert_eq!(confirm, Action::Confirm { first: true });
    policy.record(&confirm, now);
    assert_eq!(policy.next(&review, now), Action::Wait);
    let asks = Screen {
        asks: Some(vec!["alike".to_owned()]),
        ..review
    };
    assert_eq!(policy.next(&asks, now), Action::Confirm { first: false });
    let receipt = screen("receipt", Some("new"));
    assert_eq!(
        policy.next(&receipt, now),
        Action::Ended(ShownOutcome::Done)
    );
}

#[test]
fn old_receipts_are_dismissed() {
    let (policy, now) = policy();
    let receipt = screen("receipt", Some("old"));
    assert_eq!(
        policy.next(&receipt, now),
        Action::Press(".receipt", "New ")
    );
    assert_eq!(
        policy.next(&screen("absent", Some("new")), now),
        Action::Ended(ShownOutcome::Absent)
    );
}

#[test]
fn after_confirming_an_empty_form_leads_to_activity_unless_the_banner_is_shown() {
    let (mut policy, now) = policy();
    policy.record(&Action::Confirm { first: true }, now);
    let mut form = screen("form", None);
    assert_eq!(policy.next(&form, now), Action::LookAtActivity);
    form.banner.push(ShownSubmission {
        key: "new".to_owned(),
        state: "unknown".to_owned(),
        ..ShownSubmission::default()
    });
    assert_eq!(policy.next(&form, now), Action::Wait);
    form.banner[0].state = "key-needed".to_owned();
    assert_eq!(policy.next(&form, now), Action::Follow("/keys"));
}

#[test]
fn decisions_are_not_made_at_once() {
    let (mut policy, now) = policy();
    let unknown = Screen {
        cannot_tell: true,
        buttons: vec![
            "Mark as completed".to_owned(),
            "Mark as not completed".to_owned(),
        ],
        ..screen("unknown", Some("new"))
    };
    policy.observe(&unknown, now);
    assert_eq!(policy.next(&unknown, now), Action::Wait);
    assert_eq!(policy.next(&unknown, now + ms(4000)), Action::Decide);
}
