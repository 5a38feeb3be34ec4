//! A model of the world around a submission: a service with its own clock, a log that lags, nodes whose clocks
//! differ, colleagues who do the same, and a computer that sleeps and whose clock is set. No sequence of events may lead
//! to a verdict that the model's ledger contradicts.

mod page;
mod service;

use crate::movement::submission::{ExtraEntries, State, Submission};
use page::{Page, ShownVerdict};
use proptest::prelude::*;
use service::Service;

/// What becomes of one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is lost on its way.
    Lost,
    /// The page gives up, and so many milliseconds later it is carried out.
    Late(i64),
    /// The browser repeats it without asking, so it arrives twice; the second one is answered.
    Repeated,
    /// The browser repeats it, and the second one is answered with 409 while the first is in flight, which is carried out so
    /// many milliseconds later.
    InFlight(i64),
    /// The service declines it.
    Declined,
    /// The key is not accepted.
    Unauthorized,
}

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A person confirms a transfer, unless one is open.
    Confirm,
    /// Time passes.
    Wait(i64),
    /// The computer sleeps.
    Sleep(i64),
    /// Somebody sets the computer's clock.
    SetClock(i64),
    /// The page is closed or killed, and opened again.
    Reload,
    /// A colleague makes a transfer: the same or another one, with the same credential or another.
    Colleague { same: bool, own_key: bool },
    /// The key is replaced by another one of the same account.
    Rotate,
    /// The deployment is configured to expect another treatment of keys than the service's.
    Configure(bool),
    /// A person presses the button that goes on now.
    Urge,
    /// A person decides, knowing the truth or not.
    Decide { made: bool },
    /// A person says that the entry found is a colleague's.
    Disown,
}

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        3 => Just(Fate::Answered),
        2 => Just(Fate::Lost),
        3 => (0i64..50_000).prop_map(Fate::Late),
        1 => Just(Fate::Repeated),
        1 => (0i64..50_000).prop_map(Fate::InFlight),
        1 => Just(Fate::Declined),
        1 => Just(Fate::Unauthorized),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Confirm),
        3 => (0i64..90_000).prop_map(Event::Wait),
        1 => (3_000i64..7_200_000).prop_map(Event::Sleep),
        1 => (-200_000_000i64..200_000_000).prop_map(Event::SetClock),
        2 => Just(Event::Reload),
        3 => (any::<bool>(), any::<bool>()).prop_map(|(same, own_key)| Event::Colleague { same, own_key }),
        1 => Just(Event::Rotate),
        1 => any::<bool>().prop_map(Event::Configure),
        1 => Just(Event::Urge),
        1 => any::<bool>().prop_map(|made| Event::Decide { made }),
        1 => Just(Event::Disown),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_verdict_is_contradicted_by_the_ledger(
        events in proptest::collection::vec(events(), 1..14),
        fates in proptest::collection::vec(fates(), 1..8),
        (replays, lag, skew, offset) in (any::<bool>(), 0i64..40_000, 0i64..20_000, -1_000_000_000i64..1_000_000_000),
        dated in any::<bool>(),
        log_ahead in prop_oneof![4 => Just(0i64), 1 => -480_000i64..480_000],
    ) {
        let mut service = Service::new(replays, lag, skew, offset);
        service.log_ahead = log_ahead;
        let mut page = Page::open(service, fates, dated);
        for event in events {
            match event {
                Event::Confirm => page.confirm(),
                Event::Wait(ms) => page.wait(ms),
                Event::Sleep(ms) => page.sleep(ms),
                Event::SetClock(by) => page.set_clock(by),
                Event::Reload => page.reload(),
                Event::Colleague { same, own_key } => page.service.colleague(same, own_key),
                Event::Rotate => page.rotate(),
                Event::Configure(replays) => page.replays = replays && page.service.replays,
                Event::Urge => page.retry_now(),
                Event::Decide { made } => page.decide(made),
                Event::Disown => page.disown(),
            }
            page.work();
        }
        page.finish();
        check(&page)?;
    }
}

/// Whether a person has said, wrongly, that an entry of `key` is a colleague's.
fn has_own_disowned(page: &Page, key: &str) -> bool {
    let held = page
        .submissions()
        .iter()
        .find(|held| held.key.as_str() == key);
    let is_own = |id: &String| page.service.entry(id).is_some_and(|entry| entry.key == key);
    held.is_some_and(|held| held.foreign.iter().any(is_own))
}

fn check(page: &Page) -> Result<(), TestCaseError> {
    // What a person says about an entry is believed, for the other submissions, too.
    let is_misled = page
        .submissions()
        .iter()
        .any(|held| has_own_disowned(page, held.key.as_str()));
    let ledger = |key: &str| page.service.applied(key);
    for ShownVerdict {
        key,
        state,
        learned,
    } in &page.shown
    {
        let applied = ledger(key);
        match state {
            State::Done(_) => prop_assert!(applied > 0, "completed, but absent: {key}"),
            State::Found(line) => {
                let entry = page.service.entry(&line.id);
                prop_assert!(entry.is_some(), "no such entry");
                let entry = entry.unwrap();
                // A colleague's entry may be taken for ours only where nothing that is known tells them apart.
                let performer = entry.performer.to_string();
                let is_equal = learned.as_ref().is_none_or(|own| *own == performer);
                prop_assert!(
                    entry.key == *key || is_equal,
                    "a colleague's entry: {key} {entry:?}"
                );
                prop_assert!(entry.minutes == service::MINUTES, "another transfer");
            }
            State::Absent => prop_assert!(
                applied == 0 || is_misled,
                "not completed, but present: {key}"
            ),
            _ => {}
        }
    }
    // What a person has marked as completed without pointing at an entry is believed to have one. Where it was never applied,
    // an identical submission's second entry is taken for it: what is shown adds up to the ledger.
    let is_wrongly_completed = |held: &&Submission| {
        let is_completed = matches!(
            held.state,
            State::Decided {
                made: true,
                line: None
            }
        );
        is_completed && ledger(held.key.as_str()) == 0
    };
    let submissions = page.submissions();
    let explained = submissions.iter().filter(is_wrongly_completed).count();
    for held in submissions {
        let key = held.key.as_str();
        let applied = ledger(key);
        let made = usize::from(held.is_made());
        if held.is_open() {
            continue;
        }
        let is_alarmed = matches!(held.excess, ExtraEntries::More(_));
        // A rejection that met an earlier request of the same submission in flight, and anything that was applied twice,
        // cannot stay unnoticed.
        // A person is asked or warned about it in another submission's place.
        let is_asked = page.is_shown_with_another(key);
        // A log that is dated by another clock than the service shows gives reason to ask, not to alarm.
        let is_dated_well = page.service.log_ahead.abs() < 30_000;
        let is_to_be_told = page.is_watching(held) && is_dated_well;
        if applied > made + explained && is_to_be_told && !is_misled && !is_asked {
            prop_assert!(
                is_alarmed,
                "no alarm was raised: {applied} for {made}: {held:?}"
            );
        }
        let twin = page.service.has_twin(key);
        if applied <= made && !twin {
            prop_assert!(!is_alarmed, "a false alarm: {applied} for {made}: {held:?}");
        }
    }
    Ok(())
}
